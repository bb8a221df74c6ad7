"""Who is about to leave, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import Average, Yardsticks
from assistant.tools.desk import Desk
from assistant.tools.most_valuable import own_groups
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Grouping, Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.intake.calendar_format import add_months

DEFAULT_LIMIT = 10
LONGEST = 50
RISK, WORTH = "churn_risk", "profit_contribution"


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


async def leaving(desk: Desk, limit: int = DEFAULT_LIMIT) -> Leaving:
    """The customers in view who are likeliest to leave, those worth most first among equals, each with the reasons:
    salary stopped, deposits fell, money to another bank, a complaint, no contact."""
    number = min(max(limit, 1), LONGEST)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, number))
    if found is None:
        return Leaving(None, [], Average(None, False), Average(None, False))
    measures, ranking, values, earlier, customers, yardsticks = found
    figures = MeasureFigures(desk.ledger, measures.run)
    return Leaving(
        as_of=figures.as_of(),
        lines=[_line(desk, figures, row, customers[row.customer_id], values, earlier) for row in ranking],
        branch=yardsticks.average(figures, RISK, Grouping.BRANCH, "score"),
        bank=yardsticks.average(figures, RISK, Grouping.BANK, "score"),
    )


def direction_of(now: Insight | None, before: Insight | None) -> str:
    """up, down, same; unknown where one of the two is not there."""
    if now is None or before is None or now.value is None or before.value is None:
        return "unknown"
    return "up" if now.value > before.value else "down" if now.value < before.value else "same"


Found = tuple[
    Measures,
    Sequence[Insight],
    dict[tuple[str, str], Insight],
    dict[tuple[str, str], Insight],
    dict[str, Customer],
    Yardsticks,
]


def _read(lookups: Lookups, desk: Desk, limit: int) -> Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    ranking = _riskiest(measures, limit)
    ids = [row.customer_id for row in ranking]
    customers = {c.id: c for c in lookups.scalars(select(Customer).where(Customer.id.in_(ids)))}
    earlier = measures.before(ids, [RISK], add_months(measures.run.as_of, -12))
    yardsticks = Yardsticks.of(measures, [RISK], own_groups(desk))
    return measures, ranking, measures.of(ids, [WORTH, "deposits"]), earlier, customers, yardsticks


def _riskiest(measures: Measures, limit: int) -> Sequence[Insight]:
    """By risk and then by contribution: of those as risky as the last one listed, the most valuable are taken."""
    first = measures.ranking(RISK, limit, Insight.value > 0)
    if not first:
        return []
    least = first[-1].value
    as_risky = (
        select(Insight.customer_id)
        .where(Insight.metric == RISK, Insight.value == least, measures.holding_of_each())
        .correlate(None)
    )
    valued = [row.customer_id for row in measures.ranking(WORTH, limit, Insight.customer_id.in_(as_risky))]
    risks = measures.of([*valued, *(row.customer_id for row in first)], [RISK])
    worth = measures.of([id for id, _ in risks], [WORTH])

    def order(row: Insight) -> tuple[object, ...]:
        value = worth.get((row.customer_id, WORTH))
        return (-(row.value or 0), -(value.value or 0) if value else 0, row.customer_id)

    return sorted(risks.values(), key=order)[:limit]


def _line(
    desk: Desk,
    figures: MeasureFigures,
    row: Insight,
    customer: Customer,
    values: Mapping[tuple[str, str], Insight],
    earlier: Mapping[tuple[str, str], Insight],
) -> LeavingLine:
    risk = figures.value(row)
    assert risk is not None
    return LeavingLine(
        name=desk.ledger.customer(customer),
        risk=risk,
        direction=direction_of(row, earlier.get((customer.id, RISK))),
        reasons=figures.reasons(row),
        contribution=figures.value(values.get((customer.id, WORTH))),
        deposits=figures.value(values.get((customer.id, "deposits"))),
    )
