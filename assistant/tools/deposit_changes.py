"""How a customer's deposits changed over a period, and the bookings behind it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk, Period
from assistant.tools.transactions import BookingLine, booking_lines
from knowledge.crm.codes import DEPOSIT_KINDS
from knowledge.crm.holdings import deposits_on
from knowledge.crm.scoped_session import FEW
from knowledge.crm.tables import Account, Transaction

BEHIND_IT = 5
DEFAULT_MONTHS = 3


@dataclass(frozen=True)
class CurrencyChange:
    """Deposits in one currency at both ends of the period. `direction` is up, down or same."""

    before: Figure
    after: Figure
    change: Figure
    direction: str
    percent: Figure | None


@dataclass(frozen=True)
class DepositChanges:
    name: Figure
    start: Figure
    end: Figure
    changes: list[CurrencyChange]
    outgoing: list[BookingLine]
    incoming: list[BookingLine]


async def deposit_changes(desk: Desk, customer: CustomerId, period: Period | None = None) -> DepositChanges:
    """How the deposits of a customer changed over a period (default: about the last three months), with the
    largest bookings out and in that explain it."""
    row = await desk.customer(customer)
    start, end = span(desk, period)
    before = await deposits_on(desk.reader, start - timedelta(days=1), [row.id])
    after = await deposits_on(desk.reader, end, [row.id])
    currencies = sorted({currency for _, currency in before} | {currency for _, currency in after})
    accounts = {
        a.id: a
        for a in await desk.reader.scalars(
            select(Account)
            .where(Account.customer_id == row.id, Account.kind.in_(DEPOSIT_KINDS))
            .execution_options(**FEW)
        )
    }
    outgoing = await _largest(desk, accounts, start, end, Transaction.amount < 0)
    incoming = await _largest(desk, accounts, start, end, Transaction.amount > 0)
    return DepositChanges(
        name=desk.ledger.customer(row),
        start=desk.ledger.day(row.id, "from", start, "period"),
        end=desk.ledger.day(row.id, "to", end, "period"),
        changes=[
            currency_change(
                desk,
                row.id,
                "deposits",
                c,
                (before.get((row.id, c), Decimal(0)), start - timedelta(days=1)),
                (after.get((row.id, c), Decimal(0)), end),
            )
            for c in currencies
        ],
        outgoing=outgoing,
        incoming=incoming,
    )


async def _largest(
    desk: Desk, accounts: dict[str, Account], start: date, end: date, side: ColumnElement[bool]
) -> list[BookingLine]:
    """The largest bookings of the period on one side, money in or money out."""
    in_period = (Transaction.booked_on >= start, Transaction.booked_on <= end)
    largest = await desk.reader.scalars(
        select(Transaction)
        .where(Transaction.account_id.in_(accounts), *in_period, side)
        .order_by(func.abs(Transaction.amount).desc(), Transaction.id)
        .limit(BEHIND_IT)
        .execution_options(**FEW)
    )
    return booking_lines(desk, largest, accounts)


def span(desk: Desk, period: Period | None) -> tuple[date, date]:
    """First and last day looked at, never past today. Where none was named: from the first day of the
    month three months ago, since balances are exact at month ends."""
    if period is None:
        index = desk.today.year * 12 + desk.today.month - 1 - DEFAULT_MONTHS
        return date(index // 12, index % 12 + 1, 1), desk.today
    return min(period.start, desk.today), min(period.end, desk.today)


def currency_change(
    desk: Desk, subject: str, measure: str, currency: str, before: tuple[Decimal, date], after: tuple[Decimal, date]
) -> CurrencyChange:
    """Two balances and their difference as figures. Percent is of the first; none where that is zero."""
    (old, old_day), (new, new_day) = before, after
    ledger, change = desk.ledger, new - old
    source = f"balance?customer={subject}&currency={currency}"
    return CurrencyChange(
        before=ledger.money(subject, f"{measure}_before", old, currency, f"{source}&on={old_day}", old_day),
        after=ledger.money(subject, f"{measure}_after", new, currency, f"{source}&on={new_day}", new_day),
        change=ledger.money(subject, f"{measure}_change", change, currency, f"{source}&from={old_day}&to={new_day}"),
        direction="up" if change > 0 else "down" if change < 0 else "same",
        percent=ledger.percent(
            subject, f"{measure}_change_percent", (change / old * 100).quantize(Decimal("0.1")),
            f"{source}&from={old_day}&to={new_day}",
        )
        if old
        else None,
    )  # fmt: skip
