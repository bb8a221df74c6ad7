/** The page of the demo: choose who you are and in which language, see what is due today, and ask. */
import { make } from "./widget/make.js";
import { WORDS } from "./page-words.js";

const SNIPPET = `<script type="module" src="/rapport/widget.js"></script>
<rapport-chat id="chat"></rapport-chat>`;

const [main, people, current, warning, languages, panes] = ["main", "people", "current", "warning", "languages", "panes"].map((id) =>
  document.getElementById(id),
);
const PANES = ["overview", "chat"];
const page = { language: startLanguage(), employees: null, chosen: sessionStorage.getItem("rapport.demo.employee") };

function startLanguage() {
  const wanted = sessionStorage.getItem("rapport.demo.language") ?? navigator.language.slice(0, 2).toLowerCase();
  return wanted in WORDS ? wanted : "en";
}

async function start() {
  const response = await fetch("demo/employees");
  page.employees = response.ok ? (await response.json()).employees : null;
  const known = page.employees?.some(({ id }) => id === page.chosen);
  if (page.employees && !known) page.chosen = (page.employees.find(({ role }) => role === "manager") ?? page.employees[0])?.id;
  current.addEventListener("click", () => unfold(!document.body.classList.contains("choosing")));
  document.addEventListener("keydown", (event) => event.key === "Escape" && unfold(false));
  document.addEventListener("rapport-print", (event) => (document.body.dataset.print = event.target.localName));
  addEventListener("afterprint", () => delete document.body.dataset.print);
  bring("chat");
  show();
}

function show() {
  const words = WORDS[page.language];
  document.documentElement.lang = page.language === "zh" ? "zh-Hans" : page.language;
  languages.setAttribute("aria-label", words.language);
  languages.replaceChildren(...Object.entries(WORDS).map(([language, { name }]) =>
    make("button", { type: "button", lang: language, "aria-pressed": String(language === page.language), onclick: () => speak(language) }, name)));
  if (page.employees?.length) showDemo(words);
  else showClosed(words);
}

function showDemo(words) {
  warning.hidden = current.hidden = panes.hidden = false;
  warning.textContent = words.warning;
  people.setAttribute("aria-label", words.who);
  people.replaceChildren(make("h2", {}, words.who), ...byUnit(page.employees).map(([unit, members]) => group(unit, members, words)));
  const chosen = page.employees.find(({ id }) => id === page.chosen);
  current.replaceChildren(make("span", {}, chosen.name), make("small", {}, `${words.roles[chosen.role] ?? chosen.role} · ${unitOf(chosen)}`));
  if (main.firstElementChild?.dataset.employee !== page.chosen) showFor(page.chosen);
  const chat = main.querySelector("rapport-chat");
  for (const shown of main.children) shown.setAttribute("lang", page.language);
  chat.examples = words.examples;
  panes.setAttribute("aria-label", words.view);
  panes.replaceChildren(...PANES.map((pane) => make("button", { type: "button", "data-pane": pane, onclick: () => bring(pane) }, words.panes[pane])));
  bring(document.body.dataset.pane);
}

function showFor(employee) {
  const shown = [make("rapport-overview", { lang: page.language }), make("rapport-chat", { mode: "page", lang: page.language })];
  for (const each of shown) {
    each.dataset.employee = employee;
    each.token = tokenOf(employee);
  }
  main.replaceChildren(...shown);
}

/** Where there is no room for both, one of them is in front. */
function bring(pane) {
  document.body.dataset.pane = pane;
  for (const button of panes.children) button.setAttribute("aria-pressed", String(button.dataset.pane === pane));
}

function group(unit, members, words) {
  const buttons = members.map(({ id, name, role }) =>
    make(
      "button",
      { type: "button", "aria-pressed": String(id === page.chosen), onclick: () => choose(id) },
      make("span", {}, name),
      make("small", {}, words.roles[role] ?? role),
    ));
  return make("section", {}, make("h3", {}, unit), ...buttons);
}

function unitOf({ unit, units }) {
  return units[page.language] ?? unit;
}

/** Units in the order they come; in each, those who see most first. */
function byUnit(employees) {
  const rank = ({ role }) => ["head_office", "branch", "manager", "service_desk"].indexOf(role);
  const units = new Map();
  for (const employee of employees) units.set(unitOf(employee), [...(units.get(unitOf(employee)) ?? []), employee]);
  return [...units].map(([unit, members]) => [unit, members.sort((one, other) => rank(one) - rank(other))]);
}

function choose(id) {
  page.chosen = id;
  sessionStorage.setItem("rapport.demo.employee", id);
  unfold(false);
  show();
}

function speak(language) {
  page.language = language;
  sessionStorage.setItem("rapport.demo.language", language);
  show();
}

function unfold(open) {
  document.body.classList.toggle("choosing", open);
  current.setAttribute("aria-expanded", String(open));
}

/** A fresh token for each question: they are short-lived, and this server is near. */
function tokenOf(employee) {
  return async () => {
    const response = await fetch("demo/token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ employee }),
    });
    return response.ok ? (await response.json()).token : "";
  };
}

function showClosed(words) {
  document.body.classList.add("closed");
  main.replaceChildren(
    make("div", { class: "closed" }, make("h2", {}, words.closedTitle), make("p", {}, words.closed), make("pre", {}, SNIPPET), make("p", {}, words.closedMore)),
  );
}

start();
