/** One question and what came back: the steps as they run, the blocks as they arrive, the sources at the end. */
import { render } from "./blocks.js";
import { make } from "./make.js";
import { ProposalCard } from "./proposal.js";
import { counted, filled } from "./words.js";

export class Exchange {
  /**
   * @param {{words: object, popover: SourcePopover, onask: (question) => void, onretry: () => void,
   *   decide: (id, decision, changes) => Promise<object>, download: (path) => Promise<void>, sentence: (error) => string}} around
   */
  constructor(question, around) {
    Object.assign(this, around);
    this.facts = new Map();
    this.citations = new Map();
    this.cited = [];
    this.steps = [];
    this.received = 0;
    this.text = "";
    this.progress = make("p", { class: "progress" }, this.words.working);
    this.body = make("div", { class: "body" });
    this.foot = make("footer", {});
    this.answer = make(
      "div",
      { class: "answer", role: "group", "aria-label": this.words.answer, "aria-busy": "true" },
      this.progress,
      this.body,
      this.foot,
    );
    const asked = make("div", { class: "question" }, make("span", { class: "unseen" }, `${this.words.you}: `), question);
    this.element = make("article", { class: "exchange" }, asked, this.answer);
  }

  /** Takes one AG-UI event. */
  take(event) {
    switch (event.type) {
      case "TOOL_CALL_START":
        this.#begin(event.toolCallId, event.metadata?.rapport?.label ?? event.toolCallName);
        break;
      case "TOOL_CALL_RESULT":
        this.#finish(event.toolCallId, event.content);
        break;
      case "TEXT_MESSAGE_CONTENT":
        this.text += event.delta;
        this.#showPending(event.delta);
        break;
      case "CUSTOM":
        if (event.name === "rapport.block") this.#add(event.value);
        if (event.name === "rapport.answer") this.#complete(event.value);
    }
  }

  /** Says that this is no beginning, where nothing of the earlier conversation is shown. */
  resumes() {
    this.element.prepend(make("p", { class: "resumed" }, this.words.resumed));
  }

  /** The turn was stopped by the asker, or failed: what has come stays. */
  end(note, isError) {
    this.#settle();
    const retry = make("button", { type: "button", class: "plain", onclick: this.onretry }, this.words.retry);
    this.foot.append(make("p", { class: isError ? "note error" : "note", role: isError ? "alert" : null }, note, " ", retry));
  }

  /** Suggestions and retries belong to the newest exchange only. */
  retire() {
    for (const old of this.foot.querySelectorAll(".suggestions, .note button")) old.remove();
  }

  #begin(id, label) {
    this.steps.push({ id, label, found: null });
    this.progress.textContent = label;
  }

  #finish(id, content) {
    const step = this.steps.find((each) => each.id === id);
    if (step) step.found = JSON.parse(content).facts;
    this.progress.textContent = this.words.working;
  }

  #showPending(delta) {
    this.progress.hidden = true;
    if (!this.pending) {
      this.pending = make("p", { class: "pending" });
      this.body.append(this.pending);
    }
    this.pending.append(delta);
  }

  #add(block) {
    this.progress.hidden = true;
    this.pending?.remove();
    this.pending = null;
    this.received += 1;
    const rendered = render(block, this.#sources());
    if (rendered) this.body.append(rendered);
  }

  #complete(answer) {
    for (const fact of answer.facts) this.facts.set(fact.id, fact);
    for (const citation of answer.citations) this.citations.set(citation.id, citation);
    if (answer.blocks.length !== this.received) {
      this.body.replaceChildren();
      this.received = 0;
      for (const block of answer.blocks) this.#add(block);
    }
    if (answer.blocks.length) this.pending?.remove();
    if (!answer.blocks.length && !this.text) this.#showPending(answer.answer);
    this.answer.lang = answer.language === "zh" ? "zh-Hans" : answer.language;
    this.#settle();
    this.foot.append(...[this.#sourceList(), this.#stepList(), this.#suggestionList(answer.suggestions)].filter(Boolean));
  }

  #settle() {
    this.progress.remove();
    this.answer.setAttribute("aria-busy", "false");
  }

  #sources() {
    return {
      words: this.words,
      figure: (span) => this.#opener("figure", span.text, filled(this.words.openSource, { text: span.text }), (button) =>
        this.popover.showFact(this.facts.get(span.fact), button), span.strong),
      citation: (id) => this.#citation(id),
      download: this.download,
      sentence: this.sentence,
      proposal: (proposal) => new ProposalCard(proposal, { words: this.words, decide: this.decide, sentence: this.sentence }).element,
    };
  }

  #citation(id) {
    if (!this.cited.includes(id)) this.cited.push(id);
    const number = this.cited.indexOf(id) + 1;
    const title = this.citations.get(id)?.title ?? "";
    return this.#opener("citation", String(number), filled(this.words.openClause, { number, title }), (button) =>
      this.popover.showCitation(this.citations.get(id), button));
  }

  #opener(kind, text, label, open, strong = false) {
    const button = make(
      "button",
      { type: "button", class: strong ? `${kind} strong` : kind, "aria-label": label, "aria-haspopup": "dialog", "aria-expanded": "false" },
      text,
    );
    button.addEventListener("click", () => open(button));
    return button;
  }

  #sourceList() {
    if (!this.citations.size) return null;
    for (const id of this.citations.keys()) if (!this.cited.includes(id)) this.cited.push(id);
    const items = this.cited.filter((id) => this.citations.has(id)).map((id) => {
      const { title, section } = this.citations.get(id);
      const button = this.#opener("clause", `${title} · ${section}`, `${title}, ${section}`, (opener) =>
        this.popover.showCitation(this.citations.get(id), opener));
      return make("li", { value: this.cited.indexOf(id) + 1 }, button);
    });
    return make("section", { class: "sources" }, make("h4", {}, this.words.sources), make("ol", {}, ...items));
  }

  #stepList() {
    if (!this.steps.length) return null;
    const { words } = this;
    const items = this.steps.map(({ label, found }) =>
      make("li", {}, label, found === null ? "" : ` (${counted(words.factsFound, found, words.locale)})`));
    const summary = make("summary", {}, counted(words.lookedUp, items.length, words.locale));
    return make("details", { class: "steps" }, summary, make("ul", {}, ...items));
  }

  #suggestionList(suggestions) {
    if (!suggestions.length) return null;
    const buttons = suggestions.map((text) =>
      make("button", { type: "button", class: "chip", onclick: () => this.onask(text) }, text));
    return make("div", { class: "suggestions", role: "group", "aria-label": this.words.suggestions }, ...buttons);
  }
}
