"""The bookings of a customer or of one account, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, or_, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import AccountId, CustomerId, Desk, Period
from knowledge.crm.scoped_session import FEW
from knowledge.crm.tables import Account, Customer, Transaction

SHOWN = 10


@dataclass(frozen=True)
class BookingLine:
    booked_on: Figure
    amount: Figure
    kind: Figure
    counterparty: Figure | None
    purpose: Figure | None
    account: Figure


@dataclass(frozen=True)
class Transactions:
    name: Figure
    bookings: list[BookingLine]
    count: Figure
    more: bool


async def transactions(
    desk: Desk,
    customer: CustomerId,
    account: AccountId | None = None,
    period: Period | None = None,
    at_least: Decimal | None = None,
) -> Transactions:
    """The latest transactions of a customer, on all accounts or on one; in a period, or from an amount upwards."""
    row = await desk.customer(customer)
    wanted = [Account.customer_id == row.id] + ([Account.id == account] if account is not None else [])
    own = select(Account).where(*wanted).execution_options(**FEW)
    accounts = {a.id: a for a in await desk.reader.scalars(own)}
    conditions = [Transaction.account_id.in_(accounts), Transaction.booked_on <= desk.today]
    if period:
        conditions += [Transaction.booked_on >= period.start, Transaction.booked_on <= period.end]
    if at_least is not None:
        conditions.append(or_(Transaction.amount >= at_least, Transaction.amount <= -at_least))
    bookings = await desk.reader.scalars(
        select(Transaction)
        .where(*conditions)
        .order_by(Transaction.booked_on.desc(), Transaction.id.desc())
        .limit(SHOWN)
        .execution_options(**FEW)
    )
    counted = select(func.count(Transaction.id)).where(*conditions).execution_options(**FEW)
    count = await desk.reader.scalar(counted) or 0
    return Transactions(
        name=desk.ledger.customer(row),
        bookings=booking_lines(desk, bookings, accounts),
        count=desk.ledger.number(row.id, "bookings", count, "count", _source(row, account, period)),
        more=count > SHOWN,
    )


def booking_lines(desk: Desk, bookings: Sequence[Transaction], accounts: dict[str, Account]) -> list[BookingLine]:
    ledger = desk.ledger
    lines = []
    for booking in bookings:
        source = f"transaction/{booking.id}"
        number = accounts[booking.account_id].number
        lines.append(
            BookingLine(
                booked_on=ledger.day(booking.id, "booked_on", booking.booked_on, source),
                amount=ledger.money(booking.id, "amount", booking.amount, booking.currency, source, booking.booked_on),
                kind=ledger.code(booking.id, "kind", "transaction_kind", booking.kind, source),
                counterparty=ledger.words(booking.id, "counterparty", booking.counterparty, source)
                if booking.counterparty
                else None,
                purpose=ledger.words(booking.id, "purpose", booking.purpose, source) if booking.purpose else None,
                account=ledger.words(booking.account_id, "number", number, f"account/{booking.account_id}"),
            )
        )
    return lines


def _source(customer: Customer, account: str | None, period: Period | None) -> str:
    days = f"&from={period.start}&to={period.end}" if period else ""
    return f"transaction?account={account}{days}" if account else f"transaction?customer={customer.id}{days}"
