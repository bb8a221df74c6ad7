/** Charts of an answer: drawn for who sees them, and as a table of their figures for everybody. */
import { make } from "./make.js";

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 120;
const PAD = 6;

/**
 * @param {{form: string, title: string, series: {name: string, points: {label, value, figure}[]}[]}} chart
 * @param {{figure: (span) => Element, words: object}} sources
 */
export function chart({ form, title, series }, sources) {
  const drawn = form === "trend" ? trend(series) : bars(series);
  return make(
    "figure",
    { class: `chart ${form === "trend" ? "trend" : "bars"}` },
    make("figcaption", {}, title),
    make("div", { class: "drawing", "aria-hidden": "true" }, ...legend(series), ...drawn),
    make("details", { class: "data" }, make("summary", {}, sources.words.chartData), table(title, series, sources)),
  );
}

function draw(tag, properties, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

const range = (series) => {
  const values = series.flatMap(({ points }) => points.map(({ value }) => Number(value)));
  return [Math.min(0, ...values), Math.max(0, ...values)];
};

/** One row a value: what of, the bar, and the figure. Bars begin at zero, to the left of it below. */
function bars(series) {
  const [low, high] = range(series);
  const share = (value) => ((value - low) / (high - low || 1)) * 100;
  return series[0].points.flatMap((_, row) =>
    series.map(({ points }, nth) => {
      const { label, figure, value } = points[row];
      const [from, to] = [share(Math.min(0, value)), share(Math.max(0, value))];
      const bar = draw("rect", { class: `series-${nth}${value < 0 ? " below" : ""}`, x: `${from}%`, y: 2, width: `${to - from}%`, height: 12, rx: 2 });
      return make(
        "div",
        { class: "row" },
        make("span", { class: "label" }, nth ? "" : label),
        draw("svg", { width: "100%", height: 16, focusable: "false" }, bar),
        make("span", { class: "amount" }, figure.text),
      );
    }),
  );
}

/** A line over time, from zero or the lowest value below it, with the first and last moment below. */
function trend(series) {
  const [low, high] = range(series);
  const y = (value) => PAD + (HEIGHT - 2 * PAD) * (1 - (value - low) / (high - low || 1));
  const last = series[0].points.length - 1;
  const lines = series.map(({ points }, nth) =>
    draw("polyline", {
      class: `series-${nth}`,
      points: points.map(({ value }, at) => `${(at / last) * 1000},${y(Number(value)).toFixed(2)}`).join(" "),
      "vector-effect": "non-scaling-stroke",
    }),
  );
  const ground = draw("line", { class: "ground", x1: 0, x2: 1000, y1: y(0), y2: y(0), "vector-effect": "non-scaling-stroke" });
  const ends = (at) => make("span", {}, `${series[0].points[at].label}: ${series[0].points[at].figure.text}`);
  return [
    draw("svg", { width: "100%", height: HEIGHT, viewBox: `0 0 1000 ${HEIGHT}`, preserveAspectRatio: "none", focusable: "false" }, ground, ...lines),
    make("div", { class: "ends" }, ends(0), ends(last)),
  ];
}

function legend(series) {
  if (series.length < 2) return [];
  return [make("div", { class: "legend" }, ...series.map(({ name }, nth) => make("span", { class: `series-${nth}` }, name)))];
}

function table(title, series, sources) {
  const head = make("tr", {}, make("th", { scope: "col" }, ""), ...series.map(({ name }) => make("th", { scope: "col", class: "number" }, name)));
  const body = series[0].points.map(({ label }, row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, label),
      ...series.map(({ points }) => make("td", { class: "number" }, sources.figure(points[row].figure))),
    ),
  );
  return make(
    "div",
    { class: "table", role: "group", tabindex: 0, "aria-label": `${sources.words.table}: ${title}` },
    make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)),
  );
}
