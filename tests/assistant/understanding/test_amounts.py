"""Amounts and counts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.amounts import Bound, decimal_of, find_amounts, find_limit, find_shares
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
        ("over two hundred and fifty thousand", "250000"),
        ("half a million or more", "500000"),
        ("more than two and a half million yuan", "2500000"),
        ("2 and a half million", "2500000"),
        ("más de doscientos cincuenta mil", "250000"),
        ("más de medio millón de yuanes", "500000"),
        ("dos millones y medio", "2500000"),
        ("más de mil", "1000"),
        ("两百三十万以上", "2300000"),
        ("兩百三十萬以上", "2300000"),
        ("一千五", "1500"),
        ("三万五", "35000"),
        ("3万5", "35000"),
        ("1亿2000万", "120000000"),
        ("20多万", "200000"),
        ("一百二十万块", "1200000"),
        ("500元以上", "500"),
        ("over 500 yuan", "500"),
        ("¥300", "300"),
    ],
)
def test_an_amount_is_what_is_written(question: str, amount: str) -> None:
    assert amounts(question) == [Decimal(amount)]


@pytest.mark.parametrize(
    "question",
    [
        "top 10",
        "前十名",
        "R2",
        "C000002",
        "30 days",
        "P-TD12",
        "2 customers",
        "12 months",
        "",
        "3 m²",
        "5 kg",
        "mil gracias",
        "a hundred customers",
        "二〇二六年",
        "万一她问",
        "千万别忘",
        "the one and only",
        "三成",
    ],
)
def test_counts_numbers_and_measures_are_no_amounts(question: str) -> None:
    assert amounts(question) == []


@pytest.mark.parametrize(
    "question, bound",
    [
        ("over 500k", Bound.LEAST),
        ("超过50万", Bound.LEAST),
        ("50万以上", Bound.LEAST),
        ("500k or more", Bound.LEAST),
        ("más de 10.000", Bound.LEAST),
        ("10.000 en adelante", Bound.LEAST),
        ("under 500k", Bound.MOST),
        ("50万以下", Bound.MOST),
        ("不到五千块", Bound.MOST),
        ("menos de 10.000", Bound.MOST),
        ("the 500k deposit", Bound.ITSELF),
        ("那笔50万", Bound.ITSELF),
    ],
)
def test_a_bound_is_told_from_a_mere_amount(question: str, bound: Bound) -> None:
    assert [mention.bound for mention in find_amounts(PlainText.of(question).plain)] == [bound]


@pytest.mark.parametrize(
    "question, percent",
    [
        ("fell by 30 %", "30"), ("30 percent", "30"), ("thirty percent of it", "30"), ("三成以上", "30"),
        ("三成五", "35"), ("百分之二十", "20"), ("百分之3.5", "3.5"), ("un treinta por ciento", "30"), ("2,5 %", "2.5"),
    ],
)  # fmt: skip
def test_a_share_is_what_is_said(question: str, percent: str) -> None:
    assert [mention.percent for mention in find_shares(PlainText.of(question).plain)] == [Decimal(percent)]


@pytest.mark.parametrize("question", ["成都的客户", "三成交的", "赞成", "percent", "por ciento"])
def test_other_words_are_no_share(question: str) -> None:
    assert find_shares(PlainText.of(question).plain) == []


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
        ("our four wealthiest families", 4),
        ("存款最多的五位是谁", 5),
        ("最久没联系的两家", 2),
        ("mis siete clientes más ricos", 7),
    ],
)
def test_how_many_are_asked_for(question: str, limit: int) -> None:
    assert find_limit(PlainText.of(question).plain) == limit


@pytest.mark.parametrize(
    "question", ["the first one", "el primero", "last 6 months", "últimos seis meses", "who", "第一个", "最多的三个月"]
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
    find_shares(PlainText.of(text).plain)
    find_limit(PlainText.of(text).plain)
