"""Amounts and counts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.amounts import decimal_of, find_amounts, find_limit
from assistant.understanding.text import PlainText


def amounts(question: str) -> list[Decimal]:
    return [mention.amount for mention in find_amounts(PlainText.of(question).plain)]


@pytest.mark.parametrize(
    "question, amount",
    [
        ("over 500k", "500000"),
        ("over 500 K", "500000"),
        ("more than 1.2m", "1200000"),
        ("more than 1.2 million", "1200000"),
        ("above 2bn", "2000000000"),
        ("at least 500,000", "500000"),
        ("at least 500,000.50", "500000.50"),
        ("50万以上的交易", "500000"),
        ("50萬以上", "500000"),
        ("超过1.5亿", "150000000"),
        ("交易，20万以上", "200000"),
        ("大于３０万", "300000"),
        ("五十万以上", "500000"),
        ("超过三百五十万", "3500000"),
        ("两千万", "20000000"),
        ("一百万", "1000000"),
        ("20w以上", "200000"),
        ("más de 10.000 yuanes", "10000"),
        ("más de 1.000.000", "1000000"),
        ("más de 1.234.567,89", "1234567.89"),
        ("500 mil", "500000"),
        ("1,5 millones", "1500000"),
        ("de más de 2 millones", "2000000"),
        ("≥ 80000", "80000"),
    ],
)
def test_an_amount_is_what_is_written(question: str, amount: str) -> None:
    assert amounts(question) == [Decimal(amount)]


@pytest.mark.parametrize(
    "question",
    ["top 10", "前十名", "R2", "C000002", "30 days", "P-TD12", "2 customers", "12 months", "", "3 m²", "5 kg"],
)
def test_counts_numbers_and_measures_are_no_amounts(question: str) -> None:
    assert amounts(question) == []


@pytest.mark.parametrize(
    "question, bound",
    [
        ("over 500k", True),
        ("超过50万", True),
        ("más de 10.000", True),
        ("the 500k deposit", False),
        ("那笔50万", False),
    ],
)
def test_a_lower_bound_is_told_from_a_mere_amount(question: str, bound: bool) -> None:
    assert [mention.at_least for mention in find_amounts(PlainText.of(question).plain)] == [bound]


@pytest.mark.parametrize(
    "question, limit",
    [
        ("top 5 customers", 5),
        ("my three largest customers", 3),
        ("the six largest clients", 6),
        ("the ten best customers", 10),
        ("last 7 transactions", 7),
        ("前十名客户", 10),
        ("前五名", 5),
        ("最大的3个客户", 3),
        ("最近五笔交易", 5),
        ("los 3 mayores clientes", 3),
        ("mis cinco mayores clientes", 5),
        ("las ocho últimas operaciones", 8),
        ("top 20", 20),
    ],
)
def test_how_many_are_asked_for(question: str, limit: int) -> None:
    assert find_limit(PlainText.of(question).plain) == limit


@pytest.mark.parametrize(
    "question", ["the first one", "el primero", "last 6 months", "últimos seis meses", "who", "第一个"]
)
def test_a_place_or_a_period_is_no_limit(question: str) -> None:
    assert find_limit(PlainText.of(question).plain) is None


@given(whole=st.integers(1000, 10**12), cents=st.integers(0, 99))
def test_both_ways_of_writing_give_the_same_money(whole: int, cents: int) -> None:
    english, spanish = f"{whole:,}.{cents:02d}", f"{whole:,}.{cents:02d}".translate(str.maketrans(",.", ".,"))
    assert decimal_of(english) == decimal_of(spanish) == Decimal(whole) + Decimal(cents) / 100
    assert amounts(f"more than {english} yuan") == amounts(f"más de {spanish} yuanes") == [decimal_of(english)]


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    for mention in find_amounts(PlainText.of(text).plain):
        assert mention.amount >= 0
        assert 0 <= mention.start < mention.end <= len(text)
    find_limit(PlainText.of(text).plain)
