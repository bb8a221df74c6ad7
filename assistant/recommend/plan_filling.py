"""Which products a part of a wealth plan is filled with: only what the gate lets through, of its class and horizon."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.recommend.circumstances import offered_of
from assistant.recommend.gate import Recommendable
from assistant.recommend.rule_pack import Verdict
from assistant.recommend.suitability import is_quick
from assistant.recommend.wealth_plan import AssetClass, Bucket, Plan, PlanPart, PlanRules
from knowledge.crm.codes import DEPOSIT_KINDS, ProductKind
from knowledge.crm.tables import Product


@dataclass(frozen=True)
class Filled:
    """A part, or the reserve (`bucket` is `reserve`), with products that suit. `rates` are their yearly percents."""

    bucket: str
    asset: AssetClass
    amount: Decimal
    products: tuple[Recommendable, ...]

    @property
    def rates(self) -> tuple[Decimal, ...]:
        return tuple(one.product.rate for one in self.products if one.product.rate is not None)


def fill(part: PlanPart, offered: Sequence[Recommendable], rules: PlanRules, horizon: int) -> Filled:
    """The part with the first products that fit, bound for `horizon` months at most; none where none does."""
    near = [one for one in offered if (one.product.term_months or 0) <= horizon]
    fitting = [one for one in near if class_of(one.product) is part.asset and _fits(one.product, part.bucket, rules)]
    return Filled(part.bucket, part.asset, part.amount, _first(part.amount, fitting, rules))


def fill_reserve(plan: Plan, offered: Sequence[Recommendable], rules: PlanRules) -> Filled:
    """The reserve lies on demand, or in what pays out within days at the lowest risk."""
    at_hand = [
        one
        for one in offered
        if one.product.kind == ProductKind.DEPOSIT
        or (class_of(one.product) is AssetClass.R1 and is_quick(offered_of(one.product)))
    ]
    return Filled("reserve", AssetClass.DEPOSIT, plan.reserve.amount, _first(plan.reserve.amount, at_hand, rules))


def class_of(product: Product) -> AssetClass | None:
    """Deposits are a class of their own; of two ratings the higher counts; None is unrated."""
    if product.kind in DEPOSIT_KINDS:
        return AssetClass.DEPOSIT
    rating = offered_of(product).rating
    return AssetClass(rating) if rating else None


def _fits(product: Product, bucket: Bucket, rules: PlanRules) -> bool:
    """Deposits are bound within the horizon; investments at most as long as it reaches."""
    months, until = product.term_months or 0, rules.until_months(bucket)
    if product.kind in DEPOSIT_KINDS:
        begins = max(rules.buckets[bucket].from_months, 1)
        return begins <= months and (until is None or months < until)
    return until is None or months <= until


def _first(amount: Decimal, fitting: Sequence[Recommendable], rules: PlanRules) -> tuple[Recommendable, ...]:
    affordable = [
        one for one in fitting if one.product.kind in rules.kinds and (one.product.minimum or Decimal(0)) <= amount
    ]
    affordable.sort(
        key=lambda one: (one.assessment.verdict is not Verdict.ALLOWED, one.product.minimum or 0, one.product.id)
    )
    return tuple(affordable[: rules.products])
