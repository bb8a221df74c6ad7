"""A plan for a customer of the demo bank: it adds up, keeps to what suits, and says what is missing."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.errors import UnknownCustomer
from assistant.recommend.rule_pack import Risk, Verdict
from assistant.tools.desk import CustomerId, ProductId
from assistant.tools.suitability import suitability
from assistant.tools.wealth_plan import WealthPlan, wealth_plan
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import MANAGERS, RawBank

WANG, GARCIA, ORTEGA, BUREAU = map(CustomerId, ("C000001", "C000004", "C000007", "C000010"))


def amounts(plan: WealthPlan) -> list[Decimal]:
    return [value for part in plan.parts if isinstance(value := part.amount.value, Decimal)]


@pytest.mark.parametrize("customer", [WANG, GARCIA])
async def test_the_parts_add_up_to_what_the_customer_has(office: Office, customer: CustomerId) -> None:
    plan = await wealth_plan(office.desk(), customer)
    assert sum(amounts(plan)) == plan.total.value
    for column in ("today", "planned"):
        assert sum(getattr(line, column).value for line in plan.classes) == plan.total.value
    assert sum(line.amount.value for line in plan.horizons) == plan.total.value  # type: ignore[misc]
    assert (plan.missing, plan.assessable_on, plan.parts[0].label) == ([], None, "reserve")


async def test_every_product_suits_is_of_its_class_and_not_bound_too_long(office: Office, raw: RawBank) -> None:
    sample = [CustomerId(one) for one in raw.sample(25, seed=4)]
    named = 0
    for customer in [WANG, GARCIA, *sample]:
        plan = await wealth_plan(office.desk(), customer)
        for part in plan.parts:
            for one in part.products:
                named += 1
                id = one.product.fact.subject
                (row,) = raw.rows("SELECT * FROM product WHERE id = ?", id)
                checked = await suitability(office.desk(), customer, ProductId(id))
                assert checked.verdicts[0].verdict.startswith("suits")
                if part.what.value in Risk.__members__:
                    assert max(row["risk"], row["issuer_risk"]) == part.what.value
                assert row["minimum"] is None or Decimal(row["minimum"]) / 10_000 <= part.amount.value  # type: ignore[operator]
    assert named > 50


async def test_the_range_lies_within_the_rates_of_the_products_that_it_names(office: Office) -> None:
    plan = await wealth_plan(office.desk(), WANG)
    rates = [one.rate.value for part in plan.parts for one in part.products if one.rate]
    assert plan.low
    assert plan.high
    assert min(rates) <= plan.low.value <= plan.high.value <= max(rates)  # type: ignore[type-var, operator]
    assert plan.low.fact.source.startswith("product?rates_of=P-")


@pytest.mark.parametrize(
    "customer, why",
    [(ORTEGA, "The risk assessment of "), (BUREAU, "The customer's risk tolerance has not been assessed.")],
)
async def test_without_a_valid_assessment_it_says_what_is_missing(
    office: Office, customer: CustomerId, why: str
) -> None:
    plan = await wealth_plan(office.desk(), customer)
    assert (plan.parts, plan.horizons, plan.classes, plan.low) == ([], [], [], None)
    assert plan.missing[0].text.startswith(why)
    assert plan.assessable_on
    assert plan.assessable_on.value == date(2026, 11, 20)


async def test_nothing_refused_lately_is_planned(office: Office, raw: RawBank) -> None:
    refused = raw.rows(
        "SELECT customer_id, product_id FROM offer WHERE state = 'rejected' AND offered_on > '2026-09-01'"
        " AND product_id IN ('P-F-BOND', 'P-W-180', 'P-TD12')"
    )
    assert refused
    for row in refused[:15]:
        plan = await wealth_plan(office.desk(), CustomerId(row["customer_id"]))
        assert row["product_id"] not in {one.product.fact.subject for part in plan.parts for one in part.products}


async def test_a_customer_of_a_colleague_has_no_plan(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    other = CustomerId(sorted(set(raw.customers) - raw.seen_by(MANAGERS[0]))[0])
    with pytest.raises(UnknownCustomer):
        await wealth_plan(office.desk(), other)


async def test_no_product_is_named_that_was_not_let_through(office: Office) -> None:
    desk = office.desk()
    plan = await wealth_plan(desk, WANG)
    named = {one.product.fact.subject for part in plan.parts for one in part.products}
    assert {card.id for card in desk.ledger.products} >= named
    assert all(card.verdict != Verdict.NOT_ALLOWED for card in desk.ledger.products if card.id in named)
