"""Birthdays in a period, with 29 February, against the calendar."""

from datetime import date, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from hypothesis import given
from hypothesis import strategies as st

from assistant.tools.birthdays import SHOWN, birthday_in, birthdays
from assistant.tools.desk import Period, Topic
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, RawBank

LEAP_DAYS = st.sampled_from([date(1960, 2, 29), date(1988, 2, 29), date(2000, 2, 29), date(2024, 2, 29)])
LATEST = date(2120, 12, 31)


def is_birthday(born: date, day: date) -> bool:
    if day.year <= born.year:
        return False
    kept_on_28 = (born.month, born.day) == (2, 29) and (day + timedelta(days=1)).month == 3
    return (day.month, day.day) == (born.month, born.day) or (kept_on_28 and (day.month, day.day) == (2, 28))


def first_birthday(born: date, start: date, end: date) -> date | None:
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return next((day for day in days if is_birthday(born, day)), None)


DAYS = st.dates(date(1900, 1, 1), LATEST)


@given(born=LEAP_DAYS | DAYS, start=DAYS, length=st.integers(-3, 800))
def test_it_is_the_first_one_in_the_period(born: date, start: date, length: int) -> None:
    end = start + timedelta(days=length)
    assert birthday_in(born, start, end) == first_birthday(born, start, end)


@given(born=LEAP_DAYS, year=st.integers(2025, 2110))
def test_who_was_born_on_29_february_has_a_birthday_every_year(born: date, year: int) -> None:
    leap = (date(year, 3, 1) - date(year, 2, 1)).days == 29
    assert birthday_in(born, date(year, 1, 1), date(year, 12, 31)) == date(year, 2, 29 if leap else 28)


def people(raw: RawBank, employee: str, period: Period) -> list[tuple[date, str]]:
    seen = raw.seen_by(employee)
    return sorted(
        (day, id)
        for id, row in raw.customers.items()
        if id in seen and row["kind"] == "person" and row["birth_date"] and not row["closed_on"]
        if (day := first_birthday(date.fromisoformat(row["birth_date"]), period.start, period.end))
    )


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, *MANAGERS])
@pytest.mark.parametrize(
    "period",
    [
        Period(AS_OF, AS_OF + timedelta(days=30)),
        Period(date(2026, 12, 20), date(2027, 1, 10)),
        Period(date(2027, 2, 28), date(2027, 2, 28)),
        Period(date(2028, 2, 29), date(2028, 3, 1)),
    ],
    ids=lambda p: str(p.start),
)
async def test_everyone_in_view_soonest_first(office_of: OfficeOf, raw: RawBank, employee: str, period: Period) -> None:
    office = await office_of(employee)
    result = await birthdays(office.desk(), period)
    expected = people(raw, employee, period)
    assert result.count.value == len(expected)
    assert result.more == (len(expected) > SHOWN)
    assert [(line.falls_on.value, line.name.fact.subject) for line in result.lines] == expected[:SHOWN]
    for line in result.lines:
        born = int(raw.customers[line.name.fact.subject]["birth_date"][:4])
        assert line.turns.value == line.falls_on.value.year - born  # type: ignore[union-attr]


async def test_where_no_period_is_named_it_is_the_next_thirty_days(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(HEAD_OFFICE)
    today = date(2026, 12, 25)
    result = await birthdays(office.desk(today))
    assert result.count.value == len(people(raw, HEAD_OFFICE, Period(today, today + timedelta(days=30))))


async def test_lunar_birthdays_fall_on_their_lunar_day(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(HEAD_OFFICE)
    period = Period(date(2027, 1, 20), date(2027, 2, 20))
    found = await birthdays(office.desk(), period, Topic("谁过农历生日"))
    assert found.lunar
    assert found.lines
    for line in found.lines:
        born = LunarDate.from_solar(date.fromisoformat(raw.customers[line.name.fact.subject]["birth_date"]))
        day = LunarDate.from_solar(line.falls_on.value)  # type: ignore[arg-type]
        assert (day.month, day.day) == (born.month, born.day) or (day.day, born.day) == (29, 30)
