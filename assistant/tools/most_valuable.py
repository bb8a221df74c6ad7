"""The customers who contribute most, with what ties them to the bank and what speaks against them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import PLAIN, Average, Privacy, Yardsticks
from assistant.tools.desk import Desk
from knowledge.crm.codes import Role
from knowledge.crm.insights import RELATED_CUSTOMERS, Insight
from knowledge.crm.measures import Grouping, Groups, Measures
from knowledge.crm.relatives import WITHOUT, Relatives, relatives_of
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.crm.whole_view import WholeView, customers_in_order

DEFAULT_LIMIT = 5
LONGEST = 50
TOGETHER, ALONE = "related_contribution", "profit_contribution"
LISTED = "leading_contributors"
POINTS = {TOGETHER: "related_deposit_points", ALONE: "deposit_points"}
SHOWN = (*POINTS, *POINTS.values(), "loyalty", "risk", "deposit_trend", "loan_trend")
AVERAGED = {"profit_contribution": "money", "loyalty": "score", "risk": "score"}


@dataclass(frozen=True)
class ValuableLine:
    """One customer, with the others of their household or group where all of these are in view: `others` is how many
    they are. `elsewhere` says that some are looked after elsewhere, so that the customer is told of alone.

    Trends compare this year's average balance with last year's, in percent.
    """

    rank: Figure
    name: Figure
    others: Figure | None
    elsewhere: bool
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
    privacy: Privacy


async def most_valuable(desk: Desk, limit: int = DEFAULT_LIMIT) -> MostValuable:
    """The customers in view who contribute most to the bank's profit, together with their household or group: with
    deposit points, loyalty, risk and this year's trends of deposits and loans."""
    number = min(max(limit, 1), LONGEST)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, number))
    if found is None:
        return MostValuable(None, [], [], PLAIN)
    figures = MeasureFigures(desk.ledger, found.measures.run)
    return MostValuable(
        as_of=figures.as_of(),
        lines=[_line(desk, figures, rank, customer, found) for rank, customer in enumerate(found.customers, 1)],
        averages=average_lines(desk, figures, found.yardsticks, AVERAGED),
        privacy=found.yardsticks.privacy,
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
    return Groups(None, None if desk.scope.role is Role.HEAD_OFFICE else desk.scope.home)


@dataclass(frozen=True)
class _Found:
    measures: Measures
    customers: Sequence[Customer]
    values: Mapping[tuple[str, str], Insight]
    relatives: Mapping[str, Relatives]
    yardsticks: Yardsticks


def _read(lookups: Lookups, desk: Desk, limit: int) -> _Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    ids, relatives = _leading(measures, limit)
    customers = customers_in_order(lookups, ids, limit)
    return _Found(
        measures, customers, measures.of([customer.id for customer in customers], SHOWN), relatives,
        Yardsticks.of(measures, AVERAGED, own_groups(desk)),
    )  # fmt: skip


def _leading(measures: Measures, limit: int) -> tuple[Sequence[str], Mapping[str, Relatives]]:
    """By what they contribute together with their household or group, each of these once, where all of it is in view;
    else by what they contribute alone."""
    whole = WholeView.of(measures, LISTED, RELATED_CUSTOMERS)
    if whole:
        candidates = whole.places(LISTED, limit)
        rows = measures.of(candidates, (TOGETHER, ALONE))
        values = {key: row.value for key, row in rows.items() if row.value is not None}
    else:
        everybody = measures.values(TOGETHER, ALONE)
        candidates = list(everybody)
        values = {(id, metric): value for id, own in everybody.items() for metric, value in own.items()}
    relatives = relatives_of(measures, candidates)
    worth = {
        id: values[id, _told_by(of)]
        for id in candidates
        if ((of := relatives.get(id, WITHOUT)).leads or not of.all_in_view) and (id, _told_by(of)) in values
    }
    return sorted(worth, key=lambda id: (-worth[id], id)), relatives


def _told_by(relatives: Relatives) -> str:
    return TOGETHER if relatives.all_in_view else ALONE


def _line(desk: Desk, figures: MeasureFigures, rank: int, customer: Customer, found: _Found) -> ValuableLine:
    def of(metric: str) -> Figure | None:
        return figures.value(found.values.get((customer.id, metric)))

    relatives = found.relatives.get(customer.id, WITHOUT)
    metric, ledger = _told_by(relatives), desk.ledger
    contribution = of(metric)
    assert contribution is not None
    together = relatives.all_in_view and relatives.others > 0
    return ValuableLine(
        rank=ledger.number(
            customer.id, "rank", rank, "count", f"insight?metric={metric}&customer={customer.id}&largest_first"
        ),
        name=ledger.customer(customer),
        others=ledger.number(
            customer.id, "others_related", relatives.others, "count",
            f"insight?metric=related_customers&customer={customer.id}",
        )
        if together
        else None,
        elsewhere=relatives.others > 0 and not relatives.all_in_view,
        contribution=contribution,
        points=of(POINTS[metric]),
        loyalty=of("loyalty"),
        risk=of("risk"),
        risk_reasons=figures.reasons(found.values.get((customer.id, "risk"))),
        deposit_trend=of("deposit_trend"),
        loan_trend=of("loan_trend"),
    )  # fmt: skip
