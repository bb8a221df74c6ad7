"""The plan's rules: it adds up, the reserve comes first, nothing beyond tolerance, kind, horizon or concentration."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.recommend.rule_pack import Code, Tolerance, pack_codes, read_pack
from assistant.recommend.suitability import Portfolio, Suitable
from assistant.recommend.tolerance import Answers
from assistant.recommend.wealth_plan import AssetClass, Bucket, Plan, PlanRules, Rated, draw_up, plan_rules, yield_range
from knowledge.crm.codes import CustomerKind

TODAY = date(2026, 11, 20)
RULES = plan_rules()
MONEY = st.decimals(0, 50_000_000, places=2)


def answers(tolerance: str = "C3", days_ago: int = 100, **more: object) -> Answers:
    at = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time())
    return Answers("a1", at, Tolerance(tolerance), **({"horizon_months": 60} | more))  # type: ignore[arg-type]


HER = Suitable(CustomerKind.PERSON, age=45, assessments=(answers(),), spending=Decimal(5000))
CUSTOMERS = st.builds(
    Suitable,
    kind=st.sampled_from(CustomerKind),
    age=st.integers(18, 95),
    assessments=st.tuples(
        st.builds(
            answers,
            tolerance=st.sampled_from([one.value for one in Tolerance]),
            days_ago=st.integers(0, 365),
            horizon_months=st.none() | st.integers(0, 120),
            liquidity_need=st.none() | MONEY,
        )
    ),
    income_stopped_on=st.none() | st.dates(TODAY - timedelta(days=500), TODAY),
    spending=st.none() | st.decimals(0, 200_000, places=2),
)


def holdings(assets: Decimal | int) -> Portfolio:
    return Portfolio("CNY", {"CNY": Decimal(1)}, deposits=Decimal(assets))


def plan(customer: Suitable = HER, assets: Decimal | int = 1_000_000, pack: str = "cn") -> Plan:
    return draw_up(customer, holdings(assets), read_pack(pack), RULES, TODAY)


def held_from(drawn: Plan, floor: AssetClass) -> Decimal:
    return sum((part.amount for part in drawn.parts if part.asset.level >= floor.level), Decimal(0))


@settings(max_examples=300, deadline=None)
@given(customer=CUSTOMERS, assets=MONEY, pack=st.sampled_from(pack_codes()))
def test_the_parts_are_the_whole_and_the_reserve_comes_first(customer: Suitable, assets: Decimal, pack: str) -> None:
    drawn = plan(customer, assets, pack)
    assert drawn.missing == ()
    assert drawn.reserve.amount == min(drawn.reserve.needed, assets)
    assert all(part.amount > 0 for part in drawn.parts)
    if assets:
        assert drawn.reserve.amount + sum(part.amount for part in drawn.parts) == assets
    if drawn.reserve.needed >= assets:
        assert drawn.parts == ()


@settings(max_examples=300, deadline=None)
@given(customer=CUSTOMERS, assets=MONEY, pack=st.sampled_from(pack_codes()))
def test_nothing_is_beyond_what_the_customer_may_bear_and_wait_for(
    customer: Suitable, assets: Decimal, pack: str
) -> None:
    rules, (made,) = read_pack(pack), customer.assessments
    drawn = plan(customer, assets, pack)
    limits = [rules.highest_risk[made.tolerance]]
    limits += [rules.highest_risk_of_kind[customer.kind]] if customer.kind in rules.highest_risk_of_kind else []
    stopped = customer.income_stopped_on
    limits += [rules.after_loss_of_income] if stopped and stopped > made.at.date() else []
    for part in drawn.parts:
        assert part.asset.level <= AssetClass(min(limits)).level
        assert part.asset.level <= RULES.buckets[part.bucket].highest.level
        assert RULES.buckets[part.bucket].from_months <= (made.horizon_months or 0)
    risky = held_from(drawn, AssetClass(rules.concentration.together_from))
    assert risky <= assets * rules.concentration.together / 100 + Decimal("0.01")


@settings(max_examples=200, deadline=None)
@given(customer=CUSTOMERS, assets=MONEY, months=st.integers(0, 60))
def test_more_tolerance_and_a_longer_horizon_never_take_risk_away(
    customer: Suitable, assets: Decimal, months: int
) -> None:
    (made,) = customer.assessments
    longer = replace(made, horizon_months=(made.horizon_months or 0) + months)
    nearer = plan(customer, assets)
    further = plan(replace(customer, assessments=(longer,)), assets)
    risen = [plan(replace(customer, assessments=(replace(made, tolerance=one),)), assets) for one in Tolerance]
    cent = Decimal("0.05")
    for floor in AssetClass:
        assert held_from(nearer, floor) <= held_from(further, floor) + cent
        for lower, higher in pairwise(risen):
            assert held_from(lower, floor) <= held_from(higher, floor) + cent
    assert len({one.reserve for one in risen}) == 1


@settings(max_examples=100, deadline=None)
@given(customer=CUSTOMERS, assets=MONEY, more=st.decimals(0, 100_000, places=2))
def test_who_spends_or_needs_more_keeps_no_less(customer: Suitable, assets: Decimal, more: Decimal) -> None:
    base = replace(customer, spending=customer.spending or Decimal(0))
    assert (
        plan(replace(base, spending=(base.spending or Decimal(0)) + more), assets).reserve.amount
        >= plan(base, assets).reserve.amount
    )


@pytest.mark.parametrize(
    "changed, missing",
    [
        ({"assessments": ()}, Code.NOT_ASSESSED),
        ({"assessments": (answers(days_ago=366),)}, Code.ASSESSMENT_EXPIRED),
        ({"contested": True}, Code.TOLERANCE_CONTESTED),
        ({"age": 17}, Code.MINOR),
        ({"age": None}, Code.AGE_UNKNOWN),
        ({"ended": True}, Code.RELATIONSHIP_ENDED),
    ],
)
def test_without_what_it_rests_on_there_is_no_allocation(changed: dict[str, object], missing: Code) -> None:
    drawn = plan(replace(HER, **changed))  # type: ignore[arg-type]
    assert (drawn.parts, drawn.highest, drawn.missing) == ((), None, (missing,))


def test_an_example_by_hand() -> None:
    """C3, five years, 5,000 a month of a million: 30,000 stay; of 970,000 the shares of the file."""
    drawn = plan()
    assert (drawn.reserve.amount, drawn.reserve.months) == (Decimal(30_000), 6)
    assert {(part.bucket, part.asset): part.amount for part in drawn.parts} == {
        (Bucket.SHORT, AssetClass.DEPOSIT): Decimal(145_500), (Bucket.SHORT, AssetClass.R1): Decimal(194_000),
        (Bucket.MEDIUM, AssetClass.DEPOSIT): Decimal(145_500), (Bucket.MEDIUM, AssetClass.R2): Decimal(291_000),
        (Bucket.LONG, AssetClass.R3): Decimal(194_000),
    }  # fmt: skip
    stopped = plan(replace(HER, income_stopped_on=TODAY - timedelta(days=3)))
    assert (stopped.reserve.months, stopped.highest, Code.LOSS_OF_INCOME in stopped.remarks) == (
        12,
        AssetClass.R2,
        True,
    )


def test_a_range_is_weighted_by_amount_and_says_what_it_covers() -> None:
    parts = [Rated(Decimal(300), Decimal("1.0"), Decimal("2.0")), Rated(Decimal(100), Decimal("3.0"), Decimal("6.0"))]
    assert yield_range(parts) == (Decimal("1.50"), Decimal("3.00"), Decimal(400))
    assert yield_range([]) is None


@pytest.mark.parametrize(
    "tolerance, allocation",
    [
        ("C1", {"short": {"deposit": 90}}),  # not the whole
        ("C1", {"short": {"deposit": 40, "R1": 30}, "medium": {"R3": 30}}),  # riskier than the horizon bears
        ("C2", {"short": {"deposit": 100}}),  # less risk than C1
    ],
)
def test_a_file_that_is_not_sound_is_refused(tolerance: str, allocation: dict[str, object]) -> None:
    given_rules = RULES.model_dump(mode="json")
    given_rules["allocation"][tolerance] = allocation
    with pytest.raises(ValidationError):
        PlanRules.model_validate(given_rules)


@pytest.mark.parametrize("pack", pack_codes())
def test_the_file_fits_every_pack(pack: str) -> None:
    """No tolerance is given more than the pack lets it hold, so that nothing has to be lowered by surprise."""
    rules = read_pack(pack)
    for tolerance, buckets in RULES.allocation.items():
        highest = AssetClass(rules.highest_risk[tolerance])
        assert all(one.level <= highest.level for classes in buckets.values() for one in classes)
