"""What a customer holds: accounts with their products and their balances on a day."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Subquery, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from knowledge.crm.codes import DEPOSIT_KINDS, AccountState
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Reader
from knowledge.crm.tables import Account, Balance, Product, Transaction

Column = TypeVar("Column")


@dataclass(frozen=True)
class Holding:
    """An account of a customer. `balance` is None where the bank's data have none; `balance_on` is its day."""

    account: Account
    product: Product | None
    balance: Decimal | None
    balance_on: date | None
    authorised_only: bool = False

    @classmethod
    def of(
        cls,
        account: Account,
        products: Mapping[str, Product],
        balances: Mapping[str, tuple[Decimal, date]],
        *,
        authorised_only: bool = False,
    ) -> "Holding":
        """The account with its product and balance picked from those that were read."""
        balance, on = balances.get(account.id, (None, None))
        return cls(account, products.get(account.product_id or ""), balance, on, authorised_only)

    def is_open(self, on: date) -> bool:
        """Whether the account was not closed yet on that day."""
        closed = self.account.closed_on
        return closed > on if closed else self.account.state != AccountState.CLOSED


async def products_by_id(reader: Reader, ids: Sequence[str]) -> dict[str, Product]:
    return {p.id: p for p in await reader.scalars(select(Product).where(Product.id.in_(set(ids))))}


def newest_months(on: date, *conditions: ColumnElement[bool]) -> Subquery:
    """A sub-query of `account_id` and `month`: each account's last month with a balance up to that day.

    One look into the index per account, instead of a pass over all balances.
    """
    last = (
        select(func.max(Balance.month))
        .where(Balance.account_id == Account.id, Balance.month <= on)
        .correlate(Account)
        .scalar_subquery()
    )
    # The grouping, of one row each, keeps PostgreSQL from moving that look into every row it is joined to.
    return (
        select(Account.id.label("account_id"), func.max(last).label("month"))
        .where(*conditions)
        .group_by(Account.id)
        .subquery()
    )


def newest_balance(column: InstrumentedAttribute[Column], on: date | BindParameter[date]) -> ScalarSelect[Column]:
    """`column` of the last balance up to that day, of each account of the statement around it."""
    return (
        select(column)
        .where(Balance.account_id == Account.id, Balance.month <= on)
        .order_by(Balance.month.desc())
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )


def _at(newest: Subquery) -> ColumnElement[bool]:
    return and_(Balance.account_id == newest.c.account_id, Balance.month == newest.c.month)


async def balances_on(reader: Reader, account_ids: Sequence[str], on: date) -> dict[str, tuple[Decimal, date]]:
    """The balance of each account at the last month end up to that day, with the month's date."""
    newest = newest_months(on, Account.id.in_(account_ids))
    rows = await reader.rows(
        select(Balance.account_id, Balance.end, Balance.month).join(newest, _at(newest)).execution_options(**FEW)
    )
    return {account: (end, month) for account, end, month in rows}


async def deposits_on(
    reader: Reader, on: date, customer_ids: Sequence[str] | None = None
) -> dict[tuple[str, str], Decimal]:
    """Deposits per (customer, currency) at the close of that day.

    A month-end balance carried on by the bookings since: balance(day) = balance(month end) + bookings
    after it up to the day. An account opened since the last month end is reckoned back from the next one.
    `customer_ids` None means all customers in scope.
    """
    deposits = [Account.kind.in_(DEPOSIT_KINDS)]
    if customer_ids is not None:
        deposits.append(Account.customer_id.in_(customer_ids))
    options = FEW if customer_ids is not None else {}
    newest = newest_months(on, *deposits)
    goes_on = and_(newest.c.month < on, or_(Account.closed_on.is_(None), Account.closed_on > newest.c.month))
    rows = await reader.rows(
        select(Account.customer_id, Account.currency, func.sum(Balance.end), func.sum(case((goes_on, 1), else_=0)))
        .join(Balance, Balance.account_id == Account.id)
        .join(newest, _at(newest))
        .group_by(Account.customer_id, Account.currency)
        .execution_options(**options)
    )
    totals: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for customer, currency, end, _ in rows:
        totals[customer, currency] = end
    if any(going_on for *_, going_on in rows):
        since = await reader.rows(
            select(Account.customer_id, Account.currency, func.sum(Transaction.amount))
            .join(newest, newest.c.account_id == Account.id)
            .join(Transaction, Transaction.account_id == Account.id)
            .where(Transaction.booked_on > newest.c.month, Transaction.booked_on <= on)
            .group_by(Account.customer_id, Account.currency)
            .execution_options(**options)
        )
        for customer, currency, amount in since:
            totals[customer, currency] += amount
    for key, amount in await _new_deposits_on(reader, on, newest, options):
        totals[key] += amount
    return dict(totals)


async def _new_deposits_on(
    reader: Reader, on: date, newest: Subquery, options: Mapping[str, object]
) -> list[tuple[tuple[str, str], Decimal]]:
    """The deposits of accounts without a month end up to that day: their first one, less the bookings after the day.

    Only within the month of that first balance: no bookings are known of the months before.
    """
    month_end = on.replace(day=monthrange(on.year, on.month)[1])
    if on == month_end:
        return []
    rows = await reader.rows(
        select(Account.id, Account.customer_id, Account.currency, Balance.end, Balance.month)
        .join(newest, and_(newest.c.account_id == Account.id, newest.c.month.is_(None)))
        .join(Balance, Balance.account_id == Account.id)
        .where(Account.opened_on <= on, Balance.month > on, Balance.month <= month_end)
        .order_by(Balance.month.desc())
        .execution_options(**options)
    )
    first = {account: (month, (customer, currency), end) for account, customer, currency, end, month in rows}
    later = await reader.rows(
        select(Transaction.account_id, Transaction.booked_on, Transaction.amount)
        .where(Transaction.account_id.in_(first), Transaction.booked_on > on, Transaction.booked_on <= month_end)
        .execution_options(**options)
    )
    undone = [(first[account][1], -amount) for account, day, amount in later if day <= first[account][0]]
    return [(key, end) for _, key, end in first.values()] + undone
