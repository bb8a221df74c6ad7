/** Typed blocks of an answer -> elements. A kind that is not known here is left out. */
import { chart } from "./chart.js";
import { downloads } from "./download.js";
import { make } from "./make.js";

const CURRENCY = "(?:[A-Z]{3}\\s|[A-Z]{0,3}\\p{Sc})";
const UNIT = "(?:[%‰kKmM万亿元天笔月]|[A-Z]{3}|Kč|[A-Z]{0,3}\\p{Sc})";
const NUMBER = new RegExp(`^[-−–+(]?\\s*${CURRENCY}?\\s*[-−–+]?\\d[\\d.,'’\\s]*\\)?\\s*${UNIT}?\\)?$`, "u");
const DATE = /^\d{4}-\d{2}(-\d{2})?$/;
const LONGEST_PLAIN_NUMBER = 8;
const LONGEST_SHORT_TEXT = 14;

/**
 * @param {object} block a block as the server sends it
 * @param {{figure: (span) => Element, citation: (id) => Element, proposal: (proposal) => Element, download: (path) => Promise<void>,
 *   sentence: (error) => string, words: object}} sources makes what opens a source, and the card of a proposal; fetches a file
 */
export function render(block, sources) {
  return RENDERERS[block.kind]?.(block, sources) ?? null;
}

const RENDERERS = {
  heading: ({ line }, sources) => make("h3", {}, ...spans(line, sources)),
  paragraph: ({ line }, sources) => make("p", {}, ...spans(line, sources)),
  quote: ({ line }, sources) => make("blockquote", {}, ...spans(line, sources)),
  list: ({ items }, sources) => make("ul", {}, ...items.map((item) => make("li", {}, ...spans(item, sources)))),
  table,
  chart,
  proposal: ({ proposal }, sources) => sources.proposal(proposal),
  download: downloads,
};

function table({ columns, rows }, sources) {
  const numeric = columns.map((_, column) => isNumeric(rows.map((row) => textOf(row[column] ?? []))));
  const kind = (column) => (numeric[column] ? "number" : null);
  const head = columns.map((name, column) => make("th", { scope: "col", class: kind(column) }, name));
  const body = rows.map((row) =>
    make("tr", {}, ...row.map((cell, column) => make("td", { class: kind(column) ?? shortness(cell) }, ...spans(cell, sources)))),
  );
  return make(
    "div",
    { class: "table", role: "region", tabindex: 0, "aria-label": `${sources.words.table}: ${columns.join(", ")}` },
    make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...body)),
  );
}

function spans(line, sources) {
  return line.flatMap((span) => {
    const shown = span.fact ? sources.figure(span) : span.strong ? make("strong", {}, span.text) : span.text;
    return span.citation ? [shown, sources.citation(span.citation)] : [shown];
  });
}

/** Short cells do not wrap: an account number or a date that breaks at its hyphen is hard to read. */
const shortness = (cell) => (textOf(cell).length <= LONGEST_SHORT_TEXT ? "short" : null);

const textOf = (line) => line.map((span) => span.text).join("");

/** Whether a column holds amounts or counts. Dates do not, nor do phone and account numbers. */
function isNumeric(texts) {
  const filled = texts.map((text) => text.trim()).filter((text) => text && text !== "–" && text !== "—");
  return filled.length > 0 && filled.every(isAmount);
}

/** "CN¥1,200.00", "1.200,00 €", "-3.5 %", "12", "¥50万"; neither "A-20417" nor "2026-11-20". */
export function isAmount(text) {
  const plain = /^\d+$/.test(text);
  return NUMBER.test(text) && !DATE.test(text) && !(plain && text.length > LONGEST_PLAIN_NUMBER);
}
