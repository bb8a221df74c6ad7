"""A customer's file: everything the bank knows of one customer, in one statement.

The statement is made once and asked with other values, so that neither the scope's conditions nor SQLAlchemy's
compiling are paid for at every read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVarTuple

from sqlalchemy import Date, DateTime, String, select, union

from knowledge.crm.asked import Asked
from knowledge.crm.codes import OPEN_FEEDBACK, ConflictState, TaskState
from knowledge.crm.holdings import Holding, newest_balance
from knowledge.crm.json_rows import JsonRows, Listed
from knowledge.crm.lineage import Conflict, SourceRecord
from knowledge.crm.scoped_session import KEPT
from knowledge.crm.store import Lookups, Reader
from knowledge.crm.tables import (
    Account,
    AccountParty,
    Balance,
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
    found = lookups.rows(_FILE, {"customer": customer_id, "day": on, "tomorrow": tomorrow})
    if not found:
        return None
    listed: dict[object, Listed] = dict(zip(_PARTS, found[0][1:], strict=True))

    def rows(part: JsonRows[*Columns]) -> list[tuple[*Columns]]:
        return part.read(listed[part])

    ((customer, branch, manager),) = rows(_CUSTOMER)
    return CustomerFile(
        customer=customer,
        branch=branch,
        manager=manager,
        identifiers=[identifier for (identifier,) in rows(_IDENTIFIERS)],
        records=[record for (record,) in rows(_RECORDS)],
        conflicts=[conflict for (conflict,) in rows(_CONFLICTS)],
        holdings=[_holding(customer_id, *row) for row in rows(_HOLDINGS)],
        transactions=[transaction for (transaction,) in rows(_TRANSACTIONS)],
        contacts=rows(_CONTACTS),
        tasks=[task for (task,) in rows(_TASKS)],
        feedback=[case for (case,) in rows(_FEEDBACK)],
        offers=rows(_OFFERS),
    )


def _holding(
    customer_id: str, account: Account, product: Product | None, balance: Decimal | None, month: date | None
) -> Holding:
    return Holding(account, product, balance, month, authorised_only=account.customer_id != customer_id)


_ID = Asked("customer", type_=String)
_DAY = Asked("day", type_=Date)
_TOMORROW = Asked("tomorrow", type_=DateTime)
_OWN = select(Account.id).where(Account.customer_id == _ID)

_CUSTOMER = JsonRows(
    select(Customer, Unit, Employee)
    .outerjoin(Unit, Unit.id == Customer.branch_id)
    .outerjoin(Employee, Employee.id == Customer.manager_id)
    .where(Customer.id == _ID)
)
_IDENTIFIERS = JsonRows(
    select(CustomerIdentifier)
    .where(CustomerIdentifier.customer_id == _ID)
    .order_by(CustomerIdentifier.system, CustomerIdentifier.number)
)
_RECORDS = JsonRows(select(SourceRecord).where(SourceRecord.customer_id == _ID).order_by(SourceRecord.id))
_CONFLICTS = JsonRows(
    select(Conflict)
    .where(Conflict.customer_id == _ID, Conflict.state == ConflictState.OPEN)
    .order_by(Conflict.field, Conflict.id)
)
# Their ids first: no index serves an OR over both.
_HELD = union(_OWN, select(AccountParty.account_id).where(AccountParty.customer_id == _ID))
_HOLDINGS = JsonRows(
    select(Account, Product, newest_balance(Balance.end, _DAY), newest_balance(Balance.month, _DAY))
    .outerjoin(Product, Product.id == Account.product_id)
    .where(Account.id.in_(_HELD), Account.opened_on <= _DAY)
    .order_by(Account.kind, Account.opened_on, Account.id)
)
_TRANSACTIONS = JsonRows(
    select(Transaction)
    .where(Transaction.account_id.in_(_OWN), Transaction.booked_on <= _DAY)
    .order_by(Transaction.booked_on.desc(), Transaction.id.desc())
    .limit(NEWEST_TRANSACTIONS)
)
_CONTACTS = JsonRows(
    select(Contact, Employee)
    .outerjoin(Employee, Employee.id == Contact.employee_id)
    .where(Contact.customer_id == _ID, Contact.at < _TOMORROW)
    .order_by(Contact.at.desc(), Contact.id.desc())
    .limit(NEWEST_CONTACTS)
)
_TASKS = JsonRows(
    select(Task)
    .where(Task.customer_id == _ID, Task.state == TaskState.OPEN)
    .order_by(Task.due_on.is_(None), Task.due_on, Task.id)
    .limit(LISTED)
)
_FEEDBACK = JsonRows(
    select(Feedback)
    .where(Feedback.customer_id == _ID, Feedback.state.in_(OPEN_FEEDBACK), Feedback.received_at < _TOMORROW)
    .order_by(Feedback.due_on.is_(None), Feedback.due_on, Feedback.id)
    .limit(LISTED)
)
_OFFERS = JsonRows(
    select(Offer, Product)
    .outerjoin(Product, Product.id == Offer.product_id)
    .where(Offer.customer_id == _ID, Offer.offered_on <= _DAY)
    .order_by(Offer.offered_on.desc(), Offer.id.desc())
    .limit(LISTED)
)
_PARTS = (
    _CUSTOMER, _IDENTIFIERS, _RECORDS, _CONFLICTS, _HOLDINGS, _TRANSACTIONS, _CONTACTS, _TASKS, _FEEDBACK, _OFFERS,
)  # fmt: skip
_FILE = (
    select(Customer.id, *(part.value for part in _PARTS)).where(Customer.id == _ID).execution_options(**{KEPT: True})
)
