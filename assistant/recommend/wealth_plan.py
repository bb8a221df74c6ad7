"""A wealth plan for reference: a reserve first, then horizons, each with the classes that the tolerance bears. Pure.

The plan divides what a customer has with the bank, in the bank's own currency. Its rules are `wealth_plan.yaml`; what
a customer may hold at most stays the rule pack's to say, and every product in a plan comes through the gate.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, model_validator

from assistant.recommend.rule_pack import Code, Risk, RulePack, Tolerance
from assistant.recommend.suitability import CENT, PERCENT, Portfolio, Suitable
from assistant.recommend.tolerance import Answers, Standing, standing
from knowledge.crm.codes import CustomerKind, ProductKind

TENTH = Decimal("0.1")


class Bucket(StrEnum):
    """Horizons, the nearest first."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class AssetClass(StrEnum):
    """Deposits, then the risk classes, least first."""

    DEPOSIT = "deposit"
    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"
    R5 = "R5"

    @property
    def level(self) -> int:
        """0 for deposits."""
        return list(AssetClass).index(self)

    def at_most(self, other: "AssetClass") -> "AssetClass":
        return self if self.level <= other.level else other


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReserveRule(_Part):
    months: PositiveInt
    months_without_income: PositiveInt
    percent_if_unknown: PositiveInt


class BucketRule(_Part):
    from_months: NonNegativeInt
    highest: AssetClass


class PlanRules(_Part):
    """The content of `wealth_plan.yaml`, whose comments say what each part means."""

    version: str
    reserve: ReserveRule
    buckets: Mapping[Bucket, BucketRule]
    allocation: Mapping[Tolerance, Mapping[Bucket, Mapping[AssetClass, PositiveInt]]]
    kinds: frozenset[ProductKind]
    products: PositiveInt

    @model_validator(mode="after")
    def _sound(self) -> Self:
        """A plan that does not add up, or in which a lower tolerance bears more, is refused."""
        if set(self.allocation) != set(Tolerance) or set(self.buckets) != set(Bucket):
            raise ValueError("every tolerance has an allocation, every horizon a rule")
        for tolerance, buckets in self.allocation.items():
            if sum(share for classes in buckets.values() for share in classes.values()) != PERCENT:
                raise ValueError(f"the allocation of {tolerance} is not the whole")
            for bucket, classes in buckets.items():
                if any(one.level > self.buckets[bucket].highest.level for one in classes):
                    raise ValueError(f"{tolerance} has more risk than {bucket} bears")
        for lower, higher in pairwise(Tolerance):
            if any(self.at_least(lower, one) > self.at_least(higher, one) for one in AssetClass):
                raise ValueError(f"{higher} bears less than {lower}")
        return self

    def at_least(self, tolerance: Tolerance, floor: AssetClass) -> int:
        """Percent of the rest in that class and those above it."""
        classes = (pair for buckets in self.allocation[tolerance].values() for pair in buckets.items())
        return sum(share for one, share in classes if one.level >= floor.level)

    def until_months(self, bucket: Bucket) -> int | None:
        """Where the next horizon begins; None for the last one."""
        following = list(Bucket)[list(Bucket).index(bucket) + 1 :]
        return self.buckets[following[0]].from_months if following else None

    @property
    def source(self) -> str:
        return f"wealth_plan/{self.version}"


@cache
def plan_rules() -> PlanRules:
    file = Path(__file__).with_name("wealth_plan.yaml")
    return PlanRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


@dataclass(frozen=True)
class Reserve:
    """What stays within reach. `months` of `spending`; None where the spending is unknown. `needed` is more than
    `amount` where the assets do not reach."""

    amount: Decimal
    needed: Decimal
    months: int
    spending: Decimal | None
    said: Decimal | None


@dataclass(frozen=True)
class PlanPart:
    """One class within one horizon. `share` is percent of all assets, to the tenth."""

    bucket: Bucket
    asset: AssetClass
    amount: Decimal
    share: Decimal


@dataclass(frozen=True)
class Plan:
    """`missing` says why there is no allocation, `remarks` what made it more careful. With an allocation reserve and
    parts are together the `total`."""

    total: Decimal
    reserve: Reserve
    parts: tuple[PlanPart, ...]
    highest: AssetClass | None
    standing: Standing | None
    horizon_months: int | None
    missing: tuple[Code, ...]
    remarks: tuple[Code, ...]


def draw_up(customer: Suitable, holdings: Portfolio, pack: RulePack, rules: PlanRules, today: date) -> Plan:
    """The plan of a customer on that day. Without a tolerance that holds there is a reserve and no allocation."""
    found = standing(customer.assessments, pack.assessment, today)
    newest = max((one for one in customer.assessments if one.at.date() <= today), key=lambda one: one.at, default=None)
    total = max(holdings.assets, Decimal(0))
    reserve = _reserve(customer, total, newest, rules)
    missing = tuple(_missing(customer, found, pack, today))
    horizon = newest.horizon_months if newest else None
    if missing or found is None or total == 0:
        return Plan(total, reserve, (), None, found, horizon, missing, ())
    highest = _highest(customer, found, pack)
    shares = _shares(found.answers.tolerance, highest, horizon, rules)
    parts = _amounts(_limited(shares, total, reserve, pack), total, total - reserve.amount)
    return Plan(total, reserve, parts, highest, found, horizon, (), tuple(_remarks(customer, found, horizon, pack)))


