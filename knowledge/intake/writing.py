"""Writing records: what the store has already is left alone, what differs is changed, what is new is added."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

from sqlalchemy import Connection, bindparam, insert, select, update

from knowledge.intake.references import layers
from knowledge.intake.row import Key, Outcome, Record
from knowledge.intake.target import Target, targets
from knowledge.intake.value import Value

Item = TypeVar("Item")
Tick = Callable[[int], None]
BATCH = 5_000
IDS_PER_QUERY = 500


@dataclass(frozen=True)
class TableCount:
    """How many rows of one table an import added, changed, removed, and found as they should be."""

    table: str
    added: int
    changed: int
    unchanged: int
    removed: int = 0

    @property
    def rows(self) -> int:
        return self.added + self.changed + self.unchanged


def known_ids(connection: Connection, table: str, ids: Collection[Value]) -> set[Value]:
    """Those of `ids` that a table with one key column has."""
    target = targets()[table]
    key = target.table.c[target.key[0]]
    found: set[Value] = set()
    for batch in batches(sorted(str(value) for value in ids), IDS_PER_QUERY):
        found.update(connection.execute(select(key).where(key.in_(batch))).scalars())
    return found


def write_records(connection: Connection, target: Target, records: dict[Key, Record], tick: Tick) -> TableCount:
    """Brings a table's rows to what the records say, and notes on each record what came of it.

    Columns that a record does not name keep what the store has.
    """
    _compare(connection, target, records)
    new = [record for record in records.values() if record.outcome is None]
    changed = [record for record in records.values() if record.outcome is Outcome.STORED]
    done = 0
    for batch, write in [*_inserts(target, new), *_updates(target, changed)]:
        write(connection, batch)
        for record in batch:
            record.outcome = Outcome.STORED
        done += len(batch)
        tick(done)
    return TableCount(target.name, len(new), len(changed), len(records) - len(new) - len(changed))


def batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """The items in pieces of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _compare(connection: Connection, target: Target, records: dict[Key, Record]) -> None:
    """Marks the records that the store has: UNCHANGED if equal, STORED if they have to be changed."""
    if not records:
        return
    names = list(target.columns)
    positions = [names.index(name) for name in target.key]
    rows = connection.execute(select(target.table).execution_options(stream_results=True))
    for row in rows:
        record = records.get(tuple(row[position] for position in positions))
        if record is None:
            continue
        found = dict(zip(names, row, strict=True))
        equal = all(found[name] == value for name, value in record.values.items())
        record.outcome = Outcome.UNCHANGED if equal else Outcome.STORED


Write = Callable[[Connection, Sequence[Record]], None]


def _inserts(target: Target, records: list[Record]) -> Iterator[tuple[Sequence[Record], Write]]:
    def write(connection: Connection, batch: Sequence[Record]) -> None:
        connection.execute(insert(target.table), [record.values for record in batch])

    for layer in layers(target, records)[0]:
        yield from ((batch, write) for batch in _alike(layer))


def _updates(target: Target, records: list[Record]) -> Iterator[tuple[Sequence[Record], Write]]:
    def write(connection: Connection, batch: Sequence[Record]) -> None:
        columns = target.table.c
        statement = update(target.table).where(*(columns[name] == bindparam(f"key_{name}") for name in target.key))
        connection.execute(
            statement.values({columns[name]: bindparam(f"new_{name}") for name in batch[0].values}),
            [
                {f"key_{name}": part for name, part in zip(target.key, record.key, strict=True)}
                | {f"new_{name}": value for name, value in record.values.items()}
                for record in batch
            ],
        )

    # An entry that names nothing but the key has nothing that could differ, so there is always a value to set.
    yield from ((batch, write) for batch in _alike(records))


def _alike(records: list[Record]) -> Iterator[Sequence[Record]]:
    """Batches of records with the same columns, which one statement can write."""

    def columns(record: Record) -> tuple[str, ...]:
        return tuple(sorted(record.values))

    for _, alike in groupby(sorted(records, key=columns), key=columns):
        yield from batches(list(alike), BATCH)
