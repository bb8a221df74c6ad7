"""Who is about to leave, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import PLAIN, Average, Privacy, Yardsticks
from assistant.tools.desk import Desk
from assistant.tools.most_valuable import own_groups
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Grouping, Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.crm.whole_view import WholeView, customers_in_order
from knowledge.intake.calendar_format import add_months

DEFAULT_LIMIT = 10
LONGEST = 50
RISK, WORTH = "churn_risk", "profit_contribution"
LISTED = "likeliest_to_leave"


@dataclass(frozen=True)
class LeavingLine:
    """One customer at risk. `direction` compares the risk with that of a year before: up, down, same or unknown."""

    name: Figure
    risk: Figure
    direction: str
    reasons: list[Figure]
    contribution: Figure | None
    deposits: Figure | None


@dataclass(frozen=True)
class Leaving:
    """`as_of` is None where no measures have been computed. `branch` and `bank` are the average risks."""

    as_of: Figure | None
    lines: list[LeavingLine]
    branch: Average
    bank: Average
    privacy: Privacy


async def leaving(desk: Desk, limit: int = DEFAULT_LIMIT) -> Leaving:
    """The customers in view who are likeliest to leave, those worth most first among equals, each with the reasons:
    salary stopped, deposits fell, money to another bank, a complaint, no contact."""
    number = min(max(limit, 1), LONGEST)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, number))
    if found is None:
        return Leaving(None, [], Average(None, False), Average(None, False), PLAIN)
    figures = MeasureFigures(desk.ledger, found.measures.run)
    return Leaving(
        as_of=figures.as_of(),
        lines=[line for customer in found.customers if (line := _line(desk, figures, customer, found))],
        branch=found.yardsticks.average(figures, RISK, Grouping.BRANCH, "score"),
        bank=found.yardsticks.average(figures, RISK, Grouping.BANK, "score"),
        privacy=found.yardsticks.privacy,
    )


def direction_of(now: Insight | None, before: Insight | None) -> str:
    """up, down, same; unknown where one of the two is not there."""
    if now is None or before is None or now.value is None or before.value is None:
        return "unknown"
    return "up" if now.value > before.value else "down" if now.value < before.value else "same"


@dataclass(frozen=True)
class _Found:
    measures: Measures
    customers: Sequence[Customer]
    values: Mapping[tuple[str, str], Insight]
    earlier: Mapping[tuple[str, str], Insight]
    yardsticks: Yardsticks


def _read(lookups: Lookups, desk: Desk, limit: int) -> _Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    customers = customers_in_order(lookups, _riskiest(measures, limit), limit)
    ids = [customer.id for customer in customers]
    return _Found(
        measures,
        customers,
        measures.of(ids, [RISK, WORTH, "deposits"]),
        measures.before(ids, [RISK], add_months(measures.run.as_of, -12)),
        Yardsticks.of(measures, [RISK], own_groups(desk)),
    )


def _riskiest(measures: Measures, limit: int) -> Sequence[str]:
    """By risk, and among equals by contribution."""
    whole = WholeView.of(measures, LISTED)
    if whole:
        return whole.places(LISTED, limit)
    values = {id: own for id, own in measures.values(RISK, WORTH).items() if own.get(RISK, 0) > 0}
    return sorted(values, key=lambda id: (-values[id][RISK], -values[id].get(WORTH, Decimal(0)), id))


def _line(desk: Desk, figures: MeasureFigures, customer: Customer, found: _Found) -> LeavingLine | None:
    row = found.values.get((customer.id, RISK))
    risk = figures.value(row)
    if risk is None:
        return None
    return LeavingLine(
        name=desk.ledger.customer(customer),
        risk=risk,
        direction=direction_of(row, found.earlier.get((customer.id, RISK))),
        reasons=figures.reasons(row),
        contribution=figures.value(found.values.get((customer.id, WORTH))),
        deposits=figures.value(found.values.get((customer.id, "deposits"))),
    )
