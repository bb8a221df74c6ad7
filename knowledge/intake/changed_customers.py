"""Whose rows an import changes, as one set: the triggers that note it row by row stand still meanwhile."""

from collections.abc import Iterator, Sequence

import duckdb
from sqlalchemy import Table

from knowledge.crm.changed import BY_ACCOUNT, MANY, NOBODY, OWNERS, ChangedCustomer, note_everything
from knowledge.crm.tables import Base
from knowledge.intake.changes import Change, counted, filled_tables
from knowledge.intake.relation import key_of
from knowledge.intake.statement import identifier, literal
from knowledge.intake.store_access import StoreAccess

NOTES = Base.metadata.tables[ChangedCustomer.__tablename__]
STAGED = "changed.changed_customer"


class ChangedCustomers:
    """The customers to whom changed and removed rows belong, now or before. None are named if they are most."""

    def __init__(
        self, staging: duckdb.DuckDBPyConnection, changes: Sequence[Change], removals: Sequence[tuple[Table, str]]
    ) -> None:
        self._named = False
        [known] = counted(staging, "SELECT count(*) FROM store.customer")
        parts = [*_of_changes(changes), *_of_removals(removals)]
        if not parts or not known:
            self._everything = bool(parts)
            return
        _stage_owners(staging)
        staging.execute(f"CREATE OR REPLACE TABLE {STAGED} AS {' UNION '.join(parts)}")
        [found] = counted(staging, f"SELECT count(*) FROM {STAGED}")
        self._everything = found > MANY * known
        self._named = not self._everything and found > 0

    def hand_over(self, access: StoreAccess, staging: duckdb.DuckDBPyConnection) -> None:
        if self._named:
            access.load(staging, NOTES.name, f"SELECT customer_id FROM {STAGED}", NOTES)

    def note(self, access: StoreAccess) -> None:
        if self._everything:
            note_everything(access.connection)
        elif self._named:
            access.connection.exec_driver_sql(
                f"INSERT INTO {NOTES.name} (customer_id) SELECT customer_id FROM {access.loaded(NOTES.name)}"
            )


def _stage_owners(staging: duckdb.DuckDBPyConnection) -> None:
    """`changed.account_owner`: whom each account belongs to, and belonged to before the import."""
    staged = {"staged_account", "merged_account"} & filled_tables(staging, "changed")
    relations = ["store.account", *(f"changed.{name}" for name in sorted(staged))]
    owners = " UNION ".join(f"SELECT id, customer_id FROM {relation}" for relation in relations)
    staging.execute(f"CREATE OR REPLACE TABLE changed.account_owner AS {owners}")


def _of_changes(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        yield from _owners(change.table, change.relation)
        if change.changed:
            yield from _owners(change.table, _stored(change.table, f"(FROM {change.relation} WHERE NOT _new)"))


def _of_removals(removals: Sequence[tuple[Table, str]]) -> Iterator[str]:
    for table, relation in removals:
        yield from _owners(table, _stored(table, relation))


def _stored(table: Table, relation: str) -> str:
    """The rows of the store that have the keys of a relation."""
    key = ", ".join(map(identifier, key_of(table)))
    return f"(SELECT o.* FROM store.{identifier(table.name)} o SEMI JOIN {relation} k USING ({key}))"


def _owners(table: Table, relation: str) -> Iterator[str]:
    if table.name in BY_ACCOUNT:
        yield f"SELECT customer_id FROM changed.account_owner WHERE id IN (SELECT account_id FROM {relation} r)"
    for column in OWNERS.get(table.name, ()):
        yield f"SELECT coalesce({identifier(column)}, {literal(NOBODY)}) AS customer_id FROM {relation} r"
