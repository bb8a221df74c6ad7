/** <rapport-chat>: the element that a host page puts where people should be able to ask. */
import { Composer } from "./composer.js";
import { Exchange } from "./exchange.js";
import { SourcePopover } from "./figure.js";
import { fetchFile } from "./download.js";
import { make } from "./make.js";
import { conversationOf, employeeOf, newConversation, newId } from "./session.js";
import { sheet } from "./style.js";
import { decide, run, WireError } from "./wire.js";
import { wordsFor } from "./words.js";

const OWN_SERVER = new URL("../../", import.meta.url).href;

/**
 * Attributes: `src` (the server, by default where this file came from), `token`, `lang` (zh, en, es; by default
 * the page's), `mode` (panel or page), `theme` (light, dark; by default the system's).
 * Properties: `token` (a string, or a function that returns one or a promise of one), `examples` (questions).
 */
export class RapportChat extends HTMLElement {
  static observedAttributes = ["lang"];

  #token = null;
  #examples = [];
  #running = null;
  #exchange = null;

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
  }

  connectedCallback() {
    if (!this.composer) this.#build();
  }

  disconnectedCallback() {
    this.stop();
  }

  attributeChangedCallback(name, before, now) {
    if (this.composer && before !== now) this.#build();
  }

  get token() {
    return this.#token ?? this.getAttribute("token");
  }

  set token(token) {
    this.#token = token;
  }

  get examples() {
    return this.#examples;
  }

  set examples(examples) {
    this.#examples = [...examples];
    if (this.composer && !this.#exchange) this.#welcome();
  }

  /** Asks as if it had been typed. Stops what is still running. */
  async ask(question) {
    this.stop();
    this.#exchange?.retire();
    this.log.querySelector(".welcome")?.remove();
    const exchange = new Exchange(question, {
      words: this.words,
      popover: this.opened,
      onask: (text) => this.ask(text),
      onretry: () => this.ask(question),
      decide: (...decision) => this.#decide(...decision),
      download: async (path) => fetchFile(new URL(path, this.#server), { token: await this.#freshToken(), language: this.words.language }),
      sentence: (error) => this.#sentence(error),
    });
    this.#exchange = exchange;
    this.log.append(exchange.element);
    this.log.scrollTo({ top: exchange.element.offsetTop });
    this.composer.focus();
    const running = new AbortController();
    this.#running = running;
    this.composer.busy = true;
    try {
      await this.#play(question, exchange, running.signal);
    } catch (error) {
      if (!running.signal.aborted) exchange.end(this.#sentence(error), true);
    } finally {
      if (this.#running === running) {
        this.#running = null;
        this.composer.busy = false;
      }
    }
  }

  /** Stops the running turn, here and on the server. What has come of the answer stays. */
  stop() {
    if (!this.#running) return;
    this.#running.abort();
    this.#running = null;
    this.composer.busy = false;
    this.#exchange.end(this.words.stopped, false);
    this.composer.focus();
  }

  /** Forgets what was said, and begins anew. */
  async newConversation() {
    this.stop();
    newConversation(employeeOf(await this.#freshToken().catch(() => "")));
    this.#welcome();
    this.composer.focus();
  }

  async #play(question, exchange, signal, mayRetry = true) {
    const token = await this.#freshToken();
    const employee = employeeOf(token);
    const known = conversationOf(employee);
    if (known && mayRetry && !exchange.element.previousElementSibling) exchange.resumes();
    const conversation = known ?? newConversation(employee);
    const asked = { token, question, conversation, turn: newId(), language: this.words.language };
    try {
      for await (const event of run(new URL("agui", this.#server), asked, signal)) {
        if (signal.aborted) return;
        exchange.take(event);
        if (event.name === "rapport.answer") this.spoken.textContent = event.value.answer;
      }
    } catch (error) {
      if (error.code !== "not_signed_in" || typeof this.token !== "function" || !mayRetry) throw error;
      await this.#play(question, exchange, signal, false);
    }
  }

  /** A yes or no to a proposal; gives it as it stands then. */
  async #decide(id, decision, changes, mayRetry = true) {
    const token = await this.#freshToken();
    const address = new URL(`proposals/${encodeURIComponent(id)}/${decision}`, this.#server);
    try {
      return await decide(address, { token, changes, language: this.words.language });
    } catch (error) {
      if (error.code !== "not_signed_in" || typeof this.token !== "function" || !mayRetry) throw error;
      return this.#decide(id, decision, changes, false);
    }
  }

  get #server() {
    return withSlash(new URL(this.getAttribute("src") || OWN_SERVER, document.baseURI));
  }

  async #freshToken() {
    const token = typeof this.token === "function" ? await this.token() : this.token;
    if (!token) throw new WireError("no_token");
    return token;
  }

  #sentence(error) {
    if (!(error instanceof WireError)) {
      console.error(error);
      return this.words.errors.internal;
    }
    const { code } = error;
    const own = this.words.errors[code];
    return own && code !== "internal" ? own : error.message || this.words.errors.internal;
  }

  #build() {
    this.stop();
    this.words = wordsFor(this.getAttribute("lang"), document.documentElement.lang, navigator.language);
    this.opened ??= new SourcePopover();
    this.opened.words = this.words;
    this.composer = new Composer({ words: this.words, onask: (text) => this.ask(text), onstop: () => this.stop() });
    const said = this.#exchange ? [...this.log.children] : null;
    this.log = make("div", { class: "log", tabindex: 0, role: "region", "aria-label": this.words.title });
    this.spoken = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
    const anew = make("button", { type: "button", class: "plain", onclick: () => this.newConversation() }, this.words.newConversation);
    const bar = make("header", { class: "bar" }, make("h2", {}, this.words.title), anew);
    const lang = this.words.language === "zh" ? "zh-Hans" : this.words.language;
    this.shadowRoot.replaceChildren(
      make("div", { class: "chat", lang }, bar, this.log, this.composer.element, this.spoken, this.opened.element),
    );
    if (said) this.log.append(...said);
    else this.#welcome();
  }

  #welcome() {
    this.#exchange = null;
    this.spoken.textContent = "";
    const examples = this.#examples.map((text) =>
      make("button", { type: "button", class: "chip", onclick: () => this.ask(text) }, text));
    this.log.replaceChildren(
      make(
        "div",
        { class: "welcome" },
        make("h3", {}, this.words.welcome),
        make("p", { class: "muted" }, this.words.promise),
        make("div", { class: "suggestions" }, ...examples),
      ),
    );
  }
}

function withSlash(url) {
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}
