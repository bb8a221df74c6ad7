"""The journal: every turn, question to answer, in a chain of hashes that shows any later change.

Each record's hash covers the record and the hash before it, so a record that is changed, taken out or
moved breaks the chain at its place (`assistant.chain`). What a chain alone cannot show is that its end
was cut off: the store keeps how far the journal got, and `verify` can be given a hash that was noted down earlier.
"""

import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from assistant.chain import BEGINNING, Erased, Verdict, canonical, examine, is_blank, link
from knowledge.clock import Clock
from knowledge.crm.journal_record import JournalEnd, JournalRecord
from knowledge.crm.store import CrmStore
from knowledge.errors import StoreError

ADVISORY_LOCK = 7_246_554
"""PostgreSQL's name for the lock under which one process at a time appends."""

Body = Mapping[str, Any]


class Kind(StrEnum):
    QUESTION = "question"
    READING = "reading"
    MODEL = "model"
    MISSED = "missed"
    GAP = "gap"
    TOOL = "tool"
    PROPOSED = "proposed"
    ANSWER = "answer"
    ERROR = "error"
    CONFIRMED = "confirmed"
    FAILED = "failed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    EXPORT = "export"
    ERASED = "erased"
    INTAKE = "intake"


@dataclass(frozen=True)
class Entry:
    """One record, read back. `at` is naive UTC."""

    number: int
    turn_id: str
    at: datetime
    employee_id: str
    kind: Kind
    body: Body


class Journal:
    """Appends to the chain and reads it. `clock` stamps the records: the real time, also in replays."""

    def __init__(self, store: CrmStore, clock: Clock | None = None) -> None:
        self._store = store
        self._clock = clock or Clock()

    async def append(self, turn_id: str, employee_id: str, kind: Kind, body: Body) -> int:
        """Adds one record and returns its number. Several processes may append at once.

        Raises StoreError if the store stays busy.
        """
        return await self.append_all(turn_id, employee_id, [(kind, body)])

    async def append_all(
        self,
        turn_id: str,
        employee_id: str,
        records: Iterable[tuple[Kind, Body]],
        also: Callable[[Session], None] | None = None,
    ) -> int:
        """Adds the records, and whatever else `also` writes, in one transaction; returns the last one's number."""

        def write(session: Session) -> int:
            if also:
                also(session)
            return self.append_in(session, turn_id, employee_id, records)

        try:
            return await self._store.write(write)
        except OperationalError as error:
            raise StoreError(reason=f"the journal cannot be written: {error.orig}") from error

    async def append_within(
        self, session: AsyncSession, turn_id: str, employee_id: str, records: Iterable[tuple[Kind, Body]]
    ) -> int:
        """Adds the records as part of a transaction that writes something else too, at its end."""
        return await session.run_sync(self.append_in, turn_id, employee_id, records)

    def append_in(self, session: Session, turn_id: str, employee_id: str, records: Iterable[tuple[Kind, Body]]) -> int:
        """The same within a worker thread."""
        _wait_for_others(session)
        newest = select(JournalRecord.hash).order_by(JournalRecord.number.desc()).limit(1)
        previous = session.scalar(newest) or BEGINNING
        number = session.scalar(select(JournalEnd.number)) or 0
        for kind, body in records:
            number += 1
            record = JournalRecord(
                number=number,
                turn_id=turn_id,
                at=self._clock.now(),
                employee_id=employee_id,
                kind=Kind(kind).value,
                body=canonical(body),
                previous=previous,
                salt=secrets.token_hex(16),
            )
            record.hash = previous = link(record, number)
            session.add(record)
        _note_end(session, number)
        return number

    async def turn(self, turn_id: str) -> list[Entry]:
        """The records of one turn in order; empty if there is no such turn."""
        records = select(JournalRecord).where(JournalRecord.turn_id == turn_id).order_by(JournalRecord.number)
        async with self._store.auditing() as session:
            return [_entry(record) for record in await session.scalars(records)]

    async def masked(self, kind: Kind) -> list[Entry]:
        """What was not understood (MISSED), or not answered by the library (GAP), newest first: these records hold
        masked questions only."""
        records = select(JournalRecord).where(JournalRecord.kind == kind).order_by(JournalRecord.number.desc())
        async with self._store.auditing() as session:
            entries = [_entry(record) for record in await session.scalars(records)]
        return [entry for entry in entries if not is_blank(entry.body)]

    async def who_saw(self, customer_id: str) -> list[Entry]:
        """The answers and exports, oldest first, that showed something of that customer."""
        mentioned = JournalRecord.body.contains(json.dumps(customer_id, ensure_ascii=False)[1:-1], autoescape=True)
        records = select(JournalRecord).where(JournalRecord.kind.in_((Kind.ANSWER, Kind.EXPORT)), mentioned)
        async with self._store.auditing() as session:
            entries = [_entry(record) for record in await session.scalars(records.order_by(JournalRecord.number))]
        return [entry for entry in entries if names(entry.body, customer_id)]

    async def verify(self, noted: str | None = None) -> Verdict:
        """Checks every link. `noted` is a hash that an earlier verdict gave as head: it must still be there."""
        in_order = select(JournalRecord).order_by(JournalRecord.number).execution_options(yield_per=500)
        async with self._store.auditing() as session:
            length = await session.scalar(select(JournalEnd.number)) or 0
            emptied = await _emptied(session)
            return await examine(await session.stream_scalars(in_order), length, noted, emptied)


def _wait_for_others(session: Session) -> None:
    """On SQLite a writing transaction is alone from its start; PostgreSQL has to be asked."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})


def _note_end(session: Session, number: int) -> None:
    """The next record goes on from here, so that an end that was cut off stays a gap."""
    session.flush()
    noted = session.execute(update(JournalEnd).where(JournalEnd.id == 1).values(number=number))
    assert isinstance(noted, CursorResult)
    if not noted.rowcount:
        session.add(JournalEnd(id=1, number=number))


async def _emptied(session: AsyncSession) -> dict[int, Erased]:
    """What the chain says of each record that was emptied: the last word of those that were emptied further."""
    notes = select(JournalRecord.body).where(JournalRecord.kind == Kind.ERASED).order_by(JournalRecord.number)
    bodies = [json.loads(body) for body in await session.scalars(notes)]
    return {number: Erased(hash, left) for body in bodies for number, hash, left in body.get("records", ())}


def _entry(record: JournalRecord) -> Entry:
    body = json.loads(record.body)
    return Entry(record.number, record.turn_id, record.at, record.employee_id, Kind(record.kind), body)


def names(value: object, customer_id: str) -> bool:
    """Whether the id stands anywhere in the body as a value, or as the key of a source row."""
    return any(part == customer_id for part in parts_of(value))


def parts_of(value: object) -> Iterator[str]:
    """What may be an id in a body: its texts, and of the address of a source row what follows the table."""
    match value:
        case str():
            yield value
            yield from re.split(r"[/?&=@]", value)[1:]
        case Mapping():
            for part in value.values():
                yield from parts_of(part)
        case list():
            for part in value:
                yield from parts_of(part)
