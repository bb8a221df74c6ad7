"""Which customers carry the result: the 80/20 share, the groups by value, and who costs more than they bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.tools.desk import Desk
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.crm.whole_view import WholeView, customers_in_order

GROUPS = {5: "most_valuable", 4: "most_growing", 3: "potential", 2: "general", 1: "below_marginal_cost"}
MOST = Decimal(80)
"""The part of all contributions that the fewest customers are counted for, in percent."""
SHOWN = 10
WORTH = "profit_contribution"
COUNTED, CARRYING, LISTED = "value_group_customers", "carrying_customers", "furthest_below_cost"


@dataclass(frozen=True)
class GroupLine:
    label: Figure
    count: Figure
    share: Figure


@dataclass(frozen=True)
class BelowLine:
    """A customer whose contribution is negative, with the reasons."""

    name: Figure
    contribution: Figure
    reasons: list[Figure]


@dataclass(frozen=True)
class ValueGroups:
    """`few` customers, which are `share` percent of all with a contribution, give `most` percent of the positive
    contributions. `as_of` is None where no measures have been computed."""

    as_of: Figure | None
    few: Figure | None
    share: Figure | None
    most: Figure | None
    groups: list[GroupLine]
    below: list[BelowLine]


@dataclass(frozen=True)
class _Found:
    measures: Measures
    counts: Mapping[str, int]
    few: int
    below: Sequence[Customer]
    values: Mapping[tuple[str, str], Insight]


async def value_groups(desk: Desk) -> ValueGroups:
    """How many of the customers in view give four fifths of the contributions, how many are most valuable, growing,
    potential, general or below marginal cost, and why the last cost more than they bring."""
    found = await desk.reader.together(lambda lookups: _read(lookups, desk))
    if found is None:
        return ValueGroups(None, None, None, None, [], [])
    figures, ledger = MeasureFigures(desk.ledger, found.measures.run), desk.ledger
    total = sum(found.counts.values())
    share = Decimal(found.few) / total * 100 if total else Decimal(0)
    source = "insight?metric=profit_contribution&largest_first"
    return ValueGroups(
        as_of=figures.as_of(),
        few=ledger.number("customers", "customers_of_most", found.few, "count", source, found.measures.run.as_of),
        share=figures.total("customers", "share_of_customers", share, "percent", source),
        most=figures.total("customers", "share_of_contributions", MOST, "percent", source),
        groups=[_group(desk, figures, code, found.counts.get(code, 0), total) for code in GROUPS.values()],
        below=[
            BelowLine(
                ledger.customer(customer), contribution, figures.reasons(found.values.get((customer.id, "value_group")))
            )
            for customer in found.below
            if (contribution := figures.value(found.values.get((customer.id, WORTH))))
        ],
    )


def _group(desk: Desk, figures: MeasureFigures, code: str, number: int, total: int) -> GroupLine:
    source = f"insight?metric=value_group&label={code}"
    share = Decimal(number) / total * 100 if total else Decimal(0)
    return GroupLine(
        desk.ledger.code("customers", "value_group", "value_group", code, source),
        desk.ledger.number("customers", f"count_{code}", number, "count", source, figures.run.as_of),
        figures.total("customers", f"share_{code}", share, "percent", source),
    )


def _read(lookups: Lookups, desk: Desk) -> _Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    whole = WholeView.of(measures, COUNTED, CARRYING, LISTED)
    if whole:
        counts = {group: int(row.value or 0) for (_, group), row in whole.groups(COUNTED).items()}
        carrying = whole.number(CARRYING)
        few, ids = int(carrying.value or 0) if carrying else 0, whole.places(LISTED, SHOWN)
    else:
        counts = {GROUPS[number]: count for number, count in measures.by_number("value_group").items()}
        values = {id: own[WORTH] for id, own in measures.values(WORTH).items()}
        few, ids = (
            _fewest(values.values()),
            sorted((id for id in values if values[id] < 0), key=lambda id: (values[id], id)),
        )
    below = customers_in_order(lookups, ids, SHOWN)
    return _Found(measures, counts, few, below, measures.of([one.id for one in below], [WORTH, "value_group"]))


def _fewest(contributions: Iterable[Decimal]) -> int:
    """The fewest customers who give that part of all positive contributions."""
    values = sorted((value for value in contributions if value > 0), reverse=True)
    wanted, running = sum(values, Decimal(0)) * MOST / 100, Decimal(0)
    for number, value in enumerate(values, 1):
        running += value
        if running >= wanted:
            return number
    return 0