def _missing(customer: Suitable, found: Standing | None, pack: RulePack, today: date) -> Sequence[Code]:
    codes = []
    if customer.ended:
        codes.append(Code.RELATIONSHIP_ENDED)
    if customer.kind is CustomerKind.PERSON and customer.age is None:
        codes.append(Code.AGE_UNKNOWN)
    if customer.age is not None and customer.kind is CustomerKind.PERSON and customer.age < pack.ages.adult:
        codes.append(Code.MINOR)
    if customer.contested:
        codes.append(Code.TOLERANCE_CONTESTED)
    if found is None:
        codes.append(Code.NOT_ASSESSED)
    elif not found.holds(pack.assessment, today):
        codes.append(Code.ASSESSMENT_EXPIRED)
    return codes


def _remarks(customer: Suitable, found: Standing, horizon: int | None, pack: RulePack) -> Sequence[Code]:
    codes = []
    if _income_stopped(customer, found):
        codes.append(Code.LOSS_OF_INCOME)
    if customer.spending is None:
        codes.append(Code.SPENDING_UNKNOWN)
    if horizon is None:
        codes.append(Code.HORIZON_UNKNOWN)
    if pack.ages.accompanied and customer.age is not None and customer.age >= pack.ages.accompanied:
        codes.append(Code.ACCOMPANIED)
    return codes


def _income_stopped(customer: Suitable, found: Standing) -> bool:
    return customer.income_stopped_on is not None and customer.income_stopped_on > found.assessed_on


def _reserve(customer: Suitable, total: Decimal, newest: Answers | None, rules: PlanRules) -> Reserve:
    rule, said = rules.reserve, newest.liquidity_need if newest else None
    months = rule.months_without_income if customer.income_stopped_on else rule.months
    usual = customer.spending * months if customer.spending is not None else total * rule.percent_if_unknown / PERCENT
    needed = max(usual, said or Decimal(0)).quantize(CENT)
    return Reserve(min(needed, total), needed, months, customer.spending, said)


def _highest(customer: Suitable, found: Standing, pack: RulePack) -> AssetClass:
    """The highest class that the customer may hold at all."""
    limits = [pack.highest_risk[found.answers.tolerance]]
    if of_kind := pack.highest_risk_of_kind.get(customer.kind):
        limits.append(of_kind)
    if _income_stopped(customer, found):
        limits.append(pack.after_loss_of_income)
    return AssetClass(min(limits, key=list(Risk).index))


Shares = dict[tuple[Bucket, AssetClass], Decimal]


def _shares(tolerance: Tolerance, highest: AssetClass, horizon: int | None, rules: PlanRules) -> Shares:
    """Percent of the rest by horizon and class: lowered to what may be held, moved to where the horizon reaches."""
    reached = [one for one in Bucket if rules.buckets[one].from_months <= (horizon or 0)]
    shares: Shares = defaultdict(Decimal)
    for bucket, classes in rules.allocation[tolerance].items():
        kept = bucket if bucket in reached else reached[-1]
        for asset, share in classes.items():
            shares[kept, asset.at_most(highest).at_most(rules.buckets[kept].highest)] += share
    return shares


def _limited(shares: Shares, total: Decimal, reserve: Reserve, pack: RulePack) -> Shares:
    """Risky classes together stay within the pack's limit on concentration; what is beyond goes a class lower."""
    rule, rest = pack.concentration, total - reserve.amount
    floor = AssetClass(rule.together_from)
    beyond = sum((share for (_, one), share in shares.items() if one.level >= floor.level), Decimal(0))
    beyond -= rule.together * total / rest if rest else beyond
    below = list(AssetClass)[floor.level - 1]
    for bucket, asset in sorted(shares, key=lambda pair: -pair[1].level):
        if beyond > 0 and asset.level >= floor.level:
            moved = min(beyond, shares[bucket, asset])
            shares[bucket, asset] -= moved
            shares[bucket, below] += moved
            beyond -= moved
    return shares


def _amounts(shares: Shares, total: Decimal, rest: Decimal) -> tuple[PlanPart, ...]:
    """Amounts to the cent; what rounding leaves over goes to the most careful part."""
    order = sorted((pair for pair in shares if shares[pair] > 0), key=lambda p: (list(Bucket).index(p[0]), p[1].level))
    amounts = {pair: (rest * shares[pair] / PERCENT).quantize(CENT, ROUND_DOWN) for pair in order}
    amounts[min(order, key=lambda pair: (pair[1].level, list(Bucket).index(pair[0])))] += rest - sum(amounts.values())
    return tuple(PlanPart(*pair, amount, share_of(amount, total)) for pair, amount in amounts.items() if amount > 0)


def share_of(amount: Decimal, total: Decimal) -> Decimal:
    """Percent, to the tenth."""
    return (amount / total * PERCENT).quantize(TENTH) if total else Decimal(0)


@dataclass(frozen=True)
class Rated:
    """A part of a plan with the lowest and the highest published rate of what it can be filled with."""

    amount: Decimal
    low: Decimal
    high: Decimal


def yield_range(parts: Sequence[Rated]) -> tuple[Decimal, Decimal, Decimal] | None:
    """Lowest and highest yearly percent, weighted by amount, and the amount they are of; None where nothing is rated.

    Published rates of deposits and benchmarks of investments: no forecast and no promise."""
    known = sum((part.amount for part in parts), Decimal(0))
    if not known:
        return None
    low = sum((part.amount * part.low for part in parts), Decimal(0)) / known
    high = sum((part.amount * part.high for part in parts), Decimal(0)) / known
    return low.quantize(CENT), high.quantize(CENT), known
