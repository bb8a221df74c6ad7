"""The days and months that measures look at, all told from the day they are computed for."""

from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.intake.calendar_format import add_months, month_end

FAR_DAYS = (30, 45, 90, 120, 180, 300)


@dataclass(frozen=True)
class Period:
    """Every field is a day unless it says months. A month is named by its last day.

    `month_end` ends the last full month that balances are known for; `..._month` are the ends of the months before
    the ones that count: twelve full months are those after `year_ago_month`, three those after `quarter_ago_month`.
    """

    today: date
    month_end: date
    month_end_before: date
    quarter_ago_month: date
    year_ago_month: date
    two_years_ago: date
    idle_from_month: date
    year_ago: date
    year_start: date
    last_year_start: date
    months_this_year: int
    months_last_year: int
    days_30_ago: date
    days_45_ago: date
    days_90_ago: date
    days_120_ago: date
    days_180_ago: date
    days_300_ago: date

    @classmethod
    def until(cls, today: date, idle_months: int, known: date | None = None) -> "Period":
        """The period for a day. A day that ends its month makes that month a full one.

        No month after `known`, the end of the last month that balances are known for, counts as a full one: where
        balances come late, what is missing of them is no fall to nothing.
        """
        last_month = today if month_end(today) == today else today.replace(day=1) - timedelta(days=1)
        last_month = min(last_month, known or last_month)
        year_start = today.replace(month=1, day=1)
        return cls(
            today=today,
            month_end=last_month,
            month_end_before=_months_before(last_month, 1),
            quarter_ago_month=_months_before(last_month, 3),
            year_ago_month=_months_before(last_month, 12),
            two_years_ago=_months_before(last_month, 24),
            idle_from_month=_months_before(last_month, idle_months),
            year_ago=add_months(today, -12),
            year_start=year_start,
            last_year_start=add_months(year_start, -12),
            months_this_year=last_month.month if last_month.year == today.year else 0,
            months_last_year=12,
            **{f"days_{days}_ago": today - timedelta(days=days) for days in FAR_DAYS},
        )


def _months_before(last_day: date, months: int) -> date:
    """The end of the month that many months before one."""
    return month_end(add_months(last_day.replace(day=1), -months))
