"""The time the demo bank covers: 24 full months and the running one up to the as-of date."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

MONTHS = 24
YEAR_DAYS = 365


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Period:
    """From `start` (first of a month) to `as_of`. `month_ends` closes with `as_of` for the running month."""

    as_of: date
    start: date
    month_ends: tuple[date, ...]

    @classmethod
    def until(cls, as_of: date) -> "Period":
        first = as_of.replace(day=1)
        ends = tuple(month_end(add_months(first, n)) for n in range(-MONTHS, 0))
        return cls(as_of, add_months(first, -MONTHS), (*ends, as_of))

    def ago(self, days: int) -> date:
        return self.as_of - timedelta(days=days)

    def ahead(self, days: int) -> date:
        return self.as_of + timedelta(days=days)

    def months_from(self, first: date) -> list[date]:
        """The first days of the months that begin on or after `first`, up to the running one."""
        months = (end.replace(day=1) for end in self.month_ends)
        return [month for month in months if month >= first]

    def day_in(self, rng: Random, first: date, last: date) -> date:
        """A day from `first` to `last`, both included; `first` when they cross."""
        return first + timedelta(days=rng.randint(0, max(0, (last - first).days)))

    def born(self, age: int, birthday_in: int) -> date:
        """The birth date of someone who turns `age` in so many days; 29 February moves to the 28th."""
        birthday = self.ahead(birthday_in)
        last = monthrange(birthday.year - age, birthday.month)[1]
        return date(birthday.year - age, birthday.month, min(birthday.day, last))
