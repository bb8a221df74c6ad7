"""A balance followed day by day: month ends, true averages and interest come out of it."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_DOWN, Decimal

_INTEREST_YEAR = 360


class DailyBalance:
    """Walks forward through the days of one account, in whole hundredths.

    A month's average is the mean of the balances at the end of each of its days up to the month's
    row (days before the account was opened count as zero), rounded half away from zero.
    """

    def __init__(self, opening: int, first_day: int, month_ends: Sequence[date]) -> None:
        self.cents = opening
        self.months: list[tuple[date, int, int]] = []
        self._ends = [(end.toordinal(), end) for end in month_ends if end.toordinal() >= first_day]
        self._month = 0
        self._day = first_day
        self._month_sum = 0
        self._interest_sum = 0

    def accrue_backwards(self, days: int) -> None:
        """Counts days before the first one for interest, at the opening balance."""
        self._interest_sum += self.cents * days

    def advance(self, day: int) -> None:
        """Goes to the morning of `day`; what is booked next counts from that day on."""
        while self._month < len(self._ends) and self._ends[self._month][0] < day:
            self._close_month()
        self._weigh(day)

    def finish(self) -> None:
        """Closes the months that are left, the running one too."""
        while self._month < len(self._ends):
            self._close_month()

    def take_interest(self, rate: Decimal) -> int:
        """The interest since it was last taken, at `rate` percent a year, in whole hundredths."""
        interest = Decimal(self._interest_sum) * rate / 100 / _INTEREST_YEAR
        self._interest_sum = 0
        return int(interest.to_integral_value(ROUND_DOWN))

    def _weigh(self, day: int) -> None:
        weight = self.cents * (day - self._day)
        self._month_sum += weight
        self._interest_sum += weight
        self._day = day

    def _close_month(self) -> None:
        ordinal, end = self._ends[self._month]
        self._weigh(ordinal + 1)
        sign = -1 if self._month_sum < 0 else 1
        average = (2 * abs(self._month_sum) + end.day) // (2 * end.day) * sign
        self.months.append((end, self.cents, average))
        self._month += 1
        self._month_sum = 0
