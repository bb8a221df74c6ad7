"""Questions that lean on the one before."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tools.desk import Period
from assistant.understanding.continuing import choice_of, continued, with_choice
from assistant.understanding.dialogue import Dialogue, Pending
from assistant.understanding.ordinals import find_ordinal
from assistant.understanding.reading import CustomerMention, Mentions, Reading
from assistant.understanding.text import PlainText
from knowledge.crm.store import Reader

ONE = CustomerMention(0, 0, "C01", ("C01",))
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
SPOKEN = Dialogue(
    ability="transactions", ability_of_one="transactions", customer="C02", start=MARCH.start, end=MARCH.end,
    at_least=Decimal(500), listed=["C01", "C02", "C03"],
)  # fmt: skip


def reading(
    ability: str | None = "follow_up", confidence: float = 1.0, question: str = "?", **mentions: object
) -> Reading:
    return Reading(question, "en", ability, confidence, replace(Mentions(question), **mentions))  # type: ignore[arg-type]


def test_a_follow_up_asks_the_same_of_another_customer() -> None:
    after = continued(reading(customers=(ONE,)), SPOKEN)
    assert (after.ability, after.mentions.customers) == ("transactions", (ONE,))
    assert (after.mentions.period, after.mentions.at_least) == (MARCH, Decimal(500))
    assert not after.mentions.pronoun


def test_a_follow_up_with_a_period_asks_it_of_the_same_customer() -> None:
    may = Period(date(2026, 5, 1), date(2026, 5, 31))
    after = continued(reading(period=may), SPOKEN)
    assert (after.ability, after.mentions.period) == ("transactions", may)
    assert after.mentions.pronoun


def test_a_full_question_takes_nothing_over() -> None:
    after = continued(reading("holdings", customers=(ONE,)), SPOKEN)
    assert (after.ability, after.mentions.period, after.mentions.at_least) == ("holdings", None, None)


def test_a_mere_name_at_the_beginning_asks_who_that_is() -> None:
    assert continued(reading(customers=(ONE,)), Dialogue()).ability == "portrait"
    assert continued(reading(), Dialogue()).ability is None


@pytest.mark.parametrize("ordinal, customer", [(1, "C01"), (2, "C02"), (3, "C03"), (-1, "C03")])
def test_a_place_in_the_list_is_that_customer(ordinal: int, customer: str) -> None:
    after = continued(reading(ordinal=ordinal), SPOKEN)
    assert [mention.ids for mention in after.mentions.customers] == [(customer,)]
    assert after.ability == "transactions"


def test_a_place_in_the_list_with_a_question_asks_that_question() -> None:
    after = continued(reading("loans", 0.9, ordinal=2), SPOKEN)
    assert (after.ability, after.mentions.customers[0].ids) == ("loans", ("C02",))


@pytest.mark.parametrize("ordinal", [4, 99, 0])
def test_a_place_beyond_the_list_is_nobody(ordinal: int) -> None:
    assert continued(reading("loans", 0.9, ordinal=ordinal), SPOKEN).mentions.customers == ()


def test_the_first_three_are_no_place_in_a_list() -> None:
    assert continued(reading("top_customers", 0.9, ordinal=1, limit=3), SPOKEN).mentions.customers == ()


def test_a_name_goes_before_a_place() -> None:
    after = continued(reading("loans", 0.9, ordinal=3, customers=(ONE,)), SPOKEN)
    assert after.mentions.customers == (ONE,)


@given(
    ordinal=st.one_of(st.none(), st.integers(-9, 99)),
    listed=st.lists(st.sampled_from(["C01", "C02", "C03"]), max_size=4),
)
def test_only_who_was_listed_is_ever_picked(ordinal: int | None, listed: list[str]) -> None:
    after = continued(reading("loans", 0.9, ordinal=ordinal), Dialogue(listed=listed))
    assert {id for mention in after.mentions.customers for id in mention.ids} <= set(listed)


@pytest.mark.parametrize(
    "question, number",
    [
        ("2", 2), ("#2", 2), ("no. 3", 3), ("the second one", 2), ("the 2nd", 2), ("first", 1), ("the first", 1),
        ("the last one", -1), ("the other one", 2), ("第二个", 2), ("第二個", 2), ("第三位", 3), ("最后一个", -1),
        ("最後一個", -1), ("另一个", 2), ("la segunda", 2), ("el primero", 1), ("el tercero", 3), ("la última", -1),
        ("¿y el último?", -1), ("el otro", 2), ("el primer cliente", 1), ("the fifth customer", 5),
    ],
)  # fmt: skip
def test_places_as_people_say_them(question: str, number: int) -> None:
    found = find_ordinal(PlainText.of(question).plain)
    assert found is not None
    assert found.number == number


@pytest.mark.parametrize(
    "question",
    [
        "last month",
        "when did we first contact her",
        "la última conversación",
        "el último mes",
        "2026",
        "a second card",
        "一个",
    ],
)
def test_other_words_are_no_place(question: str) -> None:
    assert find_ordinal(PlainText.of(question).plain) is None


WHICH = Pending(question="Wang Wei's deposits", candidates=["C04", "C05"], written="Wang Wei")


async def chosen(reader: Reader, pending: Pending, said: str, **mentions: object) -> str | None:
    reply = replace(reading(confidence=0.6, question=said), mentions=replace(Mentions(said), **mentions))  # type: ignore[arg-type]
    return await choice_of(pending, reply, reader)


async def test_which_one_is_said_by_place_or_number(reader: Reader) -> None:
    assert await chosen(reader, WHICH, "2", ordinal=2) == "C05"
    assert await chosen(reader, WHICH, "the last one", ordinal=-1) == "C05"
    assert await chosen(reader, WHICH, "C04", customers=(CustomerMention(0, 3, "C04", ("C04",)),)) == "C04"
    assert await chosen(reader, WHICH, "7", ordinal=7) is None


@pytest.mark.parametrize(
    "said, customer",
    [
        ("the one in Madrid", "C04"),
        ("el de Madrid", "C04"),
        ("the engineer", "C05"),
        ("the platinum one", "C04"),
        ("白金的那位", "C04"),
        ("la de plata", "C05"),
        ("the one in Branch", None),
        ("广州的那个", "C05"),
        ("那位教师", "C04"),
        ("el ingeniero", "C05"),
        ("neither", None),
        ("yes", None),
        ("a", None),
    ],
)
async def test_which_one_is_said_by_what_tells_them_apart(reader: Reader, said: str, customer: str | None) -> None:
    assert await chosen(reader, WHICH, said) == customer


async def test_nobody_but_a_candidate_is_ever_chosen(reader: Reader) -> None:
    assert await chosen(reader, WHICH, "王建国", customers=(CustomerMention(0, 3, "王建国", ("C01",)),)) is None


async def test_a_new_question_is_no_reply(reader: Reader) -> None:
    platinum = reading("my_customers", 0.9, "Who are my platinum customers?", many=True)
    assert await choice_of(WHICH, platinum, reader) is None
    first = reading("contacts", 0.9, "the first contact with C01", customers=(ONE,), ordinal=1)
    assert await choice_of(WHICH, first, reader) is None
    assert await chosen(reader, WHICH, "Zebulon in Madrid", unknown_name="Zebulon") is None


def test_the_question_goes_on_with_the_one_chosen() -> None:
    unclear = CustomerMention(0, 8, "Wang Wei", ("C04", "C05"))
    asked = reading("deposit_changes", customers=(unclear, ONE))
    after = with_choice(asked, WHICH, "C05")
    assert [mention.ids for mention in after.mentions.customers] == [("C05",), ("C01",)]


@pytest.mark.parametrize(
    "reply", ["not the one in Madrid", "el de Madrid no", "不是白金的那个", "not the platinum one"]
)
async def test_who_says_which_one_is_not_meant_means_the_other(reader: Reader, reply: str) -> None:
    pending = Pending(question="?", candidates=["C04", "C05"], written="王伟")
    assert await choice_of(pending, reading("out_of_scope", 0.3, reply), reader) == "C05"


@pytest.mark.parametrize("reply", ["yes, him", "对，就是他", "sí, ese"])
async def test_a_mere_yes_takes_the_one_who_was_offered(reader: Reader, reply: str) -> None:
    offered = Pending(question="?", candidates=["C07"], written="Maria Garsia")
    assert await choice_of(offered, reading("smalltalk", 0.5, reply), reader) == "C07"
    among_two = offered.model_copy(update={"candidates": ["C07", "C08"]})
    assert await choice_of(among_two, reading("smalltalk", 0.5, reply), reader) is None
