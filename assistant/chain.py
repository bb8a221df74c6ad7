"""The chain of hashes that holds the journal together, and what shows when a link is broken."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from knowledge.crm.tables import JournalRecord

BEGINNING = "0" * 64
"""What the first record names as the hash before it."""

ENDS = ("answer", "error", "confirmed", "failed", "rejected", "expired")
"""The kinds of record after which nothing more has to come: a turn's end, or what became of its proposal."""


class Break(StrEnum):
    """What happened to the record at which a chain is broken."""

    CHANGED = "changed"
    MISSING = "missing"
    REORDERED = "reordered"
    CUT_OFF = "cut off"


@dataclass(frozen=True)
class Fault:
    """The first broken link: the number of the record, and what happened to it."""

    number: int
    what: Break


@dataclass(frozen=True)
class Verdict:
    """What an examination found. `head` is the hash of the last sound record, worth noting down elsewhere.

    `unfinished` is the newest turn if it has no end: it still runs, or its process died.
    """

    records: int
    head: str
    fault: Fault | None = None
    unfinished: str | None = None


def canonical(body: Mapping[str, Any]) -> str:
    """The one way to write a body: sorted keys, no spaces, UTF-8 (what cannot be encoded becomes `?`)."""
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8", "replace").decode("utf-8")


def link(record: JournalRecord, number: int) -> str:
    """The hash that the record has as number `number` of the chain: over itself and the hash before it."""
    covered = canonical(
        {
            "number": number,
            "turn_id": record.turn_id,
            "at": record.at.isoformat(),
            "employee_id": record.employee_id,
            "kind": record.kind,
            "body": record.body,
        }
    )
    return hashlib.sha256((record.previous + covered).encode()).hexdigest()


async def examine(records: AsyncIterator[JournalRecord], length: int, noted: str | None = None) -> Verdict:
    """Checks every link of `records`, which come by number, up to the first broken one.

    `length` is how long the chain is known to be; `noted` a hash that must be in it. A chain that
    holds but is shorter, or lacks the hash, was cut off at its end.
    """
    count, head, unfinished, found = 0, BEGINNING, None, noted in (None, BEGINNING)
    async for record in records:
        place = count + 1
        if record.number != place:
            return Verdict(count, head, Fault(place, Break.MISSING))
        if record.previous != head or record.hash != link(record, place):
            return Verdict(count, head, Fault(place, _what_happened(record, max(length, place))))
        count, head = place, record.hash
        found = found or head == noted
        unfinished = None if record.kind in ENDS else record.turn_id
    fault = None if found and count >= length else Fault(count + 1, Break.CUT_OFF)
    return Verdict(count, head, fault, unfinished)


def _what_happened(record: JournalRecord, length: int) -> Break:
    """A record whose hash holds at another place of the chain was moved; any other was changed."""
    moved = any(record.hash == link(record, place) for place in range(1, length + 1))
    return Break.REORDERED if moved else Break.CHANGED
