"""What came of the asker's calls and visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from assistant.care.attribution import Action, Attributed, Result, ResultKind, attribute, attribution_rules
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Period
from knowledge.crm.codes import INVESTMENT_KINDS, ProductKind, Role, TransactionKind
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Balance, Contact, Customer, Product, Transaction
from knowledge.insight.parameters import read_parameters

Column = TypeVar("Column")
SHOWN = 15
CENT = Decimal("0.01")


@dataclass(frozen=True)
class ResultLine:
    """`channel` and `acted_on` are the action's that it came of; `detail` is the product or the other bank."""

    name: Figure
    what: Figure
    day: Figure
    amount: Figure | None
    detail: Figure | None
    channel: Figure
    acted_on: Figure
    purpose: Figure | None


@dataclass(frozen=True)
class ResultTotal:
    what: Figure
    count: Figure
    amount: Figure | None


@dataclass(frozen=True)
class Results:
    """`contacts` is how many contacts the asker had; `own_decision` and `of_others` count the results that came of no
    action, and of a colleague's."""

    start: Figure
    end: Figure
    contacts: Figure
    totals: list[ResultTotal]
    lines: list[ResultLine]
    more: bool
    own_decision: Figure
    of_others: Figure


@dataclass(frozen=True)
class Rows:
    """What was read: results with their actions, and the rows to tell of them."""

    found: Sequence[Attributed]
    contacts: int
    customers: dict[str, Customer]
    notes: dict[str, Contact]
    details: dict[str, str | None]
    products: dict[str, Product]
    months: dict[str, date]


async def results(desk: Desk, period: Period | None = None) -> Results:
    """What came of the asker's calls and visits in a period (default: this month): money won from other banks and
    products taken up, each attributed to the newest contact before it; and what came without one."""
    start = period.start if period else desk.today.replace(day=1)
    end = min(period.end, desk.today) if period else desk.today
    rows = await desk.reader.together(lambda lookups: _read(lookups, desk, start, end))
    mine = [one for one in rows.found if one.action and _is_mine(desk, one.action)]
    others = [one for one in rows.found if one.action and not _is_mine(desk, one.action)]
    mine.sort(key=lambda one: (-one.result.value, one.result.on, one.result.source))
    ledger, days = desk.ledger, f"{start}..{end}"
    return Results(
        start=ledger.day("period", "from", start, "period"),
        end=ledger.day("period", "to", end, "period"),
        contacts=ledger.number("contacts", "count", rows.contacts, "count", f"contact?at={days}&own"),
        totals=[
            total
            for kind in ResultKind
            if (total := _total(desk, kind, [o for o in mine if o.result.kind is kind], days))
        ],
        lines=[_line(desk, one, rows) for one in mine[:SHOWN]],
        more=len(mine) > SHOWN,
        own_decision=ledger.number(
            "results",
            "own_decision",
            len(rows.found) - len(mine) - len(others),
            "count",
            f"transaction?booked_on={days}",
        ),
        of_others=ledger.number("results", "of_others", len(others), "count", f"contact?at={days}&of_colleagues"),
    )


def _is_mine(desk: Desk, action: Action) -> bool:
    """A manager's own contacts; a branch and head office look at those of all their people."""
    return desk.scope.role is not Role.MANAGER or action.employee == desk.scope.employee_id


def _read(lookups: Lookups, desk: Desk, start: date, end: date) -> Rows:
    won, banks = _money_won(lookups, start, end)
    taken, products, months = _taken_up(lookups, start, end, desk.today)
    found = [*won, *taken]
    customers = {one.customer for one in found}
    earliest = datetime.combine(start, time.min) - attribution_rules().longest_window
    before = datetime.combine(end + timedelta(days=1), time.min)
    notes = lookups.scalars(
        select(Contact).where(Contact.customer_id.in_(customers), Contact.at >= earliest, Contact.at < before)
    )
    own = [Contact.employee_id == desk.scope.employee_id] if desk.scope.role is Role.MANAGER else []
    contacts = lookups.scalar(
        select(func.count(Contact.id)).where(Contact.at >= datetime.combine(start, time.min), Contact.at < before, *own)
    )
    actions = [Action(note.id, note.customer_id, note.employee_id, note.at.date()) for note in notes]
    ids = {product for product in products.values() if product}
    return Rows(
        found=attribute(found, actions, attribution_rules()),
        contacts=contacts or 0,
        customers={c.id: c for c in lookups.scalars(select(Customer).where(Customer.id.in_(customers)))},
        notes={note.id: note for note in notes},
        details=banks | products,
        products={p.id: p for p in lookups.scalars(select(Product).where(Product.id.in_(ids)))},
        months=months,
    )


