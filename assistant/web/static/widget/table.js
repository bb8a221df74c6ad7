/** Tables of an answer: sorted by a press on a column's head, and taken along as a file. */
import { make } from "./make.js";
import { isAmount, numberOf } from "./number.js";
import { save } from "./save.js";

const LONGEST_SHORT_TEXT = 14;
/** Spreadsheets take what begins so for a formula: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r]/;
const ISO = /^\d{4}-\d{2}-\d{2}/;
const CHINESE_DATE = /^(\d{4})年(\d{1,2})月(\d{1,2})日$/;

/**
 * @param {{columns: string[], rows: object[][][]}} block
 * @param {Evidence} sources
 * @param {(line) => (string | Element)[]} shown what a cell shows
 */
export function table({ columns, rows, card }, sources, shown) {
  const numeric = columns.map((_, column) => isNumeric(rows.map((row) => textOf(row[column] ?? []))));
  const kind = (column) => (numeric[column] ? "number" : null);
  const body = make("tbody", {}, ...rows.map((row) =>
    make("tr", {}, ...row.map((cell, column) => make("td", { class: kind(column) ?? shortness(cell) }, ...shown(cell))))));
  const originals = [...body.children];
  const sort = (column, direction) => {
    const order = rows.map((row, at) => ({ at, key: keyOf(row[column] ?? [], sources) }));
    if (direction) order.sort((one, other) => compared(one.key, other.key, sources.words.locale) * direction || one.at - other.at);
    body.replaceChildren(...order.map(({ at }) => originals[at]));
  };
  const isSortable = rows.length > 1 && card !== "customer";
  const head = columns.map((name, column) => make("th", { scope: "col", class: kind(column) }, isSortable ? sorter(name, column, sort, sources.words) : name));
  const label = `${sources.words.table}: ${columns.join(", ")}`;
  const region = make("div", { class: card ? `table ${card}` : "table", role: "group", tabindex: 0, "aria-label": label },
    make("table", {}, make("thead", {}, make("tr", {}, ...head)), body));
  return isSortable ? make("div", { class: "tabled" }, region, exporter(columns, rows, sources.words)) : region;
}

/** A head that sorts: upwards, downwards, as it came. */
function sorter(name, column, sort, words) {
  const button = make("button", { type: "button", class: "sort", title: words.sort }, name);
  button.addEventListener("click", () => {
    const head = button.closest("th");
    const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
    const order = head.hasAttribute("aria-sort") ? next : "ascending";
    for (const other of head.parentElement.children) other.removeAttribute("aria-sort");
    if (order) head.setAttribute("aria-sort", order);
    sort(column, { ascending: 1, descending: -1 }[order] ?? 0);
  });
  return button;
}

function exporter(columns, rows, words) {
  const button = make("button", { type: "button", class: "plain export", "aria-label": `${words.exportTable}: ${columns.join(", ")}` }, words.exportTable);
  button.addEventListener("click", () => save("rapport.csv", "text/csv;charset=utf-8", csvOf([columns, ...rows.map((row) => row.map(textOf))])));
  return button;
}

/** Rows of texts as CSV (RFC 4180), with the mark by which spreadsheets know UTF-8. */
export function csvOf(rows) {
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

/** What would be a formula becomes text; a negative number stays one. */
function csvCell(text) {
  const safe = FORMULA.test(text) && !isAmount(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What a cell is sorted by: the value behind its figure, else the number or the date that is written, else its text. */
function keyOf(line, sources) {
  const text = textOf(line).trim();
  const fact = sources.factOf(line);
  if (fact && fact.unit === "date") return String(fact.value);
  if (fact && fact.unit !== "text" && Number.isFinite(Number(fact.value))) return Number(fact.value);
  if (!text || text === "–" || text === "—") return null;
  const chinese = CHINESE_DATE.exec(text);
  if (chinese) return `${chinese[1]}-${chinese[2].padStart(2, "0")}-${chinese[3].padStart(2, "0")}`;
  return isAmount(text) && !ISO.test(text) ? numberOf(text) : text;
}

/** Empty cells come last upwards; numbers come before words. */
function compared(one, other, locale) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === "number" && typeof other === "number") return one - other;
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return one.localeCompare(other, locale, { numeric: true, sensitivity: "base" });
}

/** Short cells do not wrap: an account number or a date that breaks at its hyphen is hard to read. */
const shortness = (cell) => (textOf(cell).length <= LONGEST_SHORT_TEXT ? "short" : null);

export const textOf = (line) => line.map((span) => span.text).join("");

/** Whether a column holds amounts or counts. Dates do not, nor do phone and account numbers. */
function isNumeric(texts) {
  const filled = texts.map((text) => text.trim()).filter((text) => text && text !== "–" && text !== "—");
  return filled.length > 0 && filled.every(isAmount);
}
