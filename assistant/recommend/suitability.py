"""Suitability: whether a product may be offered to a customer, and why or why not. Pure: no store, no clock.

Everything that is found is reported, not only the first obstacle. The verdict is the severest that the rule pack gives
to what was found; a verdict always has a reason. Amounts are in the bank's own currency unless they are `Money`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.grounding.fact import FactValue
from assistant.recommend.rule_pack import Code, Risk, RulePack, Tolerance, Verdict
from assistant.recommend.tolerance import Answers, Standing, standing
from knowledge.crm.codes import CustomerKind, InvestorClass, ProductKind
from knowledge.crm.money import Money

PERCENT = Decimal(100)
TENTH = Decimal("0.1")
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Suitable:
    """A customer as the rules see them. `age` is in years, of persons only.

    `contested`: systems contradict each other on the tolerance. `income_stopped_on` is the day of the newest known end
    of an income. `currencies` are those of the customer's income and assets. `spending` is a usual month's; None where
    no bookings are known.
    """

    kind: CustomerKind
    age: int | None
    assessments: tuple[Answers, ...] = ()
    contested: bool = False
    ended: bool = False
    income_stopped_on: date | None = None
    currencies: frozenset[str] = frozenset()
    spending: Decimal | None = None


@dataclass(frozen=True)
class Offered:
    """A product as the rules see it. `risk` is the bank's own rating, `minimum` in the product's currency.

    `benchmark`: a yearly rate is published for it. Without `customer_kinds` it is for all.
    """

    id: str
    kind: ProductKind
    currency: str
    risk: Risk | None = None
    issuer_risk: Risk | None = None
    benchmark: bool = False
    minimum: Decimal | None = None
    term_months: int | None = None
    customer_kinds: frozenset[CustomerKind] = frozenset()
    on_sale_from: date | None = None
    on_sale_until: date | None = None
    investor_class: InvestorClass | None = None

    @property
    def rating(self) -> Risk | None:
        """The higher of the bank's and the issuer's."""
        return max((risk for risk in (self.risk, self.issuer_risk) if risk), default=None)


@dataclass(frozen=True)
class Position:
    """An investment that is held. `quick`: it pays out within five working days."""

    product_id: str
    rating: Risk | None
    value: Decimal
    quick: bool = False


@dataclass(frozen=True)
class Portfolio:
    """What a customer holds. `rates` is what one unit of a currency is worth in `currency`, the bank's own.

    `deposits` are all own deposits, `on_demand` and `maturing` (soon) parts of them.
    """

    currency: str
    rates: Mapping[str, Decimal]
    deposits: Decimal = Decimal(0)
    on_demand: Decimal = Decimal(0)
    maturing: Decimal = Decimal(0)
    positions: tuple[Position, ...] = ()
    in_arrears: bool = False

    @property
    def assets(self) -> Decimal:
        return self.deposits + sum((position.value for position in self.positions), Decimal(0))

    @property
    def means(self) -> Decimal:
        """What can be spent now or soon."""
        return self.on_demand + self.maturing


@dataclass(frozen=True)
class Reason:
    """One finding: its code, and the values that its sentence tells, by name."""

    code: Code
    values: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Assessment:
    """A verdict with its reasons, the severest first, under a version of a rule pack."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    pack: str
    version: str


def assess(
    customer: Suitable, product: Offered, holdings: Portfolio, rules: RulePack, today: date, amount: Money | None
) -> Assessment:
    """Whether the product suits the customer today. Without `amount` the least that one can buy is looked at."""
    check = _Check(customer, product, holdings, rules, today, amount)
    found = [reason for reason in check.findings() if rules.verdicts[reason.code] is not None]
    ranked = sorted(found, key=lambda reason: -_verdict(reason, rules).severity)
    return Assessment(_verdict(ranked[0], rules), tuple(ranked), rules.code, rules.version)


def is_invested(product: Offered, rules: RulePack) -> bool:
    """Whether the product can lose value or lock money away, so that the rules on investments apply."""
    with_benchmark = product.kind in rules.invested_with_benchmark and (product.benchmark or product.rating is not None)
    return product.kind in rules.invested or with_benchmark


def _verdict(reason: Reason, rules: RulePack) -> Verdict:
    return rules.verdicts[reason.code] or Verdict.ALLOWED


