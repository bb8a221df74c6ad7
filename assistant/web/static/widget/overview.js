/** <rapport-overview>: what is due today and how things stand, beside the chat or in a page of its own. */
import { append } from "./blocks.js";
import { Evidence } from "./evidence.js";
import { judge } from "./exchange.js";
import { SourcePopover } from "./figure.js";
import { icon } from "./icons.js";
import { make } from "./make.js";
import { ProposalCard } from "./proposal.js";
import { save } from "./save.js";
import { Server } from "./server.js";
import { sheet } from "./style.js";
import { WireError } from "./wire.js";
import { wordsFor } from "./words.js";

const OWN_SERVER = new URL("../../", import.meta.url).href;
const FIRST_REMINDERS = 5;

/** Attributes: `src`, `token`, `lang`, `theme`, as those of <rapport-chat>. Property: `token`. */
export class RapportOverview extends HTMLElement {
  static observedAttributes = ["lang"];

  #token = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.server = new Server({
      address: () => new URL(this.getAttribute("src") || OWN_SERVER, document.baseURI),
      token: () => this.token,
      language: () => this.words.language,
    });
  }

  connectedCallback() {
    this.refresh();
  }

  attributeChangedCallback(name, before, now) {
    if (this.isConnected && before !== now) this.refresh();
  }

  get token() {
    return this.#token ?? this.getAttribute("token");
  }

  set token(token) {
    this.#token = token;
    if (this.isConnected) this.refresh();
  }

  /** Reads everything anew. */
  async refresh() {
    this.words = wordsFor(this.getAttribute("lang"), document.documentElement.lang, navigator.language);
    const { words } = this;
    const lang = words.language === "zh" ? "zh-Hans" : words.language;
    this.opened = new SourcePopover();
    this.opened.words = words;
    this.opened.origins = (customer, field) => this.server.json(["customers", customer, "origins"], { query: { field } });
    const tool = (name, label, onclick) => make("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick }, icon(name));
    const again = tool("retry", words.refresh, () => this.refresh());
    const print = tool("print", words.print, () => this.#print());
    const body = make("div", { class: "views", "aria-busy": "true" }, make("p", { class: "progress" }, words.working));
    const shown = make("section", { class: "overview", lang, "aria-label": words.overview }, make("header", { class: "bar" }, make("h2", {}, words.overview), again, print), body, this.opened.element);
    this.shadowRoot.replaceChildren(shown);
    if (!this.token) return;
    await this.#fill(body);
    body.setAttribute("aria-busy", "false");
  }

  /** The host page may hide the rest meanwhile. */
  #print() {
    this.dispatchEvent(new CustomEvent("rapport-print", { bubbles: true, composed: true }));
    window.print();
  }

  async #fill(body) {
    try {
      const [reminders, names] = await Promise.all([this.server.json(["reminders"]), this.server.json(["overview"])]);
      const views = names.map((name) => this.#section(this.words.views[name] ?? name));
      body.replaceChildren(...[this.#reminders(reminders), ...views].filter(Boolean));
      for (const [at, name] of names.entries()) await this.#view(name, views[at]);
    } catch (error) {
      body.replaceChildren(make("p", { class: "note error", role: "alert" }, this.#sentence(error)));
    }
  }

  #section(title, ...content) {
    return make("section", { class: "view", "aria-label": title }, make("h3", {}, title), ...content);
  }

  async #view(name, section) {
    const body = make("div", { class: "body" });
    try {
      const answer = await this.server.json(["overview", name], { query: { language: this.words.language } });
      const evidence = new Evidence({ words: this.words, popover: this.opened });
      evidence.proposal = (proposal) => new ProposalCard(proposal, { words: this.words, decide: (...decision) => this.server.decide(...decision), sentence: (error) => this.#sentence(error) }).element;
      evidence.take(answer);
      for (const block of answer.blocks) append(body, block, evidence);
      judge(body, answer, evidence);
    } catch (error) {
      body.append(make("p", { class: "note error", role: "alert" }, this.#sentence(error)));
    }
    section.append(body);
  }

  #reminders(reminders) {
    if (!reminders.length) return null;
    const { words } = this;
    const items = reminders.map(({ title, due_on: day, overdue, name }) => {
      const when = new Date(`${day}T00:00:00Z`).toLocaleDateString(words.locale, { dateStyle: "medium", timeZone: "UTC" });
      return make("li", { class: "card task" }, overdue ? make("strong", {}, `${words.overdue} `) : null, `${when}: ${title}`, name ? ` (${name})` : null);
    });
    const more = items.length > FIRST_REMINDERS ? make("details", { class: "steps" }, make("summary", {}, words.moreReminders), make("ul", { class: "cards" }, ...items.splice(FIRST_REMINDERS))) : null;
    const calendar = make("button", { type: "button", class: "plain export", onclick: () => this.#calendar(calendar) }, words.calendar);
    return this.#section(words.reminders, make("ul", { class: "cards" }, ...items), more, calendar);
  }

  async #calendar(button) {
    try {
      save("reminders.ics", "text/calendar", await (await this.server.response(["reminders.ics"])).blob());
    } catch (error) {
      button.after(make("p", { class: "note error", role: "alert" }, this.#sentence(error)));
    }
  }

  #sentence(error) {
    if (!(error instanceof WireError)) console.error(error);
    return this.words.errors[error.code] ?? (error.message || this.words.errors.internal);
  }
}
