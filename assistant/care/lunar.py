"""Days of the Chinese calendar: a lunar birthday, a lunar holiday, a solar term."""

from datetime import date

from borax.calendars.lunardate import MAX_LUNAR_YEAR, MIN_LUNAR_YEAR, LCalendars, LunarDate, TermUtils

FIRST_DAY = date(1900, 1, 31)
"""The first day that the table of months knows; it ends with the lunar year 2100."""


def lunar_day(year: int, month: int, day: int) -> date | None:
    """The day on which a lunar month and day fall in that lunar year; a thirtieth that the month lacks is its last.

    None outside the years that the table knows.
    """
    if not MIN_LUNAR_YEAR <= year <= MAX_LUNAR_YEAR:
        return None
    last = LCalendars.ndays(year, month)
    found: date = LunarDate(year, month, min(day, last)).to_solar_date()
    return found


def lunar_birthday_in(born: date, start: date, end: date) -> date | None:
    """The first lunar birthday from `start` to `end`, both included, of someone born on that solar day.

    Who was born in a leap month keeps the month of that number. The day of birth itself is no birthday.
    """
    if born < FIRST_DAY:
        return None
    birth = LunarDate.from_solar_date(born.year, born.month, born.day)
    for year in range(max(start.year - 1, birth.year + 1), end.year + 1):
        day = lunar_day(year, birth.month, birth.day)
        if day and start <= day <= end:
            return day
    return None


def solar_term(year: int, number: int) -> date:
    """The day of a solar term; 6 is Qingming."""
    found: date = TermUtils.nth_term_day(year, number)
    return found