@dataclass(frozen=True)
class _Check:
    """One customer, one product, one day."""

    customer: Suitable
    product: Offered
    holdings: Portfolio
    rules: RulePack
    today: date
    amount: Money | None

    def findings(self) -> Iterator[Reason]:
        yield from self._sale()
        invested, debt = is_invested(self.product, self.rules), self.product.kind in self.rules.debts
        if invested or debt:
            yield from self._age()
        if invested:
            yield from self._risk()
            yield from self._knowledge()
        else:
            yield Reason(Code.NOT_INVESTED)
        if debt:
            if self.holdings.in_arrears:
                yield Reason(Code.IN_ARREARS)
            return
        yield from self._money(invested)

    def _sale(self) -> Iterator[Reason]:
        customer, product = self.customer, self.product
        if customer.ended:
            yield Reason(Code.RELATIONSHIP_ENDED)
        if product.customer_kinds and customer.kind not in product.customer_kinds:
            yield Reason(Code.CUSTOMER_KIND, {"kind": customer.kind.value})
        if product.on_sale_from and product.on_sale_from > self.today:
            yield Reason(Code.NOT_YET_ON_SALE, {"on_sale_from": product.on_sale_from})
        if product.on_sale_until and product.on_sale_until < self.today:
            yield Reason(Code.NO_LONGER_ON_SALE, {"on_sale_until": product.on_sale_until})
        if product.currency not in customer.currencies:
            yield Reason(Code.CURRENCY, {"currency": product.currency})

    def _age(self) -> Iterator[Reason]:
        ages, age, rating = self.rules.ages, self.customer.age, self.product.rating
        if self.customer.kind is not CustomerKind.PERSON:
            return
        if age is None:
            yield Reason(Code.AGE_UNKNOWN)
            return
        if age < ages.adult:
            yield Reason(Code.MINOR, {"age": age})
        if ages.second_check and age >= ages.second_check and rating and rating >= ages.second_check_from:
            yield Reason(Code.SECOND_CHECK, {"age": age, "rating": rating.value})
        if ages.accompanied and age >= ages.accompanied:
            yield Reason(Code.ACCOMPANIED, {"age": age})

    def _risk(self) -> Iterator[Reason]:
        rating = self.product.rating
        if rating is None or (self.product.risk is None and self.rules.own_rating_needed):
            yield Reason(Code.UNRATED)
            return
        most = self.rules.highest_risk_of_kind.get(self.customer.kind)
        if most and rating > most:
            yield Reason(Code.RISK_ABOVE_KIND, {"rating": rating.value, "highest_risk": most.value})
        if self.customer.contested:
            yield Reason(Code.TOLERANCE_CONTESTED)
        found = standing(self.customer.assessments, self.rules.assessment, self.today)
        if found is None:
            yield Reason(Code.NOT_ASSESSED)
        elif not found.holds(self.rules.assessment, self.today):
            yield Reason(Code.ASSESSMENT_EXPIRED, {"assessed_on": found.assessed_on})
        else:
            yield from self._match(found, rating)

    def _match(self, found: Standing, rating: Risk) -> Iterator[Reason]:
        tolerance, rules = found.answers.tolerance, self.rules
        said: dict[str, FactValue] = {"rating": rating.value, "tolerance": tolerance.value}
        fits = rating <= rules.highest_risk[tolerance]
        yield Reason(Code.RISK_WITHIN_TOLERANCE if fits else Code.RISK_ABOVE_TOLERANCE, said)
        stopped = self.customer.income_stopped_on
        if stopped and stopped > found.assessed_on and rating > rules.after_loss_of_income:
            highest = rules.after_loss_of_income.value
            yield Reason(Code.LOSS_OF_INCOME, {"stopped_on": stopped, "highest_risk": highest})
        jump = rules.assessment.jump
        if jump and found.before and _classes(tolerance) - _classes(found.before) >= jump:
            yield Reason(Code.TOLERANCE_JUMPED, {"tolerance": tolerance.value, "before": found.before.value})

    def _knowledge(self) -> Iterator[Reason]:
        """What the customer can judge and can wait for, by their newest answers."""
        product, rules = self.product, self.rules
        made = [one for one in self.customer.assessments if one.at.date() <= self.today]
        newest = max(made, key=lambda one: one.at, default=None)
        own = (newest and newest.investor_class) or InvestorClass.RETAIL
        if product.investor_class and _rank(own) < _rank(product.investor_class):
            yield Reason(Code.INVESTOR_CLASS, {"investor_class": product.investor_class.value})
        demanding = rules.experience_from and product.rating and product.rating >= rules.experience_from
        if demanding and own is not InvestorClass.PROFESSIONAL and product.kind not in (newest.knows if newest else ()):
            yield Reason(Code.INEXPERIENCED, {"product_kind": product.kind.value})
        if newest is None or product.term_months is None:
            return
        if newest.horizon_months is None:
            yield Reason(Code.HORIZON_UNKNOWN, {"term_months": product.term_months})
        elif product.term_months > newest.horizon_months:
            horizon = {"term_months": product.term_months, "horizon_months": newest.horizon_months}
            yield Reason(Code.HORIZON_TOO_SHORT, horizon)

    def _money(self, invested: bool) -> Iterator[Reason]:
        product, holdings = self.product, self.holdings
        wanted = self.amount or Money(product.minimum or Decimal(0), product.currency)
        unknown = {product.currency, wanted.currency} - set(holdings.rates)
        if unknown:
            yield Reason(Code.NO_RATE, {"currency": min(unknown)})
            return
        spent = (wanted.amount * holdings.rates[wanted.currency]).quantize(CENT)
        least = ((product.minimum or Decimal(0)) * holdings.rates[product.currency]).quantize(CENT)
        if self.amount and (spent < least or spent <= 0):
            yield Reason(Code.BELOW_MINIMUM, {"amount": spent, "least": least})
        if spent > holdings.means:
            if self.amount:
                yield Reason(Code.AMOUNT_ABOVE_MEANS, {"amount": spent, "means": holdings.means})
            else:
                yield Reason(Code.MINIMUM_ABOVE_MEANS, {"least": least, "means": holdings.means})
        if invested and spent > 0:
            yield from self._reserve(spent)
            yield from self._concentration(spent)

    def _reserve(self, spent: Decimal) -> Iterator[Reason]:
        customer, holdings, rule = self.customer, self.holdings, self.rules.reserve
        said = max(
            (one for one in customer.assessments if one.at.date() <= self.today), key=lambda one: one.at, default=None
        )
        need = said.liquidity_need if said else None
        if customer.spending is None and need is None:
            yield Reason(Code.SPENDING_UNKNOWN)
            return
        month = customer.spending or Decimal(0)
        wanted = max(month * rule.months, need or Decimal(0)).quantize(CENT)
        quick = sum((position.value for position in holdings.positions if position.quick), Decimal(0))
        left = holdings.deposits + quick - (Decimal(0) if is_quick(self.product) else spent)
        if left < wanted:
            yield Reason(Code.RESERVE_TOO_SMALL, {"left": left, "wanted": wanted})
        on_demand = holdings.on_demand - max(Decimal(0), spent - holdings.maturing)
        wanted_on_demand = (month * rule.on_demand_months).quantize(CENT)
        if on_demand < wanted_on_demand:
            yield Reason(Code.ON_DEMAND_TOO_SMALL, {"left": on_demand, "wanted": wanted_on_demand})

    def _concentration(self, spent: Decimal) -> Iterator[Reason]:
        rule, holdings, rating = self.rules.concentration, self.holdings, self.product.rating
        if rating is None or holdings.assets <= 0:
            return
        in_one = spent + sum((p.value for p in holdings.positions if p.product_id == self.product.id), Decimal(0))
        share = _share(in_one, holdings.assets)
        if rating >= rule.one_from and share > rule.one:
            yield Reason(Code.CONCENTRATED, {"share": share, "limit": rule.one})
        elif rating >= rule.one_from and share >= rule.one_warned:
            yield Reason(Code.CONCENTRATION_WARNED, {"share": share, "limit": rule.one_warned})
        if rating >= rule.together_from:
            risky = [p.value for p in holdings.positions if p.rating and p.rating >= rule.together_from]
            together = _share(spent + sum(risky, Decimal(0)), holdings.assets)
            if together > rule.together:
                yield Reason(Code.CONCENTRATED_TOGETHER, {"share": together, "limit": rule.together})


def is_quick(product: Offered) -> bool:
    """Whether money in it is paid out within five working days: open-ended funds and wealth products."""
    return product.kind in (ProductKind.FUND, ProductKind.WEALTH) and product.term_months is None


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole * PERCENT).quantize(TENTH)


def _classes(tolerance: Tolerance) -> int:
    return list(Tolerance).index(tolerance)


def _rank(investor_class: InvestorClass) -> int:
    return list(InvestorClass).index(investor_class)
