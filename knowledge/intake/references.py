"""References between records: each must lead to a record of this import or to a row of the store."""

from collections.abc import Callable, Collection, Iterator

from knowledge.intake.excerpt import excerpt
from knowledge.intake.row import Record
from knowledge.intake.staging import Staging
from knowledge.intake.target import Target, TargetColumn, targets
from knowledge.intake.value import Value

Known = Callable[[str, Collection[Value]], Collection[Value]]
"""Which of these ids a table of the store has."""


def settle_references(staging: Staging, known: Known) -> None:
    """Refuses every row whose reference leads nowhere or in a circle, then those that referred to it, and so on."""
    while True:
        broken = [*_broken(staging, known), *_circular(staging)]
        if not broken:
            return
        for record, column, reason in broken:
            if record.row.reject is None:
                record.row.refuse(record.columns.get(column.name, column.name), reason)
                staging.withdraw(record.row)


def layers(target: Target, records: Collection[Record]) -> tuple[list[list[Record]], list[Record]]:
    """The records of a table so that each comes after those of the same table it refers to; and those that refer
    to each other in a circle."""
    own = [column.name for column in target.columns.values() if column.references == target.name]
    waiting = list(records)
    if not own:
        return [waiting], []
    result: list[list[Record]] = []
    unplaced = {record.key[0] for record in waiting}
    while waiting:
        ready = [record for record in waiting if unplaced.isdisjoint(record.values.get(name) for name in own)]
        if not ready:
            return result, waiting
        placed = {record.key[0] for record in ready}
        result.append(ready)
        unplaced -= placed
        waiting = [record for record in waiting if record.key[0] not in placed]
    return result, []


def _broken(staging: Staging, known: Known) -> Iterator[tuple[Record, TargetColumn, str]]:
    loose = list(_loose(staging))
    ids: dict[str, set[Value]] = {}
    for record, column, table in loose:
        ids.setdefault(table, set()).add(record.values[column.name])
    stored = {table: known(table, wanted) for table, wanted in ids.items()}
    for record, column, table in loose:
        value = record.values[column.name]
        if value not in stored[table]:
            yield record, column, f"there is no {table} {excerpt(str(value))}, or its row was rejected"


def _loose(staging: Staging) -> Iterator[tuple[Record, TargetColumn, str]]:
    """Every record with a reference to nothing that is staged, and the table that it refers to."""
    for name, target in targets().items():
        for column in target.columns.values():
            if column.references is None:
                continue
            staged = staging.tables[column.references]
            for record in staging.tables[name].values():
                value = record.values.get(column.name)
                if value is not None and (value,) not in staged:
                    yield record, column, column.references


def _circular(staging: Staging) -> Iterator[tuple[Record, TargetColumn, str]]:
    for name, target in targets().items():
        own = [column for column in target.columns.values() if column.references == name]
        if own:
            for record in layers(target, staging.tables[name].values())[1]:
                yield record, own[0], f"its {own[0].name} leads back to it in a circle"
