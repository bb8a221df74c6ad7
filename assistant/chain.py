"""The chain of hashes that holds the journal together, and what shows when a link is broken.

What a record tells can be erased by rule (`assistant.erasure`): its body becomes a blank, and a later record of the
chain notes its hash and a hash of what is left. Such a record is sound while it is just what that note says.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from knowledge.crm.journal_record import JournalRecord

BEGINNING = "0" * 64
"""What the first record names as the hash before it."""

ENDS = ("answer", "error", "confirmed", "failed", "rejected", "expired", "export", "erased")
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

    `unfinished` is the newest turn if it has no end: it still runs, or its process died. `erased` records were emptied
    by rule.
    """

    records: int
    head: str
    fault: Fault | None = None
    unfinished: str | None = None
    erased: int = 0


@dataclass(frozen=True)
class Erased:
    """What the chain notes of a record that was emptied: its `hash`, and `left`, a hash of what it is now."""

    hash: str
    left: str


def blank(rule: str, version: str, customers: Sequence[str]) -> str:
    """The body of an emptied record: by which rule, and which customers' data it still says that it showed."""
    return canonical({"erased": {"rule": rule, "version": version}, "customers": sorted(customers)})


def is_blank(body: Mapping[str, Any]) -> bool:
    return set(body) == {"erased", "customers"} and isinstance(body["erased"], dict)


def standing(record: JournalRecord) -> str:
    """A hash of a record as it stands, its own link included."""
    covered = {"salt": record.salt, "previous": record.previous, "hash": record.hash, **_told(record, record.number)}
    return hashlib.sha256(canonical(covered).encode()).hexdigest()


def canonical(body: Mapping[str, Any]) -> str:
    """The one way to write a body: sorted keys, no spaces, UTF-8 (what cannot be encoded becomes `?`)."""
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return written.encode("utf-8", "replace").decode("utf-8")


def link(record: JournalRecord, number: int) -> str:
    """The hash that the record has as number `number` of the chain: over itself and the hash before it."""
    told = _told(record, number) | ({"salt": record.salt} if record.salt else {})
    return hashlib.sha256((record.previous + canonical(told)).encode()).hexdigest()


def _told(record: JournalRecord, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "turn_id": record.turn_id,
        "at": record.at.isoformat(),
        "employee_id": record.employee_id,
        "kind": record.kind,
        "body": record.body,
    }


NONE: Mapping[int, Erased] = MappingProxyType({})


async def examine(
    records: AsyncIterator[JournalRecord], length: int, noted: str | None = None, emptied: Mapping[int, Erased] = NONE
) -> Verdict:
    """Checks every link of `records`, which come by number, up to the first broken one.

    `length` is how long the chain is known to be; `noted` a hash that must be in it. A chain that
    holds but is shorter, or lacks the hash, was cut off at its end. `emptied` are records that the chain says were.
    """
    count, head, unfinished, found, erased = 0, BEGINNING, None, noted in (None, BEGINNING), 0
    async for record in records:
        place = count + 1
        if record.number != place:
            return Verdict(count, head, Fault(place, Break.MISSING))
        is_whole = record.hash == link(record, place)
        if record.previous != head or not (is_whole or _is_emptied(record, emptied.get(place))):
            return Verdict(count, head, Fault(place, _what_happened(record, max(length, place))))
        erased += not is_whole
        count, head = place, record.hash
        found = found or head == noted
        unfinished = None if record.kind in ENDS else record.turn_id
    fault = None if found and count >= length else Fault(count + 1, Break.CUT_OFF)
    return Verdict(count, head, fault, unfinished, erased)


def _is_emptied(record: JournalRecord, noted: Erased | None) -> bool:
    """Whether a record is what the chain says is left of it, and nothing but a blank."""
    return noted == Erased(record.hash, standing(record)) and record.salt is None and is_blank(json.loads(record.body))


def _what_happened(record: JournalRecord, length: int) -> Break:
    """A record whose hash holds at another place of the chain was moved; any other was changed."""
    moved = any(record.hash == link(record, place) for place in range(1, length + 1))
    return Break.REORDERED if moved else Break.CHANGED
