"""From a Reading to tool calls: a customer is never guessed, and every argument is one that was said."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.engines.plan import MANY_CUSTOMERS, Missing, Plan, WhichCustomer, WhichProduct, plan_for
from assistant.tools.desk import Cases, CustomerId, Customers, Desk, Period, ProductId, Topic
from assistant.tools.tool import Tool
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import CustomerMention, Mentions, ProductMention, Reading
from knowledge.crm.codes import Tier

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


@dataclass(frozen=True)
class Nothing:
    """What these tools find."""


async def of_one(
    desk: Desk, customer: CustomerId, period: Period | None = None, at_least: Decimal | None = None
) -> Nothing:
    return Nothing()


async def of_some(desk: Desk, period: Period | None = None, customer: CustomerId | None = None) -> Nothing:
    return Nothing()


async def of_all(desk: Desk, tier: Tier | None = None, limit: int = 10) -> Nothing:
    return Nothing()


async def lookup(desk: Desk, customers: Customers) -> Nothing:
    return Nothing()


async def settle(desk: Desk, customer: CustomerId | None = None, cases: Cases | None = None) -> Nothing:
    return Nothing()


async def terms(desk: Desk, product: ProductId) -> Nothing:
    return Nothing()


async def rules(desk: Desk, topic: Topic) -> Nothing:
    return Nothing()


SETTLE = Tool.of(settle)
OF_ONE, OF_SOME, OF_ALL = Tool.of(of_one), Tool.of(of_some), Tool.of(of_all)
LOOKUP, TERMS, RULES = Tool.of(lookup), Tool.of(terms), Tool.of(rules)


def plan(tool: Tool, dialogue: Dialogue | None = None, **mentions: object) -> object:
    said = replace(Mentions("?"), **mentions)  # type: ignore[arg-type]
    return plan_for(tool, Reading("a question", "en", tool.name, 1.0, said), dialogue or Dialogue())


def arguments(outcome: object) -> list[dict[str, object]]:
    assert isinstance(outcome, Plan)
    return [dict(call.arguments) for call in outcome.calls]


def one(*ids: str, alike: bool = False) -> CustomerMention:
    return CustomerMention(0, 1, "Name", ids, spelt_alike=alike)


def test_a_customer_named_is_the_one_asked_about() -> None:
    assert arguments(plan(OF_ONE, customers=(one("C1"),))) == [{"customer": "C1"}]


def test_the_period_and_the_amount_go_along() -> None:
    found = arguments(plan(OF_ONE, customers=(one("C1"),), period=MARCH, at_least=Decimal(500)))
    assert found == [{"customer": "C1", "period": MARCH, "at_least": Decimal(500)}]


@pytest.mark.parametrize("mention", [one("C1", "C2"), one("C1", alike=True), one("C1", "C2", alike=True)])
@pytest.mark.parametrize("tool", [OF_ONE, OF_SOME], ids=lambda tool: tool.name)
def test_an_unclear_customer_is_asked_back(tool: Tool, mention: CustomerMention) -> None:
    assert plan(tool, customers=(mention,)) == WhichCustomer(mention)
    assert plan(tool, Dialogue(customer="C9"), customers=(one("C3"), mention)) == WhichCustomer(mention)


@pytest.mark.parametrize("tool", [OF_ONE, OF_SOME, LOOKUP], ids=lambda tool: tool.name)
def test_a_name_that_nobody_bears_is_said_to_be_unknown(tool: Tool) -> None:
    assert plan(tool, Dialogue(customer="C9"), customers=(one(alike=True),)) == Missing("no_customer", "Name")


def test_an_unknown_name_never_falls_back_on_the_customer_spoken_of() -> None:
    assert plan(OF_ONE, Dialogue(customer="C9"), unknown_name="Zebulon") == Missing("no_customer", "Zebulon")
    assert plan(OF_ONE, Dialogue(customer="C9"), unknown_name="Zebulon", pronoun=True) == Missing(
        "no_customer", "Zebulon"
    )


def test_the_customer_spoken_of_is_meant_where_none_is_named() -> None:
    assert arguments(plan(OF_ONE, Dialogue(customer="C9"))) == [{"customer": "C9"}]
    assert arguments(plan(OF_SOME, Dialogue(customer="C9"), pronoun=True)) == [{"customer": "C9"}]


def test_all_customers_are_meant_where_a_tool_lists_and_nobody_is_pointed_at() -> None:
    assert arguments(plan(OF_SOME, Dialogue(customer="C9"), period=MARCH)) == [{"period": MARCH}]


def test_somebody_must_be_named_first() -> None:
    assert plan(OF_ONE) == Missing("need_customer")
    assert plan(OF_SOME, pronoun=True) == Missing("need_customer")
    assert plan(LOOKUP) == Missing("need_customer")


def test_several_customers_are_answered_for_one_after_the_other() -> None:
    both = (one("C1"), one("C2"), one("C1"))
    assert arguments(plan(OF_ONE, customers=both)) == [{"customer": "C1"}, {"customer": "C2"}]


def test_a_look_up_shows_all_who_may_be_meant_but_never_a_misspelt_name_as_found() -> None:
    assert arguments(plan(LOOKUP, customers=(one("C1", "C2"), one("C3")))) == [{"customers": ("C1", "C2", "C3")}]
    misspelt = one("C1", alike=True)
    assert plan(LOOKUP, customers=(misspelt,)) == WhichCustomer(misspelt)


def test_a_product_is_the_one_named_or_the_one_spoken_of() -> None:
    named, unclear = ProductMention(0, 1, "Fund", ("P1",)), ProductMention(0, 1, "Fund", ("P1", "P2"))
    assert arguments(plan(TERMS, Dialogue(product="P9"), products=(named,))) == [{"product": "P1"}]
    assert arguments(plan(TERMS, Dialogue(product="P9"))) == [{"product": "P9"}]
    assert plan(TERMS, products=(unclear,)) == WhichProduct(unclear)
    assert plan(TERMS) == Missing("need_product")


def test_what_is_not_said_keeps_the_tool_s_default() -> None:
    assert arguments(plan(OF_ALL)) == [{}]
    assert arguments(plan(OF_ALL, tier=Tier.GOLD, limit=3)) == [{"tier": Tier.GOLD, "limit": 3}]
    assert arguments(plan(RULES)) == [{"topic": "a question"}]


mentioned = st.builds(
    CustomerMention,
    st.just(0),
    st.just(1),
    st.text(min_size=1, max_size=5),
    st.lists(st.sampled_from(["C1", "C2", "C3", "C4", "C5"]), max_size=3, unique=True).map(tuple),
    st.booleans(),
)


@given(
    tool=st.sampled_from([OF_ONE, OF_SOME, LOOKUP]),
    customers=st.lists(mentioned, max_size=4).map(tuple),
    unknown=st.one_of(st.none(), st.just("Zebulon")),
    pronoun=st.booleans(),
    spoken=st.sampled_from([None, "C9"]),
)
def test_nobody_is_ever_guessed(
    tool: Tool, customers: tuple[CustomerMention, ...], unknown: str | None, pronoun: bool, spoken: str | None
) -> None:
    outcome = plan(tool, Dialogue(customer=spoken), customers=customers, unknown_name=unknown, pronoun=pronoun)
    if not isinstance(outcome, Plan):
        return
    assert len(outcome.calls) <= MANY_CUSTOMERS
    asked = {call.arguments["customer"] for call in outcome.calls if "customer" in call.arguments}
    certain: set[object] = {m.ids[0] for m in customers if len(m.ids) == 1 and not m.spelt_alike}
    assert asked <= (certain or {spoken})
    if tool is not LOOKUP:
        assert all(len(m.ids) == 1 and not m.spelt_alike for m in customers)


def test_each_product_that_is_named_is_answered_for() -> None:
    named, other = (ProductMention(place, place + 1, "Fund", (f"P{place}",)) for place in (1, 2))
    assert arguments(plan(TERMS, products=(named, other))) == [{"product": "P1"}, {"product": "P2"}]
    unclear = ProductMention(3, 4, "Fund", ("P1", "P2"))
    assert isinstance(plan(TERMS, products=(named, unclear)), WhichProduct)


def test_a_case_that_nothing_was_shown_of_is_of_the_customer_spoken_of() -> None:
    assert arguments(plan(SETTLE, Dialogue(customer="C1"))) == [{"customer": "C1", "cases": ()}]
    assert arguments(plan(SETTLE, Dialogue(customer="C1", cases=["F1"]))) == [{"cases": ("F1",)}]
