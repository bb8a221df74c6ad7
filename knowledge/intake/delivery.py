"""Delivery: what staging found new, changed and gone is written to the store, in its one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb
from sqlalchemy import Table

from knowledge.crm.changed import unnoted
from knowledge.intake.changed_customers import ChangedCustomers
from knowledge.intake.changes import Change
from knowledge.intake.relation import key_of, store_tables
from knowledge.intake.statement import identifier
from knowledge.intake.store_access import StoreAccess

Tell = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Removal:
    """Rows of a table that go: their keys are in `relation` of staging."""

    table: Table
    relation: str
    rows: int


def deliver(
    access: StoreAccess,
    staging: duckdb.DuckDBPyConnection,
    changes: Sequence[Change],
    removals: Sequence[Removal],
    tell: Tell,
) -> None:
    """Writes `changes` and takes `removals` out, in an order in which no row lacks what it refers to.

    Customers go last, once nothing refers to them; other rows go first, for another may take their key.
    """
    for change in changes:
        _hand_over(access, staging, change, tell)
    for removal in removals:
        key = ", ".join(map(identifier, key_of(removal.table)))
        access.load(staging, f"gone_{removal.table.name}", f"SELECT {key} FROM {removal.relation}", removal.table)
    touched = ChangedCustomers(staging, changes, [(removal.table, removal.relation) for removal in removals])
    touched.hand_over(access, staging)
    with unnoted(access.connection):
        _write(access, changes, removals, tell)
    touched.note(access)


def _write(access: StoreAccess, changes: Sequence[Change], removals: Sequence[Removal], tell: Tell) -> None:
    for removal in (one for one in removals if one.table.name != "customer"):
        _remove(access, removal)
    order = [table.name for table in store_tables()]
    for change in sorted(changes, key=lambda change: order.index(change.table.name)):
        label = f"write {change.table.name}"
        tell(label, 0, change.added + change.changed)
        if change.added:
            access.insert(change.table, list(change.names), _called(change, new=True), change.added)
        if change.changed:
            _update(access, change)
        tell(label, change.added + change.changed, change.added + change.changed)
    for removal in (one for one in removals if one.table.name == "customer"):
        _remove(access, removal)


def _hand_over(access: StoreAccess, staging: duckdb.DuckDBPyConnection, change: Change, tell: Tell) -> None:
    """In the order of the key, so that the index of the keys grows at its end."""
    key = key_of(change.table)
    tell(f"hand over {change.table.name}", 0, change.added + change.changed)
    if change.added:
        order = "" if change.names[0] != key[0] else f"ORDER BY {', '.join(map(identifier, key))}"
        names = ", ".join(map(identifier, change.names))
        query = f"SELECT {names} FROM {change.relation} WHERE _new {order}"
        access.load(staging, _called(change, new=True), query, change.table)
    if change.changed:
        names = ", ".join(map(identifier, dict.fromkeys((*key, *change.names))))
        query = f"SELECT {names} FROM {change.relation} WHERE NOT _new"
        access.load(staging, _called(change, new=False), query, change.table)


def _update(access: StoreAccess, change: Change) -> None:
    name = identifier(change.table.name)
    values = ", ".join(f"{identifier(column)} = d.{identifier(column)}" for column in change.set_anew)
    access.connection.exec_driver_sql(
        f"UPDATE {name} SET {values} FROM {access.loaded(_called(change, new=False))} AS d "
        f"WHERE {_same_key(change.table)}"
    )


def _remove(access: StoreAccess, removal: Removal) -> None:
    relation = access.loaded(f"gone_{removal.table.name}")
    access.connection.exec_driver_sql(
        f"DELETE FROM {identifier(removal.table.name)} WHERE EXISTS "
        f"(SELECT 1 FROM {relation} AS d WHERE {_same_key(removal.table)})"
    )


def _same_key(table: Table) -> str:
    return " AND ".join(
        f"d.{identifier(column)} = {identifier(table.name)}.{identifier(column)}" for column in key_of(table)
    )


def _called(change: Change, *, new: bool) -> str:
    """What the rows are called on their way: a table may change by its files and by merges."""
    source = change.relation.rpartition(".")[2].strip('"')
    return f"{'new' if new else 'changed'}_{source}"
