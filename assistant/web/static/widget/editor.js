/** A question that is written anew in its place. */
import { isSending } from "./composer.js";
import { make } from "./make.js";

export class Editor {
  /** @param {{words: object, onsend: (text) => void, onleave: () => void}} around */
  constructor(question, { words, onsend, onleave }) {
    this.input = make("textarea", { rows: Math.min(6, question.split("\n").length + 1), "aria-label": words.edit });
    this.input.value = question;
    const send = () => this.input.value.trim() && onsend(this.input.value.trim());
    this.element = make(
      "div",
      { class: "editor" },
      this.input,
      make(
        "div",
        { class: "suggestions" },
        make("button", { type: "button", class: "chip primary", onclick: send }, words.send),
        make("button", { type: "button", class: "chip", onclick: onleave }, words.cancel),
      ),
    );
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        event.stopPropagation();
        onleave();
      } else if (isSending(event)) {
        event.preventDefault();
        send();
      }
    });
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }
}
