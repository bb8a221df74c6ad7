/** A write that waits for a yes: what will be done, its fields to change, confirm and reject. */
import { make } from "./make.js";
import { newId } from "./session.js";

export class ProposalCard {
  /**
   * @param {object} proposal as the server sends it
   * @param {{words: object, decide: (id, decision, changes) => Promise<object>, sentence: (error) => string}} around
   *   `decide` gives the proposal as it stands afterwards
   */
  constructor(proposal, around) {
    Object.assign(this, around);
    this.element = make("section", { class: "proposal", role: "group", "aria-label": proposal.title });
    this.#show(proposal);
  }

  #show(proposal) {
    this.proposal = proposal;
    this.inputs = new Map();
    const isOpen = proposal.state === "open";
    const note = make("p", { class: isOpen ? "muted" : "outcome", role: "status", tabindex: -1 }, proposal.message);
    this.element.dataset.state = proposal.state;
    this.element.replaceChildren(
      make("h4", {}, proposal.title),
      make("p", {}, proposal.summary),
      isOpen ? this.#form(proposal) : this.#facts(proposal.fields),
      note,
    );
    return note;
  }

  #form({ fields }) {
    const reject = make("button", { type: "button", class: "chip", onclick: () => this.#decide("reject") }, this.words.reject);
    const confirm = make("button", { type: "submit", class: "chip primary" }, this.words.confirm);
    this.buttons = [confirm, reject];
    const form = make(
      "form",
      { novalidate: true },
      this.#facts(fields.filter((field) => !field.editable)),
      ...fields.filter((field) => field.editable).map((field) => this.#entry(field)),
      make("div", { class: "suggestions" }, confirm, reject),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#decide("confirm");
    });
    return form;
  }

  #entry(field) {
    const id = `field-${newId()}`;
    const input = ENTRIES[field.input](field, { id, class: "entry" });
    if (field.input !== "code") input.value = field.value ?? "";
    this.inputs.set(field.name, input);
    return make("p", { class: "entered" }, make("label", { for: id }, field.label), input);
  }

  #facts(fields) {
    const told = fields.filter((field) => field.text);
    if (!told.length) return null;
    const value = (field) => make("dd", { class: field.input === "text" ? "lines" : null }, field.text);
    return make("dl", {}, ...told.flatMap((field) => [make("dt", {}, field.label), value(field)]));
  }

  /** What was changed, by field; an empty entry empties the field. */
  #changes() {
    const changed = {};
    for (const field of this.proposal.fields) {
      const value = this.inputs.get(field.name)?.value;
      if (value !== undefined && value !== (field.value ?? "")) changed[field.name] = value === "" ? null : value;
    }
    return changed;
  }

  async #decide(decision) {
    this.#working(true);
    try {
      const now = await this.decide(this.proposal.id, decision, decision === "confirm" ? this.#changes() : null);
      this.#show(now).focus({ preventScroll: true });
    } catch (error) {
      this.#working(false);
      this.element.append(make("p", { class: "note error", role: "alert" }, this.sentence(error)));
    }
  }

  #working(isWorking) {
    for (const button of this.buttons) button.disabled = isWorking;
    this.element.setAttribute("aria-busy", String(isWorking));
    this.element.querySelector(".error")?.remove();
  }
}

const ENTRIES = {
  line: (_, properties) => make("input", { ...properties, type: "text", autocomplete: "off" }),
  text: (_, properties) => make("textarea", { ...properties, rows: 3 }),
  day: (_, properties) => make("input", { ...properties, type: "date" }),
  code: ({ choices, value }, properties) =>
    make("select", properties, ...[{ value: "", label: "–" }, ...choices].map((choice) =>
      make("option", { value: choice.value, selected: choice.value === (value ?? "") }, choice.label))),
};
