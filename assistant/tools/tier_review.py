"""Whose tier no longer fits: who has earned a higher one, who is served above theirs, and what one customer lacks for
the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.yardsticks import PLAIN, Average, Privacy, Yardsticks
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.most_valuable import own_groups
from knowledge.crm.codes import Tier
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Grouping, Measures
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer
from knowledge.crm.whole_view import WholeView, customers_in_order
from knowledge.insight.parameters import read_parameters

DEFAULT_LIMIT = 10
LONGEST = 50
EARNED, ASSETS, COST, EXCESS = "earned_tier", "tier_assets", "cost_to_serve", "service_above_tier"
SHOWN = (EARNED, ASSETS, COST, EXCESS, "profit_contribution")
UPGRADES, SERVICE, NUMBER = "due_upgrades", "costliest_service", "due_upgrade_customers"


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
class OwnTier:
    """One customer's tier. `wanted` is the tier asked for, else the next above the assets, and None at the top;
    `threshold` is what it asks for, in the bank's own currency, and `lacking` what the assets are short of it."""

    name: Figure
    tier: Figure | None
    earned: Figure | None
    assets: Figure | None
    wanted: Figure | None
    threshold: Figure | None
    lacking: Figure | None


@dataclass(frozen=True)
class TierReview:
    """`own` answers for one customer, and then the lists are empty.

    `as_of` is None where no measures have been computed. `due` is how many customers should be upgraded, `cost` the
    bank's average cost to serve."""

    as_of: Figure | None
    due: Figure | None
    upgrades: list[UpgradeLine]
    more: bool
    costly: list[CostlyLine]
    cost: Average
    privacy: Privacy
    own: OwnTier | None = None


@dataclass(frozen=True)
class _Found:
    measures: Measures
    due: int
    upgrades: Sequence[Customer]
    costly: Sequence[Customer]
    values: Mapping[tuple[str, str], Insight]
    yardsticks: Yardsticks


async def tier_review(
    desk: Desk, limit: int = DEFAULT_LIMIT, customer: CustomerId | None = None, tier: Tier | None = None
) -> TierReview:
    """The customers in view who should be upgraded, because their assets earn a higher tier, and those who get
    services above their tier: what serving them cost exceeds what is meant for it. Of one customer: the tier that their
    assets earn, and how much is missing for the next one or for the `tier` that is named."""
    if customer is not None:
        return await _of_one(desk, await desk.customer(customer), tier)
    number = min(max(limit, 1), LONGEST)
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, number))
    if found is None:
        return TierReview(None, None, [], False, [], Average(None, False), PLAIN)
    figures = MeasureFigures(desk.ledger, found.measures.run)
    source = f"insight?metric={EARNED}&reason=upgrade"
    return TierReview(
        as_of=figures.as_of(),
        due=desk.ledger.number("customers", "due_upgrades", found.due, "count", source, figures.run.as_of),
        upgrades=[line for customer in found.upgrades if (line := _upgrade(desk, figures, customer, found.values))],
        more=found.due > len(found.upgrades),
        costly=[cost for customer in found.costly if (cost := _costly(desk, figures, customer, found.values))],
        cost=found.yardsticks.average(figures, COST, Grouping.BANK, "money"),
        privacy=found.yardsticks.privacy,
    )


Values = Mapping[tuple[str, str], Insight]


async def _of_one(desk: Desk, customer: Customer, wanted: Tier | None) -> TierReview:
    def read(lookups: Lookups) -> tuple[Measures, Values] | None:
        measures = Measures.on(lookups, desk.scope, desk.today)
        return (measures, measures.of({customer.id}, (EARNED, ASSETS))) if measures else None

    found = await desk.reader.together(read)
    if found is None:
        return TierReview(None, None, [], False, [], Average(None, False), PLAIN)
    measures, values = found
    figures = MeasureFigures(desk.ledger, measures.run)
    own = _own(desk, figures, customer, values, wanted)
    return TierReview(figures.as_of(), None, [], False, [], Average(None, False), PLAIN, own)


