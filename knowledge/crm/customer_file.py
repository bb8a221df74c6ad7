"""A customer's file: everything the bank knows of one customer, in one read.

The statements are made once and asked with other values, so that neither the scope's conditions nor SQLAlchemy's
compiling are paid for at every read; together they take one change to a worker thread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVarTuple

from sqlalchemy import Date, DateTime, Select, String, bindparam, select

from knowledge.crm.codes import OPEN_FEEDBACK, ConflictState, TaskState
from knowledge.crm.holdings import Holding, balances_at_newest
from knowledge.crm.lineage import Conflict, SourceRecord
from knowledge.crm.scoped_session import KEPT
from knowledge.crm.store import Lookups, Reader
from knowledge.crm.tables import (
    Account,
    AccountParty,
    Contact,
    Customer,
    CustomerIdentifier,
    Employee,
    Feedback,
    Offer,
    Product,
    Task,
    Transaction,
    Unit,
)

Columns = TypeVarTuple("Columns")
NEWEST_TRANSACTIONS = 20
NEWEST_CONTACTS = 5
LISTED = 50
"""At most so many open tasks, open cases and offers; nobody reads more on one page."""


@dataclass(frozen=True)
class CustomerFile:
    """What is known of one customer on a day, within the reader's scope.

    `holdings` are all accounts opened by then, closed ones included, and those of others that the customer may use
    (marked), each with the newest month-end balance up to the day. `transactions` are the newest bookings on the
    customer's own accounts, newest first, `contacts` the newest with who had them, `offers` the newest with their
    products; `tasks` and `feedback` are what is open, due first on top. `records` are what each system says of the
    customer, `conflicts` the open ones.
    """

    customer: Customer
    branch: Unit | None
    manager: Employee | None
    identifiers: Sequence[CustomerIdentifier]
    records: Sequence[SourceRecord]
    conflicts: Sequence[Conflict]
    holdings: Sequence[Holding]
    transactions: Sequence[Transaction]
    contacts: Sequence[tuple[Contact, Employee | None]]
    tasks: Sequence[Task]
    feedback: Sequence[Feedback]
    offers: Sequence[tuple[Offer, Product | None]]


async def customer_file(reader: Reader, customer_id: str, on: date) -> CustomerFile | None:
    """The file of that customer as of `on`; None if there is no such customer within the reader's scope."""
    return await reader.together(lambda lookups: read_file(lookups, customer_id, on))


def read_file(lookups: Lookups, customer_id: str, on: date) -> CustomerFile | None:
    """As `customer_file`, for who reads more in the same go."""
    tomorrow = datetime.combine(on + timedelta(days=1), time.min)
    values: dict[str, object] = {"customer": customer_id, "day": on, "tomorrow": tomorrow}
    found = lookups.rows(_CUSTOMER, values)
    if not found:
        return None
    customer, branch, manager = found[0]
    return CustomerFile(
        customer=customer,
        branch=branch,
        manager=manager,
        identifiers=lookups.scalars(_IDENTIFIERS, values),
        records=lookups.scalars(_RECORDS, values),
        conflicts=lookups.scalars(_CONFLICTS, values),
        holdings=_holdings(lookups, customer_id, values),
        transactions=lookups.scalars(_TRANSACTIONS, values),
        contacts=[(contact, employee) for contact, employee in lookups.rows(_CONTACTS, values)],
        tasks=lookups.scalars(_TASKS, values),
        feedback=lookups.scalars(_FEEDBACK, values),
        offers=[(offer, product) for offer, product in lookups.rows(_OFFERS, values)],
    )


def _holdings(lookups: Lookups, customer_id: str, values: dict[str, object]) -> list[Holding]:
    held = [*lookups.rows(_OWNED, values), *lookups.rows(_USED, values)]
    ids = [account.id for account, _ in held]
    found = lookups.rows(_BALANCES, values | {"accounts": ids}) if ids else []
    balances = {account: (end, month) for account, end, month in found}
    products = {product.id: product for _, product in held if product}
    return [
        Holding.of(account, products, balances, authorised_only=account.customer_id != customer_id)
        for account, _ in held
    ]


_ID = bindparam("customer", type_=String)
_DAY = bindparam("day", type_=Date)
_TOMORROW = bindparam("tomorrow", type_=DateTime)
_OWN = select(Account.id).where(Account.customer_id == _ID)


def _kept(statement: Select[*Columns]) -> Select[*Columns]:
    return statement.execution_options(**{KEPT: True})


_CUSTOMER = _kept(
    select(Customer, Unit, Employee)
    .outerjoin(Unit, Unit.id == Customer.branch_id)
    .outerjoin(Employee, Employee.id == Customer.manager_id)
    .where(Customer.id == _ID)
)
_IDENTIFIERS = _kept(
    select(CustomerIdentifier)
    .where(CustomerIdentifier.customer_id == _ID)
    .order_by(CustomerIdentifier.system, CustomerIdentifier.number)
)
_RECORDS = _kept(select(SourceRecord).where(SourceRecord.customer_id == _ID).order_by(SourceRecord.id))
_CONFLICTS = _kept(
    select(Conflict)
    .where(Conflict.customer_id == _ID, Conflict.state == ConflictState.OPEN)
    .order_by(Conflict.field, Conflict.id)
)
_ACCOUNTS = (
    select(Account, Product)
    .outerjoin(Product, Product.id == Account.product_id)
    .where(Account.opened_on <= _DAY)
    .order_by(Account.kind, Account.opened_on, Account.id)
)
_OWNED = _kept(_ACCOUNTS.where(Account.customer_id == _ID))
# A statement of its own: no index serves an OR over both.
_USED = _kept(
    _ACCOUNTS.join(AccountParty, AccountParty.account_id == Account.id).where(
        AccountParty.customer_id == _ID, Account.customer_id != _ID
    )
)
_BALANCES = _kept(balances_at_newest(bindparam("accounts", expanding=True), _DAY))
_TRANSACTIONS = _kept(
    select(Transaction)
    .where(Transaction.account_id.in_(_OWN), Transaction.booked_on <= _DAY)
    .order_by(Transaction.booked_on.desc(), Transaction.id.desc())
    .limit(NEWEST_TRANSACTIONS)
)
_CONTACTS = _kept(
    select(Contact, Employee)
    .outerjoin(Employee, Employee.id == Contact.employee_id)
    .where(Contact.customer_id == _ID, Contact.at < _TOMORROW)
    .order_by(Contact.at.desc(), Contact.id.desc())
    .limit(NEWEST_CONTACTS)
)
_TASKS = _kept(
    select(Task)
    .where(Task.customer_id == _ID, Task.state == TaskState.OPEN)
    .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
    .limit(LISTED)
)
_FEEDBACK = _kept(
    select(Feedback)
    .where(Feedback.customer_id == _ID, Feedback.state.in_(OPEN_FEEDBACK), Feedback.received_at < _TOMORROW)
    .order_by(Feedback.due_on.is_(None), Feedback.due_on, Feedback.id)
    .limit(LISTED)
)
_OFFERS = _kept(
    select(Offer, Product)
    .outerjoin(Product, Product.id == Offer.product_id)
    .where(Offer.customer_id == _ID, Offer.offered_on <= _DAY)
    .order_by(Offer.offered_on.desc(), Offer.id.desc())
    .limit(LISTED)
)
