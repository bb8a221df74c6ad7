"""Whose deposits changed most over a period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import func, select

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import Happening, MeasureFigures
from assistant.tools.deposit_changes import CurrencyChange, currency_change, span
from assistant.tools.desk import Desk, Period
from assistant.tools.transactions import BookingLine, booking_lines
from knowledge.crm.codes import DEPOSIT_KINDS
from knowledge.crm.happened import events_of
from knowledge.crm.holdings import deposits_on
from knowledge.crm.measures import Measures
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Customer, Transaction
from knowledge.crm.whole_view import WholeView, customers_in_order, many_in_view
from knowledge.insight.parameters import read_parameters
from knowledge.intake.calendar_format import add_months

DEFAULT_LIMIT = 10
LONGEST = 50
DRAINING = frozenset({"salary_stopped", "money_to_other_bank", "large_withdrawal", "new_payee"})
"""Events by which deposits fall."""
REASONS, EVENTS_READ = 3, 500
MONTH_END = "days_since_month_end"
CENT = Decimal("0.01")
TELLING = Decimal("0.1")
"""The part of a change that a single booking has to be, to be told as what happened."""


class Direction(StrEnum):
    FALL = "fall"
    RISE = "rise"


@dataclass(frozen=True)
class Mover:
    """A customer with `reasons`, what was found to have happened in that time, the newest first; where that is nothing,
    `booking` is the largest one out (or in) if it is a good part of the change. Who has deposits in several currencies
    has them in the bank's own."""

    name: Figure
    change: CurrencyChange
    reasons: list[Happening]
    booking: BookingLine | None


@dataclass(frozen=True)
class DepositMovers:
    """`nearest` says that the period is not the one asked for but the nearest at hand for so many customers."""

    start: Figure
    end: Figure
    fell: bool
    nearest: bool
    movers: list[Mover]


@dataclass(frozen=True)
class _Looked:
    """The period looked at, and whom: None for everybody in view."""

    period: Period
    customers: Sequence[str] | None = None
    nearest: bool = False


Totals = dict[str, Decimal]
"""Deposits by customer in the bank's own currency."""
Own = Mapping[tuple[str, str], Decimal]
"""Deposits by customer and currency."""


async def deposit_movers(
    desk: Desk, period: Period | None = None, direction: Direction = Direction.FALL, limit: int = DEFAULT_LIMIT
) -> DepositMovers:
    """The customers whose deposits fell (or rose) most over a period (default: about the last three months), with what
    happened or the largest booking behind it. They are compared in the bank's own currency; currencies that it has no
    exchange rate for are left out."""
    number = min(max(limit, 1), LONGEST)
    looked = await desk.reader.together(lambda lookups: _look(lookups, desk, period, direction, number))
    start, end = looked.period.start, looked.period.end
    before_on, sign = start - timedelta(days=1), 1 if direction is Direction.FALL else -1
    before = await deposits_on(desk.reader, before_on, looked.customers)
    after = await deposits_on(desk.reader, end, looked.customers)
    old, new = _totals(before), _totals(after)
    change = {id: sign * (new.get(id, Decimal(0)) - old.get(id, Decimal(0))) for id in {*old, *new}}
    moved = sorted((id for id in change if change[id] < 0), key=lambda id: (change[id], id))
    movers = await desk.reader.together(lambda lookups: customers_in_order(lookups, moved, number))
    reasons = await _reasons(desk, movers, start, end) if direction is Direction.FALL else {}
    unexplained = {one.id: abs(change[one.id]) for one in movers if one.id not in reasons}
    bookings = await _bookings(desk, unexplained, start, end, direction)
    return DepositMovers(
        start=desk.ledger.day("period", "from", start, "period"),
        end=desk.ledger.day("period", "to", end, "period"),
        fell=direction is Direction.FALL,
        nearest=looked.nearest,
        movers=[
            Mover(
                desk.ledger.customer(customer),
                _change(desk, customer.id, (before, before_on), (after, end)),
                reasons.get(customer.id, []),
                bookings.get(customer.id),
            )
            for customer in movers
        ],
    )


def _look(lookups: Lookups, desk: Desk, period: Period | None, direction: Direction, limit: int) -> _Looked:
    """Of many customers only the periods of the newest run are at hand: others would take every balance."""
    asked = Period(*span(desk, period))
    if not many_in_view(lookups):
        return _Looked(asked)
    measures = Measures.on(lookups, desk.scope, desk.today)
    lists = {part: f"deposit_{direction}s_{part}" for part in ("running", "month", "quarter")}
    whole = WholeView.of(measures, MONTH_END, *lists.values()) if measures else None
    since = whole.number(MONTH_END) if whole else None
    if measures is None or whole is None or since is None or since.value is None:
        return _Looked(asked)
    at_hand = periods_at_hand(measures.run.as_of, int(since.value))
    part = min(at_hand, key=lambda part: _far(asked, at_hand[part], measures.run.as_of))
    customers = whole.places(lists[part], limit)
    if not customers and part == "running":  # nothing is known yet of the running month
        part, customers = "month", whole.places(lists["month"], limit)
    exactly = (period is None and part == "quarter") or not _far(asked, at_hand[part], measures.run.as_of)
    return _Looked(at_hand[part], customers, nearest=not exactly)


