"""Suitability: every combination of risk, tolerance and assessment, each further rule at its limit, and what must
never happen."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product as combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.recommend.rule_pack import Code, Risk, Tolerance, Verdict, pack_codes, read_pack
from assistant.recommend.suitability import Offered, Portfolio, Position, Suitable, assess
from assistant.recommend.tolerance import Answers
from knowledge.crm.codes import CustomerKind, InvestorClass, ProductKind
from knowledge.crm.money import Money

TODAY = date(2026, 11, 20)
CN, EU = read_pack("cn"), read_pack("eu")
RATES = {"CNY": Decimal(1), "USD": Decimal("7.10")}
REFUSED = Verdict.NOT_ALLOWED


def answers(tolerance: str = "C3", days_ago: int = 100, **more: object) -> Answers:
    at = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time())
    known: dict[str, object] = {"horizon_months": 36} | more
    return Answers(f"a{days_ago}", at, Tolerance(tolerance), **known)  # type: ignore[arg-type]


HER = Suitable(
    CustomerKind.PERSON, age=45, assessments=(answers(knows=frozenset(ProductKind)),), currencies=frozenset({"CNY"}),
    spending=Decimal(5000),
)  # fmt: skip
HERS = Portfolio("CNY", RATES, deposits=Decimal(800_000), on_demand=Decimal(500_000), maturing=Decimal(100_000))
FUND = Offered(
    "P1", ProductKind.FUND, "CNY", risk=Risk.R2, issuer_risk=Risk.R2, minimum=Decimal(10_000), term_months=12,
    customer_kinds=frozenset({CustomerKind.PERSON}), on_sale_from=TODAY, on_sale_until=TODAY,
)  # fmt: skip


def verdict(
    customer: Suitable = HER, product: Offered = FUND, holdings: Portfolio = HERS, amount: Money | None = None
) -> Verdict:
    return assess(customer, product, holdings, CN, TODAY, amount).verdict


def codes(
    customer: Suitable = HER, product: Offered = FUND, holdings: Portfolio = HERS, amount: Money | None = None
) -> list[str]:
    return [reason.code.value for reason in assess(customer, product, holdings, CN, TODAY, amount).reasons]


#        C1     C2     C3     C4     C5
FITS = {
    "R1": (True, True, True, True, True),
    "R2": (False, True, True, True, True),
    "R3": (False, False, True, True, True),
    "R4": (False, False, False, True, True),
    "R5": (False, False, False, False, True),
}
"""The truth table of clause 2.3."""
RATINGS = (None, *Risk)
DAYS = (None, 0, 1, 364, 365, 366, 400, 800, -1)
"""Days since the assessment; None is never, -1 tomorrow."""


@pytest.mark.parametrize("pack", pack_codes())
def test_every_rating_with_every_tolerance_and_assessment(pack: str) -> None:
    """6 own ratings x 6 of the issuer x 5 tolerances x 9 days: 1,620 cases a pack."""
    rules = read_pack(pack)
    for own, issuers, (column, tolerance), days in combinations(RATINGS, RATINGS, enumerate(Tolerance), DAYS):
        rated = {"cn": own is not None, "eu": own is not None or issuers is not None}[pack]
        higher = max((risk for risk in (own, issuers) if risk), default=None)
        held = days is not None and 0 <= days <= 365
        expected = rated and held and higher is not None and FITS[higher.value][column]
        made = () if days is None else (answers(tolerance.value, days, knows=frozenset(ProductKind)),)
        customer = replace(HER, assessments=made)
        offered = replace(FUND, risk=own, issuer_risk=issuers)
        found = assess(customer, offered, HERS, rules, TODAY, None)
        assert (found.verdict is not REFUSED) == expected, (own, issuers, tolerance, days, found)
        assert found.reasons
        assert (found.pack, found.version) == (rules.code, rules.version)


@pytest.mark.parametrize(
    "days, code", [(None, "not_assessed"), (366, "assessment_expired"), (365, "risk_within_tolerance")]
)
def test_why_an_assessment_does_not_help(days: int | None, code: str) -> None:
    made = () if days is None else (answers(days_ago=days),)
    assert code in codes(replace(HER, assessments=made))


CASES: list[tuple[str, str, Suitable, Offered, Portfolio]] = [
    ("a fund that fits", "", HER, FUND, HERS),
    ("ended", "relationship_ended", replace(HER, ended=True), FUND, HERS),
    ("a company", "customer_kind", replace(HER, kind=CustomerKind.COMPANY, age=None), FUND, HERS),
    ("before its sale", "not_yet_on_sale", HER, replace(FUND, on_sale_from=TODAY + timedelta(1)), HERS),
    ("after its sale", "no_longer_on_sale", HER, replace(FUND, on_sale_until=TODAY - timedelta(1)), HERS),
    ("a minor", "minor", replace(HER, age=17), FUND, HERS),
    ("just of age", "", replace(HER, age=18), FUND, HERS),
    ("age unknown", "age_unknown", replace(HER, age=None), FUND, HERS),
    ("contested", "tolerance_contested", replace(HER, contested=True), FUND, HERS),
    ("qualified only", "investor_class", HER, replace(FUND, investor_class=InvestorClass.QUALIFIED), HERS),
    ("horizon reached", "", HER, replace(FUND, term_months=36), HERS),
    ("horizon passed", "horizon_too_short", HER, replace(FUND, term_months=37), HERS),
    ("minimum met", "", replace(HER, spending=Decimal(0)), replace(FUND, minimum=Decimal(600_000)), HERS),
    ("minimum missed", "minimum_above_means", HER, replace(FUND, minimum=Decimal("600000.01")), HERS),
    ("in dollars, too dear", "minimum_above_means", HER, replace(FUND, currency="USD", minimum=Decimal(90_000)), HERS),
    ("no rate", "no_rate", HER, replace(FUND, currency="GBP"), HERS),
    ("reserve kept", "", replace(HER, spending=Decimal("131666.66")), FUND, HERS),
    ("reserve gone", "reserve_too_small", replace(HER, spending=Decimal("131666.67")), FUND, HERS),
    ("on demand gone", "on_demand_too_small", HER, FUND, replace(HERS, on_demand=Decimal(14_999))),
    ("said to need it", "reserve_too_small",
     replace(HER, assessments=(answers(liquidity_need=Decimal(790_001)),)), FUND, HERS),
    ("income stopped, R2", "", replace(HER, income_stopped_on=TODAY), FUND, HERS),
    ("income stopped, R3", "loss_of_income", replace(HER, income_stopped_on=TODAY), replace(FUND, risk=Risk.R3), HERS),
    ("income stopped before", "", replace(HER, income_stopped_on=TODAY - timedelta(101)),
     replace(FUND, risk=Risk.R3), HERS),
    ("30 percent in one", "", HER, replace(FUND, risk=Risk.R3),
     replace(HERS, positions=(Position("P1", Risk.R3, Decimal("328571.42")),))),
    ("more than 30 percent", "concentrated", HER, replace(FUND, risk=Risk.R3),
     replace(HERS, positions=(Position("P1", Risk.R3, Decimal(340_000)),))),
    ("a deposit needs no assessment", "", replace(HER, assessments=()), replace(FUND, kind=ProductKind.TERM_DEPOSIT,
     risk=None, issuer_risk=None), HERS),
    ("a loan in arrears", "in_arrears", HER, replace(FUND, kind=ProductKind.LOAN), replace(HERS, in_arrears=True)),
    ("protection is no investment", "", replace(HER, assessments=()),
     replace(FUND, kind=ProductKind.INSURANCE, risk=None, issuer_risk=None), HERS),
    ("insurance that invests", "not_assessed", replace(HER, assessments=()),
     replace(FUND, kind=ProductKind.INSURANCE, benchmark=True), HERS),
]  # fmt: skip


@pytest.mark.parametrize("code, customer, offered, holdings", [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_each_rule_at_its_limit(code: str, customer: Suitable, offered: Offered, holdings: Portfolio) -> None:
    found = assess(customer, offered, holdings, CN, TODAY, None)
    assert (found.verdict is REFUSED) == bool(code), found.reasons
    if code:
        assert found.reasons[0].code.value == code


def test_public_bodies_hold_r2_at_most() -> None:
    body = replace(HER, kind=CustomerKind.PUBLIC_BODY, age=None, assessments=(answers("C5"),))
    offered = replace(FUND, customer_kinds=frozenset(CustomerKind))
    assert verdict(body, offered) is not REFUSED
    assert codes(body, replace(offered, risk=Risk.R3))[0] == "risk_above_kind"


@pytest.mark.parametrize(
    "age, rating, expected",
    [(64, "R4", []), (65, "R3", []), (65, "R4", ["second_check"]), (69, "R5", ["second_check"]),
     (70, "R1", ["accompanied"]), (70, "R4", ["second_check", "accompanied"])],
)  # fmt: skip
def test_older_customers_are_protected(age: int, rating: str, expected: list[str]) -> None:
    older = replace(HER, age=age, assessments=(answers("C5"),))
    found = assess(older, replace(FUND, risk=Risk(rating)), HERS, CN, TODAY, None)
    assert found.verdict is (Verdict.WARNING if expected else Verdict.ALLOWED)
    assert [r.code.value for r in found.reasons if CN.verdicts[r.code] is Verdict.WARNING] == expected


def test_amounts() -> None:
    assert codes(amount=Money(Decimal("9999.99"), "CNY"))[0] == "below_minimum"
    assert verdict(amount=Money(Decimal(10_000), "CNY")) is Verdict.ALLOWED
    assert codes(amount=Money(Decimal(600_001), "CNY"))[0] == "amount_above_means"
    assert codes(amount=Money(Decimal(0), "CNY"))[0] == "below_minimum"
    assert codes(amount=Money(Decimal(-5), "CNY"), product=replace(FUND, minimum=None))[0] == "below_minimum"
    assert verdict(amount=Money(Decimal(1_500), "USD")) is Verdict.ALLOWED
    assert "currency" in codes(product=replace(FUND, currency="USD", minimum=Decimal(1_000)))


def test_all_r4_and_r5_together() -> None:
    eager = replace(HER, assessments=(answers("C5"),))
    held = replace(HERS, positions=(Position("X", Risk.R4, Decimal(300_000)), Position("Y", Risk.R5, Decimal(200_000))))
    assert "concentrated_together" in codes(eager, replace(FUND, risk=Risk.R4, minimum=Decimal(50_000)), held)
    assert "concentrated_together" not in codes(eager, replace(FUND, risk=Risk.R3, minimum=Decimal(50_000)), held)


def test_what_is_complex_needs_experience_under_the_european_pack() -> None:
    made = answers("C5")
    offered = replace(FUND, risk=Risk.R4)
    for knows, as_who, expected in (
        (frozenset[ProductKind](), None, REFUSED),
        (frozenset({ProductKind.METAL}), None, REFUSED),
        (frozenset({ProductKind.FUND}), None, Verdict.ALLOWED),
        (frozenset[ProductKind](), InvestorClass.PROFESSIONAL, Verdict.ALLOWED),
    ):
        customer = replace(HER, assessments=(replace(made, knows=knows, investor_class=as_who),))
        assert assess(customer, offered, HERS, EU, TODAY, None).verdict is expected


RISKS, MADE = st.sampled_from([None, *Risk]), st.sampled_from(list(Tolerance))
MONEY = st.integers(0, 2_000_000).map(Decimal)
ANSWERS = st.builds(
    Answers, id=st.just("a"), tolerance=MADE, knows=st.frozensets(st.sampled_from(list(ProductKind)), max_size=3),
    at=st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31)), liquidity_need=st.none() | MONEY,
    horizon_months=st.none() | st.integers(0, 60), investor_class=st.none() | st.sampled_from(list(InvestorClass)),
)  # fmt: skip
CUSTOMERS = st.builds(
    Suitable, kind=st.sampled_from(list(CustomerKind)), age=st.none() | st.integers(10, 90),
    assessments=st.lists(ANSWERS, max_size=4).map(tuple), contested=st.booleans(), ended=st.booleans(),
    income_stopped_on=st.none() | st.dates(date(2026, 1, 1), TODAY), spending=st.none() | MONEY,
    currencies=st.just(frozenset({"CNY"})),
)  # fmt: skip
PRODUCTS = st.builds(
    Offered, id=st.sampled_from(["P1", "P2"]), kind=st.sampled_from(list(ProductKind)), currency=st.just("CNY"),
    risk=RISKS, issuer_risk=RISKS, benchmark=st.booleans(), minimum=st.none() | MONEY,
    term_months=st.none() | st.integers(1, 60), customer_kinds=st.frozensets(st.sampled_from(list(CustomerKind))),
    on_sale_until=st.none() | st.dates(date(2026, 10, 1), date(2027, 1, 1)),
)  # fmt: skip
POSITIONS = st.builds(Position, product_id=st.sampled_from(["P1", "P2"]), rating=RISKS, value=MONEY)
PORTFOLIOS = st.builds(
    Portfolio, currency=st.just("CNY"), rates=st.just(RATES), deposits=MONEY, on_demand=MONEY, maturing=MONEY,
    positions=st.lists(POSITIONS, max_size=3).map(tuple), in_arrears=st.booleans(),
)  # fmt: skip
AMOUNTS = st.none() | st.builds(Money, MONEY, st.just("CNY"))
PACKS = st.sampled_from([CN, EU])


@settings(max_examples=120, deadline=None)
@given(customer=CUSTOMERS, offered=PRODUCTS, holdings=PORTFOLIOS, rules=PACKS, amount=AMOUNTS, by=st.sampled_from(Risk))
def test_raising_a_risk_never_makes_it_allowed(customer, offered, holdings, rules, amount, by) -> None:  # type: ignore[no-untyped-def]
    before = assess(customer, offered, holdings, rules, TODAY, amount).verdict
    for field in ("risk", "issuer_risk"):
        rated = getattr(offered, field)
        if rated is not None and by > rated:
            after = assess(customer, replace(offered, **{field: by}), holdings, rules, TODAY, amount).verdict
            assert after.severity >= before.severity


@settings(max_examples=120, deadline=None)
@given(customer=CUSTOMERS, offered=PRODUCTS, holdings=PORTFOLIOS, rules=PACKS, amount=AMOUNTS, old=ANSWERS)
def test_an_expired_assessment_never_helps(customer, offered, holdings, rules, amount, old) -> None:  # type: ignore[no-untyped-def]
    old = replace(old, at=datetime(2025, 11, 19) - (datetime(2026, 12, 31) - old.at))
    without = assess(customer, offered, holdings, rules, TODAY, amount).verdict
    more = replace(customer, assessments=(old, *customer.assessments))
    with_it = assess(more, offered, holdings, rules, TODAY, amount).verdict
    assert not (without is REFUSED and with_it is not REFUSED)


@settings(max_examples=120, deadline=None)
@given(customer=CUSTOMERS, offered=PRODUCTS, holdings=PORTFOLIOS, rules=PACKS, amount=AMOUNTS)
def test_the_higher_of_two_ratings_counts_and_every_verdict_has_a_reason(  # type: ignore[no-untyped-def]
    customer, offered, holdings, rules, amount
) -> None:
    found = assess(customer, offered, holdings, rules, TODAY, amount)
    assert found.reasons
    worst = max(found.reasons, key=lambda reason: rules.verdicts[reason.code].severity)
    assert found.verdict is rules.verdicts[worst.code]
    if offered.risk and offered.issuer_risk:
        both = replace(offered, risk=offered.rating, issuer_risk=offered.rating)
        assert assess(customer, both, holdings, rules, TODAY, amount) == found


def test_no_finding_is_left_without_a_test() -> None:
    """Every code can be brought about."""
    brought = {code for _, code, *_ in CASES if code} | {
        "risk_above_kind", "second_check", "accompanied", "below_minimum", "amount_above_means", "currency",
        "concentrated_together", "inexperienced", "risk_within_tolerance", "not_invested",
    }  # fmt: skip
    brought |= set(codes(product=replace(FUND, risk=None)))
    brought |= set(codes(product=replace(FUND, risk=Risk.R5)))
    brought |= set(codes(replace(HER, assessments=(answers(horizon_months=None),))))
    brought |= set(codes(replace(HER, spending=None)))
    brought |= set(codes(replace(HER, assessments=(answers("C1", 300), answers("C3", 5)))))
    brought |= set(codes(replace(HER, assessments=(answers(days_ago=500),))))
    held = replace(HERS, positions=(Position("P1", Risk.R3, Decimal(200_000)),))
    brought |= set(codes(product=replace(FUND, risk=Risk.R3), holdings=held))
    assert brought == {code.value for code in Code}
