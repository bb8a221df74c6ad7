"""The rows of a selection as a table: who or what each is, and the figures that it was chosen by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select

from assistant.grounding.criteria import Names
from assistant.grounding.ledger import Figure, Ledger
from knowledge.crm.holdings import newest_months
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Balance, Contact, Customer, Feedback, Transaction
from knowledge.query import FIELDS, Found, Ground, Kind, Subject, figures

Cells = list[Figure | None]
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class RowTable:
    """`columns` are labels; a cell is None where nothing is known."""

    columns: list[str]
    rows: list[Cells]


MODELS: dict[Subject, type[Any]] = {
    Subject.CUSTOMERS: Customer, Subject.ACCOUNTS: Account, Subject.TRANSACTIONS: Transaction,
    Subject.CONTACTS: Contact, Subject.FEEDBACK: Feedback,
}  # fmt: skip
COLUMNS: dict[Subject, tuple[str, ...]] = {
    Subject.CUSTOMERS: ("number", "kind", "city", "tier", "branch", "manager"),
    Subject.ACCOUNTS: ("product", "number", "credit_limit", "balance", "rate", "state", "matures_on"),
    Subject.TRANSACTIONS: ("booked_on", "kind", "amount", "channel", "counterparty", "purpose"),
    Subject.CONTACTS: ("at", "channel", "purpose", "result", "mood"),
    Subject.FEEDBACK: ("received_at", "number", "kind", "cause", "severity", "state", "due_on"),
}
"""Columns beside the customer's name."""
CODED: dict[tuple[Subject, str], str] = {
    (Subject.CUSTOMERS, "kind"): "customer_kind", (Subject.CUSTOMERS, "tier"): "tier",
    (Subject.ACCOUNTS, "state"): "account_state", (Subject.TRANSACTIONS, "kind"): "transaction_kind",
    (Subject.TRANSACTIONS, "channel"): "channel", (Subject.CONTACTS, "channel"): "channel",
    (Subject.CONTACTS, "mood"): "mood", (Subject.FEEDBACK, "kind"): "feedback_kind",
    (Subject.FEEDBACK, "cause"): "feedback_cause", (Subject.FEEDBACK, "severity"): "severity",
    (Subject.FEEDBACK, "state"): "feedback_state",
}  # fmt: skip
TABLES = {Subject.CUSTOMERS: "customer", Subject.ACCOUNTS: "account", Subject.TRANSACTIONS: "transaction",
          Subject.CONTACTS: "contact", Subject.FEEDBACK: "feedback"}  # fmt: skip
SHOWN = frozenset(
    {"matures_on", "booked_on", "contacted_on", "received_on", "amount", "balance", "rate", "booking_amount", "due_on"}
)
"""Fields of a query that have a column of their own."""
COLUMN_OF = {
    "birth_date": "birth_date", "customer_since": "customer_since", "tolerance_assessed_on": "tolerance_assessed_on",
    "opened_on": "opened_on", "instalment": "instalment", "resolved_on": "resolved_on",
}  # fmt: skip
"""Fields of a query that are a column of their row and stand in no other column of the table."""


@dataclass(frozen=True)
class Read:
    """The rows of a list with the customers that they are of."""

    rows: Mapping[str, Any]
    customers: Mapping[str, Customer]
    accounts: Mapping[str, Account]
    balances: Mapping[str, tuple[Decimal, date]]


def read_rows(lookups: Lookups, found: Found, today: date) -> Read:
    """The rows behind the ids of a list, within the scope."""
    about = found.query.about
    rows = {row.id: row for row in lookups.scalars(select(MODELS[about]).where(MODELS[about].id.in_(found.ids)))}
    accounts: dict[str, Account] = {}
    if about is Subject.TRANSACTIONS:
        ids = {row.account_id for row in rows.values()}
        accounts = {a.id: a for a in lookups.scalars(select(Account).where(Account.id.in_(ids)))}
    owners = {_owner(about, row, accounts) for row in rows.values()}
    people = lookups.scalars(select(Customer).where(Customer.id.in_(owners)))
    balances = _balances(lookups, found, today) if about is Subject.ACCOUNTS else {}
    return Read(rows, {customer.id: customer for customer in people}, accounts, balances)


def _balances(lookups: Lookups, found: Found, today: date) -> dict[str, tuple[Decimal, date]]:
    """The last balance of each account with its day."""
    newest = newest_months(today, Account.id.in_(found.ids))
    at = and_(Balance.account_id == newest.c.account_id, Balance.month == newest.c.month)
    rows = lookups.rows(select(Balance.account_id, Balance.end, Balance.month).join(newest, at))
    return {account: (end, month) for account, end, month in rows}


def _owner(about: Subject, row: Any, accounts: Mapping[str, Account]) -> str:
    if about is Subject.CUSTOMERS:
        return str(row.id)
    return str(accounts[row.account_id].customer_id if about is Subject.TRANSACTIONS else row.customer_id)


