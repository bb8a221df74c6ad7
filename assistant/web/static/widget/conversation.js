/** One conversation on screen: asks, shows what comes, and finds back after a lost connection. */
import { Exchange } from "./exchange.js";
import { save } from "./save.js";
import { conversationOf, employeeOf, goOnIn, newId } from "./session.js";
import { WireError } from "./wire.js";

/** How long to wait before a turn is asked for again, under its own id: the server never answers it twice. */
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000];
const LOST = ["offline", "broken_off"];

export class Conversation {
  /**
   * @param {{words: object, server: Server, popover: SourcePopover, log: Element, spoken: Element,
   *   onbusy: (busy: boolean) => void, onfocus: () => void}} around
   */
  constructor(around) {
    Object.assign(this, around);
    this.id = null;
    this.newest = null;
    this.running = null;
  }

  /** Asks, and shows the answer. `replaced` is the exchange that the question takes the place of. */
  async ask(question, replaced = null) {
    this.stop();
    this.newest?.retire();
    if (replaced) this.#takeOut(replaced);
    this.log.querySelector(".welcome")?.remove();
    const exchange = this.#exchange({ question, turn: newId(), replaces: replaced?.turn });
    this.newest = exchange;
    this.log.append(exchange.element);
    this.log.scrollTo({ top: exchange.element.offsetTop });
    this.onfocus();
    const running = (this.running = new AbortController());
    this.onbusy(true);
    try {
      await this.#answer(exchange, running.signal);
    } catch (error) {
      if (!running.signal.aborted) exchange.end(this.sentence(error), true);
    } finally {
      if (this.running === running) this.#rest();
    }
  }

  /** Stops the running turn, here and on the server. What has come of the answer stays. */
  stop() {
    if (!this.running) return;
    this.running.abort();
    this.#rest();
    this.newest.end(this.words.stopped, false);
    this.onfocus();
  }

  /** Leaves this conversation; the next question begins another. */
  async leave() {
    this.stop();
    this.#clear(null);
    goOnIn(employeeOf(await this.server.token().catch(() => "")), null);
  }

  /** Shows the conversation that this tab was in. False where there is none. */
  async goOn() {
    const id = conversationOf(employeeOf(await this.server.token()));
    if (!id || this.newest) return false;
    try {
      await this.open(id);
      return true;
    } catch (error) {
      if (error.code !== "unknown_conversation") throw error;
      return false;
    }
  }

  /** Shows an earlier conversation, and goes on in it. */
  async open(id) {
    const { exchanges } = await this.server.json(["conversations", id]);
    this.stop();
    this.#clear(id);
    goOnIn(employeeOf(await this.server.token()), id);
    for (const kept of exchanges) {
      this.newest?.retire();
      this.newest = this.#exchange({ question: kept.question, turn: kept.turn });
      this.newest.show(kept);
      this.log.append(this.newest.element);
    }
    if (this.newest) this.log.scrollTo({ top: this.newest.element.offsetTop });
  }

  sentence(error) {
    if (!(error instanceof WireError)) {
      console.error(error);
      return this.words.errors.internal;
    }
    const own = this.words.errors[error.code];
    return own && error.code !== "internal" ? own : error.message || this.words.errors.internal;
  }

  #rest() {
    this.running = null;
    this.onbusy(false);
  }

  #clear(id) {
    this.id = id;
    this.newest = null;
    this.log.replaceChildren();
    this.spoken.textContent = "";
  }

  #takeOut(replaced) {
    while (replaced.element.nextElementSibling) replaced.element.nextElementSibling.remove();
    replaced.element.remove();
  }

  #exchange(asked) {
    return new Exchange(asked, {
      words: this.words,
      popover: this.popover,
      onask: (text) => this.ask(text),
      onagain: (exchange, text) => this.ask(text, exchange),
      decide: (...decision) => this.server.decide(...decision),
      sentence: (error) => this.sentence(error),
      rate: ({ turn }, opinion) =>
        this.server.response(["conversations", this.id, "turns", turn, "rating"], { method: "PUT", body: opinion }),
      printed: (customer, language) => this.#print(customer, language),
      download: (path) => this.#download(path),
    });
  }

  /** A file that an answer offers, by its path on the server. */
  async #download(path) {
    const { pathname, searchParams } = new URL(path, "https://server/");
    const parts = pathname.split("/").filter(Boolean).map(decodeURIComponent);
    const response = await this.server.response(parts, { query: Object.fromEntries(searchParams) });
    const name = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") ?? "")?.[1] ?? "list";
    save(name, response.headers.get("Content-Type") ?? "", await response.blob());
  }

  async #print(customer, language) {
    const response = await this.server.response(["customers", customer, "wealth-plan.pdf"], { query: { language } });
    save("wealth-plan.pdf", "application/pdf", await response.blob());
  }

  /** Plays the turn to its end; where the connection is lost meanwhile, asks for the same turn again. */
  async #answer(exchange, signal) {
    let renewed = false;
    for (let lost = 0; !signal.aborted; ) {
      try {
        return await this.#play(exchange, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!renewed && this.server.mayRenew(error)) renewed = true;
        else if (LOST.includes(error.code) && lost < PAUSES_MS.length) {
          exchange.restart(this.words.reconnecting);
          await pause(PAUSES_MS[lost], signal);
          lost += 1;
        } else throw error;
      }
    }
  }

  async #play(exchange, signal) {
    const token = await this.server.token();
    const employee = employeeOf(token);
    this.id ??= conversationOf(employee) ?? newId();
    goOnIn(employee, this.id);
    const { question, turn, replaces } = exchange;
    if (exchange.text) exchange.restart(this.words.working);
    for await (const event of this.server.run({ token, question, turn, replaces, conversation: this.id }, signal)) {
      if (signal.aborted) return;
      exchange.take(event);
      if (event.name === "rapport.answer") this.spoken.textContent = event.value.answer;
    }
  }
}

/** Waits that long, or until the network is back, or the turn is stopped. */
function pause(duration, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(waiting);
      removeEventListener("online", done);
      resolve();
    };
    const waiting = setTimeout(done, duration);
    addEventListener("online", done);
    signal.addEventListener("abort", done, { once: true });
  });
}
