"""Conditions of a query as SQL over mapped classes, to which the scope adds its own."""

import json
import operator
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, func, not_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.crm.tables import Account, Contact, Customer, Feedback, Transaction
from knowledge.errors import QueryError
from knowledge.query.exchange import Expression
from knowledge.query.fields import Field, Kind, Subject
from knowledge.query.figures import held
from knowledge.query.ground import Ground
from knowledge.query.query import Condition, Holding, Operator, Query

TABLES: dict[Subject, Any] = {
    Subject.CUSTOMERS: Customer, Subject.ACCOUNTS: Account, Subject.TRANSACTIONS: Transaction,
    Subject.CONTACTS: Contact, Subject.FEEDBACK: Feedback,
}  # fmt: skip
COMPARISONS: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.AT_LEAST: operator.ge, Operator.MORE_THAN: operator.gt, Operator.AT_MOST: operator.le,
    Operator.LESS_THAN: operator.lt,
}  # fmt: skip
OWNERS: dict[Subject, InstrumentedAttribute[Any]] = {
    Subject.ACCOUNTS: Account.customer_id, Subject.TRANSACTIONS: Account.customer_id,
    Subject.CONTACTS: Contact.customer_id, Subject.FEEDBACK: Feedback.customer_id,
}  # fmt: skip
"""The column that says whose a row is; a transaction's is found through its account."""


def all_of(query: Query, ground: Ground) -> list[ColumnElement[bool]]:
    """What the rows of a query meet. Customers, and the accounts of transactions, have to be joined to them."""
    conditions = [_there(query.about, query.conditions, ground)]
    conditions += [holds(condition, ground) for condition in query.conditions]
    return conditions + [_has(holding, ground) for holding in query.holdings]


def holds(condition: Condition, ground: Ground) -> ColumnElement[bool]:
    field = condition.known_field
    column = field.read(ground)
    met = _met(field, condition, column, ground)
    return not_(met) if condition.negated else met


def _met(field: Field, condition: Condition, column: Expression, ground: Ground) -> ColumnElement[bool]:
    if condition.operator is Operator.KNOWN:
        return column.is_not(None)
    match field.kind:
        case Kind.LIST:
            return or_(*(_lists(column, value) for value in condition.read_values))
        case Kind.TEXT:
            (part,) = condition.read_values
            return func.lower(column).contains(part.lower(), autoescape=True)
        case Kind.DAY:
            return _on_days(column, condition)
        case Kind.MONEY:
            return _compared(column, condition, [_own(value, condition, ground) for value in condition.read_values])
    if condition.operator is Operator.IS:
        return column.in_(condition.read_values)
    return _compared(column, condition, list(condition.read_values))


def _lists(column: Expression, value: str) -> ColumnElement[bool]:
    """Whether a column of JSON lists that value: as it is written there, between quotation marks."""
    return cast(column, String).contains(json.dumps(value), autoescape=True)


def _own(value: Decimal, condition: Condition, ground: Ground) -> Decimal:
    """The amount that a condition names, in the bank's own currency. Raises QueryError without a rate."""
    if condition.currency is None:
        return value
    own = ground.exchange.convert(value, condition.currency)
    if own is None:
        raise QueryError(reason="no_rate", field=condition.currency)
    return own


def _compared(column: Expression, condition: Condition, values: list[Any]) -> ColumnElement[bool]:
    if condition.operator is Operator.BETWEEN:
        return and_(column >= values[0], column <= values[1])
    compared: ColumnElement[bool] = COMPARISONS[condition.operator](column, values[0])
    return compared


def _on_days(column: Expression, condition: Condition) -> ColumnElement[bool]:
    moments = condition.known_field.moment
    first, last = condition.read_values[0], condition.read_values[-1]
    match condition.operator:
        case Operator.SINCE:
            return column >= _start(first, moments)
        case Operator.AFTER:
            return _later(column, first, moments)
        case Operator.UNTIL:
            return not_(_later(column, first, moments))
        case Operator.BEFORE:
            return column < _start(first, moments)
        case _:
            return and_(column >= _start(first, moments), not_(_later(column, last, moments)))


def _later(column: Expression, day: date, moments: bool) -> ColumnElement[bool]:
    """Whether it is after that day: of moments, from the next midnight on."""
    return column >= _start(day + timedelta(days=1), moments) if moments and day < date.max else column > day


def _start(day: date, moments: bool) -> date | datetime:
    return datetime.combine(day, time.min) if moments else day


def _there(about: Subject, conditions: tuple[Condition, ...], ground: Ground) -> ColumnElement[bool]:
    """What there is on the day: customers who have not left, accounts that are held, what has happened by then.

    Who asks for states of accounts by name is told of accounts in those states, ended ones too.
    """
    today = ground.today
    match about:
        case Subject.CUSTOMERS:
            return or_(Customer.closed_on.is_(None), Customer.closed_on > today)
        case Subject.ACCOUNTS:
            by_state = any(c.field == "account_state" and not c.negated for c in conditions)
            return Account.opened_on <= today if by_state else held(today)
        case Subject.TRANSACTIONS:
            return Transaction.booked_on <= today
        case Subject.CONTACTS:
            return not_(_later(Contact.at, today, moments=True))
        case Subject.FEEDBACK:
            return not_(_later(Feedback.received_at, today, moments=True))


def _has(holding: Holding, ground: Ground) -> ColumnElement[bool]:
    """Whether the customer of a row has that."""
    table = TABLES[holding.has]
    one = holding.at_least == 1
    rows = select(table.id if one else func.count(table.id))
    if holding.has is Subject.TRANSACTIONS:
        rows = rows.join(Account, Account.id == Transaction.account_id)
    rows = rows.where(
        OWNERS[holding.has] == Customer.id,
        _there(holding.has, holding.where, ground),
        *(holds(condition, ground) for condition in holding.where),
    ).correlate(Customer)
    met: ColumnElement[bool] = rows.exists() if one else rows.scalar_subquery() >= holding.at_least
    return not_(met) if holding.negated else met
