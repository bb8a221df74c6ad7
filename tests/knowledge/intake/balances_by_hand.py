"""The rule of month-end balances, one booking after the other: what the SQL of the import is checked against.

The end of a day is told by the balances that the bank noted after each booking. Bookings of one day are
in no order, so the day is read as a chain: each booking leads from the balance before it to the one
after it, and the chain's last link is the day's end. The end of a month is the end of its last day; its
average is the mean over its known days: from the account's first booking on, up to `until`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from knowledge.crm.money import HUNDREDTH
from knowledge.intake.calendar_format import month_end


@dataclass(frozen=True)
class Booking:
    """What a balance is derived from: `amount` is signed; `balance_after` as the bank noted it, if it did."""

    booked_on: date
    amount: Decimal
    balance_after: Decimal | None


@dataclass(frozen=True)
class MonthBalance:
    """The balance at the end of `month` (its last known day) and its average over the month's known days."""

    month: date
    end: Decimal
    average: Decimal


def day_ends(bookings: Sequence[Booking]) -> Iterator[tuple[date, Decimal]]:
    """The balance at the end of each day with bookings, oldest first, from the first that is known."""
    balance: Decimal | None = None
    for day, of_day in groupby(sorted(bookings, key=lambda booking: booking.booked_on), lambda b: b.booked_on):
        balance = _day_end(list(of_day), balance)
        if balance is not None:
            yield day, balance


def _day_end(bookings: list[Booking], opening: Decimal | None) -> Decimal | None:
    noted = [(booking.amount, booking.balance_after) for booking in bookings if booking.balance_after is not None]
    expected = None if opening is None else opening + sum((booking.amount for booking in bookings), Decimal(0))
    if not noted:
        return expected
    links: Counter[Decimal] = Counter()
    for amount, after in noted:
        links[after] += 1
        links[after - amount] -= 1
    ends = [balance for balance, surplus in links.items() if surplus > 0]
    if len(ends) == 1 and len(noted) == len(bookings):
        return ends[0]
    # Bookings are missing or cancel out, so the chain has no one end: what adds up is believed, else the last noted.
    candidates = {after for _, after in noted}
    return expected if expected in candidates else (ends or [after for _, after in noted])[-1]


def by_hand(bookings: Sequence[Booking], until: date) -> list[MonthBalance]:
    """The balances of every month from the first known day to `until`; later bookings are left out."""
    known = [(day, balance) for day, balance in day_ends(bookings) if day <= until]
    months: dict[date, tuple[Decimal, Decimal, int]] = {}
    next_days = [*(day for day, _ in known), until + timedelta(days=1)][1:]
    for (day, balance), after in zip(known, next_days, strict=True):
        while day < after:
            last = min(month_end(day), after - timedelta(days=1))
            days = (last - day).days + 1
            month = min(month_end(day), until)
            _, total, count = months.get(month, (balance, Decimal(0), 0))
            months[month] = (balance, total + balance * days, count + days)
            day = last + timedelta(days=1)
    return [
        MonthBalance(month, end, (total / count).quantize(HUNDREDTH)) for month, (end, total, count) in months.items()
    ]
