/** What opens on a figure or a citation: where it comes from. One popover serves a whole chat. */
import { make } from "./make.js";
import { filled } from "./words.js";

const GAP = 8;

export class SourcePopover {
  constructor() {
    this.element = make("div", { class: "source", popover: "auto", role: "dialog", tabindex: -1 });
    this.element.addEventListener("beforetoggle", () => {
      this.hadFocus = this.element.matches(":focus-within");
    });
    this.element.addEventListener("toggle", ({ newState }) => {
      if (newState === "closed") this.#leave();
    });
  }

  /** Shows a fact beside the button that was pressed; `fact` is undefined while the answer is not finished. */
  showFact(fact, opener) {
    if (!fact) return this.#show(opener, this.words.source, make("p", { class: "muted" }, this.words.noSource));
    const { words } = this;
    const { table, row, condition } = origin(fact.source);
    this.#show(
      opener,
      words.source,
      make("p", { class: "value" }, fact.text),
      make("p", { class: "muted" }, fact.subject),
      details([
        [words.measure, fact.measure.replaceAll("_", " ")],
        [words.table, words.tables[table] ? `${words.tables[table]} (${table})` : table],
        [words.row, row && make("code", {}, row)],
        [words.rowsWhere, condition && make("code", {}, condition.replaceAll("&", "\n"))],
        [words.value, exact(fact)],
        [words.asOf, date(fact.as_of, words.locale)],
      ]),
    );
    if (table === "customer" && row && this.origins) this.#addSystems(fact, row);
    return null;
  }

  /** Which systems say so comes a moment later; without an answer the rest stands as it is. */
  async #addSystems({ measure }, customer) {
    const list = this.element.querySelector("dl");
    const { words } = this;
    const found = await this.origins(customer, measure).catch(() => []);
    const told = found.map(({ system, number, as_of: day }) => `${system} (${number}), ${date(day, words.locale)}`);
    list.append(...told.flatMap((text) => [make("dt", {}, words.system), make("dd", {}, text)]));
  }

  showCitation(citation, opener) {
    if (!citation) return this.#show(opener, this.words.source, make("p", { class: "muted" }, this.words.noSource));
    const { words } = this;
    return this.#show(
      opener,
      words.source,
      make("p", { class: "title" }, citation.title),
      make("p", { class: "muted" }, citation.section),
      make("blockquote", {}, citation.quote),
      details([
        [words.document, make("code", {}, citation.document)],
        [words.validity, validity(citation, words)],
      ]),
    );
  }

  /** The browser gives focus back only outside of a shadow tree. */
  #leave() {
    this.opener.setAttribute("aria-expanded", "false");
    if (this.hadFocus) this.opener.focus();
  }

  #show(opener, title, ...content) {
    const close = make("button", { type: "button", class: "close", "aria-label": this.words.close }, "×");
    close.addEventListener("click", () => this.element.hidePopover());
    this.element.replaceChildren(make("header", {}, make("h3", {}, title), close), ...content);
    this.element.setAttribute("aria-label", title);
    this.opener?.setAttribute("aria-expanded", "false");
    this.opener = opener;
    opener.setAttribute("aria-expanded", "true");
    if (!this.element.matches(":popover-open")) this.element.showPopover();
    this.#placeBeside(opener);
    this.element.focus({ preventScroll: true });
  }

  #placeBeside(opener) {
    const from = opener.getBoundingClientRect();
    const own = this.element.getBoundingClientRect();
    const below = from.bottom + GAP + own.height <= innerHeight;
    const top = below ? from.bottom + GAP : Math.max(GAP, from.top - GAP - own.height);
    const left = Math.min(Math.max(GAP, from.left), innerWidth - own.width - GAP);
    this.element.style.setProperty("--top", `${top}px`);
    this.element.style.setProperty("--left", `${Math.max(GAP, left)}px`);
  }
}

/** `table/row` or `table?condition`, as facts write where they were read. */
function origin(source) {
  const [, table, mark, rest] = /^([^/?]+)([/?]?)(.*)$/s.exec(source) ?? [null, source, "", ""];
  return { table, row: mark === "/" ? rest : "", condition: mark === "?" ? rest : "" };
}

function exact({ value, unit }) {
  return unit === "text" || unit === "date" || unit === "count" ? String(value) : `${value} ${unit}`;
}

function validity({ valid_from: from, valid_until: until }, words) {
  const [start, end] = [from && date(from, words.locale), until && date(until, words.locale)];
  if (start && end) return filled(words.validBetween, { start, end });
  return start ? filled(words.validFrom, { start }) : end ? filled(words.validUntil, { end }) : null;
}

function date(text, locale) {
  const day = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(day.valueOf()) ? text : day.toLocaleDateString(locale, { dateStyle: "long", timeZone: "UTC" });
}

function details(pairs) {
  const shown = pairs.filter(([, value]) => value);
  return make("dl", {}, ...shown.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]));
}
