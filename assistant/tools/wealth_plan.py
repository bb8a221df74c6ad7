"""A wealth plan for reference: what stays within reach, what is for when, and what suits each part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.ledger import Figure, Quotation
from assistant.grounding.said import Said, said
from assistant.recommend.conduct import breaches
from assistant.recommend.plan_figures import PlanFigures
from assistant.recommend.plan_filling import Filled, fill, fill_reserve
from assistant.recommend.wealth_plan import Bucket, Plan, Rated, draw_up, plan_rules, yield_range
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.recommendation import Found, assessable_on, offers_for
from knowledge.crm.customer_file import CustomerFile

SHEET, NO_PROMISE = "wealth-and-funds", "1.2"
"""The clause of the product sheet that says that a benchmark is no promise."""


@dataclass(frozen=True)
class HorizonLine:
    """One horizon; `from_months` is when it begins."""

    label: str
    from_months: Figure | None
    amount: Figure
    share: Figure


@dataclass(frozen=True)
class PlannedProduct:
    """`rate` is a year's percent: of deposits the contract's, of investments the published benchmark."""

    product: Figure
    rate: Figure | None


@dataclass(frozen=True)
class PartLine:
    label: str
    what: Figure
    amount: Figure
    share: Figure
    products: list[PlannedProduct]


@dataclass(frozen=True)
class ClassLine:
    """What the customer has of a class today, and in the plan."""

    what: Figure
    today: Figure
    planned: Figure


@dataclass(frozen=True)
class WealthPlan:
    """`missing` says why there is no allocation. `low` and `high` are the range of the published rates, `covered` the
    amount of the plan that they are of. `notes` and `remarks` (what makes the plan more careful, what to ask) are for
    the wealth manager, not for the customer."""

    name: Figure
    day: Figure
    total: Figure
    missing: list[Said]
    assessable_on: Figure | None
    basis: list[Said]
    horizons: list[HorizonLine]
    parts: list[PartLine]
    classes: list[ClassLine]
    low: Figure | None
    high: Figure | None
    covered: Figure | None
    clause: Quotation | None
    remarks: list[Said]
    notes: list[Said]
    version: Figure
    rules: Figure


async def wealth_plan(desk: Desk, customer: CustomerId) -> WealthPlan:
    """A wealth plan for a customer, for reference, to hand to a wealth manager: liquidity reserve, amounts by horizon,
    an allocation within the assessed risk tolerance, products that suit, the range of their published rates, and what
    the wealth manager has to know. Without a valid risk assessment it says what is missing."""
    file, found = await desk.file(customer), await offers_for(desk, customer)
    circumstances = found.circumstances
    plan = draw_up(circumstances.suitable, circumstances.holdings, desk.rules, plan_rules(), desk.today)
    figures = PlanFigures(desk.ledger, circumstances, plan, desk.rules)
    filled = _filled(desk, found, plan)
    reserve = figures.reserve()
    return WealthPlan(
        name=desk.ledger.customer(file.customer),
        day=desk.ledger.day("period", "today", desk.today, "period"),
        total=figures.total,
        missing=figures.missing(),
        assessable_on=assessable_on(desk, found) if plan.missing else None,
        basis=[*figures.assessment(), *reserve],
        horizons=[HorizonLine(desk.ledger.label(name, "bucket"), *figures.horizon(name)) for name in _horizons(plan)],
        parts=[_part_line(desk, figures, one) for one in filled],
        classes=[ClassLine(*line) for line in figures.classes()] if plan.parts else [],
        clause=await _clause(desk) if plan.parts else None,
        remarks=figures.remarks(),
        notes=_notes(desk, file, found, figures),
        version=desk.ledger.words("wealth_plan", "version", plan_rules().version, plan_rules().source),
        rules=desk.ledger.words("rules", "version", desk.rules.version, desk.rules.source),
        **_range(filled, figures),
    )


def _filled(desk: Desk, found: Found, plan: Plan) -> list[Filled]:
    """The reserve and the parts with products that suit, that wait for no answer and whose names promise nothing."""
    if not plan.parts:
        return []
    waiting = {one.recommendable.product.id for one in found.waiting}
    offered = [
        one.recommendable
        for one in found.assessed.values()
        if one.recommendable
        and one.product.id not in waiting
        and one.product.currency == found.circumstances.holdings.currency
        and not breaches(one.product.names.get(desk.language) or one.product.name)
    ]
    rules, horizon = plan_rules(), plan.horizon_months or 0
    parts = [fill(part, offered, rules, horizon or rules.until_months(part.bucket) or 0) for part in plan.parts]
    return [fill_reserve(plan, offered, rules), *parts]


def _horizons(plan: Plan) -> Iterator[str]:
    if plan.parts:
        yield "reserve"
        used = {part.bucket for part in plan.parts}
        yield from (bucket.value for bucket in Bucket if bucket in used)


def _part_line(desk: Desk, figures: PlanFigures, filled: Filled) -> PartLine:
    products = []
    for one in filled.products:
        product, verdict = one.product, one.assessment.verdict.value
        figure = desk.ledger.product(product)
        desk.ledger.judge(product.id, verdict, [])
        rate = desk.ledger.percent(product.id, "rate", product.rate, f"product/{product.id}") if product.rate else None
        products.append(PlannedProduct(figure, rate))
    label = desk.ledger.label(filled.bucket, "bucket")
    return PartLine(label, *figures.part(filled.bucket, filled.asset, filled.amount), products)


def _range(filled: Sequence[Filled], figures: PlanFigures) -> dict[str, Figure | None]:
    rated = [Rated(one.amount, min(one.rates), max(one.rates)) for one in filled if one.rates and one.amount]
    found = yield_range(rated)
    if found is None:
        return {"low": None, "high": None, "covered": None}
    low, high, covered = figures.yields(*found, [product.product.id for one in filled for product in one.products])
    return {"low": low, "high": high, "covered": covered}


async def _clause(desk: Desk) -> Quotation | None:
    passage = await desk.library.passage(f"{SHEET}.{desk.language}/{NO_PROMISE}")
    return desk.ledger.cite(passage) if passage else None


def _notes(desk: Desk, file: CustomerFile, found: Found, figures: PlanFigures) -> list[Said]:
    """What the wealth manager has to know: who looks after the customer, what was said last, what is needed now."""
    ledger, customer, notes = desk.ledger, file.customer, list[Said]()
    if file.manager:
        number = ledger.words(customer.id, "id", customer.id, f"customer/{customer.id}")
        values = {"manager": ledger.employee(file.manager), "number": number}
        notes.append(said("wealth_plan", "manager", desk.language, values))
    for contact, _ in file.contacts[:1]:
        source = f"contact/{contact.id}"
        day = ledger.day(customer.id, "at", contact.at.date(), source)
        for code, measure, text in (
            ("last_contact", "purpose", contact.purpose),
            ("next_step", "next_step", contact.next_step),
        ):
            if text:
                told = {"day": day, measure: ledger.words(customer.id, measure, text, source)}
                notes.append(said("wealth_plan", code, desk.language, told))
    return [*notes, *figures.complaint(file), *(figures.need(one, file.customer) for one in found.needs)]
