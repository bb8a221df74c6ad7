"""The rows that a query is over, as a statement, and the keys by which they are grouped."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, extract, select

from knowledge.crm.tables import Account, Customer, Transaction
from knowledge.query.conditions import OWNERS, TABLES, all_of
from knowledge.query.exchange import Expression
from knowledge.query.fields import FIELDS, Subject
from knowledge.query.figures import age_band
from knowledge.query.ground import Ground
from knowledge.query.query import Group, Query, Step

Key = str | int | None
"""A code, a name or an id; a year; a month as 202611; the first age of a band; None where it is not known."""


def rows_of(query: Query, columns: Sequence[Expression], read: Iterable[str], ground: Ground) -> Select[Any]:
    """These columns of the rows; `read` names the fields behind them, whose tables are joined."""
    statement = select(*columns).select_from(TABLES[query.about])
    about = {condition.known_field.about for condition in query.conditions} | {FIELDS[name].about for name in read}
    if query.holdings:
        about.add(Subject.CUSTOMERS)
    if query.about is Subject.TRANSACTIONS and about - {Subject.TRANSACTIONS}:
        statement = statement.join(Account, Account.id == Transaction.account_id)
    if query.about is not Subject.CUSTOMERS and Subject.CUSTOMERS in about:
        # Feedback may be of nobody, or of somebody whom the asker does not see.
        outer = query.about is Subject.FEEDBACK
        statement = statement.join(Customer, Customer.id == OWNERS[query.about], isouter=outer)
    return statement.where(*all_of(query, ground))


def key_of(group: Group, ground: Ground) -> Expression:
    if group.field == "age":
        return age_band(ground)
    column = FIELDS[group.field].read(ground)
    match group.step:
        case None:
            return column
        case Step.YEAR:
            return extract("year", column)
        case Step.MONTH:
            return extract("year", column) * 100 + extract("month", column)


def month_of(key: int) -> date:
    """The first day of a month that is a group's key."""
    return date(key // 100, key % 100, 1)
