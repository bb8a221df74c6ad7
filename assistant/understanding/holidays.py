"""Holidays as days of a year, and when fiscal years begin. Which holidays there are is the bank's to say."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.tools.desk import Period

LUNAR_YEARS = range(1901, 2100)
"""Years of which the lunar calendar is known."""


def holiday(name: str, year: int) -> Period | None:
    """The days of that holiday in a year; None where the lunar calendar of the year is not known."""
    days = _calendar()["holidays"][name]
    start, end = _day(days["from"], year), _day(days["to"], year)
    return Period(start, end) if start and end else None


def fiscal_year_starts() -> int:
    """The month in which fiscal years begin."""
    return int(_calendar()["fiscal_year_starts"])


def _day(written: str, year: int) -> date | None:
    kind, _, place = written.rpartition(" ")
    if kind == "easter":
        from dateutil.easter import easter

        sunday: date = easter(year)
        return sunday + timedelta(days=int(place))
    month, day = map(int, place.split("-"))
    if kind != "lunar":
        return date(year, month, day)
    if year not in LUNAR_YEARS:
        return None
    from borax.calendars import LunarDate

    found: date = LunarDate(year, month, day).to_solar_date()
    return found


@cache
def _calendar() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(
        Path(__file__).with_name("calendar.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
    return loaded
