"""How good and how fresh what each source system says is."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Text, case, cast, func, select

from knowledge.crm.codes import ConflictState
from knowledge.crm.lineage import Conflict, SourceRecord, SourceValue
from knowledge.crm.store import Reader
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
    counts, dates, stale = await _records(reader, today)
    for system, newest in await reader.rows(
        select(SourceValue.system, func.max(SourceValue.as_of)).group_by(SourceValue.system)
    ):
        dates[system] = max(filter(None, (dates.get(system), newest)), default=None)
    conflicts = await _conflicts(reader, list(dates))
    found = [
        Source(system, counts[system].customers if system in counts else 0, counts.get(system, Counts()),
               newest, stale.get(system, 0), conflicts.get(system, 0))
        for system, newest in dates.items()
    ]  # fmt: skip
    return sorted(found, key=lambda source: (-source.records, source.system))


async def _records(reader: Reader, today: date) -> tuple[dict[str, Counts], dict[str, date | None], dict[str, int]]:
    """Counts, the newest day, and the number of old records of every system."""
    sums = sums_of(SourceRecord, today)
    before = today - timedelta(days=expectations().limits.stale_days)
    counts: dict[str, Counts] = {}
    dates: dict[str, date | None] = {}
    stale: dict[str, int] = {}
    rows = await reader.rows(
        select(
            SourceRecord.system, SourceRecord.kind, func.count(SourceRecord.id), func.max(SourceRecord.as_of),
            func.sum(case((SourceRecord.as_of < before, 1), else_=0)), *sums.values(),
        ).group_by(SourceRecord.system, SourceRecord.kind)
    )  # fmt: skip
    for system, kind, number, newest, old, *values in rows:
        counts.setdefault(system, Counts()).add(counts_of(kind, number, dict(zip(sums, values, strict=True))))
        dates[system] = max(filter(None, (dates.get(system), newest)), default=None)
        stale[system] = stale.get(system, 0) + old
    return counts, dates, stale


async def _conflicts(reader: Reader, systems: list[str]) -> dict[str, int]:
    """In how many open conflicts each system takes part. Claims are JSON, in whose text its name stands quoted."""
    if not systems:
        return {}
    claims = cast(Conflict.claims, Text)
    rows = await reader.rows(
        select(
            *(func.sum(case((claims.contains(json.dumps(system), autoescape=True), 1), else_=0)) for system in systems)
        ).where(Conflict.state == ConflictState.OPEN.value)
    )
    return {system: number or 0 for system, number in zip(systems, rows[0], strict=True)}
