"""What the store derives from what was imported: month-end balances from all bookings of the accounts touched."""

from collections.abc import Callable, Collection, Sequence
from datetime import date

from sqlalchemy import Connection, and_, delete, or_, select

from knowledge.crm.tables import Balance, Transaction
from knowledge.intake.calendar_format import month_end
from knowledge.intake.mapping import Balances
from knowledge.intake.month_balances import Booking, MonthBalance, month_balances
from knowledge.intake.row import Key, Record, Row
from knowledge.intake.target import targets
from knowledge.intake.value import Value
from knowledge.intake.writing import IDS_PER_QUERY, TableCount, batches, write_records

Tick = Callable[[int], None]


def derive_balances(connection: Connection, rule: Balances, accounts: Collection[str], tick: Tick) -> TableCount:
    """Writes the month-end balances of `accounts` as `rule` says, from all of their bookings in the store.

    The balance of a month that was still running is removed once the month has gone on.
    """
    bookings = _bookings(connection, sorted(accounts))
    last_of_all = max((booking.booked_on for of_account in bookings.values() for booking in of_account), default=None)
    derived: dict[Key, Record] = {}
    origin = Row("", 0, {}, "")
    for account, of_account in bookings.items():
        for balance in month_balances(of_account, _until(rule, of_account, last_of_all)):
            record = _record(account, balance, origin)
            derived[record.key] = record
    removed = _remove_superseded(connection, sorted(bookings), derived)
    count = write_records(connection, targets()["balance"], derived, tick)
    return TableCount(count.table, count.added, count.changed, count.unchanged, removed)


def _bookings(connection: Connection, accounts: Sequence[str]) -> dict[str, list[Booking]]:
    found: dict[str, list[Booking]] = {}
    columns = (Transaction.account_id, Transaction.booked_on, Transaction.amount, Transaction.balance_after)
    for batch in batches(accounts, IDS_PER_QUERY):
        statement = select(*columns).where(Transaction.account_id.in_(batch)).order_by(Transaction.id)
        for account, booked_on, amount, after in connection.execute(statement):
            found.setdefault(account, []).append(Booking(booked_on, amount, after))
    return found


def _until(rule: Balances, of_account: Sequence[Booking], last_of_all: date | None) -> date:
    if isinstance(rule.until, date):
        return rule.until
    if rule.until == "last_booking_of_all" and last_of_all is not None:
        return last_of_all
    return max(booking.booked_on for booking in of_account)


def _record(account: str, balance: MonthBalance, origin: Row) -> Record:
    values: dict[str, Value] = {
        "account_id": account,
        "month": balance.month,
        "end": balance.end,
        "average": balance.average,
    }
    return Record("balance", (account, balance.month), values, origin, {})


def _remove_superseded(connection: Connection, accounts: Sequence[str], derived: dict[Key, Record]) -> int:
    """Removes rows of a derived month that carry another of its days, as the running month does."""
    months = {(account, month_end(month)) for account, month in derived if isinstance(month, date)}
    superseded: list[tuple[str, date]] = []
    for batch in batches(accounts, IDS_PER_QUERY):
        statement = select(Balance.account_id, Balance.month).where(Balance.account_id.in_(batch))
        for account, month in connection.execute(statement):
            if (account, month) not in derived and (account, month_end(month)) in months:
                superseded.append((account, month))
    for pairs in batches(superseded, IDS_PER_QUERY):
        these = [and_(Balance.account_id == account, Balance.month == month) for account, month in pairs]
        connection.execute(delete(Balance).where(or_(*these)))
    return len(superseded)
