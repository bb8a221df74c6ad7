"""Figures are written as the language writes them, and to the last digit."""

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding import figures
from prompts import LANGUAGES

HUNDREDTHS = st.integers(-(10**15), 10**15).map(lambda cents: Decimal(cents) / 100)
RATES = st.integers(-(10**7), 10**7).map(lambda parts: Decimal(parts) / 10_000)


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=HUNDREDTHS, currency=st.sampled_from(["CNY", "EUR", "USD", "CZK", "JPY", "KRW", "GBP", "HKD"]))
def test_money_shows_every_hundredth(language: str, value: Decimal, currency: str) -> None:
    printed = figures.money(value, currency, language)
    whole_units = value == int(value) and currency in ("JPY", "KRW")
    assert digits(printed) == digits(str(int(abs(value))) if whole_units else f"{abs(value):.2f}")
    assert ("-" in printed) == (value < 0)


@pytest.mark.parametrize(
    "language, value, printed",
    [
        ("en", "9.8", "9.8 percentage points"), ("en", "-1", "-1 percentage point"), ("zh", "9.8", "9.8个百分点"),
        ("es", "9.8", "9,8 puntos porcentuales"), ("es", "1", "1 punto porcentual"),
    ],
)  # fmt: skip
def test_a_difference_of_shares_is_in_points(language: str, value: str, printed: str) -> None:
    assert figures.points(Decimal(value), language) == printed


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=RATES)
def test_a_rate_shows_all_its_places(language: str, value: Decimal) -> None:
    printed = figures.percent(value, language)
    assert digits(printed) == digits(f"{abs(value).normalize():f}")
    assert printed.endswith(" %")
    assert printed.startswith("-") == (value < 0)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=st.integers(-(10**12), 10**12) | RATES)
def test_a_number_shows_all_its_places(language: str, value: Decimal | int) -> None:
    printed = figures.number(value, language)
    assert digits(printed) == digits(f"{abs(Decimal(value)).normalize():f}")


@pytest.mark.parametrize(
    "language, money, negative, rate, day",
    [
        ("en", "CN¥1,234,567.50", "-CN¥0.05", "2.75 %", "Nov 20, 2026"),
        ("zh", "¥1,234,567.50", "-¥0.05", "2.75 %", "2026年11月20日"),
        ("es", "1.234.567,50\xa0CNY", "-0,05\xa0CNY", "2,75 %", "20 nov 2026"),
    ],
)
def test_as_each_language_writes_them(language: str, money: str, negative: str, rate: str, day: str) -> None:
    assert figures.money(Decimal("1234567.50"), "CNY", language) == money
    assert figures.money(Decimal("-0.05"), "CNY", language) == negative
    assert figures.percent(Decimal("2.7500"), language) == rate
    assert figures.day(date(2026, 11, 20), language) == day
