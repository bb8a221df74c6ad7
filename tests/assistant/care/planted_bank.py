"""A small bank for signals: customers without a history, to whom a test gives what it is about."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from assistant.care.signals.finding import find_signals
from assistant.care.signals.ground import survey
from assistant.care.signals.rules import signal_rules
from assistant.care.signals.signal import Signal
from assistant.care.working_days import working_days
from knowledge.crm.codes import Role
from knowledge.crm.insights import InsightEvent, InsightRun
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import (
    Account,
    Balance,
    Base,
    Contact,
    Customer,
    Employee,
    Feedback,
    Offer,
    Product,
    Task,
    Transaction,
    Unit,
)
from knowledge.insight.parameters import read_parameters

MANAGER = Scope("ana", Role.MANAGER, ("branch",))
LONG_AGO = date(2000, 1, 1)
_ids = count(1)


def staff() -> list[Base]:
    return [
        Unit(id="head", kind="head_office", name="Head office"),
        Unit(id="branch", parent_id="head", kind="branch", name="Branch"),
        Employee(id="ana", unit_id="branch", role="manager", name="Ana"),
        Employee(id="bob", unit_id="branch", role="manager", name="Bob"),
        Product(id="TD", kind="term_deposit", name="Term deposit", currency="CNY"),
    ]


def customer(id: str, **fields: Any) -> Customer:
    """A person of Ana's without a tier, so that nothing but what a test plants is due."""
    given = {"kind": "person", "name": id, "currency": "CNY", "manager_id": "ana", "branch_id": "branch",
             "language": "en", "consents": ["phone"], "interests": [], **fields}  # fmt: skip
    return Customer(id=id, **given)


def deposit(owner: str, matures_on: date, amount: int = 100_000, id: str = "") -> list[Base]:
    account = id or f"A{next(_ids)}"
    opened = matures_on - timedelta(days=365)
    return [
        Account(id=account, customer_id=owner, product_id="TD", kind="term_deposit", number=account, currency="CNY",
                opened_on=opened, matures_on=matures_on, state="active", rate=Decimal("1.45")),
        Balance(account_id=account, month=opened, end=Decimal(amount), average=Decimal(amount)),
    ]  # fmt: skip


def contact(owner: str, on: date, content: str = "", by: str = "ana", **fields: Any) -> Contact:
    return Contact(id=f"K{next(_ids)}", customer_id=owner, employee_id=by, at=datetime.combine(on, time(10)),
                   channel="phone", content=content, **fields)  # fmt: skip


def complaint(owner: str, due_on: date, **fields: Any) -> Feedback:
    received = datetime.combine(due_on - timedelta(days=10), time(9))
    given = {"kind": "complaint", "state": "in_progress", "cause": "fees", "text": "Too dear.", **fields}
    return Feedback(
        id=f"F{next(_ids)}", customer_id=owner, received_at=received, channel="phone", due_on=due_on, **given
    )


def task(owner: str | None, due_on: date | None, title: str = "Call", by: str = "ana", **fields: Any) -> Task:
    given = {"kind": "call", "state": "open", **fields}
    return Task(id=f"T{next(_ids)}", employee_id=by, customer_id=owner, title=title, due_on=due_on, **given)


def event(
    owner: str, kind: str, day: date, amount: int | None = None, detail: str = "", source: str = ""
) -> InsightEvent:
    value = None if amount is None else Decimal(amount)
    return InsightEvent(customer_id=owner, kind=kind, day=day, source=source or f"X{next(_ids)}", detail=detail,
                        amount=value, as_of=day, definition_version="1")  # fmt: skip


def offer(owner: str, on: date, state: str = "offered") -> Offer:
    return Offer(id=f"O{next(_ids)}", customer_id=owner, product_id="TD", employee_id="ana", offered_on=on, state=state)


def booking(account: str, on: date, amount: int, kind: str = "transfer_in", bank: str | None = None) -> Transaction:
    return Transaction(id=f"B{next(_ids)}", account_id=account, booked_on=on, amount=Decimal(amount), currency="CNY",
                       kind=kind, counterparty_bank=bank)  # fmt: skip


def measured(on: date) -> InsightRun:
    """One run of the measures; what events it found, the test plants."""
    return InsightRun(as_of=on, run_at=datetime.combine(on, time(1)), currency="CNY", parameters_version="1",
                      definitions={}, customers=1)  # fmt: skip


async def plant(store: CrmStore, *rows: Base | Sequence[Base]) -> None:
    flat = [one for row in rows for one in (row if isinstance(row, list | tuple) else [row])]
    kinds = [Unit, Employee, Product, Customer, Account, Balance]
    async with store.writing() as session:
        for kind in kinds:
            session.add_all([row for row in flat if type(row) is kind])
            await session.flush()
        session.add_all([row for row in flat if type(row) not in kinds])


async def shown_on(store: CrmStore, days: Iterable[date], scope: Scope = MANAGER) -> dict[date, list[Signal]]:
    """What is shown on each of these days, each looked at by itself."""
    found = {}
    async with store.reading(scope) as reader:
        for day in days:
            found[day] = await reader.together(
                lambda lookups, day=day: find_signals(  # type: ignore[misc]
                    survey(lookups, scope, day, signal_rules(), working_days(), read_parameters())
                )
            )
    return found


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
