"""The bank's calendar and the Chinese one, against days that are known from elsewhere."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.care.lunar import lunar_birthday_in, lunar_day, solar_term
from assistant.care.signals.occasions import call_days
from assistant.care.signals.rules import SignalKind, signal_rules
from assistant.care.working_days import working_days

DAYS = st.dates(date(2001, 1, 1), date(2060, 12, 31))
NEW_YEARS = {
    1985: "02-20", 1996: "02-19", 2000: "02-05", 2012: "01-23", 2020: "01-25", 2021: "02-12", 2022: "02-01",
    2023: "01-22", 2024: "02-10", 2025: "01-29", 2026: "02-17", 2027: "02-06", 2028: "01-26", 2033: "01-31",
}  # fmt: skip
MID_AUTUMN = {2020: "10-01", 2023: "09-29", 2024: "09-17", 2025: "10-06", 2026: "09-25"}


@pytest.mark.parametrize("year", NEW_YEARS)
def test_spring_festival_falls_where_the_almanac_has_it(year: int) -> None:
    assert lunar_day(year, 1, 1) == date.fromisoformat(f"{year}-{NEW_YEARS[year]}")


@pytest.mark.parametrize("year", MID_AUTUMN)
def test_so_does_mid_autumn(year: int) -> None:
    assert lunar_day(year, 8, 15) == date.fromisoformat(f"{year}-{MID_AUTUMN[year]}")


def test_qingming_is_a_solar_term() -> None:
    assert [solar_term(year, 6) for year in (2024, 2025, 2026)] == [
        date(2024, 4, 4),
        date(2025, 4, 4),
        date(2026, 4, 5),
    ]


@pytest.mark.parametrize(
    "born, year, kept",
    [
        (date(1990, 10, 3), 2026, date(2026, 9, 25)),  # the 15th of the eighth month
        (date(1985, 2, 20), 2026, date(2026, 2, 17)),  # New Year's Day
        (date(1995, 9, 25), 2025, date(2025, 9, 22)),  # born in a leap eighth month, which has no year of its own
        (date(2000, 2, 4), 2025, date(2025, 1, 28)),  # the 30th of the twelfth month, which that year ends on the 29th
    ],
)
def test_a_lunar_birthday_falls_on_its_lunar_day(born: date, year: int, kept: date) -> None:
    assert lunar_birthday_in(born, kept, kept) == kept
    around = timedelta(days=25)
    assert lunar_birthday_in(born, kept - around, kept - timedelta(days=1)) is None
    assert lunar_birthday_in(born, kept + timedelta(days=1), kept + around) is None


@given(born=st.dates(date(1930, 1, 1), date(1999, 12, 31)), start=DAYS)
def test_a_lunar_birthday_comes_once_in_every_lunar_year(born: date, start: date) -> None:
    """Two of them lie twelve or thirteen moons apart; none is skipped and none comes twice."""
    first = lunar_birthday_in(born, start, start + timedelta(days=385))
    assert first is not None
    second = lunar_birthday_in(born, first + timedelta(days=1), first + timedelta(days=385))
    assert second is not None
    assert (second - first).days in (*range(353, 357), *range(382, 386))


@given(born=st.dates(date(1930, 1, 1), date(2025, 1, 1)))
def test_the_day_of_birth_is_no_birthday(born: date) -> None:
    found = lunar_birthday_in(born, born, born + timedelta(days=330))
    assert found is None


def test_days_that_the_calendar_does_not_reach_are_no_error() -> None:
    assert lunar_birthday_in(date(1899, 5, 1), date(2026, 1, 1), date(2026, 12, 31)) is None
    assert lunar_birthday_in(date(1990, 5, 1), date(2150, 1, 1), date(2151, 1, 1)) is None
    assert lunar_day(2300, 1, 1) is None


SCHEDULE_2026 = [
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
]  # fmt: skip
WORKED_2026 = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]


def test_2026_is_the_year_that_the_state_council_announced() -> None:
    """Every day of each holiday, weekends among them, and the weekends that are worked for it; no other day."""
    calendar, year = working_days(), [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    spans = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in SCHEDULE_2026]
    off = {day for day in year if any(first <= day <= last for first, last in spans)}
    assert {day for day in year if calendar.is_holiday(day)} == off
    worked = {date.fromisoformat(day) for day in WORKED_2026}
    assert {day for day in year if calendar.is_working(day) and day.weekday() >= 5} == worked


@pytest.mark.parametrize(
    "day, works",
    [
        ("2026-02-13", True),
        ("2026-02-14", True),  # a Saturday on which is worked
        ("2026-02-16", False),  # New Year's Eve
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-09-25", False),  # Mid-Autumn
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),
        ("2026-12-25", True),  # kept by customers, not by the bank
        ("2027-01-01", False),
        ("2027-02-06", False),
        ("2028-02-29", True),
    ],
)
def test_the_bank_works_when_it_works(day: str, works: bool) -> None:
    assert working_days().is_working(date.fromisoformat(day)) is works


@given(day=DAYS, number=st.integers(0, 12))
def test_a_working_day_before_or_after_is_the_nearest(day: date, number: int) -> None:
    calendar = working_days()
    before, after, back = calendar.on_or_before(day), calendar.on_or_after(day), calendar.back(day, number)
    assert calendar.is_working(before)
    assert calendar.is_working(after)
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(calendar.is_working(one) for one in between)
    worked = [back + timedelta(days=n) for n in range((before - back).days)]
    assert sum(calendar.is_working(one) for one in worked) == number


@given(matures_on=DAYS)
def test_the_calls_before_a_maturity_are_made_on_working_days_and_never_late(matures_on: date) -> None:
    calendar, rule = working_days(), signal_rules().rules[SignalKind.MATURITY]
    calls = list(call_days(rule, calendar, matures_on))
    assert 1 <= len(calls) <= len(rule.before)
    assert [first for first, _ in calls] == sorted(
        {calendar.on_or_before(matures_on - timedelta(days=n)) for n in (10, 0)}
    )
    assert all(calendar.is_working(first) and first <= matures_on for first, _ in calls)
    for (_, last), (first, _) in pairwise(calls):
        assert last < first


@pytest.mark.parametrize(
    "language, today, holiday, day",
    [
        ("zh", date(2026, 11, 20), "new_year", date(2027, 1, 1)),
        ("zh", date(2027, 1, 2), "spring_festival", date(2027, 2, 6)),
        ("es", date(2026, 12, 26), "new_year", date(2027, 1, 1)),
        ("es", date(2027, 1, 2), "epiphany", date(2027, 1, 6)),
        ("en", date(2026, 12, 25), "christmas", date(2026, 12, 25)),
    ],
)
def test_the_next_holiday_is_one_that_the_customer_keeps(language: str, today: date, holiday: str, day: date) -> None:
    assert working_days().next_greeting(language, today) == (holiday, day)
