"""Figures with currency, unit, sign and hedge."""

from decimal import Decimal

import pytest

from assistant.grounding.written.lexicon import lexicon
from assistant.grounding.written.quantities import Hedge, Quantity, Unit, find_quantities
from assistant.understanding.text import PlainText


def found(text: str, language: str) -> list[Quantity]:
    return find_quantities(PlainText.of(text), lexicon(language))


@pytest.mark.parametrize(
    "language, text, currency",
    [
        ("en", "CN¥300", "CNY"),
        ("en", "300 yuan", "CNY"),
        ("en", "RMB 300", "CNY"),
        ("en", "300 euros", "EUR"),
        ("en", "€300", "EUR"),
        ("en", "US$300", "USD"),
        ("en", "300 pounds", "GBP"),
        ("en", "300 Swiss francs", "CHF"),
        ("es", "300 yuanes", "CNY"),
        ("es", "300 €", "EUR"),
        ("es", "300 dólares", "USD"),
        ("es", "300 MXN", "MXN"),
        ("zh", "300元", "CNY"),
        ("zh", "300美元", "USD"),
        ("zh", "¥300", "CNY"),
        ("zh", "300港元", "HKD"),
        ("zh", "3万欧元", "EUR"),
    ],
)
def test_money(language: str, text: str, currency: str) -> None:
    (quantity,) = found(text, language)
    assert quantity.unit is Unit.MONEY
    assert currency in quantity.currencies


@pytest.mark.parametrize("text", ["top 5", "All 3 of them", "try 4"])
def test_a_code_of_a_currency_is_one_in_capitals_only(text: str) -> None:
    assert [quantity.unit for quantity in found(text, "en")] != [Unit.MONEY]
    assert next(q.unit for q in found(text.upper().replace("ALL", "TRY"), "en")) is Unit.MONEY


@pytest.mark.parametrize(
    "language, text, unit, value",
    [
        ("en", "34.4 %", Unit.PERCENT, "34.4"),
        ("en", "34 per cent", Unit.PERCENT, "34"),
        ("es", "8,5 por ciento", Unit.PERCENT, "8.5"),
        ("zh", "百分之二十", Unit.PERCENT, "20"),
        ("zh", "三成", Unit.PERCENT, "30"),
        ("zh", "两成五", Unit.PERCENT, "25"),
        ("en", "24 days", Unit.DAYS, "24"),
        ("en", "12-month deposit", Unit.MONTHS, "12"),
        ("en", "six weeks", Unit.DAYS, "6"),
        ("es", "hace 24 días", Unit.DAYS, "24"),
        ("zh", "24天前", Unit.DAYS, "24"),
        ("zh", "六个月", Unit.MONTHS, "6"),
        ("zh", "38岁", Unit.YEARS, "38"),
        ("en", "two hours", Unit.HOURS, "2"),
        ("en", "5 working days", Unit.WORKING_DAYS, "5"),
        ("en", "half of it", Unit.PERCENT, "50"),
        ("es", "un tercio", Unit.PERCENT, "33.33"),
        ("zh", "一半", Unit.PERCENT, "50"),
        ("en", "half a year", Unit.MONTHS, "6"),
        ("zh", "半年", Unit.MONTHS, "6"),
        ("en", "doubled", Unit.MULTIPLE, "2"),
    ],
)
def test_units(language: str, text: str, unit: Unit, value: str) -> None:
    (quantity,) = found(text, language)
    assert (quantity.unit, quantity.readings[0].value) == (unit, Decimal(value))


@pytest.mark.parametrize(
    "language, text, noun",
    [
        ("en", "three open tasks", "task"),
        ("en", "four contacts", "contact"),
        ("en", "1,565 persons", "customer"),
        ("es", "tres tareas pendientes", "task"),
        ("es", "116 clientes", "customer"),
        ("zh", "4次联系记录", "contact"),
        ("zh", "88笔存款或投资", "holding"),
        ("zh", "1件未办结的投诉", "feedback"),
    ],
)
def test_things_that_are_counted(language: str, text: str, noun: str) -> None:
    assert found(text, language)[0].noun == noun


@pytest.mark.parametrize(
    "language, text, sign",
    [
        ("en", "by -CN¥70", -1),
        ("en", "minus 70 yuan", -1),
        ("en", "CN¥70", 0),
        ("en", "+3 %", 1),
        ("en", "17–20 days", 0),
        ("es", "menos 70 yuanes", -1),
        ("es", "−70 €", -1),
        ("zh", "负70元", -1),
        ("zh", "为-70元", -1),
    ],
)
def test_signs(language: str, text: str, sign: int) -> None:
    assert found(text, language)[-1].sign == sign


@pytest.mark.parametrize(
    "language, text, hedge",
    [
        ("en", "about 3 million", Hedge.ABOUT),
        ("en", "over 500,000", Hedge.OVER),
        ("en", "almost 70", Hedge.NEARLY),
        ("es", "unos 131.000", Hedge.ABOUT),
        ("es", "más de 5", Hedge.OVER),
        ("es", "casi 7", Hedge.NEARLY),
        ("zh", "约55万元", Hedge.ABOUT),
        ("zh", "超过100万", Hedge.OVER),
        ("zh", "70万元左右", Hedge.ABOUT),
        ("en", "exactly 5", Hedge.NONE),
    ],
)
def test_hedges(language: str, text: str, hedge: Hedge) -> None:
    assert found(text, language)[0].hedge is hedge


def test_the_first_of_two_shares_the_scale_of_the_second() -> None:
    first, second = found("between 28.8 and 38.5 million yuan", "en")
    assert first.or_else is not None
    assert first.or_else.readings[0].value == 28_800_000
    assert first.or_else.currencies == second.currencies


@pytest.mark.parametrize("text", ["一位客户", "百货", "十分满意", "万一", "统一"])
def test_chinese_numerals_within_words_are_no_figures(text: str) -> None:
    assert found(text, "zh") == []
