"""The period that a question asks about, as far as it has come, and as much of the one before."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from assistant.tools.desk import Period
from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.text import PlainText
from knowledge.intake.calendar_format import add_months
from prompts import LANGUAGES, note_words

ONE_DAY = timedelta(days=1)
MONTHS_OF_A_QUARTER = 3


def compared(asked: Period | None, today: date, default: Period, is_before: bool = False) -> tuple[Period, Period]:
    """The period asked for as far as it has come (`default`, where none was or it is yet to come), and as much of the
    one before: of whole months so many months back, of others as many days back.

    `is_before`: the period asked for is the one to compare with, and the one after it is meant.
    """
    whole = asked if asked and asked.start <= today else default
    if is_before and whole.end < today:
        whole = _after(whole)
    start, end, after = whole.start, min(whole.end, today), whole.end + ONE_DAY
    if start.day == 1 and after.day == 1:
        months = _months(whole)
        last = start - ONE_DAY if end == whole.end else min(add_months(end, -months), start - ONE_DAY)
        return Period(start, end), Period(add_months(start, -months), last)
    return Period(start, end), Period(start - ONE_DAY - (end - start), start - ONE_DAY)


def month_of(day: date) -> Period:
    start = day.replace(day=1)
    return Period(start, add_months(start, 1) - ONE_DAY)


def quarter_of(day: date) -> Period:
    start = day.replace(month=day.month - (day.month - 1) % MONTHS_OF_A_QUARTER, day=1)
    return Period(start, add_months(start, MONTHS_OF_A_QUARTER) - ONE_DAY)


def names_the_one_before(asked: str, today: date) -> bool:
    """Whether the only period that is named is what another is compared with: "NPS against last quarter"."""
    plain = PlainText.of(asked).plain
    named = find_periods(plain, today, Tendency.PAST)
    return len(named) == 1 and any(pattern.search(plain[: named[0].start]) for pattern in _compared_with())


def _after(period: Period) -> Period:
    start = period.end + ONE_DAY
    if period.start.day == 1 and start.day == 1:
        return Period(start, add_months(start, _months(period)) - ONE_DAY)
    return Period(start, start + (period.end - period.start))


def _months(period: Period) -> int:
    after = period.end + ONE_DAY
    return (after.year - period.start.year) * 12 + after.month - period.start.month


@cache
def _compared_with() -> Sequence[re.Pattern[str]]:
    return [re.compile(text) for language in LANGUAGES for text in note_words(language)["compared_with"]]
