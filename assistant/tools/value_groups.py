"""Which customers carry the result: the 80/20 share, the groups by value, and who costs more than they bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.tools.desk import Desk
from knowledge.crm.codes import Role
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer

GROUPS = {5: "most_valuable", 4: "most_growing", 3: "potential", 2: "general", 1: "below_marginal_cost"}
MOST = Decimal(80)
"""The part of all contributions that the fewest customers are counted for, in percent."""
SHOWN = 10
ALL = 10**9


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
    numbers: dict[int, int]
    few: int
    below: Sequence[Insight]
    groups: Mapping[tuple[str, str], Insight]
    customers: dict[str, Customer]


async def value_groups(desk: Desk) -> ValueGroups:
    """How many of the customers in view give four fifths of the contributions, how many are most valuable, growing,
    potential, general or below marginal cost, and why the last cost more than they bring."""
    found = await desk.reader.together(lambda lookups: _read(lookups, desk))
    if found is None:
        return ValueGroups(None, None, None, None, [], [])
    figures, ledger = MeasureFigures(desk.ledger, found.measures.run), desk.ledger
    total = sum(found.numbers.values())
    share = Decimal(found.few) / total * 100 if total else Decimal(0)
    source = "insight?metric=profit_contribution&largest_first"
    return ValueGroups(
        as_of=figures.as_of(),
        few=ledger.number("customers", "customers_of_most", found.few, "count", source, found.measures.run.as_of),
        share=figures.total("customers", "share_of_customers", share, "percent", source),
        most=figures.total("customers", "share_of_contributions", MOST, "percent", source),
        groups=[_group(desk, figures, code, found.numbers.get(number, 0), total) for number, code in GROUPS.items()],
        below=[
            BelowLine(
                ledger.customer(found.customers[row.customer_id]),
                contribution,
                figures.reasons(found.groups.get((row.customer_id, "value_group"))),
            )
            for row in found.below
            if (contribution := figures.value(row))
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
    below = measures.ranking("profit_contribution", SHOWN, Insight.value < 0, rising=True)
    ids = [row.customer_id for row in below]
    customers = {c.id: c for c in lookups.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return _Found(
        measures, measures.by_number("value_group"), _fewest(measures, desk), below,
        measures.of(ids, ["value_group"]), customers,
    )  # fmt: skip


def _fewest(measures: Measures, desk: Desk) -> int:
    """The fewest customers in view who give that part of all positive contributions in view. The bank's running
    shares have been computed; those within a narrower view have not."""
    if desk.scope.role is Role.HEAD_OFFICE:
        return measures.count("income_share", Insight.value < MOST) + 1 if measures.count("income_share") else 0
    values = [row.value or Decimal(0) for row in measures.ranking("profit_contribution", ALL, Insight.value > 0)]
    wanted, running = sum(values, Decimal(0)) * MOST / 100, Decimal(0)
    for number, value in enumerate(values, 1):
        running += value
        if running >= wanted:
            return number
    return 0
