"""Whose tier no longer fits: who has earned a higher one, and who is served above theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, case, select, type_coerce

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import Average, Yardsticks
from assistant.tools.desk import Desk
from assistant.tools.most_valuable import own_groups
from knowledge.crm.codes import Tier
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Grouping, Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.insight.parameters import read_parameters

DEFAULT_LIMIT = 10
LONGEST = 50
WHOLE = 10_000
"""Measures are kept in ten-thousandths."""
SHOWN = ("earned_tier", "tier_assets", "cost_to_serve", "profit_contribution")


@dataclass(frozen=True)
class UpgradeLine:
    """`above` is by how much the assets exceed what the earned tier asks for."""

    name: Figure
    tier: Figure
    earned: Figure
    assets: Figure | None
    above: Figure | None


@dataclass(frozen=True)
class CostlyLine:
    """`excess` is by how much a year's service cost more than is meant for the tier that the assets earn."""

    name: Figure
    tier: Figure | None
    earned: Figure | None
    cost: Figure | None
    excess: Figure
    contribution: Figure | None


@dataclass(frozen=True)
class TierReview:
    """`as_of` is None where no measures have been computed. `cost` is the bank's average cost to serve."""

    as_of: Figure | None
    upgrades: list[UpgradeLine]
    more: bool
    costly: list[CostlyLine]
    cost: Average


async def tier_review(desk: Desk, limit: int = DEFAULT_LIMIT) -> TierReview:
    """The customers in view who should be upgraded, because their assets earn a higher tier, and those who get
    services above their tier: what serving them cost exceeds what is meant for it."""
    number = min(max(limit, 1), LONGEST)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, number))
    if found is None:
        return TierReview(None, [], False, [], Average(None, False))
    measures, upgrades, costly, values, customers, yardsticks = found
    figures = MeasureFigures(desk.ledger, measures.run)
    return TierReview(
        as_of=figures.as_of(),
        upgrades=[_upgrade(desk, figures, row, customers[row.customer_id], values) for row in upgrades[:number]],
        more=len(upgrades) > number,
        costly=[_costly(desk, figures, row, customers[row.customer_id], values) for row in costly],
        cost=yardsticks.average(figures, "cost_to_serve", Grouping.BANK, "money"),
    )


Values = Mapping[tuple[str, str], Insight]
Found = tuple[Measures, Sequence[Insight], Sequence[Insight], Values, dict[str, Customer], Yardsticks]


def _read(lookups: Lookups, desk: Desk, limit: int) -> Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    rank = case({tier.value: number * WHOLE for number, tier in enumerate(Tier, 1)}, value=Customer.tier)
    earned = type_coerce(Insight.value, BigInteger)
    below = select(Customer.id).where(Customer.id == Insight.customer_id, rank < earned).correlate(Insight)
    upgrades = measures.ranking("earned_tier", limit + 1, below.exists())
    costly = measures.ranking("service_above_tier", limit)
    ids = [row.customer_id for row in (*upgrades, *costly)]
    customers = {c.id: c for c in lookups.scalars(select(Customer).where(Customer.id.in_(ids)))}
    yardsticks = Yardsticks.of(measures, ["cost_to_serve"], own_groups(desk))
    return measures, upgrades, costly, measures.of(ids, SHOWN), customers, yardsticks


def _upgrade(desk: Desk, figures: MeasureFigures, row: Insight, customer: Customer, values: Values) -> UpgradeLine:
    assets = values.get((customer.id, "tier_assets"))
    asked = read_parameters().tiers[Tier(row.label or Tier.STANDARD)]
    above: Decimal | None = assets.value - asked if assets and assets.value is not None else None
    source = f"insight?customer={customer.id}&metric=tier_assets&from={asked}"
    return UpgradeLine(
        name=desk.ledger.customer(customer),
        tier=desk.ledger.code(customer.id, "tier", "tier", customer.tier or "", f"customer/{customer.id}"),
        earned=figures.label(row),
        assets=figures.value(assets),
        above=None if above is None else figures.total(customer.id, "above_threshold", above, "money", source),
    )


def _costly(desk: Desk, figures: MeasureFigures, row: Insight, customer: Customer, values: Values) -> CostlyLine:
    excess, earned = figures.value(row), values.get((customer.id, "earned_tier"))
    assert excess is not None
    return CostlyLine(
        name=desk.ledger.customer(customer),
        tier=desk.ledger.code(customer.id, "tier", "tier", customer.tier, f"customer/{customer.id}")
        if customer.tier
        else None,
        earned=figures.label(earned) if earned else None,
        cost=figures.value(values.get((customer.id, "cost_to_serve"))),
        excess=excess,
        contribution=figures.value(values.get((customer.id, "profit_contribution"))),
    )
