"""Intake: a message from any channel becomes one case in the queue, once, with who wrote it and what came with it."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.access import scope_of
from assistant.errors import FeedbackError, KeyUsed
from assistant.feedback.casework import Casework
from assistant.feedback.new_case import LONGEST_TEXT, Attached, Incoming, NewCase, prepared
from assistant.journal import Journal, Kind
from knowledge.clock import Clock
from knowledge.crm.codes import Channel, Role
from knowledge.crm.directory import customers_by_keys, customers_by_numbers
from knowledge.crm.names import phone_key
from knowledge.crm.scope import Scope
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import CrmStore, Reader
from knowledge.crm.tables import Customer, Feedback

SYSTEM = Scope(employee_id="", role=Role.HEAD_OFFICE)
"""The queue's own view: whose message it is, whom it goes to and whether it tells of a known incident."""
SYSTEM_NAME = "intake"
"""Who journal records of messages are of that no employee gave."""

YEARS_AGO = 20
"""What was received earlier is a slip of the keyboard: deadlines are not counted from then."""


@dataclass(frozen=True)
class Message:
    """A message as its channel gives it. `number`, `email` and `phone` may lead to the customer; `received_at` is naive
    UTC, None for now. `key` is the channel's own name for it: the same key is the same message."""

    text: str
    channel: Channel
    received_at: datetime | None = None
    number: str | None = None
    email: str | None = None
    phone: str | None = None
    sender: str | None = None
    key: str | None = None
    attached: Sequence[Attached] = field(default=())

    @property
    def digest(self) -> str:
        """What it says, for telling whether a key was used for another."""
        parts = [self.text, self.channel, self.number, self.email, self.phone, self.sender]
        parts += [f"{one.name}\0{one.text}\0{one.fault}" for one in self.attached]
        return hashlib.sha256("\0\0".join(str(part or "") for part in parts).encode("utf-8", "replace")).hexdigest()


@dataclass(frozen=True)
class Receipt:
    """What became of a message. `is_new` is False for one that was taken in before. For whoever gave it and may see it;
    the public is told the number alone."""

    case: str
    is_new: bool
    kind: str
    severity: str | None
    due_on: date | None
    needs_person: bool
    known_customer: bool
    incident: str | None


class Intake:
    """Takes messages in. What is taken is stored with its journal record in one transaction, or not at all."""

    def __init__(self, store: CrmStore, journal: Journal, clock: Clock, casework: Casework) -> None:
        self._store, self._journal, self._clock, self._casework = store, journal, clock, casework

    async def take_from(self, employee_id: str, message: Message) -> Receipt:
        """A message that a system or a person gives under that employee's name: its customer is looked for within that
        employee's scope. Raises UnknownEmployee, and what `take` raises."""
        scope = await scope_of(self._store, employee_id, Clock().today())
        return await self.take(message, scope, employee_id)

    async def take(self, message: Message, scope: Scope = SYSTEM, by: str | None = None) -> Receipt:
        """Triages and stores it. Raises FeedbackError for a message that says nothing or too much, KeyUsed for a key
        that another message bears."""
        text = _cleaned(message.text)
        if not text:
            raise FeedbackError(reason="it has no text")
        if len(text) > LONGEST_TEXT:
            raise FeedbackError(reason=f"it has more than {LONGEST_TEXT} characters")
        at = message.received_at or self._clock.now()
        if at.year < self._clock.today().year - YEARS_AGO:
            raise FeedbackError(reason=f"it was received on {at.date()}, more than {YEARS_AGO} years ago")
        if at.date() > self._clock.today():
            raise FeedbackError(reason=f"it was received on {at.date()}, which has not come yet")
        key = f"{by or SYSTEM_NAME}:{message.key}" if message.key else None
        async with self._store.reading(SYSTEM) as reader:
            before = await reader.scalar(select(Feedback).where(Feedback.intake_key == key)) if key else None
        if before:
            return _receipt(before, message)
        case = await self._prepared(message, text, at, scope)
        async with self._store.writing() as session:
            return await self._store_case(session, case, message, at, by, key)

    async def _prepared(self, message: Message, text: str, at: datetime, scope: Scope) -> NewCase:
        async with self._store.reading(scope) as reader:
            customer = await customer_of(reader, message)
        day = self._clock.today() if message.received_at is None else at.date()
        attached = "\n".join(one.text for one in message.attached if one.text)[:LONGEST_TEXT]
        reach = [part for part in (message.sender, message.email, message.phone) if part]
        sender = _cleaned(", ".join(dict.fromkeys(reach)))[:200] or None
        incoming = Incoming(
            text=text, channel=message.channel, received_on=day, customer=customer,
            sender=None if customer else sender, unit=scope.home or None, attached=attached,
        )  # fmt: skip
        async with self._store.reading(SYSTEM) as reader:
            return (await prepared(self._casework, reader, incoming)).case

    async def _store_case(
        self, session: AsyncSession, case: NewCase, message: Message, at: datetime, by: str | None, key: str | None
    ) -> Receipt:
        """Stores it, unless another process took in the same meanwhile."""
        same = select(Feedback).where(Feedback.intake_key == key)
        before = (await session.scalars(same)).one_or_none() if key else None
        if before:
            return _receipt(before, message)
        filed, with_it = case.rows(at, by, message.attached)
        filed.intake_key, filed.intake_digest = key, message.digest
        session.add(filed)
        await session.flush()
        session.add_all(with_it)
        body = {"feedback": filed.id, "channel": filed.channel, "customer": filed.customer_id}
        await self._journal.append_within(session, uuid.uuid4().hex, by or SYSTEM_NAME, [(Kind.INTAKE, body)])
        return _receipt(filed, None)


class Reach(Protocol):
    """What may lead to a customer."""

    @property
    def number(self) -> str | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...


async def customer_of(reader: Reader, message: Reach) -> Customer | None:
    """The one customer in the reader's scope to whom all that is given of number, e-mail and phone leads; None where it
    leads to nobody, to several, or to different ones."""
    found: list[set[str]] = []
    if message.number:
        numbers = await customers_by_numbers(reader, [message.number.strip()])
        found.append(set(numbers.get(message.number.strip().lower(), ())))
    if message.phone and (digits := phone_key(message.phone)):
        keys = await customers_by_keys(reader, [digits])
        found.append(set(keys[digits].full) if digits in keys else set())
    if message.email:
        written = func.lower(Customer.email) == message.email.strip().lower()
        rows = await reader.scalars(select(Customer.id).where(written).limit(2).execution_options(**FEW))
        found.append(set(rows))
    known = [ids for ids in found if ids]
    common = set.intersection(*known) if known else set()
    return await reader.get(Customer, common.pop()) if len(common) == 1 else None


def _cleaned(text: str) -> str:
    """Without characters that no store takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode().strip()


def _receipt(case: Feedback, again: Message | None) -> Receipt:
    """`again` is the message that came a second time. Raises KeyUsed where it says something else."""
    if again is not None and case.intake_digest != again.digest:
        raise KeyUsed(key=(again.key or "")[:100])
    return Receipt(
        case=case.id, is_new=again is None, kind=case.kind, severity=case.severity, due_on=case.due_on,
        needs_person=bool(case.needs_person), known_customer=case.customer_id is not None, incident=case.incident_id,
    )  # fmt: skip
