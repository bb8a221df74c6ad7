"""How good and how fresh what each source system says is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, case, cast, func, select

from knowledge.crm.codes import ConflictState
from knowledge.crm.lineage import Conflict, SourceRecord, SourceValue
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.quality.expectations import expectations
from knowledge.quality.measure import Counts, counts_of, share, sums_of


@dataclass(frozen=True)
class Source:
    """One system: how many records it keeps, what was counted in them, the day of its newest word, how many of
    its records are old, and in how many open conflicts it takes part."""

    system: str
    records: int
    counts: Counts
    newest: date | None
    stale: int
    conflicts: int

    @property
    def fresh(self) -> Decimal | None:
        """The share of its records that are not old, in percent; None of no records."""
        return share(self.records - self.stale, self.records)


async def sources_of(reader: Reader, today: date) -> list[Source]:
    """Every system that says something of the customers in the reader's scope, the most records first."""
    tally, sums = Tally(), sums_of(SourceRecord, today)
    for system, kind, number, newest, old, *values in await reader.rows(records_counted(today)):
        tally.add(system, counts_of(kind, number, dict(zip(sums, values, strict=True))), newest, old)
    for system, newest, _ in await reader.rows(newest_words()):
        tally.add(system, Counts(), newest)
    systems = tally.systems
    for row in await reader.rows(conflicts_counted(systems)) if systems else ():
        for system, number in zip(systems, row, strict=True):
            tally.add(system, Counts(), conflicts=number or 0)
    return tally.sources()


class Tally:
    """The sources as they are counted, part by part."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    @property
    def systems(self) -> list[str]:
        return list(self._sources)

    def add(self, system: str, counts: Counts, newest: date | None = None, stale: int = 0, conflicts: int = 0) -> None:
        """Counts more of that system; of days the newest stays."""
        old = self._sources.get(system) or Source(system, 0, Counts(), None, 0, 0)
        old.counts.add(counts)
        self._sources[system] = Source(
            system,
            old.counts.customers,
            old.counts,
            max(filter(None, (old.newest, newest)), default=None),
            old.stale + stale,
            old.conflicts + conflicts,
        )

    def sources(self) -> list[Source]:
        """The most records first."""
        return sorted(self._sources.values(), key=lambda source: (-source.records, source.system))


def records_counted(today: date, *, by_branch: bool = False) -> Select[*tuple[Any, ...]]:
    """By system and kind: how many records, the newest day, how many are old, and the sums over them; by the branch
    of their customers before that, if asked."""
    before = today - timedelta(days=expectations().limits.stale_days)
    groups = SourceRecord.system, SourceRecord.kind
    counted = (
        func.count(SourceRecord.id), func.max(SourceRecord.as_of),
        func.sum(case((SourceRecord.as_of < before, 1), else_=0)), *sums_of(SourceRecord, today).values(),
    )  # fmt: skip
    if not by_branch:
        return select(*groups, *counted).group_by(*groups)
    joined = select(Customer.branch_id, *groups, *counted).join(Customer, Customer.id == SourceRecord.customer_id)
    return joined.group_by(Customer.branch_id, *groups)


def newest_words(*, by_branch: bool = False) -> Select[*tuple[Any, ...]]:
    """By system: the newest day in the history of values, and how many those are; by the branch of their customers
    before that, if asked."""
    system, counted = SourceValue.system, (func.max(SourceValue.as_of), func.count(SourceValue.id))
    if not by_branch:
        return select(system, *counted).group_by(system)
    joined = select(Customer.branch_id, system, *counted).join(Customer, Customer.id == SourceValue.customer_id)
    return joined.group_by(Customer.branch_id, system)


def conflicts_counted(systems: Sequence[str], *, by_branch: bool = False) -> Select[*tuple[Any, ...]]:
    """In how many open conflicts each of these systems takes part, side by side; by branch, if asked, with the
    branch before them."""
    sums = [func.sum(case((_takes_part(system), 1), else_=0)) for system in systems]
    standing = Conflict.state == ConflictState.OPEN.value
    if not by_branch:
        return select(*sums).where(standing)
    joined = select(Customer.branch_id, *sums).join(Customer, Customer.id == Conflict.customer_id)
    return joined.where(standing).group_by(Customer.branch_id)


def _takes_part(system: str) -> ColumnElement[bool]:
    """Claims are JSON, in whose text the system's name stands quoted."""
    return cast(Conflict.claims, Text).contains(json.dumps(system), autoescape=True)