def _own(desk: Desk, figures: MeasureFigures, customer: Customer, values: Values, wanted: Tier | None) -> OwnTier:
    earned, assets = values.get((customer.id, EARNED)), values.get((customer.id, ASSETS))
    held = assets.value if assets and assets.value is not None else Decimal(0)
    thresholds = read_parameters().tiers
    above = sorted((asked, tier) for tier, asked in thresholds.items() if asked > held)
    meant = wanted or (above[0][1] if above else None)
    threshold = lacking = None
    if meant is not None:
        asked = thresholds[meant]
        source = f"insight?customer={customer.id}&metric=tier_assets&from={asked}"
        threshold = figures.total(customer.id, "tier_threshold", asked, "money", source)
        short = max(asked - held, Decimal(0))
        lacking = figures.total(customer.id, "lacking_for_tier", short, "money", source) if short else None
    return OwnTier(
        name=desk.ledger.customer(customer),
        tier=_tier(desk, customer, customer.tier) if customer.tier else None,
        earned=figures.label(earned) if earned else None,
        assets=figures.value(assets),
        wanted=_tier(desk, customer, meant) if meant else None,
        threshold=threshold,
        lacking=lacking,
    )


def _tier(desk: Desk, customer: Customer, tier: str) -> Figure:
    return desk.ledger.code(customer.id, "tier", "tier", tier, f"customer/{customer.id}")


def _read(lookups: Lookups, desk: Desk, limit: int) -> _Found | None:
    measures = Measures.on(lookups, desk.scope, desk.today)
    if measures is None:
        return None
    whole = WholeView.of(measures, UPGRADES, SERVICE, NUMBER)
    if whole:
        counted = whole.number(NUMBER)
        due = int(counted.value or 0) if counted else 0
        upgrades, costly = whole.places(UPGRADES, limit), whole.places(SERVICE, limit)
    else:
        upgrades, costly = _due(measures), _costliest(measures)
        due = len(upgrades)
    first, dear = (customers_in_order(lookups, ids, limit) for ids in (upgrades, costly))
    values = measures.of({customer.id for customer in (*first, *dear)}, SHOWN)
    return _Found(measures, due, first, dear, values, Yardsticks.of(measures, [COST], own_groups(desk)))


def _due(measures: Measures) -> list[str]:
    """By the tier that is earned, and then by assets."""
    ranks = measures.reasoned(EARNED, "upgrade")
    assets = measures.values(ASSETS) if ranks else {}
    return sorted(ranks, key=lambda id: (-ranks[id], -assets.get(id, {}).get(ASSETS, Decimal(0)), id))


def _costliest(measures: Measures) -> list[str]:
    excess = {id: own[EXCESS] for id, own in measures.values(EXCESS).items()}
    return sorted(excess, key=lambda id: (-excess[id], id))


def _upgrade(desk: Desk, figures: MeasureFigures, customer: Customer, values: Values) -> UpgradeLine | None:
    row, assets = values.get((customer.id, EARNED)), values.get((customer.id, ASSETS))
    if row is None:
        return None
    asked = read_parameters().tiers[Tier(row.label or Tier.STANDARD)]
    above: Decimal | None = assets.value - asked if assets and assets.value is not None else None
    source = f"insight?customer={customer.id}&metric=tier_assets&from={asked}"
    return UpgradeLine(
        name=desk.ledger.customer(customer),
        tier=_tier(desk, customer, customer.tier or ""),
        earned=figures.label(row),
        assets=figures.value(assets),
        above=None if above is None else figures.total(customer.id, "above_threshold", above, "money", source),
    )


def _costly(desk: Desk, figures: MeasureFigures, customer: Customer, values: Values) -> CostlyLine | None:
    excess, earned = figures.value(values.get((customer.id, EXCESS))), values.get((customer.id, EARNED))
    if excess is None:
        return None
    return CostlyLine(
        name=desk.ledger.customer(customer),
        tier=_tier(desk, customer, customer.tier) if customer.tier else None,
        earned=figures.label(earned) if earned else None,
        cost=figures.value(values.get((customer.id, COST))),
        excess=excess,
        contribution=figures.value(values.get((customer.id, "profit_contribution"))),
    )
