"""Queries evaluated once more, in plain Python over rows in memory: what the SQL has to agree with."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any

from knowledge.crm.codes import DEBT_KINDS, DEPOSIT_KINDS, INVESTMENT_KINDS
from knowledge.crm.tables import Account, Balance, Contact, Customer, Feedback, Product, Transaction
from knowledge.query import (
    BANDS,
    FIELDS,
    Condition,
    Exchange,
    Group,
    Holding,
    Kind,
    Operator,
    Query,
    Show,
    Step,
    Subject,
)

CENT = Decimal("0.01")
Row = Any


@dataclass(frozen=True)
class Rows:
    """The rows of a small bank that somebody sees, and the day on which they ask."""

    customers: list[Customer]
    accounts: list[Account]
    balances: list[Balance]
    transactions: list[Transaction]
    contacts: list[Contact]
    feedback: list[Feedback]
    products: list[Product]
    exchange: Exchange
    today: date


class Plain:
    """One bank's answers. `of_metrics` are the measures that hold, by customer and metric."""

    def __init__(self, rows: Rows, of_metrics: dict[tuple[str, str], Decimal]) -> None:
        self.rows, self.metrics = rows, of_metrics
        self.customer = {row.id: row for row in rows.customers}
        self.account = {row.id: row for row in rows.accounts}
        self.risk = {row.id: row.risk for row in rows.products}

    def total(self, query: Query) -> tuple[int, Decimal | None]:
        return self._figure(query, self.matching(query))

    def groups(self, query: Query) -> dict[tuple[object, ...], tuple[int, Decimal | None]]:
        found: dict[tuple[object, ...], list[Row]] = defaultdict(list)
        for row in self.matching(query):
            found[tuple(self._key(group, row) for group in query.group)].append(row)
        return {key: self._figure(query, rows) for key, rows in found.items()}

    def matching(self, query: Query) -> list[Row]:
        by_state = any(c.field == "account_state" and not c.negated for c in query.conditions)
        return [
            row
            for row in self._all(query.about)
            if self._there(row, by_state)
            and all(self._meets(row, condition) for condition in query.conditions)
            and all(self._has(row, holding) for holding in query.holdings)
        ]

    def _all(self, about: Subject) -> Iterable[Row]:
        rows = self.rows
        return {
            Subject.CUSTOMERS: rows.customers, Subject.ACCOUNTS: rows.accounts,
            Subject.TRANSACTIONS: rows.transactions, Subject.CONTACTS: rows.contacts, Subject.FEEDBACK: rows.feedback,
        }[about]  # fmt: skip

    def _there(self, row: Row, by_state: bool) -> bool:
        today = self.rows.today
        match row:
            case Customer():
                return row.closed_on is None or row.closed_on > today
            case Account():
                ended = row.closed_on <= today if row.closed_on else row.state in ("closed", "repaid")
                return row.opened_on <= today and (by_state or not ended)
            case Transaction():
                return row.booked_on <= today
            case Contact():
                return row.at.date() <= today
        return bool(row.received_at.date() <= today)

    def _owner(self, row: Row) -> Customer | None:
        match row:
            case Customer():
                return row
            case Transaction():
                return self.customer.get(self.account[row.account_id].customer_id)
        return self.customer.get(row.customer_id or "")

    def _meets(self, row: Row, condition: Condition) -> bool:
        value = self.value(row, condition.field)
        if condition.operator is Operator.KNOWN:
            return (value is not None) is not condition.negated
        if value is None:
            return False
        return self._holds(condition, value) is not condition.negated

    def _holds(self, condition: Condition, value: Any) -> bool:
        wanted = list(condition.read_values)
        if condition.known_field.kind is Kind.LIST:
            return any(one in value for one in wanted)
        if condition.known_field.kind is Kind.TEXT:
            return wanted[0].lower() in value.lower()
        if condition.currency:
            wanted = [self.rows.exchange.convert(one, condition.currency) for one in wanted]
        comparisons: dict[Operator, Callable[[], bool]] = {
            Operator.IS: lambda: value in wanted,
            Operator.AT_LEAST: lambda: value >= wanted[0], Operator.SINCE: lambda: value >= wanted[0],
            Operator.MORE_THAN: lambda: value > wanted[0], Operator.AFTER: lambda: value > wanted[0],
            Operator.AT_MOST: lambda: value <= wanted[0], Operator.UNTIL: lambda: value <= wanted[0],
            Operator.LESS_THAN: lambda: value < wanted[0], Operator.BEFORE: lambda: value < wanted[0],
            Operator.BETWEEN: lambda: wanted[0] <= value <= wanted[1],
        }  # fmt: skip
        return comparisons[condition.operator]()

    def _has(self, row: Row, holding: Holding) -> bool:
        owner = self._owner(row)
        if owner is None:
            # Whose customer the asker does not see has, to them, nothing.
            return holding.negated
        by_state = any(c.field == "account_state" and not c.negated for c in holding.where)
        number = sum(
            1
            for other in self._all(holding.has)
            if self._owner(other) is owner
            and self._there(other, by_state)
            and all(self._meets(other, condition) for condition in holding.where)
        )
        return (number >= holding.at_least) is not holding.negated

    def _figure(self, query: Query, rows: list[Row]) -> tuple[int, Decimal | None]:
        if query.figure is None:
            return len(rows), None
        found = [self.value(row, query.figure) for row in rows]
        values = [Decimal(value) for value in found if value is not None]
        if not values:
            return len(rows), None
        match query.show:
            case Show.SUM:
                return len(rows), sum(values, Decimal(0))
            case Show.AVERAGE:
                return len(rows), (sum(values, Decimal(0)) / len(values)).quantize(CENT, ROUND_HALF_UP)
            case Show.MEDIAN:
                return len(rows), median(values).quantize(CENT, ROUND_HALF_UP)
            case Show.HIGHEST:
                return len(rows), max(values)
        return len(rows), min(values)

    def _key(self, group: Group, row: Row) -> object:
        value = self.value(row, group.field)
        if value is None:
            return None
        if group.field == "age":
            return max((band for band in BANDS if band <= value), default=0)
        if group.step is Step.YEAR:
            return value.year
        return value.year * 100 + value.month if group.step is Step.MONTH else value

    def value(self, row: Row, name: str) -> Any:
        """What a field says of a row: of itself, of its account, of its customer."""
        field = FIELDS[name]
        if field.about is Subject.CUSTOMERS:
            owner = self._owner(row)
            return None if owner is None else self._of_customer(owner, name)
        if field.about is Subject.ACCOUNTS and isinstance(row, Transaction):
            row = self.account[row.account_id]
        return self._of_account(row, name) if isinstance(row, Account) else self._of_event(row, name)

    def _of_customer(self, row: Customer, name: str) -> Any:
        today = self.rows.today
        match name:
            case "age":
                born = row.birth_date
                return born and today.year - born.year - ((today.month, today.day) < (born.month, born.day))
            case "income":
                return None if row.income is None else self._own(row.income, row.currency)
            case "days_since_contact":
                own = [c.at for c in self.rows.contacts if c.customer_id == row.id and c.at.date() <= today]
                return (today - max(own).date()).days if own else None
            case "deposits":
                return self._standing(row, DEPOSIT_KINDS)
            case "investments":
                return self._standing(row, INVESTMENT_KINDS)
            case "debts":
                return self._standing(row, DEBT_KINDS)
        metric = FIELDS[name].metric
        if metric:
            return self.metrics.get((row.id, metric))
        columns = {"customer_kind": "kind", "branch": "branch_id", "manager": "manager_id", "consent": "consents",
                   "interest": "interests"}  # fmt: skip
        return getattr(row, columns.get(name, name))

    def _standing(self, customer: Customer, kinds: Iterable[str]) -> Decimal:
        own = [a for a in self.rows.accounts if a.customer_id == customer.id and a.kind in tuple(kinds)]
        balances = [self._of_account(a, "balance") for a in own if self._there(a, by_state=False)]
        return sum((balance for balance in balances if balance is not None), Decimal(0))

    def _of_account(self, row: Account, name: str) -> Any:
        match name:
            case "balance":
                own = [b for b in self.rows.balances if b.account_id == row.id and b.month <= self.rows.today]
                return self._own(max(own, key=lambda b: b.month).end, row.currency) if own else None
            case "amount" | "instalment":
                value = row.credit_limit if name == "amount" else row.instalment
                return None if value is None else self._own(value, row.currency)
            case "product_risk":
                return self.risk.get(row.product_id or "")
        columns = {"product_kind": "kind", "product": "product_id", "account_state": "state"}
        return getattr(row, columns.get(name, name))

    def _of_event(self, row: Row, name: str) -> Any:
        match name:
            case "booking_amount":
                return self._own(abs(row.amount), row.currency)
            case "direction":
                return "out" if row.amount < 0 else "in"
        columns = {"transaction_kind": "kind", "booking_channel": "channel", "booking_purpose": "purpose",
                   "contacted_on": "at", "contact_channel": "channel", "contacted_by": "employee_id",
                   "received_on": "received_at", "feedback_kind": "kind", "feedback_state": "state",
                   "feedback_channel": "channel", "handling_branch": "unit_id"}  # fmt: skip
        value = getattr(row, columns.get(name, name))
        return value.date() if isinstance(value, datetime) else value

    def _own(self, amount: Decimal, currency: str) -> Decimal | None:
        return self.rows.exchange.convert(amount, currency)