def periods_at_hand(today: date, days_since_month_end: int) -> dict[str, Period]:
    """The periods that a run of that day ranks changes of deposits over: since the last full month that balances are
    known for, that month itself, and the three months up to its end with what came since."""
    first = today - timedelta(days=days_since_month_end - 1)
    month = Period(add_months(first, -1), first - timedelta(days=1))
    return {"running": Period(first, today), "month": month, "quarter": Period(add_months(first, -3), today)}


def _far(asked: Period, other: Period, known: date) -> int:
    """By how many days the ends of two periods are apart, none of them after the day that is known."""
    end = min(asked.end, known)
    return abs((min(asked.start, end) - other.start).days) + abs((end - other.end).days)


def _totals(deposits: Own) -> Totals:
    rates, totals = read_parameters().exchange, Totals()
    for (customer, currency), amount in deposits.items():
        if rate := rates.get(currency):
            totals[customer] = totals.get(customer, Decimal(0)) + (amount * rate).quantize(CENT)
    return totals


def _change(desk: Desk, customer: str, before: tuple[Own, date], after: tuple[Own, date]) -> CurrencyChange:
    """In the currency of the customer's deposits where there is one, else in the bank's own."""
    parameters = read_parameters()
    amounts = [
        {
            currency: amount
            for (id, currency), amount in deposits.items()
            if id == customer and currency in parameters.exchange
        }
        for deposits, _ in (before, after)
    ]
    currencies = {currency for own in amounts for currency, amount in own.items() if amount}
    if len(currencies) == 1:
        [currency] = currencies
        old, new = (own.get(currency, Decimal(0)) for own in amounts)
    else:
        currency = parameters.currency
        old, new = (
            _totals({(customer, code): amount for code, amount in own.items()}).get(customer, Decimal(0))
            for own in amounts
        )
    return currency_change(desk, customer, "deposits", currency, (old, before[1]), (new, after[1]))


async def _reasons(desk: Desk, customers: Sequence[Customer], start: date, end: date) -> dict[str, list[Happening]]:
    """What took money away from each of these customers in those days; nothing before measures are computed."""

    def read(lookups: Lookups) -> list[tuple[str, Happening]]:
        measures = Measures.on(lookups, desk.scope, desk.today)
        if measures is None:
            return []
        figures = MeasureFigures(desk.ledger, measures.run)
        events = events_of(measures, [customer.id for customer in customers], start, end, EVENTS_READ)
        return [(event.customer_id, figures.happening(event)) for event in events if event.kind in DRAINING]

    found: dict[str, list[Happening]] = {}
    for customer, happening in await desk.reader.together(read):
        own = found.setdefault(customer, [])
        if len(own) < REASONS:
            own.append(happening)
    return found


async def _bookings(
    desk: Desk, changes: Totals, start: date, end: date, direction: Direction
) -> dict[str, BookingLine]:
    """The largest booking of the deposits of each of these customers in those days, out where they fell, in where they
    rose, as far as it is a good part of the change."""
    found = await desk.reader.together(lambda lookups: _largest(lookups, list(changes), start, end, direction))
    rates = read_parameters().exchange
    telling = [
        (booking, account)
        for booking, account in found
        if abs(booking.amount * rates.get(booking.currency, 0)) >= changes[account.customer_id] * TELLING
    ]
    lines = booking_lines(desk, [booking for booking, _ in telling], {account.id: account for _, account in telling})
    return {account.customer_id: line for (_, account), line in zip(telling, lines, strict=True)}


def _largest(
    lookups: Lookups, customers: Sequence[str], start: date, end: date, direction: Direction
) -> list[tuple[Transaction, Account]]:
    """One booking of each of these customers' deposits, with its account."""
    fell = direction is Direction.FALL
    side, order = (Transaction.amount < 0, Transaction.amount) if fell else (
        Transaction.amount > 0, Transaction.amount.desc()
    )  # fmt: skip
    place = func.row_number().over(partition_by=Account.customer_id, order_by=(order, Transaction.id))
    ranked = (
        select(Transaction.id.label("id"), place.label("place"))
        .join(Account, Account.id == Transaction.account_id)
        .where(
            Account.customer_id.in_(customers), Account.kind.in_(DEPOSIT_KINDS), Transaction.booked_on >= start,
            Transaction.booked_on <= end, side,
        )
        .subquery()
    )  # fmt: skip
    rows = lookups.rows(
        select(Transaction, Account)
        .join(Account, Account.id == Transaction.account_id)
        .join(ranked, ranked.c.id == Transaction.id)
        .where(ranked.c.place == 1)
        .execution_options(**FEW)
    )
    return [(booking, account) for booking, account in rows]
