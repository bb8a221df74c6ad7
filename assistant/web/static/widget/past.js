/** The conversations of before: found, opened, renamed, deleted. It covers the chat while it is open. */
import { icon } from "./icons.js";
import { make } from "./make.js";
import { filled } from "./words.js";

const TYPING_MS = 200;

export class PastConversations {
  /**
   * @param {{words: object, list: (search) => Promise<object[]>, open: (id) => void, rename: (id, title) => Promise<object>,
   *   remove: (id) => Promise<void>, sentence: (error) => string, onclose: () => void}} around
   */
  constructor(around) {
    Object.assign(this, around);
    const { words } = this;
    this.search = make("input", { type: "search", class: "entry", "aria-label": words.searchPast, placeholder: words.searchPast });
    this.search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.#load(), TYPING_MS);
    });
    const close = make("button", { type: "button", class: "tool", "aria-label": words.close, title: words.close, onclick: () => this.close() }, icon("close"));
    this.found = make("ul", { class: "found" });
    this.said = make("p", { class: "muted", role: "status" });
    this.element = make(
      "section",
      { class: "past", hidden: true, "aria-label": words.past },
      make("header", {}, make("h3", {}, words.past), close),
      this.search,
      this.said,
      this.found,
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      this.close();
    });
  }

  get isOpen() {
    return !this.element.hidden;
  }

  async show() {
    this.element.hidden = false;
    this.search.value = "";
    this.search.focus();
    await this.#load();
  }

  close() {
    this.element.hidden = true;
    this.onclose();
  }

  /** What is found is shown, unless something else was done meanwhile. */
  async #load() {
    const begun = this.#begin();
    try {
      const cards = await this.list(this.search.value);
      if (begun !== this.last) return;
      this.said.textContent = cards.length ? "" : this.words.nothingPast;
      this.found.replaceChildren(...cards.map((card) => this.#row(card)));
    } catch (error) {
      this.said.textContent = this.sentence(error);
    }
  }

  #begin() {
    clearTimeout(this.typing);
    this.last = (this.last ?? 0) + 1;
    return this.last;
  }

  #row(card) {
    const row = make("li", {});
    const day = new Date(`${card.updated_at}Z`).toLocaleString(this.words.locale, { dateStyle: "medium", timeStyle: "short" });
    const about = (label) => filled(label, { title: card.title });
    const tool = (name, label, onclick) => make("button", { type: "button", class: "tool", "aria-label": about(label), title: about(label), onclick }, icon(name));
    const open = make("button", { type: "button", class: "open", onclick: () => this.open(card.id) }, make("span", {}, card.title), make("small", {}, day));
    row.append(
      open,
      tool("edit", this.words.rename, () => this.#rename(row, card)),
      tool("trash", this.words.remove, () => this.#confirm(row, card)),
    );
    return row;
  }

  #rename(row, card) {
    this.#begin();
    const title = make("input", { type: "text", class: "entry", maxlength: 80, "aria-label": filled(this.words.rename, card) });
    title.value = card.title;
    const form = make("form", {}, title, make("button", { type: "submit", class: "chip primary" }, this.words.save),
      make("button", { type: "button", class: "chip", onclick: () => this.#back(row, card) }, this.words.cancel));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (title.value.trim()) this.#do(row, card, async () => this.#back(row, await this.rename(card.id, title.value)));
    });
    row.replaceChildren(form);
    title.select();
  }

  #confirm(row, card) {
    this.#begin();
    const yes = make("button", { type: "button", class: "chip danger", onclick: () => this.#do(row, card, async () => {
      await this.remove(card.id);
      row.remove();
      this.search.focus();
    }) }, this.words.removeYes);
    row.replaceChildren(make("p", {}, filled(this.words.removeAsk, card)), yes,
      make("button", { type: "button", class: "chip", onclick: () => this.#back(row, card) }, this.words.cancel));
    yes.focus();
  }

  #back(row, card) {
    const fresh = this.#row(card);
    row.replaceWith(fresh);
    fresh.firstElementChild.focus();
  }

  async #do(row, card, work) {
    try {
      await work();
      this.said.textContent = "";
    } catch (error) {
      this.#back(row, card);
      this.said.textContent = this.sentence(error);
    }
  }
}
