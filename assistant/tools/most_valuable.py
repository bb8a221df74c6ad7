"""The customers who contribute most, with what ties them to the bank and what speaks against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import Average, Yardsticks
from assistant.tools.desk import Desk
from knowledge.crm.codes import Role
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Grouping, Groups, Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer

DEFAULT_LIMIT = 5
LONGEST = 50
RANKED = "related_contribution"
SHOWN = (RANKED, "related_deposit_points", "loyalty", "risk", "deposit_trend", "loan_trend", "value_group")
AVERAGED = {"profit_contribution": "money", "loyalty": "score", "risk": "score"}


@dataclass(frozen=True)
class ValuableLine:
    """One customer. Trends compare this year's average balance with last year's, in percent."""

    rank: Figure
    name: Figure
    contribution: Figure
    points: Figure | None
    loyalty: Figure | None
    risk: Figure | None
    risk_reasons: list[Figure]
    deposit_trend: Figure | None
    loan_trend: Figure | None


@dataclass(frozen=True)
class AverageLine:
    """A measure's averages over the asker's branch and the bank."""

    label: str
    branch: Average
    bank: Average


@dataclass(frozen=True)
class MostValuable:
    """`as_of` is None where no measures have been computed."""

    as_of: Figure | None
    lines: list[ValuableLine]
    averages: list[AverageLine]
    withheld: bool


async def most_valuable(desk: Desk, limit: int = DEFAULT_LIMIT) -> MostValuable:
    """The customers in view who contribute most to the bank's profit, together with their household or group: with
    deposit points, loyalty, risk and this year's trends of deposits and loans."""
    number = min(max(limit, 1), LONGEST)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, number))
    if found is None:
        return MostValuable(None, [], [], False)
    measures, ranking, values, customers, yardsticks = found
    figures = MeasureFigures(desk.ledger, measures.run)
    return MostValuable(
        as_of=figures.as_of(),
        lines=[
            _line(desk, figures, rank, row, customers[row.customer_id], values) for rank, row in enumerate(ranking, 1)
        ],
        averages=average_lines(desk, figures, yardsticks, AVERAGED),
        withheld=yardsticks.any_withheld,
    )


def average_lines(
    desk: Desk, figures: MeasureFigures, yardsticks: Yardsticks, units: Mapping[str, str]
) -> list[AverageLine]:
    """The averages of these measures, whose units are given, over the asker's branch and the bank."""
    return [
        AverageLine(
            desk.ledger.label(metric, "metric"),
            yardsticks.average(figures, metric, Grouping.BRANCH, unit),
            yardsticks.average(figures, metric, Grouping.BANK, unit),
        )
        for metric, unit in units.items()
    ]


def own_groups(desk: Desk) -> Groups:
    """The asker's branch, which head office has none of."""
    own = desk.scope.unit_ids[:1] if desk.scope.role is not Role.HEAD_OFFICE else ()
    return Groups(None, own[0] if own else None)


Found = tuple[Measures, Sequence[Insight], dict[tuple[str, str], Insight], dict[str, Customer], Yardsticks]


def _read(lookups: Lookups, desk: Desk, limit: int) -> Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    ranking = measures.ranking(RANKED, limit)
    ids = [row.customer_id for row in ranking]
    customers = {c.id: c for c in lookups.scalars(select(Customer).where(Customer.id.in_(ids)))}
    yardsticks = Yardsticks.of(measures, AVERAGED, own_groups(desk))
    return measures, ranking, measures.of(ids, SHOWN), customers, yardsticks


def _line(
    desk: Desk,
    figures: MeasureFigures,
    rank: int,
    row: Insight,
    customer: Customer,
    values: Mapping[tuple[str, str], Insight],
) -> ValuableLine:
    def of(metric: str) -> Insight | None:
        return values.get((customer.id, metric))

    contribution = figures.value(row)
    assert contribution is not None
    source = f"insight?metric={RANKED}&customer={customer.id}&largest_first"
    return ValuableLine(
        rank=desk.ledger.number(customer.id, "rank", rank, "count", source),
        name=desk.ledger.customer(customer),
        contribution=contribution,
        points=figures.value(of("related_deposit_points")),
        loyalty=figures.value(of("loyalty")),
        risk=figures.value(of("risk")),
        risk_reasons=figures.reasons(of("risk")),
        deposit_trend=figures.value(of("deposit_trend")),
        loan_trend=figures.value(of("loan_trend")),
    )
