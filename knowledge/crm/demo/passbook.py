"""One account's bookings, from which its running balance, month ends and averages follow."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from knowledge.crm.codes import Channel, TransactionKind
from knowledge.crm.demo.daily_balance import DailyBalance
from knowledge.crm.demo.period import Period
from knowledge.crm.demo.sheets import Sheets, money
from knowledge.crm.demo.statement_words import StatementWords
from knowledge.crm.tables import Balance, Transaction

_THOUSAND = 100_000
_INTEREST_MONTHS = (3, 6, 9, 12)
_INTEREST_DAY = 21
_TIER_MONTHS = 3


class Booking(NamedTuple):
    """A planned booking. `cents` None means all there is. One that is not `due` is left out when money is short."""

    day: int
    cents: int | None
    kind: TransactionKind
    channel: Channel | None
    counterparty: str | None
    bank: str | None
    purpose: str | None
    due: bool


class InterestDay(NamedTuple):
    """The interest since the last one is credited in the morning."""

    day: int


class Revaluation(NamedTuple):
    """The market moves the balance by `factor` in the evening, without a booking."""

    day: int
    factor: float


class Passbook:
    """Collects the bookings of one account, in any order, and settles them day by day.

    `opening` is the balance before the first booked day; `paid_out` what a closing paid, once settled.
    An account that is `owed` (loan, card) shows its debt as a positive balance, although its bookings
    keep the sign of the money.
    """

    def __init__(
        self, account_id: str, currency: str, period: Period, words: StatementWords,
        *, opened_on: date, opening: int = 0, owed: bool = False, interest: Decimal | None = None,
    ) -> None:  # fmt: skip
        self.account_id = account_id
        self.opening = opening
        self.closed_on: date | None = None
        self.paid_out = 0
        self._currency = currency
        self._period = period
        self._words = words
        self._first = max(period.start, opened_on).toordinal()
        self._last = period.as_of.toordinal()
        self._sign = -1 if owed else 1
        self._interest = interest
        self._bookings: list[Booking] = []
        self._revaluations: list[Revaluation] = []

    def book(
        self, day: date, cents: int | None, kind: TransactionKind, *, channel: Channel | None = None,
        counterparty: str | None = None, bank: str | None = None, purpose: str | None = None, due: bool = False,
    ) -> None:  # fmt: skip
        """Plans a booking; one outside the period, or before the account was opened, is none."""
        ordinal = day.toordinal()
        if self._first <= ordinal <= self._last and cents != 0:
            self._bookings.append(Booking(ordinal, cents, kind, channel, counterparty, bank, purpose, due))

    def revalue(self, day: date, factor: float) -> None:
        """The market moves the balance on that day, without a booking."""
        if self._first <= day.toordinal() <= self._last:
            self._revaluations.append(Revaluation(day.toordinal(), factor))

    def close(self, day: date, kind: TransactionKind, counterparty: str | None, bank: str | None, purpose: str) -> None:
        """All that is left goes out on that day and nothing happens afterwards."""
        self.closed_on = day
        ordinal = day.toordinal()
        self._bookings = [booking for booking in self._bookings if booking.day <= ordinal]
        self.book(day, None, kind, channel=Channel.BRANCH, counterparty=counterparty, bank=bank, purpose=purpose)

    def settle(self, sheets: Sheets) -> int:
        """Writes transactions and balances; returns the mean in cents of the last three full months."""
        daily = DailyBalance(self.opening, self._first, self._period.month_ends)
        daily.accrue_backwards(self._days_since_interest())
        entries: list[Booking | InterestDay | Revaluation] = [*self._interest_days(), *self._bookings]
        for entry in sorted([*entries, *self._revaluations], key=lambda entry: entry.day):
            daily.advance(entry.day)
            if isinstance(entry, Booking):
                self._enter(entry, daily, sheets)
            elif isinstance(entry, Revaluation):
                daily.cents = round(daily.cents * entry.factor)
            elif self._interest is not None:
                self._credit_interest(entry.day, daily.take_interest(self._interest), daily, sheets)
        daily.finish()
        self._write_months(daily.months, sheets)
        recent = daily.months[-1 - _TIER_MONTHS : -1] if len(daily.months) > _TIER_MONTHS else []
        return sum(average for *_, average in recent) * self._sign // _TIER_MONTHS

    def _enter(self, booking: Booking, daily: DailyBalance, sheets: Sheets) -> None:
        cents = booking.cents
        if cents is None:
            cents = -daily.cents
            self.paid_out = -cents
        if cents < 0 and self._sign > 0 and daily.cents + cents < 0:
            if not booking.due:
                return
            self._top_up(booking, -cents - daily.cents, daily, sheets)
        if cents:
            daily.cents += cents
            self._write(booking, cents, daily.cents, sheets)

    def _credit_interest(self, day: int, cents: int, daily: DailyBalance, sheets: Sheets) -> None:
        if cents:
            daily.cents += cents
            words = self._words.interest
            booking = Booking(day, cents, TransactionKind.INTEREST, None, None, None, words, False)
            self._write(booking, cents, daily.cents, sheets)

    def _top_up(self, booking: Booking, missing: int, daily: DailyBalance, sheets: Sheets) -> None:
        """People bring money from their other bank before an instalment or a purchase is due."""
        cents = (missing // _THOUSAND + 1) * _THOUSAND
        bank = self._words.other_banks[booking.day % len(self._words.other_banks)]
        daily.cents += cents
        topping = Booking(
            booking.day, cents, TransactionKind.TRANSFER_IN, Channel.APP, self._words.own_transfer, bank,
            self._words.own_transfer, True,
        )  # fmt: skip
        self._write(topping, cents, daily.cents, sheets)

    def _interest_days(self) -> list[InterestDay]:
        if self._interest is None:
            return []
        last = self.closed_on.toordinal() - 1 if self.closed_on else self._last
        days = (end.replace(day=_INTEREST_DAY) for end in self._period.month_ends if end.month in _INTEREST_MONTHS)
        return [InterestDay(day.toordinal()) for day in days if self._first < day.toordinal() <= last]

    def _days_since_interest(self) -> int:
        """Days between the last interest day before the period and its start, if the account ran then."""
        if self._first > self._period.start.toordinal():
            return 0
        months = (self._period.start.month - 1) % 3 + 1
        return months * 30 - _INTEREST_DAY + 1

    def _write(self, booking: Booking, cents: int, after: int, sheets: Sheets) -> None:
        sheets.sheet(Transaction).append(
            {
                "id": sheets.number("T", 7),
                "account_id": self.account_id,
                "booked_on": date.fromordinal(booking.day),
                "amount": money(cents),
                "currency": self._currency,
                "kind": booking.kind.value,
                "channel": booking.channel.value if booking.channel else None,
                "counterparty": booking.counterparty,
                "counterparty_bank": booking.bank,
                "purpose": booking.purpose,
                "balance_after": money(after * self._sign),
            }
        )

    def _write_months(self, months: Sequence[tuple[date, int, int]], sheets: Sheets) -> None:
        """A month before the account was opened, or after it was closed, has no row."""
        closed = self.closed_on.replace(day=1) if self.closed_on else self._period.as_of
        sheets.sheet(Balance).extend(
            {"account_id": self.account_id, "month": month, "end": money(end * self._sign),
             "average": money(average * self._sign)}
            for month, end, average in months
            if month.replace(day=1) <= closed
        )  # fmt: skip
