/** The widget's looks. Colours, font and radius can be set from outside by custom properties `--rapport-*`. */

export const sheet = new CSSStyleSheet();

const LIGHT = `
  --ground: var(--rapport-ground, #ffffff); --raised: #f4f6f7; --ink: #18222b; --soft: #566470;
  --line: #dde3e7; --accent: var(--rapport-accent, #0f5468); --on-accent: #ffffff; --tint: #e9f1f4;
  --danger: #a3271f; --good: #1f7a4d; --warn: #8a5a00; --shadow: 0 8px 28px rgb(20 35 45 / 16%); color-scheme: light;
`;
const DARK = `
  --ground: var(--rapport-ground-dark, #12181d); --raised: #1a2229; --ink: #e5ebef; --soft: #9dabb6;
  --line: #2d3943; --accent: var(--rapport-accent-dark, #7cc6d8); --on-accent: #0b1a20; --tint: #1b2c34;
  --danger: #f1948a; --good: #7fd0a3; --warn: #f0c674; --shadow: 0 8px 28px rgb(0 0 0 / 55%); color-scheme: dark;
`;

sheet.replaceSync(`
:host { ${LIGHT} display: block; box-sizing: border-box; min-width: 0; height: 640px; max-height: 100%; color: var(--ink);
  background: var(--ground); border: 1px solid var(--line); border-radius: var(--rapport-radius, 10px); overflow: hidden;
  font: 15px/1.6 var(--rapport-font, "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", "PingFang SC",
    "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif); -webkit-text-size-adjust: 100%; }
:host(rapport-overview) { height: auto; max-height: none; border: 0; border-radius: 0; }
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
.bar { display: flex; align-items: center; gap: 6px; padding: 6px 14px; border-bottom: 1px solid var(--line); }
.bar h2 { flex: 1; min-width: 0; }
:host([mode="page"]) .bar h2 { opacity: 0; }
.bar .plain { padding: 4px 8px; }
.bar h2 { font-size: 15px; font-weight: 650; letter-spacing: 0.01em; }
.log { position: relative; flex: 1; min-height: 0; overflow-y: auto; overflow-x: hidden; overscroll-behavior: contain;
  padding: 0 20px; container: log / size; scroll-behavior: smooth; }
.log:focus-visible { outline-offset: -2px; }
.log > * { max-width: 880px; margin-inline: auto; }

.welcome { padding: 12cqh 0 24px; }
.welcome h3 { font-size: 22px; font-weight: 600; line-height: 1.3; margin-bottom: 6px; text-wrap: balance; }
.welcome .suggestions { margin-top: 24px; }

.asked { display: flex; justify-content: flex-end; align-items: center; gap: 4px; }
.exchange { padding: 20px 0 8px; }
.exchange:last-child { min-height: 100cqh; }
.question { width: fit-content; max-width: 85%; padding: 8px 14px; background: var(--tint);
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
table { border-collapse: collapse; width: 100%; font-size: 14px; line-height: 24px; font-variant-numeric: tabular-nums; }
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
.chart .data .table { margin-top: 8px; color: var(--ink); }
.chart .data th[scope="row"] { background: none; border-top: 1px solid var(--line); color: var(--ink); font-weight: 400; }

.figure { padding: 0; border: 0; background: none; font-variant-numeric: tabular-nums; white-space: normal; text-align: inherit;
  text-decoration: underline dotted; text-decoration-color: color-mix(in srgb, var(--accent) 65%, transparent);
  text-decoration-thickness: 1.5px; text-underline-offset: 3.5px; border-radius: 3px; }
.together { white-space: nowrap; }
.together .figure { white-space: normal; }
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
.steps summary, .chart .data summary { width: fit-content; min-height: 24px; line-height: 24px; cursor: pointer; }
.steps ul { padding: 4px 0 0 20px; }
.suggestions { display: flex; flex-wrap: wrap; gap: 8px; }
.proposal { padding: 12px 16px 14px; border: 1px solid var(--line); border-left: 3px solid var(--accent); border-radius: 8px;
  background: var(--raised); }
.proposal > * + *, .proposal form > * + * { margin-top: 8px; }
.proposal dl { margin: 0; padding: 0; border: 0; }
.lines { white-space: pre-line; }
.proposal h4 { font-size: 15px; font-weight: 650; }
.proposal .entered { display: grid; grid-template-columns: minmax(96px, 160px) 1fr; gap: 4px 12px; align-items: center; }
.proposal label { color: var(--soft); }
.proposal .entry { width: 100%; }
.proposal .outcome { font-weight: 600; }
.proposal button:disabled { opacity: 0.6; cursor: default; }
@container (max-width: 460px) { .proposal .entered { grid-template-columns: 1fr; } }
.chip { min-height: 36px; padding: 6px 14px; border: 1px solid var(--line); border-radius: 18px; background: var(--ground);
  font-size: 14px; line-height: 1.4; text-align: left; overflow-wrap: anywhere; transition: background 0.12s, border-color 0.12s; }
.chip:hover { background: var(--tint); border-color: var(--accent); }
.note { padding: 8px 12px; border-radius: 8px; background: var(--raised); color: var(--soft); font-size: 14px; }
.note.error { color: var(--danger); }
.note .plain { margin-left: 6px; }

.icon { width: 18px; height: 18px; fill: none; stroke: currentColor; stroke-width: 1.7; stroke-linecap: round; stroke-linejoin: round; display: block; }
.tool { flex: none; display: inline-grid; place-items: center; width: 32px; height: 32px; padding: 0; border: 0; border-radius: 8px; background: none;
  color: var(--soft); }
.tool:hover, .tool[aria-pressed="true"] { background: var(--tint); color: var(--accent); }
.tool[aria-pressed="true"] .icon { fill: color-mix(in srgb, var(--accent) 30%, transparent); }
.edit { opacity: 0.55; }
.asked:hover .edit, .edit:focus-visible { opacity: 1; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; margin-left: -7px; }
.tools .muted { font-size: 13px; margin-left: 6px; }
.plan { display: inline-flex; align-items: center; gap: 6px; margin-left: 8px; }
.why { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; padding: 12px 14px; border: 1px solid var(--line); border-radius: 8px; font-size: 14px; }
.why fieldset { display: flex; flex-wrap: wrap; gap: 6px 16px; width: 100%; margin: 0; padding: 0; border: 0; }
.why legend { padding: 0 0 6px; font-weight: 600; }
.why .entry { flex: 1 1 200px; }
.reason { display: inline-flex; align-items: center; gap: 6px; min-height: 28px; }
.editor { width: 100%; padding: 10px 12px; border: 1px solid var(--accent); border-radius: 12px; background: var(--ground); }
.editor textarea { width: 100%; }
.editor .suggestions { margin-top: 8px; }
.entry { min-width: 0; padding: 6px 10px; border: 1px solid var(--soft); border-radius: 6px; background: var(--ground); font: inherit; color: inherit; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.primary:hover { background: var(--accent); text-decoration: underline; }
.danger { border-color: var(--danger); color: var(--danger); }

.past { position: absolute; inset: 45px 0 0; z-index: 2; display: flex; flex-direction: column; gap: 10px; width: min(420px, 100%); padding: 12px 16px;
  background: var(--ground); border-right: 1px solid var(--line); box-shadow: var(--shadow); }
.past header { display: flex; justify-content: space-between; align-items: center; }
.past h3 { font-size: 15px; font-weight: 650; }
.past .muted:empty { display: none; }
.past form { display: flex; flex-wrap: wrap; gap: 8px; width: 100%; }
.past form .entry { flex: 1 1 160px; }
.found { flex: 1; min-height: 0; margin: 0 -8px; padding: 0; overflow-y: auto; list-style: none; }
.found li { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; padding: 2px 8px; border-radius: 8px; }
.found li:hover { background: var(--raised); }
.found p { flex: 1 1 100%; overflow-wrap: anywhere; }
.open { flex: 1; min-width: 0; padding: 6px 0; border: 0; background: none; text-align: left; line-height: 1.35; }
.open span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.open small { color: var(--soft); font-size: 12.5px; }

.card { padding: 10px 14px; border: 1px solid var(--line); border-left: 3px solid var(--soft); border-radius: 8px; background: var(--ground); }
.cards { display: grid; gap: 8px; padding: 0 !important; list-style: none; }
.cards li + li { margin-top: 0 !important; }
.card.case { border-left-color: var(--danger); }
.card.task { border-left-color: var(--accent); }
.card.product > * + * { margin-top: 8px; }
.card.product[data-verdict="allowed"] { border-left-color: var(--good); }
.card.product[data-verdict="warning"] { border-left-color: var(--warn); }
.card.product[data-verdict="not_allowed"] { border-left-color: var(--danger); }
.table.customer thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.table.customer td:first-child { color: var(--soft); width: 32%; min-width: 0; }
.table.customer tr:first-child td { border-top: 0; }
.talk { display: flex; justify-content: space-between; align-items: flex-start; gap: 8px; padding: 6px 6px 6px 14px; border-left: 3px solid var(--accent);
  border-radius: 4px; background: var(--raised); }
.talk > :first-child { padding-block: 3px; }
.sort { padding: 0; border: 0; background: none; font: inherit; color: inherit; white-space: nowrap; }
.sort::after { content: "↕" / ""; margin-left: 4px; opacity: 0.45; }
[aria-sort="ascending"] .sort::after { content: "↑" / ""; opacity: 1; }
[aria-sort="descending"] .sort::after { content: "↓" / ""; opacity: 1; }
.export { padding: 4px 0 0; font-size: 12.5px; }

:host(:is([mode="float"], [mode="dock"])) { position: fixed; inset: auto 20px 20px auto; z-index: var(--rapport-z, 1000); width: auto; height: auto;
  max-height: none; background: none; border: 0; border-radius: 0; overflow: visible; }
.launcher { display: grid; place-items: center; width: 56px; height: 56px; border: 0; border-radius: 50%; background: var(--accent); color: var(--on-accent);
  box-shadow: var(--shadow); }
.launcher .icon { width: 26px; height: 26px; }
:host(:is([mode="float"], [mode="dock"])) .chat { position: fixed; right: 20px; bottom: 20px; width: min(440px, calc(100vw - 40px));
  height: min(680px, calc(100dvh - 40px)); background: var(--ground); border: 1px solid var(--line); border-radius: var(--rapport-radius, 10px);
  box-shadow: var(--shadow); overflow: hidden; }
:host([mode="dock"]) .chat { inset: 0 0 0 auto; height: 100dvh; border-width: 0 0 0 1px; border-radius: 0; }
:host(:is([mode="float"], [mode="dock"])[expanded]) .chat { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }

.overview { container-type: inline-size; font-size: 14px; line-height: 24px; }
.overview .bar { position: sticky; top: 0; z-index: 1; background: var(--ground); }
.views { padding: 4px 20px 24px; }
.view { padding-top: 16px; }
.view > h3 { margin-bottom: 10px; font-size: 16px; font-weight: 650; }
.view > * + .steps { margin-top: 8px; }
.view .steps .cards { padding-top: 8px !important; color: var(--ink); }
.overview td { min-width: 7em; }

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
  :host(:is([mode="float"], [mode="dock"])) .chat { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; }
  .source { top: auto; bottom: 0; left: 0; width: 100vw; max-height: 70vh; border-radius: 14px 14px 0 0; border-width: 1px 0 0; }
}
@media print {
  :host, :host([mode="page"]), .chat, .log { display: block; height: auto !important; max-height: none; overflow: visible; border: 0; }
  .log { container: none; }
  .exchange:last-child { min-height: 0; }
  .exchange { break-inside: auto; }
  .table, .card, .chart, .proposal, blockquote { break-inside: avoid; }
  .table { overflow: visible; }
  .bar, .past, .composer, .actions, .suggestions, .steps, .edit, .copy, .export, .launcher, .source, .sort::after { display: none !important; content: none; }
  .figure { text-decoration: none; }
}
@media (pointer: coarse) { .tool { width: 40px; height: 40px; } .chip { min-height: 44px; } .send, .stop { min-height: 40px; } .plain { padding: 10px 0; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) { .chart rect, .chart polyline { forced-color-adjust: none; } .figure, .chip, .citation { border: 1px solid; } }
`);
