"""Expressions of time that stand for themselves: "next month", 上上个月, "20 nov 2026", Q3, Christmas, 2026-05-01."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assistant.tools.desk import Period
from assistant.understanding.cues import Cues, all_cues
from assistant.understanding.days import (
    WEEKDAYS,
    around,
    day_of,
    fiscal_year,
    month_end,
    months_on,
    moved,
    part_of,
    relative,
    to_date,
    unit_at,
    weekday,
)
from assistant.understanding.holidays import fiscal_year_starts, holiday
from assistant.understanding.numerals import number_of

ISO = re.compile(r"\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b")
_DAY_FIRST = re.compile(r"(?<![\d/.-])(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\d/])")


class Tendency(StrEnum):
    """Which May is meant by "May": the one behind us, ahead of us, or the nearer."""

    PAST = "past"
    FUTURE = "future"
    NEAREST = "nearest"


Meaning = Callable[[Tendency], Period | None]


@dataclass(frozen=True)
class Expression:
    """An expression of time and its place; what it means depends on where the question looks. A `weak` one ("may")
    counts only beside another; `at_its_end` is "the end of the month", before which all of it lies."""

    start: int
    end: int
    cues: Cues | None
    meaning: Meaning
    weak: bool = False
    at_its_end: bool = False

    @property
    def places(self) -> Sequence[Cues]:
        """The languages whose words may stand beside it: its own, or any for digits."""
        return [self.cues] if self.cues else all_cues()


def expressions(plain: str, today: date) -> Iterator[Expression]:
    for cues in all_cues():
        for pattern, kind in cues.periods:
            for match in pattern.finditer(plain):
                meaning = _meaning(kind, match, cues, today)
                yield Expression(*match.span(), cues, meaning, at_its_end=kind.startswith("end:"))
        for pattern, name in cues.holidays:
            for match in pattern.finditer(plain):
                yield Expression(*match.span(), cues, _holiday(name, match, cues, today))
        for pattern in (*cues.dates, *cues.day_ranges):
            for match in pattern.finditer(plain):
                bare_month = {name for name, text in match.groupdict().items() if text} == {"month"}
                weak = (
                    bare_month and cues.month_needs is not None and not cues.month_needs.search(plain[: match.start()])
                )
                yield Expression(*match.span(), cues, _named(match, cues, today), weak)
    for match in ISO.finditer(plain):
        yield Expression(*match.span(), None, _fixed(_one_day(match[1], match[2], match[3])))
    for match in _DAY_FIRST.finditer(plain):
        day = _one_day(match[3], match[2], match[1]) or _one_day(match[3], match[1], match[2])
        yield Expression(*match.span(), None, _fixed(day))


def _meaning(kind: str, match: re.Match[str], cues: Cues, today: date) -> Meaning:
    """What an expression means by its rule. A unit that it names goes before the one of the rule."""
    named = match.groupdict()
    rule, _, step = kind.partition(":")
    unit = cues.units.get(named.get("unit") or "", step)
    if rule in ("quarter", "half") and not step:
        return _numbered(rule, named, cues, today)
    if rule in ("next_n", "last_n", "n_by_tendency", "ago_n", "ago_two"):
        return _counted(rule, 2 if rule == "ago_two" else number_of(named["n"], cues), unit, today)
    if rule == "day_of_month":
        return _day_of_month(number_of(named["day"], cues), today)
    if rule.endswith("weekday") or rule.startswith("weekday"):
        name = next((name for name in WEEKDAYS if named.get(name)), None)
        return lambda tendency: weekday(rule, name, today, tendency is Tendency.PAST) if name else None
    return _fixed(_without_number(rule, step, unit, named, today))


def _without_number(rule: str, step: str, unit: str, named: dict[str, str | None], today: date) -> Period | None:
    match rule:
        case "unit":
            return unit_at(unit, int(step), today)
        case "to_date":
            return to_date(unit, today)
        case "fiscal":
            return fiscal_year(fiscal_year_starts(), int(step), today)
        case "fiscal_named":
            year = int(named["year"] or 0)
            first = day_of(year + (2000 if year < 100 else 0), fiscal_year_starts(), 1)
            return fiscal_year(fiscal_year_starts(), 0, first) if first else None
        case "end" | "start" | "middle":
            return part_of(unit_at(unit, 0, today), rule)
        case "half_year_ago":
            return around(months_on(today, -6), "month")
        case "half_month":
            return Period(moved(today, -15, "day") or today, today)
        case _:
            return relative(f"{rule}:{step}" if step else rule, today)


def _counted(rule: str, number: int | None, unit: str, today: date) -> Meaning:
    """ "In the next 30 days", "the last three weeks", "two months ago"."""

    def found(tendency: Tendency) -> Period | None:
        if number is None or unit == "weekend":
            return None
        past = rule in ("last_n", "ago_n", "ago_two") or (rule == "n_by_tendency" and tendency is Tendency.PAST)
        edge = moved(today, -number if past else number, unit)
        if edge is None:
            return None
        if rule in ("ago_n", "ago_two"):
            return around(edge, unit)
        return Period(edge, today) if past else Period(today, edge)

    return found


def _numbered(unit: str, named: dict[str, str | None], cues: Cues, today: date) -> Meaning:
    """A quarter or half-year by its number: Q3, 第三季度, "el primer semestre de 2025"."""
    written = named[unit] or ""
    number = int(written) if written.isdigit() else cues.places[written]
    months = {"quarter": 3, "half": 6}[unit]

    def found(tendency: Tendency) -> Period | None:
        starts = [date(year, (number - 1) * months + 1, 1) for year in _years(named, cues, today)]
        return _fitting([Period(start, month_end(months_on(start, months - 1))) for start in starts], today, tendency)

    return found


def _day_of_month(day: int | None, today: date) -> Meaning:
    def found(tendency: Tendency) -> Period | None:
        months = [months_on(today.replace(day=1), step) for step in (-1, 0, 1)]
        days = [made for month in months if day and (made := day_of(month.year, month.month, day))]
        return _fitting([Period(made, made) for made in days], today, tendency)

    return found


def _holiday(name: str, match: re.Match[str], cues: Cues, today: date) -> Meaning:
    named = match.groupdict()
    which = cues.which.get(named.get("which") or "")

    def found(tendency: Tendency) -> Period | None:
        periods = [period for year in _years(named, cues, today) if (period := holiday(name, year))]
        return _fitting(periods, today, Tendency(which) if which else tendency)

    return found


def _named(match: re.Match[str], cues: Cues, today: date) -> Meaning:
    """A day, some days, a month or a year by name; without a year, the one that the tendency chooses."""
    named = match.groupdict()
    if "month" not in named:
        year = number_of(named["year"], cues) or 0
        return _fixed(Period(date(year, 1, 1), date(year, 12, 31)) if day_of(year, 1, 1) else None)
    month = cues.months.get(named["month"]) or number_of(named["month"], cues)
    day, last = (number_of(named[name], cues) if named.get(name) else None for name in ("day", "day2"))

    def found(tendency: Tendency) -> Period | None:
        starts = [start for year in _years(named, cues, today) if month and (start := day_of(year, month, day or 1))]
        periods = [Period(start, start if day else month_end(start)) for start in starts]
        if last is not None:
            ends = [(period, day_of(period.start.year, period.start.month, last)) for period in periods]
            periods = [replace(period, end=end) for period, end in ends if end and end >= period.start]
        return _fitting(periods, today, tendency)

    return found


def _years(named: dict[str, str | None], cues: Cues, today: date) -> list[int]:
    """The years that may be meant: the one that is named, or the three around today."""
    if year := named.get("year"):
        return [int(year)]
    if rel := named.get("rel"):
        return [today.year + cues.relative_years[rel]]
    return [today.year - 1, today.year, today.year + 1]


def _fitting(periods: Sequence[Period], today: date, tendency: Tendency) -> Period | None:
    """The nearest of them that lies where the question looks."""
    fitting = [period for period in periods if _fits(period, today, tendency)] or periods
    return min(fitting, key=lambda period: (abs((period.start - today).days), period.start), default=None)


def _fits(period: Period, today: date, tendency: Tendency) -> bool:
    match tendency:
        case Tendency.PAST:
            return period.start <= today
        case Tendency.FUTURE:
            return period.end >= today
        case Tendency.NEAREST:
            return True


def _fixed(period: Period | None) -> Meaning:
    return lambda _: period


def _one_day(year: str, month: str, day: str) -> Period | None:
    found = day_of(int(year), int(month), int(day))
    return Period(found, found) if found else None
