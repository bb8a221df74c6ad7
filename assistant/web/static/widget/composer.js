/** Where a question is written: it grows with its text, and knows when Enter belongs to an input method. */
import { make } from "./make.js";

const TALLEST_PX = 168;
const COMPOSING_KEY = 229;

/** Whether that key press sends. Safari ends a composition before its keydown, where only the key code tells that Enter
 * chose a word. */
export function isSending(event) {
  return event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== COMPOSING_KEY;
}

export class Composer {
  /** @param {{words: object, onask: (question) => void, onstop: () => void}} around */
  constructor({ words, onask, onstop }) {
    this.onask = onask;
    this.input = make("textarea", { rows: 1, "aria-label": words.ask, placeholder: words.placeholder, enterkeyhint: "send" });
    this.send = make("button", { type: "button", class: "send", disabled: true, onclick: () => this.#ask() }, words.send);
    this.stop = make("button", { type: "button", class: "stop", hidden: true, onclick: onstop }, words.stop);
    const field = make("div", { class: "field" }, this.input, this.send, this.stop);
    this.element = make("div", { class: "composer" }, field, make("p", { class: "hint" }, words.hint));
    this.input.addEventListener("keydown", (event) => this.#onKey(event));
    this.input.addEventListener("input", () => this.#fit());
  }

  /** While a turn runs the button stops it; one may write the next question meanwhile. */
  set busy(busy) {
    this.isBusy = busy;
    this.stop.hidden = !busy;
    this.send.hidden = busy;
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  #onKey(event) {
    if (!isSending(event)) return;
    event.preventDefault();
    this.#ask();
  }

  #ask() {
    const question = this.input.value.trim();
    if (!question || this.isBusy) return;
    this.input.value = "";
    this.#fit();
    this.onask(question);
  }

  #fit() {
    this.send.disabled = !this.input.value.trim();
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST_PX)}px`;
  }
}
