"""Weekdays as people say them: the one that is meant, ahead or behind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.periods import PeriodMention, Tendency, find_periods
from assistant.understanding.text import PlainText

TODAY = date(2026, 11, 20)  # a Friday
DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


def periods(question: str, today: date = TODAY, tendency: Tendency = Tendency.NEAREST) -> list[PeriodMention]:
    return find_periods(PlainText.of(question).plain, today, tendency)


def said(question: str, today: date = TODAY, tendency: Tendency = Tendency.NEAREST) -> list[str]:
    return [f"{m.period.start}..{m.period.end}" for m in periods(question, today, tendency)]


WEEKDAYS = [
    ("remind me on Monday", Tendency.FUTURE, date(2026, 11, 23)),
    ("on Friday", Tendency.FUTURE, date(2026, 11, 27)),
    ("next thursday", Tendency.FUTURE, date(2026, 11, 26)),
    ("last Friday", Tendency.PAST, date(2026, 11, 13)),
    ("I called her on Wednesday", Tendency.PAST, date(2026, 11, 18)),
    ("I called her on Friday", Tendency.PAST, TODAY),
    ("提醒我周一给她打电话", Tendency.FUTURE, date(2026, 11, 23)),
    ("星期天", Tendency.FUTURE, date(2026, 11, 22)),
    ("下周三拜访", Tendency.FUTURE, date(2026, 11, 25)),
    ("上周三", Tendency.PAST, date(2026, 11, 11)),
    ("上星期五通了电话", Tendency.PAST, date(2026, 11, 13)),
    ("el lunes", Tendency.FUTURE, date(2026, 11, 23)),
    ("el miércoles que viene", Tendency.FUTURE, date(2026, 11, 25)),
    ("el sábado pasado", Tendency.PAST, date(2026, 11, 14)),
]


@pytest.mark.parametrize("question, tendency, day", WEEKDAYS, ids=[row[0] for row in WEEKDAYS])
def test_a_weekday_is_the_one_that_is_meant(question: str, tendency: Tendency, day: date) -> None:
    assert said(question, TODAY, tendency) == [f"{day}..{day}"]


@pytest.mark.parametrize("name", ["周一帆有多少存款", "周六一的贷款", "Ana Domingo", "Domingo Pérez"])
def test_a_weekday_in_a_name_is_no_day(name: str) -> None:
    assert said(name) == []


@given(DAYS, st.sampled_from(["on Sunday", "周二", "el jueves"]))
def test_a_weekday_ahead_is_within_a_week_and_one_behind_too(today: date, question: str) -> None:
    ahead = periods(question, today, Tendency.FUTURE)[0].period.start
    behind = periods(question, today, Tendency.PAST)[0].period.start
    assert 1 <= (ahead - today).days <= 7
    assert 0 <= (today - behind).days <= 6
    assert (ahead - behind).days == 7
