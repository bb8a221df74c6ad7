/** Typed blocks of an answer -> elements. A kind that is not known here is left out. */
import { chart } from "./chart.js";
import { copier } from "./copier.js";
import { downloads } from "./download.js";
import { make } from "./make.js";
import { table, textOf } from "./table.js";

const OPENING = /[（(“‘¿¡《「]*$/;
const CLOSING = /^[,.;:!?…)）”’。，、；：！？》」]*/;

/**
 * @param {object} block a block as the server sends it
 * @param {Evidence & {proposal: (proposal) => Element, download: (path) => Promise<void>, sentence: (error) => string}} sources
 *   makes what opens a source, and the card of a proposal; fetches a file
 */
export function render(block, sources) {
  return RENDERERS[block.kind]?.(block, sources) ?? null;
}

/** Appends a block; what belongs to the product that was named before goes onto that product's card. */
export function append(body, block, sources) {
  const rendered = render(block, sources);
  if (!rendered) return;
  const open = body.lastElementChild;
  const isOfProduct = block.kind === "list" && !block.card && open?.matches(".card.product:not(:has(ul))");
  (isOfProduct ? open : body).append(rendered);
}

const RENDERERS = {
  heading: ({ line }, sources) => make("h3", {}, ...spans(line, sources)),
  paragraph,
  quote: ({ line }, sources) => make("blockquote", {}, ...spans(line, sources)),
  list,
  table: (block, sources) => table(block, sources, (line) => spans(line, sources)),
  chart,
  proposal: ({ proposal }, sources) => sources.proposal(proposal),
  download: downloads,
};

function paragraph({ line, card }, sources) {
  const text = make("p", {}, ...spans(line, sources));
  if (card === "product") {
    const named = line.find((span) => span.fact);
    return make("section", { class: "card product", "data-fact": named?.fact, role: "group", "aria-label": named?.text }, text);
  }
  return card === "talk" ? spoken("div", line, text, sources) : text;
}

function list({ items, card }, sources) {
  const entries = items.map((item) =>
    card === "talk" ? spoken("li", item, make("span", {}, ...spans(item, sources)), sources) : make("li", { class: card ? `card ${card}` : null }, ...spans(item, sources)));
  return make("ul", { class: card ? "cards" : null }, ...entries);
}

/** A line to say to a customer, with a button that copies what is to be said: not what kind of line it is. */
function spoken(tag, line, shown, { words }) {
  const said = textOf(line[0]?.strong ? line.slice(1) : line).replace(/^\s*[:：]\s*/, "").trim();
  return make(tag, { class: "talk" }, shown, copier(said, `${words.copyLine}: ${said}`, words));
}

function spans(line, sources) {
  const shown = line.flatMap((span) => {
    const one = span.fact ? sources.figure(span) : span.strong ? make("strong", {}, span.text) : span.text;
    return span.citation ? [one, sources.citation(span.citation)] : [one];
  });
  return together(shown);
}

/** A line may break before and after a button; not between a figure and the punctuation that belongs to it. */
function together(parts) {
  const joined = [...parts];
  for (const [at, part] of parts.entries()) {
    if (!(part instanceof Element) || !part.matches(".figure")) continue;
    const [before, after] = [joined[at - 1], joined[at + 1]];
    const opening = typeof before === "string" ? OPENING.exec(before)[0] : "";
    const closing = typeof after === "string" ? CLOSING.exec(after)[0] : "";
    if (opening) joined[at - 1] = before.slice(0, before.length - opening.length);
    if (closing) joined[at + 1] = after.slice(closing.length);
    if (opening || closing) joined[at] = make("span", { class: "together" }, opening, part, closing);
  }
  return joined;
}
