/** What can be done with an answer: copy it, ask again, say what it was worth, print the plan it is about. */
import { copier } from "./copier.js";
import { icon } from "./icons.js";
import { make } from "./make.js";

const REASONS = {
  up: ["correct", "well_said", "saved_time"],
  down: ["wrong_figure", "not_understood", "incomplete", "too_long", "not_helpful"],
};
const PLAN = "wealth_plan";

export class Actions {
  /** @param {object} answer  @param {Exchange} exchange whose answer it is */
  constructor(answer, exchange) {
    this.exchange = exchange;
    this.words = exchange.words;
    this.thumbs = { up: this.#thumb("up"), down: this.#thumb("down") };
    const again = this.#button("retry", this.words.again, () => exchange.onagain(exchange, exchange.question));
    again.classList.add("again");
    const plan = answer.tools.find(({ name, arguments: given }) => name === PLAN && given.customer);
    this.said = make("p", { class: "muted", role: "status" });
    this.element = make(
      "div",
      { class: "actions" },
      make(
        "div",
        { class: "tools", role: "group", "aria-label": this.words.actions },
        copier(answer.answer, this.words.copyAnswer, this.words),
        again,
        this.thumbs.up,
        this.thumbs.down,
        plan ? this.#plan(plan.arguments.customer, answer.language) : null,
        this.said,
      ),
    );
    this.#press(exchange.thumb);
  }

  #button(name, label, onclick) {
    return make("button", { type: "button", class: "tool", "aria-label": label, title: label, onclick }, icon(name));
  }

  #thumb(thumb) {
    return this.#button(thumb, this.words.thumbs[thumb], () => this.#rate(thumb));
  }

  #press(thumb) {
    for (const [name, button] of Object.entries(this.thumbs)) button.setAttribute("aria-pressed", String(name === thumb));
  }

  async #rate(thumb) {
    this.#press(thumb);
    if (await this.#send({ thumb })) this.#askWhy(thumb);
  }

  /** The thumb counts at once; why is said afterwards, or not. */
  #askWhy(thumb) {
    this.form?.remove();
    const boxes = REASONS[thumb].map((reason) => {
      const box = make("input", { type: "checkbox", value: reason });
      return make("label", { class: "reason" }, box, this.words.reasons[reason]);
    });
    const comment = make("input", { type: "text", class: "entry", maxlength: 2000, "aria-label": this.words.comment, placeholder: this.words.comment });
    this.form = make(
      "form",
      { class: "why" },
      make("fieldset", {}, make("legend", {}, this.words.why), ...boxes),
      comment,
      make("button", { type: "submit", class: "chip primary" }, this.words.tell),
      make("button", { type: "button", class: "chip", onclick: () => this.#close(thumb) }, this.words.cancel),
    );
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const reasons = boxes.map((label) => label.firstElementChild).filter((box) => box.checked).map((box) => box.value);
      if (await this.#send({ thumb, reasons, comment: comment.value })) this.#close(thumb);
    });
    this.element.append(this.form);
    boxes[0].firstElementChild.focus();
  }

  #close(thumb) {
    this.form.remove();
    this.thumbs[thumb].focus();
  }

  async #send(opinion) {
    try {
      await this.exchange.rate(this.exchange, opinion);
      this.said.textContent = this.words.thanks;
      return true;
    } catch (error) {
      this.said.textContent = this.exchange.sentence(error);
      this.#press(null);
      return false;
    }
  }

  #plan(customer, language) {
    const button = make("button", { type: "button", class: "plain plan" }, icon("print"), this.words.printPlan);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await this.exchange.printed(customer, language);
      } catch (error) {
        this.said.textContent = this.exchange.sentence(error);
      }
      button.disabled = false;
    });
    return button;
  }
}