class SelectedRows:
    """Puts the rows of a list on a ledger."""

    def __init__(self, ledger: Ledger, names: Names, ground: Ground) -> None:
        self._ledger, self._names, self._ground = ledger, names, ground

    def table(self, found: Found, read: Read) -> RowTable:
        """The rows in the order of the list. Columns that are empty throughout are left out."""
        about = found.query.about
        extra = [name for name in found.columns if self._is_extra(about, name)]
        labels = [self._ledger.label("customer", "column"), *(self._label(about, name) for name in COLUMNS[about])]
        labels += [heading(self._ledger.label(name, "criterion")) for name in extra]
        rows = [self._cells(about, id, found, read, extra) for id in found.ids if id in read.rows]
        kept = [at for at in range(len(labels)) if any(row[at] is not None for row in rows)]
        return RowTable([labels[at] for at in kept], [[row[at] for at in kept] for row in rows])

    def _is_extra(self, about: Subject, name: str) -> bool:
        shown = {
            "matures_on",
            "booked_on",
            "contacted_on",
            "received_on",
            "amount",
            "balance",
            "rate",
            "booking_amount",
            "due_on",
        }
        return FIELDS[name].about is not about or name not in shown

    def _label(self, about: Subject, column: str) -> str:
        return self._ledger.label(column, "column")

    def _cells(self, about: Subject, id: str, found: Found, read: Read, extra: Sequence[str]) -> Cells:
        row = read.rows[id]
        owner = read.customers.get(_owner(about, row, read.accounts))
        cells: Cells = [self._ledger.customer(owner) if owner is not None else None]
        cells += [
            self._balance(row, read) if column == "balance" else self._cell(about, row, column)
            for column in COLUMNS[about]
        ]
        return cells + [self._figure(name, found.values[id][name], row, owner) for name in extra]

    def _balance(self, row: Any, read: Read) -> Figure | None:
        if row.id not in read.balances:
            return None
        amount, on = read.balances[row.id]
        return self._ledger.money(row.id, "balance", amount, row.currency, f"balance/{row.id}/{on}", on)

    def _cell(self, about: Subject, row: Any, column: str) -> Figure | None:
        ledger, names, source = self._ledger, self._names, f"{TABLES[about]}/{row.id}"
        match column:
            case "number":
                return ledger.words(row.id, "number", getattr(row, "number", row.id), source)
            case "branch":
                return ledger.unit(names.units[row.branch_id]) if row.branch_id in names.units else None
            case "manager":
                return ledger.employee(names.employees[row.manager_id]) if row.manager_id in names.employees else None
            case "product" if row.product_id in names.products:
                return ledger.product(names.products[row.product_id])
            case "product":
                return ledger.code(row.id, "kind", "product_kind", row.kind, source)
            case "state" if about is Subject.ACCOUNTS and row.closed_on is not None and row.closed_on > ledger.today:
                return None
        value = getattr(row, column)
        if value is None:
            return None
        vocabulary = CODED.get((about, column))
        if vocabulary:
            return ledger.code(row.id, column, vocabulary, value, source)
        return self._plain(row, column, value, source)

    def _plain(self, row: Any, column: str, value: object, source: str) -> Figure:
        ledger, id = self._ledger, str(row.id)
        match value:
            case datetime():
                measure = {"received_at": "received_on"}.get(column, column)
                return ledger.day(id, measure, value.date(), source)
            case date():
                return ledger.day(id, column, value, source)
            case Decimal() if column == "rate":
                return ledger.percent(id, column, value, source)
            case Decimal():
                return ledger.money(id, column, value, row.currency, source)
        return ledger.words(id, column, str(value), source)

    def _figure(self, name: str, value: Any, row: Any, owner: Customer | None) -> Figure | None:
        """A figure or a day that the list was chosen or ordered by."""
        field = FIELDS[name]
        if value is None:
            return None
        if field.about is Subject.CUSTOMERS and owner is not None:
            return self._of_customer(name, value, owner)
        table = TABLES[field.about]
        if name in COLUMN_OF and field.kind is Kind.DAY:
            return self._ledger.day(row.id, COLUMN_OF[name], _day(value), f"{table}/{row.id}")
        return self._measured(name, value, row.id, f"{table}?id={row.id}&{name}")

    def _of_customer(self, name: str, value: Any, owner: Customer) -> Figure:
        field, ledger, source = FIELDS[name], self._ledger, f"customer/{owner.id}"
        if field.kind is Kind.DAY:
            return ledger.day(owner.id, COLUMN_OF.get(name, name), _day(value), source)
        if name == "age":
            return ledger.number(owner.id, "age", int(value), "years", source)
        if name == "days_since_contact":
            return ledger.number(owner.id, name, int(value), "days", f"contact?customer={owner.id}&latest")
        if field.metric:
            return self._measured(name, value, owner.id, f"insight/{owner.id}/{field.metric}")
        if name in figures.STANDING and self._ground.measured_in_own_currency:
            return self._measured(name, value, owner.id, f"insight/{owner.id}/{figures.STANDING[name]}")
        return self._measured(name, value, owner.id, f"{_behind(name)}?customer={owner.id}&{name}")

    def _measured(self, name: str, value: Any, subject: str, source: str) -> Figure:
        field, ledger, run = FIELDS[name], self._ledger, self._ground.measures
        on = run.run.as_of if run is not None and field.metric else None
        match field.kind:
            case Kind.MONEY:
                currency = run.run.currency if run is not None and field.metric else self._ground.exchange.currency
                return ledger.money(subject, name, Decimal(value).quantize(HUNDREDTH), currency, source, on)
            case Kind.PERCENT:
                return ledger.percent(subject, name, Decimal(value), source, on)
        number = Decimal(value)
        whole = number == number.to_integral_value()
        return ledger.number(
            subject, name, int(number) if whole else number.quantize(HUNDREDTH), field.unit, source, on
        )


def heading(label: str) -> str:
    """A label as it heads a column."""
    return label[:1].upper() + label[1:]


def _behind(name: str) -> str:
    return {"income": "customer"}.get(name, "balance")


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value
