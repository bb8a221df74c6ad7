"""Numbers as three languages write them."""

from decimal import Decimal

import pytest

from assistant.grounding.written.lexicon import lexicon
from assistant.grounding.written.numerals import find_numerals


@pytest.mark.parametrize(
    "language, text, values",
    [
        ("en", "1,234.50 and 12,000", ["1234.50", "12000"]),
        ("en", "1.2 million or 300k, 4.5 bn", ["1200000", "300000", "4500000000"]),
        ("en", "two and a half million", ["2500000"]),
        ("en", "twenty-four, a hundred and ten, one hundred thousand", ["24", "110", "100000"]),
        ("en", "two and three", ["2", "3"]),
        ("en", "one of them", []),
        ("en", "in 2026", ["2026"]),
        ("es", "1.234,50 y 12.000", ["1234.50", "12000"]),
        ("es", "1,234.50", ["1234.50"]),
        ("es", "1,2 millones, 300 mil, dos mil millones", ["1200000", "300000", "2000000000"]),
        ("es", "treinta y dos; dos y tres; ciento veinte", ["32", "2", "3", "120"]),
        ("es", "dos millones y medio", ["2500000"]),
        ("es", "un cliente", []),
        ("zh", "30万，1亿2000万，三万五千", ["300000", "120000000", "35000"]),
        ("zh", "1,234.50、两千三百、二十四", ["1234.50", "2300", "24"]),
        ("zh", "51.5万", ["515000"]),
    ],
)
def test_numbers(language: str, text: str, values: list[str]) -> None:
    found = find_numerals(text, lexicon(language))
    assert [numeral.readings[0].value for numeral in found] == [Decimal(value) for value in values]


def test_a_spanish_number_with_one_mark_may_be_read_either_way() -> None:
    (numeral,) = find_numerals("12.500", lexicon("es"))
    assert {reading.value for reading in numeral.readings} == {Decimal(12_500), Decimal("12.5")}


def test_the_last_digit_that_is_written_says_how_exact_a_number_is() -> None:
    (numeral,) = find_numerals("1.25 million", lexicon("en"))
    assert numeral.readings[0].step == 10_000
    assert numeral.scaled


def test_more_than_a_million_in_chinese_is_open() -> None:
    (numeral,) = find_numerals("一百多万", lexicon("zh"))
    assert (numeral.readings[0].value, numeral.open_by) == (1_000_000, 1_000_000)


@pytest.mark.parametrize("text", ["06.2", "C000001", "2.1.3"])
def test_what_is_no_number(text: str) -> None:
    assert find_numerals(text, lexicon("en")) == []
