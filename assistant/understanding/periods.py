"""Days and periods in a question: "next month", "上个月", "desde marzo", "3 May to 10 June", 2026-05-01."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.tools.desk import Period
from assistant.understanding.cues import Cues, all_cues
from assistant.understanding.numerals import number_of

ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
LONGEST_YEARS = 30
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_KINDS = ("weekday", "next_weekday", "last_weekday", "weekday_of_next_week", "weekday_of_last_week")


@dataclass(frozen=True)
class PeriodMention:
    """A period and the place in the question where it stands."""

    start: int
    end: int
    period: Period


class Tendency(StrEnum):
    """Which May is meant by "May": the one behind us, ahead of us, or the nearer."""

    PAST = "past"
    FUTURE = "future"
    NEAREST = "nearest"


def find_periods(plain: str, today: date, tendency: Tendency = Tendency.NEAREST) -> list[PeriodMention]:
    """The periods named in plain text, longest match first where they overlap."""
    found = sorted(_all_mentions(plain, today, tendency), key=lambda m: (m.start - m.end, m.start))
    kept: list[PeriodMention] = []
    for mention in found:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda m: m.start)


def _all_mentions(plain: str, today: date, tendency: Tendency) -> Iterator[PeriodMention]:
    for cues in all_cues():
        for pattern, kind in cues.periods:
            for match in pattern.finditer(plain):
                period = _period(kind, match, cues, today, tendency)
                if period:
                    yield PeriodMention(match.start(), match.end(), period)
        for pattern in cues.dates:
            for match in pattern.finditer(plain):
                needs = cues.month_needs
                bare_month = {name for name, text in match.groupdict().items() if text} == {"month"}
                if needs and bare_month and not needs.search(plain[: match.start()]):
                    continue
                period = _named(match, cues, today, tendency)
                if period:
                    yield PeriodMention(match.start(), match.end(), period)
    for match in ISO.finditer(plain):
        day = _date(int(match[1]), int(match[2]), int(match[3]))
        if day:
            yield PeriodMention(match.start(), match.end(), Period(day, day))


def _period(kind: str, match: re.Match[str], cues: Cues, today: date, tendency: Tendency) -> Period | None:
    named = match.groupdict()
    if kind in ("next_n", "last_n"):
        number = number_of(named["n"], cues)
        if number is None:
            return None
        edge = moved(today, number if kind == "next_n" else -number, cues.units[named["unit"]])
        if edge is None:
            return None
        return Period(today, edge) if kind == "next_n" else Period(edge, today)
    if kind in _WEEKDAY_KINDS:
        return weekday(kind, next(name for name in WEEKDAYS if named[name]), today, tendency)
    if kind in ("since", "until", "range"):
        return _bounded(kind, named, cues, today, tendency)
    return relative(kind, today)


def _bounded(kind: str, named: dict[str, str], cues: Cues, today: date, tendency: Tendency) -> Period | None:
    if kind == "since":
        first = _written(named["date"], cues, today, Tendency.PAST)
        return Period(first.start, today) if first and first.start <= today else None
    first = _written(named["date"], cues, today, tendency)
    if first is None:
        return None
    if kind == "until":
        return Period(today if first.end >= today else _months_on(first.end, -12 * LONGEST_YEARS), first.end)
    second = _written(named["date2"], cues, today, tendency)
    if second is None:
        return None
    if second.end < first.start:
        second = Period(second.start, _same_day(second.end, second.end.year + 1))
    return Period(first.start, second.end)


def relative(kind: str, today: date) -> Period:
    """The period of a relative expression: `this_month`, `last_week` ... as seen from `today`."""
    if kind in ("today", "yesterday", "tomorrow"):
        day = today + timedelta(days={"today": 0, "yesterday": -1, "tomorrow": 1}[kind])
        return Period(day, day)
    if kind == "half_year":
        return Period(_months_on(today, -6), today)
    which, _, unit = kind.partition("_")
    step = {"last": -1, "this": 0, "next": 1}[which]
    match unit:
        case "week":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            return Period(monday, monday + timedelta(days=6))
        case "month":
            first = _months_on(today.replace(day=1), step)
            return Period(first, _month_end(first))
        case "quarter":
            first = _months_on(date(today.year, today.month - (today.month - 1) % 3, 1), 3 * step)
            return Period(first, _month_end(_months_on(first, 2)))
        case _:
            return Period(date(today.year + step, 1, 1), date(today.year + step, 12, 31))


def weekday(kind: str, name: str, today: date, tendency: Tendency) -> Period:
    """The day that a weekday means: of next or last week by name, else the first one after today, or the last one
    up to today for what has been."""
    number = WEEKDAYS.index(name)
    ahead = (number - today.weekday() - 1) % 7 + 1
    match kind:
        case "weekday_of_next_week" | "weekday_of_last_week":
            week = 1 if kind == "weekday_of_next_week" else -1
            day = today + timedelta(weeks=week, days=number - today.weekday())
        case "last_weekday":
            day = today + timedelta(days=ahead - 7 if ahead < 7 else -7)
        case "weekday" if tendency is Tendency.PAST:
            day = today + timedelta(days=ahead - 7)
        case _:
            day = today + timedelta(days=ahead)
    return Period(day, day)


def _written(text: str, cues: Cues, today: date, tendency: Tendency) -> Period | None:
    iso = ISO.fullmatch(text)
    if iso:
        day = _date(int(iso[1]), int(iso[2]), int(iso[3]))
        return Period(day, day) if day else None
    for pattern in cues.dates:
        match = pattern.fullmatch(text)
        if match:
            return _named(match, cues, today, tendency)
    return None


def _named(match: re.Match[str], cues: Cues, today: date, tendency: Tendency) -> Period | None:
    """A day, a month or a year by name; without a year, the one that `tendency` chooses."""
    named = match.groupdict()
    if "month" not in named:
        year = int(named["year"])
        return Period(date(year, 1, 1), date(year, 12, 31))
    month = cues.months.get(named["month"]) or number_of(named["month"], cues)
    day = number_of(named["day"], cues) if named.get("day") else None
    if month is None:
        return None
    if named.get("year"):
        years = [int(named["year"])]
    elif named.get("rel"):
        years = [today.year + cues.relative_years[named["rel"]]]
    else:
        years = [today.year - 1, today.year, today.year + 1]
    starts = [start for year in years if (start := _date(year, month, day or 1))]
    periods = [Period(start, start if day else _month_end(start)) for start in starts]
    fitting = [p for p in periods if _fits(p, today, tendency)] or periods
    return min(fitting, key=lambda p: (abs((p.start - today).days), p.start), default=None)


def _fits(period: Period, today: date, tendency: Tendency) -> bool:
    match tendency:
        case Tendency.PAST:
            return period.start <= today
        case Tendency.FUTURE:
            return period.end >= today
        case Tendency.NEAREST:
            return True


def moved(day: date, number: int, unit: str) -> date | None:
    if unit in ("day", "week"):
        days = number * (7 if unit == "week" else 1)
        return day + timedelta(days=days) if abs(days) < 366 * LONGEST_YEARS else None
    months = number * (12 if unit == "year" else 1)
    return _months_on(day, months) if abs(months) <= 12 * LONGEST_YEARS else None


def _months_on(day: date, months: int) -> date:
    """The same day that many months on, or the last day of a month that is too short."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _same_day(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _date(year: int, month: int, day: int) -> date | None:
    if not (1900 <= year <= 2200 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)
