"""Days on which the bank works, and the holidays that customers keep: rules that a bank may change."""

from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, NonNegativeInt

from assistant.care.lunar import lunar_day, solar_term


class Holiday(BaseModel):
    """`month` is the number of a solar term where the calendar is `term`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    calendar: Literal["solar", "lunar", "term"]
    month: int
    day: int = 1
    begins: int = 0
    days_off: NonNegativeInt = 0
    greet: tuple[str, ...] = ()

    def falls_on(self, year: int) -> date | None:
        """The day in that year; None where the calendar does not reach."""
        match self.calendar:
            case "solar":
                return date(year, self.month, self.day)
            case "lunar":
                return lunar_day(year, self.month, self.day)
            case "term":
                return solar_term(year, self.month)


class WorkingDays(BaseModel):
    """The bank's calendar, from `holidays.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    weekend: frozenset[int]
    holidays: dict[str, Holiday]
    closed: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        """Whether the bank is closed for a holiday, whatever day of the week it is."""
        return day in self.closed or day in _days_off(self, day.year)

    def is_working(self, day: date) -> bool:
        return day in self.worked or not (day.weekday() in self.weekend or self.is_holiday(day))

    def on_or_before(self, day: date) -> date:
        """The day, or the last working day before it."""
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def on_or_after(self, day: date) -> date:
        """The day, or the first working day after it."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def next_after(self, day: date) -> date:
        """The first working day after that day."""
        return self.on_or_after(day + timedelta(days=1))

    def back(self, day: date, number: int) -> date:
        """The working day that lies that many working days before a day."""
        day = self.on_or_before(day)
        for _ in range(number):
            day = self.on_or_before(day - timedelta(days=1))
        return day

    def next_greeting(self, language: str, today: date) -> tuple[str, date] | None:
        """The next holiday that customers of a language keep, and its day."""
        coming = [
            (day, name)
            for name, holiday in self.holidays.items()
            if language in holiday.greet
            for year in (today.year - 1, today.year, today.year + 1)
            if (day := holiday.falls_on(year)) and day >= today
        ]
        day, name = min(coming, default=(None, ""))
        return (name, day) if day else None

    def __hash__(self) -> int:
        return hash(self.version)


@lru_cache(maxsize=64)
def _days_off(calendar: WorkingDays, year: int) -> frozenset[date]:
    """The days around that year for which holidays close the bank."""
    return frozenset(
        first + timedelta(days=holiday.begins + number)
        for holiday in calendar.holidays.values()
        for of in (year - 1, year, year + 1)
        if (first := holiday.falls_on(of))
        for number in range(holiday.days_off)
    )


@cache
def working_days() -> WorkingDays:
    file = Path(__file__).with_name("holidays.yaml")
    return WorkingDays.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
