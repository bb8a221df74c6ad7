"""Dates, numbers and codes as banks write them become exact values or a reason, never something near."""

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.intake.calendar_format import add_months, format_mistake, moment_reader, month_end
from knowledge.intake.mapping import Source
from knowledge.intake.target import targets
from knowledge.intake.value import value_of

DASHES = "YYYY-MM-DD"
AMOUNT = targets()["standing_order"].columns["amount"]
GERMAN = Source(file="-", decimal_mark=",", thousands_mark=".")


def amount(text: str, dialect: Source) -> object:
    return value_of(text, AMOUNT, dialect, moment_reader(DASHES, None, 2026), split=None, rounded=False)


@given(
    st.dates(date(1900, 1, 1), date(1999, 12, 31)), st.sampled_from(["YYMMDD", "DD.MM.YY", "YYYYMMDD", "MM/DD/YYYY"])
)
def test_dates_come_back_as_they_were_written(day: date, pattern: str) -> None:
    directives = {
        "YYYY": f"{day.year:04}",
        "YY": f"{day.year % 100:02}",
        "MM": f"{day.month:02}",
        "DD": f"{day.day:02}",
    }
    text = pattern
    for token, digits in directives.items():
        text = text.replace(token, digits)
    assert moment_reader(pattern, 1900, 2026)(text).date() == day


@pytest.mark.parametrize("text, year", [("260101", 2026), ("270101", 1927), ("980101", 1998), ("000101", 2000)])
def test_a_year_of_two_digits_is_the_latest_that_is_not_ahead(text: str, year: int) -> None:
    assert moment_reader("YYMMDD", None, 2026)(text).year == year


def test_moments_carry_their_time() -> None:
    assert moment_reader("DD.MM.YYYY hh:mm", None, 2026)("03.02.2024 17:45") == datetime(2024, 2, 3, 17, 45)


@given(st.text(max_size=12))
def test_no_text_makes_a_date_reader_fail_but_by_a_reason(text: str) -> None:
    with suppress(ValueError):
        assert moment_reader("YYMMDD", None, 2026)(text).strftime("%y%m%d") == text


@pytest.mark.parametrize("pattern", ["YYYY-MM", "MM-DD", "YYYY-YY-MM-DD", "YYYY-MM-DD-DD", "DD"])
def test_a_format_names_each_part_once(pattern: str) -> None:
    assert format_mistake(pattern) is not None


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 480))
def test_months_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later == month_end(later) and later.day < day.day)


@given(st.integers(-(10**14), 10**14))
def test_amounts_come_back_exactly_with_decimal_commas(cents: int) -> None:
    value = Decimal(cents) / 100
    assert amount(f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", "."), GERMAN) == value


@pytest.mark.parametrize("text", ["1.5.2", "1,5", "1 000", "--1", "1e2", "Infinity", "NaN", "0x1", "1_000", "٣", ""])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        amount(text, Source(file="-"))