def _money_won(lookups: Lookups, start: date, end: date) -> tuple[list[Result], dict[str, str | None]]:
    """Transfers from other banks of at least the rule's amount, and the bank of each."""
    least = attribution_rules().rules[ResultKind.MONEY_WON].least
    rows = lookups.rows(
        select(
            Transaction.id, Account.customer_id, Transaction.booked_on, Transaction.amount, Transaction.currency,
            Transaction.counterparty_bank,
        )
        .join(Account, Account.id == Transaction.account_id)
        .where(
            Transaction.kind == TransactionKind.TRANSFER_IN, Transaction.counterparty_bank.is_not(None),
            Transaction.booked_on >= start, Transaction.booked_on <= end,
        )
    )  # fmt: skip
    found, banks = [], {}
    for id, customer, on, amount, currency, bank in rows:
        value = _value(amount, currency)
        if value >= least:
            banks[id] = bank
            found.append(Result(ResultKind.MONEY_WON, id, customer, on, amount, currency, value))
    return found, banks


def _taken_up(
    lookups: Lookups, start: date, end: date, today: date
) -> tuple[list[Result], dict[str, str | None], dict[str, date]]:
    """Deposits and investments that were opened, with their first balance; the product of each, the balance's month."""
    least = attribution_rules().rules[ResultKind.PRODUCT_TAKEN_UP].least
    rows = lookups.rows(
        select(
            Account.id, Account.customer_id, Account.opened_on, Account.product_id, Account.currency,
            _first_balance(Balance.end, today), _first_balance(Balance.month, today),
        )
        .where(
            Account.kind.in_((ProductKind.TERM_DEPOSIT, *INVESTMENT_KINDS)), Account.opened_on >= start,
            Account.opened_on <= end,
        )
    )  # fmt: skip
    found: list[Result] = []
    products: dict[str, str | None] = {}
    months: dict[str, date] = {}
    for id, customer, on, product, currency, amount, month in rows:
        value = _value(amount, currency) if amount is not None else Decimal(0)
        if value >= least:
            products[id] = product
            if month is not None:
                months[id] = month
            found.append(Result(ResultKind.PRODUCT_TAKEN_UP, id, customer, on, amount, currency, value))
    return found, products, months


def _first_balance(column: InstrumentedAttribute[Column], today: date) -> ScalarSelect[Column]:
    """`column` of the first balance of each account of the statement around it."""
    found = select(column).where(Balance.account_id == Account.id, Balance.month <= today)
    return found.order_by(Balance.month).limit(1).correlate(Account).scalar_subquery()


def _value(amount: Decimal, currency: str) -> Decimal:
    """In the bank's own currency; nothing where no rate is known."""
    return (amount * read_parameters().exchange.get(currency, Decimal(0))).quantize(CENT)


def _total(desk: Desk, kind: ResultKind, found: Sequence[Attributed], days: str) -> ResultTotal | None:
    if not found:
        return None
    ledger, currency = desk.ledger, read_parameters().currency
    source = f"{'transaction?booked_on' if kind is ResultKind.MONEY_WON else 'account?opened_on'}={days}&after_contact"
    total = sum((one.result.value for one in found), Decimal(0))
    return ResultTotal(
        what=_what(desk, "results", kind),
        count=ledger.number("results", f"{kind}_count", len(found), "count", source),
        amount=ledger.money("results", f"{kind}_total", total, currency, source) if total else None,
    )


def _what(desk: Desk, subject: str, kind: ResultKind) -> Figure:
    return desk.ledger.code(subject, "result", "result", kind, f"attribution/{attribution_rules().version}/{kind}")


def _line(desk: Desk, one: Attributed, rows: Rows) -> ResultLine:
    result, ledger = one.result, desk.ledger
    note = rows.notes[one.action.id] if one.action else None
    assert note is not None
    source = f"contact/{note.id}"
    day, amount, detail = (
        _of_booking(desk, result, rows) if result.kind is ResultKind.MONEY_WON else _of_account(desk, result, rows)
    )
    return ResultLine(
        name=ledger.customer(rows.customers[result.customer]),
        what=_what(desk, result.customer, result.kind),
        day=day,
        amount=amount,
        detail=detail,
        channel=ledger.code(note.id, "channel", "channel", note.channel, source),
        acted_on=ledger.day(note.id, "at", note.at.date(), source),
        purpose=ledger.words(note.id, "purpose", note.purpose, source) if note.purpose else None,
    )


def _of_booking(desk: Desk, result: Result, rows: Rows) -> tuple[Figure, Figure | None, Figure | None]:
    ledger, source, bank = desk.ledger, f"transaction/{result.source}", rows.details[result.source]
    return (
        ledger.day(result.source, "booked_on", result.on, source),
        ledger.money(result.source, "amount", result.amount or Decimal(0), result.currency, source, result.on),
        ledger.words(result.source, "counterparty_bank", bank, source) if bank else None,
    )


def _of_account(desk: Desk, result: Result, rows: Rows) -> tuple[Figure, Figure | None, Figure | None]:
    ledger, source, month = desk.ledger, f"account/{result.source}", rows.months.get(result.source)
    product = rows.products.get(rows.details[result.source] or "")
    amount = None
    if result.amount is not None and month:
        of = f"balance/{result.source}/{month}"
        amount = ledger.money(result.source, "balance", result.amount, result.currency, of, month)
    return (
        ledger.day(result.source, "opened_on", result.on, source),
        amount,
        ledger.product(product) if product else None,
    )
