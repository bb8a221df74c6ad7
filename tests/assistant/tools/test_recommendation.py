"""What to offer: only what suits, money that may leave first, nothing refused lately, each reason with its row."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistant.errors import UnknownCustomer
from assistant.recommend.rule_pack import Verdict
from assistant.tools.desk import CustomerId
from assistant.tools.recommendation import offers_for, recommendation
from knowledge.crm.codes import ProductKind
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, MANAGERS, TOLD, RawBank

WANG, MARIA, ORTEGA, LI = map(CustomerId, ("C000001", "C000004", "C000007", "C000003"))


async def test_nothing_is_offered_that_does_not_suit(office: Office, raw: RawBank) -> None:
    offered = 0
    for customer in raw.sample(60, seed=11):
        found = await offers_for(office.desk(), customer)
        for one in found.ranked:
            offered += 1
            product = one.recommendable.product
            assert one.recommendable.customer_id == customer
            verdict = found.assessed[product.id].assessment.verdict
            assert verdict is not Verdict.NOT_ALLOWED
            tolerance = raw.customers[customer]["tolerance"]
            assert product.risk is None or int(product.risk[1]) <= int(tolerance[1])
    assert offered > 60


async def test_a_maturing_deposit_comes_first_and_says_which(office: Office) -> None:
    result = await recommendation(office.desk(), WANG)
    first = result.offerings[0]
    assert first.reasons[0].text == "Term deposit 12 months with CN¥300,000.00 ends on Dec 25, 2026."
    assert {part.figure.fact.source for part in first.reasons[0].parts if part.figure} == {
        "product/P-TD12", "account/A000002", "balance/A000002/2026-11-20",
    }  # fmt: skip


async def test_money_that_may_leave_comes_before_all_else(office: Office, raw: RawBank) -> None:
    for customer in raw.sample(40, seed=2):
        keeps = [one.keeps for one in (await offers_for(office.desk(), customer)).ranked]
        assert keeps == sorted(keeps, reverse=True)


async def test_an_open_complaint_is_settled_first(office: Office) -> None:
    assert (await recommendation(office.desk(), MARIA)).complaint_of
    assert (await recommendation(office.desk(), WANG)).complaint_of is None


async def test_without_an_assessment_no_investment_and_when_to_repeat_it(office: Office) -> None:
    found = await offers_for(office.desk(), ORTEGA)
    assert all(one.recommendable.product.kind not in ("fund", "wealth", "metal") for one in found.ranked)
    assert (await recommendation(office.desk(), ORTEGA)).assessable_on


async def test_what_was_refused_or_offered_lately_waits(office: Office, raw: RawBank) -> None:
    waited = 0
    for offer in raw.rows("SELECT * FROM offer WHERE offered_on > ? ORDER BY id", str(AS_OF - timedelta(days=120))):
        found = await offers_for(office.desk(), offer["customer_id"])
        newest = raw.rows(
            "SELECT * FROM offer WHERE customer_id = ? AND product_id = ? ORDER BY offered_on, id",
            offer["customer_id"],
            offer["product_id"],
        )[-1]
        days = (AS_OF - date.fromisoformat(newest["offered_on"])).days
        waits = days < {"rejected": 90, "offered": 30, "accepted": 0}[newest["state"]]
        listed = {one.recommendable.product.id for one in found.ranked}
        if waits:
            waited += 1
            assert offer["product_id"] not in listed
        assert offer["product_id"] not in {one.recommendable.product.id for one in found.waiting} or waits
        if waited == 12:
            break
    assert waited


async def test_the_list_is_diverse(office: Office) -> None:
    kinds = [one.recommendable.product.kind for one in (await offers_for(office.desk(), WANG)).ranked]
    assert len(set(kinds)) == len(kinds) == 3


async def test_one_kind_is_asked_for(office: Office) -> None:
    found = await offers_for(office.desk(), WANG, ProductKind.FUND)
    assert {one.recommendable.product.kind for one in found.ranked} == {"fund"}


async def test_an_interest_calls_for_its_kind(office: Office) -> None:
    needs = [need.code.value for need in (await offers_for(office.desk(), LI)).needs]
    assert "interest" in needs


async def test_every_reason_rests_on_a_row(office: Office) -> None:
    for customer in TOLD:
        for offering in (await recommendation(office.desk(), CustomerId(customer))).offerings:
            assert offering.reasons
            for reason in (*offering.reasons, *offering.warnings):
                assert all(part.figure.fact.source for part in reason.parts if part.figure)


async def test_nobody_out_of_scope(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    other = CustomerId(sorted(set(raw.customers) - raw.seen_by(MANAGERS[0]))[0])
    with pytest.raises(UnknownCustomer):
        await recommendation(office.desk(), other)


async def test_scores_are_within_their_bounds(raw: RawBank) -> None:
    for row in raw.rows("SELECT * FROM product_score"):
        assert 0 <= Decimal(row["taken_alike"]) <= 1_000_000
        assert row["acceptance"] is None or 0 <= row["acceptance"] <= 1_000_000
        assert row["members"] is None or row["members"] >= 5
