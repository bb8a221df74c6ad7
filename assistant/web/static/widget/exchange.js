/** One question and what came back: the steps as they run, the blocks as they arrive, the sources at the end. */
import { Actions } from "./actions.js";
import { append } from "./blocks.js";
import { Editor } from "./editor.js";
import { Evidence } from "./evidence.js";
import { icon } from "./icons.js";
import { make } from "./make.js";
import { ProposalCard } from "./proposal.js";
import { counted } from "./words.js";

export class Exchange {
  /**
   * @param {{question: string, turn: string, replaces: string?}} asked
   * @param {{words: object, popover: SourcePopover, onask: (question) => void, onagain: (exchange, question) => void,
   *   decide: (id, decision, changes) => Promise<object>, rate: (exchange, opinion) => Promise<void>,
   *   printed: (customer, language) => Promise<void>, download: (path) => Promise<void>, sentence: (error) => string}} around
   */
  constructor(asked, around) {
    Object.assign(this, asked, around);
    this.progress = make("p", { class: "progress" });
    this.body = make("div", { class: "body" });
    this.foot = make("footer", {});
    this.answer = make("div", { class: "answer", role: "group", "aria-label": this.words.answer }, this.progress, this.body, this.foot);
    this.asked = make("div", { class: "asked" });
    this.element = make("article", { class: "exchange" }, this.asked, this.answer);
    this.#showQuestion();
    this.restart(this.words.working);
  }

  /** Nothing of the answer is there yet, or no longer: it comes anew. `note` says what is happening. */
  restart(note) {
    this.evidence = new Evidence(this);
    this.evidence.proposal = (proposal) =>
      new ProposalCard(proposal, { words: this.words, decide: this.decide, sentence: this.sentence }).element;
    Object.assign(this.evidence, { download: this.download, sentence: this.sentence });
    this.steps = [];
    this.blocks = [];
    this.text = "";
    this.pending = null;
    this.body.replaceChildren();
    this.foot.replaceChildren();
    this.answer.prepend(this.progress);
    this.progress.hidden = false;
    this.progress.textContent = note;
    this.answer.setAttribute("aria-busy", "true");
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

  /** Shows an exchange of an earlier day, as the server kept it. */
  show({ answer, state, withheld, thumb }) {
    this.thumb = thumb;
    if (answer) this.#complete(answer);
    else this.end(withheld ? this.words.withheld : this.words[state], false);
    this.foot.querySelector(".suggestions")?.remove();
  }

  /** The turn was stopped by the asker, or failed: what has come stays. */
  end(note, isError) {
    this.#settle();
    const retry = make("button", { type: "button", class: "plain", onclick: () => this.onagain(this, this.question) }, this.words.retry);
    this.foot.append(make("p", { class: isError ? "note error" : "note", role: isError ? "alert" : null }, note, " ", retry));
  }

  /** Suggestions and retries belong to the newest exchange only. */
  retire() {
    for (const old of this.foot.querySelectorAll(".suggestions, .note button, .again")) old.remove();
  }

  #showQuestion() {
    const edit = make("button", { type: "button", class: "tool edit", "aria-label": this.words.edit, title: this.words.edit, onclick: () => this.#edit() }, icon("edit"));
    const shown = make("div", { class: "question" }, make("span", { class: "unseen" }, `${this.words.you}: `), this.question);
    this.asked.replaceChildren(edit, shown);
    return edit;
  }

  #edit() {
    const leave = () => this.#showQuestion().focus();
    const editor = new Editor(this.question, { words: this.words, onleave: leave, onsend: (text) => this.onagain(this, text) });
    this.asked.replaceChildren(editor.element);
    editor.focus();
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
    this.blocks.push(block);
    append(this.body, block, this.evidence);
  }

  #complete(answer) {
    this.evidence.take(answer);
    if (answer.blocks.length !== this.blocks.length) {
      this.body.replaceChildren();
      this.blocks = [];
      for (const block of answer.blocks) this.#add(block);
    }
    if (answer.blocks.length) this.pending?.remove();
    if (!answer.blocks.length && !this.text) this.#showPending(answer.answer);
    this.answer.lang = answer.language === "zh" ? "zh-Hans" : answer.language;
    judge(this.body, answer, this.evidence);
    this.#settle();
    const lang = this.words.language === "zh" ? "zh-Hans" : this.words.language;
    this.foot.lang = lang;
    this.foot.append(...[this.evidence.list(), this.#stepList(), new Actions(answer, this).element, this.#suggestionList(answer.suggestions)].filter(Boolean));
  }

  #settle() {
    this.progress.remove();
    this.answer.setAttribute("aria-busy", "false");
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

/** Colours a product's card by its verdict, which comes with the end of the answer. */
export function judge(body, { products }, evidence) {
  for (const card of body.querySelectorAll(".card.product")) {
    const subject = evidence.facts.get(card.dataset.fact)?.subject;
    const verdict = products.find((product) => product.id === subject)?.verdict;
    if (verdict) card.dataset.verdict = verdict;
  }
}
