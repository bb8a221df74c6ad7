"""A period and as much of the one before."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.tools.desk import Period
from assistant.understanding.compared_periods import compared, month_of, names_the_one_before, quarter_of

TODAY = date(2026, 11, 20)
QUARTER = quarter_of(TODAY)


def days(*given: str) -> tuple[Period, Period]:
    first, last, before, before_last = map(date.fromisoformat, given)
    return Period(first, last), Period(before, before_last)


def test_of_whole_months_as_far_as_they_have_come() -> None:
    assert compared(None, TODAY, QUARTER) == days("2026-10-01", "2026-11-20", "2026-07-01", "2026-08-20")
    assert compared(None, TODAY, month_of(TODAY)) == days("2026-11-01", "2026-11-20", "2026-10-01", "2026-10-20")
    summer = Period(date(2026, 7, 1), date(2026, 9, 30))
    assert compared(summer, TODAY, QUARTER) == days("2026-07-01", "2026-09-30", "2026-04-01", "2026-06-30")
    assert compared(summer, TODAY, QUARTER, True) == days("2026-10-01", "2026-11-20", "2026-07-01", "2026-08-20")
    assert compared(QUARTER, TODAY, QUARTER, True) == compared(QUARTER, TODAY, QUARTER)
    ahead = Period(date(2027, 1, 1), date(2027, 3, 31))
    assert compared(ahead, TODAY, QUARTER) == compared(None, TODAY, QUARTER), "nothing of it has come"


@settings(max_examples=60)
@given(st.dates(date(2025, 1, 1), TODAY), st.integers(0, 200))
def test_the_one_before_ends_where_the_period_begins(start: date, length: int) -> None:
    now, before = compared(Period(start, start + timedelta(days=length)), TODAY, QUARTER)
    assert before.start <= before.end < now.start <= now.end <= TODAY


@pytest.mark.parametrize(
    "asked, told",
    [
        ("NPS by branch against last quarter", True), ("NPS compared with last month", True),
        ("NPS last quarter", False), ("NPS this quarter against last quarter", False), ("NPS against the plan", False),
        ("和上季度相比各支行的NPS", True), ("上季度的NPS", False), ("本季度NPS比上季度怎么样", False),
        ("NPS por sucursal frente al trimestre pasado", True), ("NPS del trimestre pasado", False),
    ],
)  # fmt: skip
def test_what_is_compared_with_is_told_from_what_is_asked(asked: str, told: bool) -> None:
    assert names_the_one_before(asked, TODAY) is told
