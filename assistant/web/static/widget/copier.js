/** A button that copies, and says that it has. */
import { icon } from "./icons.js";
import { make } from "./make.js";
import { copy } from "./save.js";

const SHOWN_MS = 1600;

/** @param {string | (() => string)} text what is copied */
export function copier(text, label, words) {
  const button = make("button", { type: "button", class: "tool copy", "aria-label": label, title: words.copy }, icon("copy"));
  button.addEventListener("click", async () => {
    await copy(typeof text === "function" ? text() : text);
    button.replaceChildren(icon("done"));
    button.setAttribute("aria-label", words.copied);
    setTimeout(() => {
      button.replaceChildren(icon("copy"));
      button.setAttribute("aria-label", label);
    }, SHOWN_MS);
  });
  return button;
}
