/** <rapport-chat>: the element that a host page puts where people should be able to ask. */
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { SourcePopover } from "./figure.js";
import { icon } from "./icons.js";
import { make } from "./make.js";
import { PastConversations } from "./past.js";
import { Server } from "./server.js";
import { sheet } from "./style.js";
import { wordsFor } from "./words.js";

const OWN_SERVER = new URL("../../", import.meta.url).href;
/** Modes in which the chat stands over the page and opens by a button. */
const OVER_THE_PAGE = ["float", "dock"];

/**
 * Attributes: `src` (the server, by default where this file came from), `token`, `lang` (zh, en, es; by default
 * the page's), `mode` (panel, page, float or dock), `open` and `expanded` (of float and dock), `theme` (light, dark;
 * by default the system's).
 * Properties: `token` (a string, or a function that returns one or a promise of one), `examples` (questions).
 */
export class RapportChat extends HTMLElement {
  static observedAttributes = ["lang", "mode", "open", "expanded"];

  #token = null;
  #examples = [];

  constructor() {
    super();
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.server = new Server({
      address: () => withSlash(new URL(this.getAttribute("src") || OWN_SERVER, document.baseURI)),
      token: () => this.token,
      language: () => this.words.language,
    });
  }

  connectedCallback() {
    if (!this.composer) this.#build();
    this.#goOn();
  }

  disconnectedCallback() {
    this.stop();
  }

  attributeChangedCallback(name, before, now) {
    if (!this.composer || before === now) return;
    if (name === "lang" || name === "mode") this.#build();
    else this.#showOpen();
  }

  get token() {
    return this.#token ?? this.getAttribute("token");
  }

  set token(token) {
    this.#token = token;
    if (this.composer && this.isConnected) this.#goOn();
  }

  get examples() {
    return this.#examples;
  }

  set examples(examples) {
    this.#examples = [...examples];
    if (this.log?.querySelector(".welcome")) this.#welcome();
  }

  /** Asks as if it had been typed. Stops what is still running. */
  async ask(question) {
    if (OVER_THE_PAGE.includes(this.getAttribute("mode"))) this.open = true;
    if (this.past.isOpen) this.past.close();
    await this.conversation.ask(question);
  }

  /** Stops the running turn, here and on the server. What has come of the answer stays. */
  stop() {
    this.conversation?.stop();
  }

  /** Leaves what was said, and begins anew. */
  async newConversation() {
    await this.conversation.leave();
    this.#welcome();
    this.composer.focus();
  }

  get open() {
    return this.hasAttribute("open");
  }

  set open(isOpen) {
    this.toggleAttribute("open", isOpen);
  }

  /** Prints this conversation. The host page may hide the rest meanwhile. */
  print() {
    this.dispatchEvent(new CustomEvent("rapport-print", { bubbles: true, composed: true }));
    window.print();
  }

  /** Goes on where this tab left off. What cannot be reached now is asked for with the next question. */
  async #goOn() {
    if (!this.token) return;
    try {
      await this.conversation.goOn();
    } catch (error) {
      console.warn(this.conversation.sentence(error));
    }
  }

  #build() {
    this.stop();
    this.words = wordsFor(this.getAttribute("lang"), document.documentElement.lang, navigator.language);
    this.opened ??= new SourcePopover();
    this.opened.words = this.words;
    this.opened.origins = (customer, field) => this.server.json(["customers", customer, "origins"], { query: { field } });
    this.composer = new Composer({ words: this.words, onask: (text) => this.ask(text), onstop: () => this.stop() });
    const said = this.conversation?.newest ? [...this.log.children] : null;
    this.log = make("div", { class: "log", tabindex: 0, role: "region", "aria-label": this.words.log });
    this.spoken = make("div", { class: "unseen", role: "status", "aria-live": "polite" });
    const { words, server, log, spoken } = this;
    const around = { words, server, popover: this.opened, log, spoken, onbusy: (busy) => (this.composer.busy = busy), onfocus: () => this.composer.focus() };
    this.conversation = Object.assign(this.conversation ?? new Conversation(around), around);
    this.past = this.#past();
    const lang = words.language === "zh" ? "zh-Hans" : words.language;
    this.window = make("section", { class: "chat", lang, "aria-label": words.title, onkeydown: (event) => this.#onKey(event) },
      this.#bar(), this.past.element, this.log, this.composer.element, this.spoken, this.opened.element);
    this.launcher = OVER_THE_PAGE.includes(this.getAttribute("mode")) ? this.#launcher() : null;
    this.shadowRoot.replaceChildren(...[this.launcher, this.window].filter(Boolean));
    this.#showOpen();
    if (said) this.log.append(...said);
    else this.#welcome();
  }

  #bar() {
    const { words } = this;
    const tool = (name, label, onclick) => make("button", { type: "button", class: `tool ${name}`, "aria-label": label, title: label, onclick }, icon(name));
    this.opener = tool("menu", words.past, () => (this.past.isOpen ? this.past.close() : this.past.show()));
    const anew = make("button", { type: "button", class: "plain", onclick: () => this.newConversation() }, words.newConversation);
    const over = OVER_THE_PAGE.includes(this.getAttribute("mode"))
      ? [tool("grow", words.expand, () => this.toggleAttribute("expanded")), tool("close", words.close, () => this.#close())]
      : [];
    return make("header", { class: "bar" }, this.opener, make("h2", {}, words.title), anew, tool("print", words.print, () => this.print()), ...over);
  }

  #launcher() {
    return make("button", { type: "button", class: "launcher", "aria-label": this.words.title, onclick: () => {
      this.open = true;
      this.composer.focus();
    } }, icon("chat"));
  }

  #showOpen() {
    if (!this.launcher) {
      this.window.hidden = false;
      return;
    }
    this.window.hidden = !this.open;
    this.launcher.hidden = this.open;
    this.launcher.setAttribute("aria-expanded", String(this.open));
  }

  #close() {
    this.open = false;
    this.removeAttribute("expanded");
    this.launcher.focus();
  }

  #onKey(event) {
    if (event.key === "Escape" && this.launcher && !event.isComposing && !this.opened.element.matches(":popover-open")) this.#close();
  }

  #past() {
    const { server } = this;
    return new PastConversations({
      words: this.words,
      list: (search) => server.json(["conversations"], { query: { search } }),
      rename: (id, title) => server.json(["conversations", id], { method: "PATCH", body: { title } }),
      remove: async (id) => {
        await server.json(["conversations", id], { method: "DELETE" });
        if (id === this.conversation.id) {
          await this.conversation.leave();
          this.#welcome();
        }
      },
      open: (id) => this.#open(id),
      sentence: (error) => this.conversation.sentence(error),
      onclose: () => this.opener.focus(),
    });
  }

  async #open(id) {
    try {
      await this.conversation.open(id);
      this.past.close();
      this.composer.focus();
    } catch (error) {
      this.past.said.textContent = this.conversation.sentence(error);
    }
  }

  #welcome() {
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
