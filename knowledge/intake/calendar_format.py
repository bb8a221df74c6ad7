"""Dates as banks write them: formats such as YYYY-MM-DD, YYMMDD or DD.MM.YYYY hh:mm."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache

from knowledge.intake.excerpt import excerpt

TOKEN = re.compile(r"YYYY|YY|MM|DD|hh|mm|ss|.")
WIDTH = {"YYYY": 4, "YY": 2, "MM": 2, "DD": 2, "hh": 2, "mm": 2, "ss": 2}


def format_mistake(pattern: str) -> str | None:
    """What is wrong with a date format, or None."""
    tokens = [token for token in TOKEN.findall(pattern) if token in WIDTH]
    if len(set(tokens)) != len(tokens) or ("YYYY" in tokens) == ("YY" in tokens):
        return f"{pattern!r} has to name the year (YYYY or YY) and every other part once"
    if not {"MM", "DD"} <= set(tokens):
        return f"{pattern!r} has to name the month (MM) and the day (DD)"
    return None


def moment_reader(pattern: str, century: int | None, this_year: int) -> Callable[[str], datetime]:
    """A reader of moments written as `pattern`; it raises ValueError with the reason.

    A year of two digits is of `century`, or else the latest such year that is not after `this_year`.
    """
    form = re.compile(
        "".join(
            rf"(?P<{token}>[0-9]{{{WIDTH[token]}}})" if token in WIDTH else re.escape(token)
            for token in TOKEN.findall(pattern)
        )
    )

    @lru_cache(maxsize=20_000)
    def read(text: str) -> datetime:
        match = form.fullmatch(text)
        if match is None:
            raise ValueError(f"{excerpt(text)} is not written {pattern}")
        part = {name: int(value) for name, value in match.groupdict().items()}
        year = part["YYYY"] if "YYYY" in part else _full_year(part["YY"], century, this_year)
        try:
            day = date(year, part["MM"], part["DD"])
            return datetime.combine(day, time(part.get("hh", 0), part.get("mm", 0), part.get("ss", 0)))
        except ValueError as error:
            raise ValueError(f"{excerpt(text)} is no day of the calendar") from error

    return read


def _full_year(two_digits: int, century: int | None, this_year: int) -> int:
    if century is not None:
        return century + two_digits
    return this_year - (this_year - two_digits) % 100


def month_end(day: date) -> date:
    """The last day of that day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month if it has no such day. Raises ValueError beyond 9999."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise ValueError(f"{months} months after {day} is outside the calendar")
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))
