/** What stands behind an answer: each figure and each clause opens where it comes from. */
import { make } from "./make.js";
import { filled } from "./words.js";

export class Evidence {
  /** @param {{words: object, popover: SourcePopover}} around */
  constructor({ words, popover }) {
    this.words = words;
    this.popover = popover;
    this.facts = new Map();
    this.citations = new Map();
    this.cited = [];
  }

  /** Facts and citations come with the end of an answer; figures may be on screen before. */
  take({ facts, citations }) {
    for (const fact of facts) this.facts.set(fact.id, fact);
    for (const citation of citations) this.citations.set(citation.id, citation);
  }

  /** The fact behind a line of text, if it has one. */
  factOf(line) {
    return this.facts.get(line.find((span) => span.fact)?.fact);
  }

  figure(span) {
    const label = filled(this.words.openSource, { text: span.text });
    return opener("figure", span.text, label, (button) => this.popover.showFact(this.facts.get(span.fact), button), span.strong);
  }

  citation(id) {
    if (!this.cited.includes(id)) this.cited.push(id);
    const number = this.cited.indexOf(id) + 1;
    const title = this.citations.get(id)?.title ?? "";
    return opener("citation", String(number), filled(this.words.openClause, { number, title }), (button) =>
      this.popover.showCitation(this.citations.get(id), button));
  }

  /** The clauses that were cited, as a list that opens them; null where there are none. */
  list() {
    if (!this.citations.size) return null;
    for (const id of this.citations.keys()) if (!this.cited.includes(id)) this.cited.push(id);
    const items = this.cited.filter((id) => this.citations.has(id)).map((id) => {
      const { title, section } = this.citations.get(id);
      const button = opener("clause", `${title} · ${section}`, `${title}, ${section}`, (pressed) =>
        this.popover.showCitation(this.citations.get(id), pressed));
      return make("li", { value: this.cited.indexOf(id) + 1 }, button);
    });
    return make("section", { class: "sources" }, make("h4", {}, this.words.sources), make("ol", {}, ...items));
  }
}

function opener(kind, text, label, open, strong = false) {
  const button = make(
    "button",
    { type: "button", class: strong ? `${kind} strong` : kind, "aria-label": label, "aria-haspopup": "dialog", "aria-expanded": "false" },
    text,
  );
  button.addEventListener("click", () => open(button));
  return button;
}
