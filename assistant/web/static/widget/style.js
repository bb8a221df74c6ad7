/** The widget's looks. Colours, font and radius can be set from outside by custom properties `--rapport-*`. */

export const sheet = new CSSStyleSheet();

const LIGHT = `
  --ground: var(--rapport-ground, #ffffff); --raised: #f4f6f7; --ink: #18222b; --soft: #566470;
  --line: #dde3e7; --accent: var(--rapport-accent, #0f5468); --on-accent: #ffffff; --tint: #e9f1f4;
  --danger: #a3271f; --shadow: 0 8px 28px rgb(20 35 45 / 16%); color-scheme: light;
`;
const DARK = `
  --ground: var(--rapport-ground-dark, #12181d); --raised: #1a2229; --ink: #e5ebef; --soft: #9dabb6;
  --line: #2d3943; --accent: var(--rapport-accent-dark, #7cc6d8); --on-accent: #0b1a20; --tint: #1b2c34;
  --danger: #f1948a; --shadow: 0 8px 28px rgb(0 0 0 / 55%); color-scheme: dark;
`;

sheet.replaceSync(`
:host { ${LIGHT} display: block; box-sizing: border-box; min-width: 0; height: 640px; max-height: 100%; color: var(--ink);
  background: var(--ground); border: 1px solid var(--line); border-radius: var(--rapport-radius, 10px); overflow: hidden;
  font: 15px/1.6 var(--rapport-font, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", "PingFang SC",
    "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif); -webkit-text-size-adjust: 100%; }
:host([hidden]) { display: none; }
:host([mode="page"]) { height: 100%; border: 0; border-radius: 0; }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
*, *::before, *::after { box-sizing: border-box; }
h2, h3, h4, p, ul, ol, dl, dd, blockquote { margin: 0; }
button, textarea, input, select { font: inherit; color: inherit; }
button { cursor: pointer; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
[hidden] { display: none !important; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.muted { color: var(--soft); }

.chat { position: relative; display: flex; flex-direction: column; height: 100%; container-type: inline-size; }
.bar { display: flex; align-items: center; justify-content: space-between; gap: 12px; padding: 10px 20px;
  border-bottom: 1px solid var(--line); }
:host([mode="page"]) .bar { justify-content: flex-end; padding-block: 4px; }
:host([mode="page"]) .bar h2 { display: none; }
.bar h2 { font-size: 15px; font-weight: 650; letter-spacing: 0.01em; }
.log { position: relative; flex: 1; min-height: 0; overflow-y: auto; overflow-x: hidden; overscroll-behavior: contain;
  padding: 0 20px; container: log / size; scroll-behavior: smooth; }
.log:focus-visible { outline-offset: -2px; }
.log > * { max-width: 880px; margin-inline: auto; }

.welcome { padding: 12cqh 0 24px; }
.welcome h3 { font-size: 22px; font-weight: 600; line-height: 1.3; margin-bottom: 6px; text-wrap: balance; }
.welcome .suggestions { margin-top: 24px; }

.exchange { padding: 20px 0 8px; }
.exchange:last-child { min-height: 100cqh; }
.question { width: fit-content; max-width: 85%; margin-left: auto; padding: 8px 14px; background: var(--tint);
  border-radius: 14px 14px 3px 14px; white-space: pre-wrap; overflow-wrap: anywhere; }
.answer { margin-top: 18px; overflow-wrap: anywhere; }
.body > * + * { margin-top: 12px; }
.body h3 { font-size: 17px; font-weight: 650; line-height: 1.35; text-wrap: balance; }
.body h3:not(:first-child) { margin-top: 22px; }
.body ul { padding-left: 20px; }
.body li + li { margin-top: 4px; }
.body li::marker { color: var(--soft); }
.pending { white-space: pre-wrap; }
blockquote { padding: 2px 0 2px 14px; border-left: 3px solid var(--line); color: var(--soft); white-space: pre-wrap; }
.progress { color: var(--soft); display: flex; align-items: center; gap: 10px; }
.progress::before { content: ""; flex: none; width: 8px; height: 8px; border-radius: 50%; background: var(--accent);
  animation: pulse 1.2s ease-in-out infinite; }
@keyframes pulse { 50% { opacity: 0.25; } }

.table { /* a shadow at the right edge while there is more to see */
  background: linear-gradient(to left, var(--ground) 40%, transparent) right / 48px 100% no-repeat local,
    linear-gradient(to left, rgb(90 110 125 / 32%), transparent) right / 14px 100% no-repeat scroll;
  overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; max-width: 100%; }
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 1.45; font-variant-numeric: tabular-nums; }
th, td { padding: 8px 12px; text-align: left; vertical-align: top; overflow-wrap: normal; }
th { font-size: 12.5px; font-weight: 600; color: var(--soft); background: color-mix(in srgb, var(--soft) 8%, transparent);
  white-space: nowrap; }
td { border-top: 1px solid var(--line); min-width: 10em; }
td.short { min-width: 0; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; min-width: 0; }

.chart { margin: 12px 0; padding: 12px 14px; border: 1px solid var(--line); border-radius: 8px; }
.chart figcaption { margin-bottom: 8px; font-size: 13px; font-weight: 600; color: var(--soft); }
.chart .row { display: grid; grid-template-columns: minmax(80px, 28%) 1fr minmax(72px, auto); gap: 10px; align-items: center; font-size: 13.5px;
  line-height: 1.5; }
.chart .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.chart .amount { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.chart svg { display: block; overflow: visible; }
.chart .series-0 { fill: var(--accent); stroke: none; }
.chart .series-1 { fill: color-mix(in srgb, var(--accent) 45%, var(--ground)); }
.chart rect.below { fill: var(--danger); }
.chart polyline.series-0 { fill: none; stroke: var(--accent); stroke-width: 2; }
.chart polyline.series-1 { fill: none; stroke: var(--soft); stroke-width: 2; }
.chart .ground { stroke: var(--line); stroke-width: 1; }
.chart .ends, .chart .legend { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 14px; font-size: 12.5px; color: var(--soft);
  font-variant-numeric: tabular-nums; }
.chart .data { margin-top: 8px; font-size: 13px; color: var(--soft); }
.chart .data summary { width: fit-content; cursor: pointer; }
.chart .data .table { margin-top: 8px; color: var(--ink); }
.chart .data th[scope="row"] { background: none; border-top: 1px solid var(--line); color: var(--ink); font-weight: 400; }

.figure { padding: 0; border: 0; background: none; font-variant-numeric: tabular-nums; white-space: normal; text-align: inherit;
  text-decoration: underline dotted; text-decoration-color: color-mix(in srgb, var(--accent) 65%, transparent);
  text-decoration-thickness: 1.5px; text-underline-offset: 3.5px; border-radius: 3px; }
.figure:hover, .figure[aria-expanded="true"] { color: var(--accent); background: var(--tint); text-decoration-style: solid; }
.strong, strong { font-weight: 650; }
td .figure { text-decoration-color: color-mix(in srgb, var(--accent) 35%, transparent); }
td.number .figure, td.short .figure { white-space: nowrap; }
.citation { min-width: 18px; height: 18px; margin: 0 1px 0 4px; padding: 0 5px; border: 0; border-radius: 9px; background: var(--tint);
  color: var(--accent); font-size: 11.5px; font-weight: 650; line-height: 18px; vertical-align: 2px; }
.citation:hover, .citation[aria-expanded="true"] { background: var(--accent); color: var(--on-accent); }

footer:not(:empty) { margin-top: 16px; }
footer > * + * { margin-top: 12px; }
.sources h4 { font-size: 12.5px; font-weight: 600; color: var(--soft); }
.sources ol { padding-left: 22px; font-size: 13.5px; }
.sources li::marker { color: var(--soft); font-variant-numeric: tabular-nums; }
.clause, .plain { padding: 0; border: 0; background: none; color: var(--accent); text-align: left; }
.clause:hover, .plain:hover { text-decoration: underline; text-underline-offset: 3px; }
.plain { padding: 4px 0; font-size: 13.5px; font-weight: 550; }
.steps { font-size: 13px; color: var(--soft); }
.steps summary { width: fit-content; cursor: pointer; }
.steps ul { padding: 4px 0 0 20px; }
.suggestions { display: flex; flex-wrap: wrap; gap: 8px; }
.proposal { padding: 12px 16px 14px; border: 1px solid var(--line); border-left: 3px solid var(--accent); border-radius: 8px;
  background: var(--raised); }
.proposal > * + *, .proposal form > * + * { margin-top: 8px; }
.proposal dl { margin: 0; padding: 0; border: 0; }
.proposal h4 { font-size: 15px; font-weight: 650; }
.proposal .entered { display: grid; grid-template-columns: minmax(96px, 160px) 1fr; gap: 4px 12px; align-items: center; }
.proposal label { color: var(--soft); }
.proposal .entry { min-width: 0; width: 100%; padding: 6px 10px; border: 1px solid var(--soft); border-radius: 6px;
  font: inherit; color: inherit; background: var(--ground); }
.proposal .outcome { font-weight: 600; }
.proposal .primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.proposal .primary:hover { background: var(--accent); text-decoration: underline; }
.proposal button:disabled { opacity: 0.6; cursor: default; }
@container (max-width: 460px) { .proposal .entered { grid-template-columns: 1fr; } }
.chip { min-height: 36px; padding: 6px 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--ground);
  font-size: 14px; line-height: 1.4; text-align: left; overflow-wrap: anywhere; transition: background 0.12s, border-color 0.12s; }
.chip:hover { background: var(--tint); border-color: var(--accent); }
.note { padding: 8px 12px; border-radius: 8px; background: var(--raised); color: var(--soft); font-size: 14px; }
.note.error { color: var(--danger); }
.resumed { margin-bottom: 14px; text-align: center; font-size: 13px; color: var(--soft); }
.note .plain { margin-left: 6px; }

.composer { padding: 8px 20px 12px; }
.composer > * { max-width: 880px; margin-inline: auto; }
.field { display: flex; align-items: flex-end; gap: 8px; padding: 6px 6px 6px 14px; border: 1px solid var(--line); border-radius: 12px;
  background: var(--ground); }
.field:focus-within { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
textarea { flex: 1; min-width: 0; padding: 5px 0; border: 0; outline: 0; background: none; resize: none; font-size: 16px; line-height: 1.5; }
textarea:focus-visible { outline: 0; }
textarea::placeholder { color: var(--soft); opacity: 1; text-overflow: ellipsis; }
.send, .stop { flex: none; min-height: 36px; padding: 0 16px; border: 1px solid transparent; border-radius: 8px; font-size: 14px;
  font-weight: 600; background: var(--accent); color: var(--on-accent); }
.send:disabled { background: var(--raised); color: var(--soft); cursor: default; }
.stop { background: var(--ground); color: var(--ink); border-color: var(--line); }
.hint { margin-top: 6px; font-size: 12px; color: var(--soft); }

.source { position: fixed; inset: auto; top: var(--top, 0); left: var(--left, 0); width: min(360px, calc(100vw - 16px)); max-height: min(60vh, 460px);
  margin: 0; padding: 14px 16px; overflow-y: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--ground);
  color: var(--ink); box-shadow: var(--shadow); font-size: 14px; line-height: 1.5; overflow-wrap: anywhere; }
.source:focus { outline: none; }
.source header { display: flex; align-items: flex-start; justify-content: space-between; gap: 12px; margin-bottom: 6px; }
.source h3 { font-size: 12.5px; font-weight: 600; color: var(--soft); padding-top: 4px; }
.close { flex: none; width: 28px; height: 28px; margin: -2px -8px 0 0; padding: 0; border: 0; border-radius: 6px; background: none; font-size: 18px;
  line-height: 1; color: var(--soft); }
.close:hover { background: var(--raised); color: var(--ink); }
.value { font-size: 20px; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.source blockquote { margin-top: 10px; color: var(--ink); border-color: var(--accent); }
dl { display: grid; grid-template-columns: auto 1fr; gap: 5px 14px; margin-top: 12px; padding-top: 10px; border-top: 1px solid var(--line);
  font-variant-numeric: tabular-nums; }
dt { color: var(--soft); }
.source .title { font-weight: 650; }
code { white-space: pre-line; font: 12.5px/1.5 ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Noto Sans Mono", monospace; }

@container (max-width: 480px) {
  .bar, .log, .composer { padding-inline: 14px; }
  .hint { display: none; }
  .welcome h3 { font-size: 19px; }
  .question { max-width: 92%; }
  th, td { padding: 7px 10px; }
}
@media (max-width: 480px) {
  .source { top: auto; bottom: 0; left: 0; width: 100vw; max-height: 70vh; border-radius: 14px 14px 0 0; border-width: 1px 0 0; }
}
@media (pointer: coarse) { .chip { min-height: 44px; } .send, .stop { min-height: 40px; } .plain { padding: 10px 0; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) { .chart rect, .chart polyline { forced-color-adjust: none; } .figure, .chip, .citation { border: 1px solid; } }
`);
