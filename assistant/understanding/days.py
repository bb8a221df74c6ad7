"""The arithmetic of days and periods: weeks from Monday, quarters, half-years, parts of a period."""

from calendar import monthrange
from datetime import date, timedelta

from assistant.tools.desk import Period

LONGEST_YEARS = 30
FIRST_YEAR, LAST_YEAR = 1900, 2200
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
"""Units that are whole months."""
DAYS = {"day": 1, "week": 7, "fortnight": 14, "quincena": 15}
_STEPS = {"last": -1, "this": 0, "next": 1, "today": 0, "yesterday": -1, "tomorrow": 1}


def relative(kind: str, today: date) -> Period:
    """The period of a relative expression as seen from `today`: a unit and how many of it away, `week:-2`; also
    `this_month`, `last_week`, `today`, and `half_year` for the six months behind us."""
    if kind == "half_year":
        return Period(months_on(today, -6), today)
    unit, _, step = kind.partition(":")
    if step:
        return unit_at(unit, int(step), today)
    which, _, unit = kind.partition("_")
    return unit_at(unit or "day", _STEPS[which], today)


def unit_at(unit: str, step: int, today: date) -> Period:
    """The day, weekend, week or whole months that many units from the one of today."""
    match unit:
        case "day":
            day = today + timedelta(days=step)
            return Period(day, day)
        case "week" | "weekend":
            monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
            return Period(monday + timedelta(days=5 if unit == "weekend" else 0), monday + timedelta(days=6))
        case _:
            months = MONTHS[unit]
            first = date(today.year, today.month - (today.month - 1) % months, 1)
            first = months_on(first, months * step)
            return Period(first, month_end(months_on(first, months - 1)))


def to_date(unit: str, today: date) -> Period:
    """From the begin of the unit of today to today: year to date."""
    return Period(unit_at(unit, 0, today).start, today)


def fiscal_year(starts: int, step: int, today: date) -> Period:
    """The fiscal year that many from the one of today; `starts` is the month in which fiscal years begin."""
    year = today.year + step - (1 if today.month < starts else 0)
    first = date(year, starts, 1)
    return Period(first, months_on(first, 12) - timedelta(days=1))


def moved(day: date, number: int, unit: str) -> date | None:
    """The day that many units on; None for what is too far."""
    if unit in DAYS:
        days = number * DAYS[unit]
        return day + timedelta(days=days) if abs(days) < 366 * LONGEST_YEARS else None
    months = number * MONTHS[unit]
    return months_on(day, months) if abs(months) <= 12 * LONGEST_YEARS else None


def around(day: date, unit: str) -> Period:
    """What "three weeks ago" means: that day for days, else the week, month or year in which it lies."""
    return unit_at({"fortnight": "week", "quincena": "day"}.get(unit, unit), 0, day)


def part_of(period: Period, part: str) -> Period:
    """The beginning, middle or end of a period: a third of a month, a month of a longer one, some days of a week."""
    length = (period.end - period.start).days + 1
    if length == 1:
        return period
    if length <= 7:
        cuts = {"start": (0, 1), "middle": (2, 3), "end": (4, 6)}[part]
        return Period(period.start + timedelta(days=cuts[0]), min(period.start + timedelta(days=cuts[1]), period.end))
    if length <= 31:
        cuts = {"start": (0, 9), "middle": (10, 19), "end": (20, 30)}[part]
        return Period(period.start + timedelta(days=cuts[0]), min(period.start + timedelta(days=cuts[1]), period.end))
    months = round(length / 30.44)
    first = {"start": 0, "middle": (months - 1) // 2, "end": months - 1}[part]
    start = months_on(period.start, first)
    return Period(start, month_end(months_on(start, 1 if part == "middle" and months % 2 == 0 else 0)))


def weekday(kind: str, name: str, today: date, past: bool) -> Period:
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
        case "weekday" if past:
            day = today + timedelta(days=ahead - 7)
        case _:
            day = today + timedelta(days=ahead)
    return Period(day, day)


def months_on(day: date, months: int) -> date:
    """The same day that many months on, or the last day of a month that is too short."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def same_day(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def day_of(year: int, month: int, day: int) -> date | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)
