"""The comparison of everything staged with the store: which rows of which tables change, and which go."""

from functools import partial

import duckdb
from sqlalchemy import Table

from knowledge.intake.changes import Change, Tell, compare_merged, compare_staged, counted, filled_tables
from knowledge.intake.delivery import Removal
from knowledge.intake.relation import store_tables
from knowledge.intake.staging import Staging
from knowledge.intake.statement import identifier
from knowledge.intake.target import targets
from knowledge.resolution.references import references


def needed_tables(staging: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of the store that an import looks at: those it has rows of, those that rows refer to, and whatever
    belongs to a customer, who may be joined with another."""
    staged = filled_tables(staging, "staged")
    if "transaction" in staged:
        staged.add("balance")
    referred = {column.references for target in targets().values() for column in target.columns.values()}
    belonging = {reference.table.name for reference in references()}
    wanted = {"customer", "merged_row", *staged, *referred, *belonging}
    return [table for table in store_tables() if table.name in wanted]


def staged_changes(staging: Staging, tell: Tell) -> list[Change]:
    """What the bank's files change, of all tables but customers."""
    changes, filled = [], filled_tables(staging.connection, "staged") - {"customer"}
    for name, target in targets().items():
        if name in filled:
            tell(f"compare {name}", 0, None)
            changes.append(compare_staged(staging.connection, target.table, partial(staging.given, name)))
    return changes


def merged_changes(staging: duckdb.DuckDBPyConnection, tell: Tell) -> list[Change]:
    """What resolution and derivation change."""
    changes, filled = [], filled_tables(staging, "merged")
    for table in store_tables():
        if table.name in filled:
            tell(f"compare {table.name}", 0, None)
            changes.append(compare_merged(staging, table))
    return changes


def find_removals(staging: duckdb.DuckDBPyConnection) -> list[Removal]:
    """The rows that go, children before parents."""
    removals, filled = [], filled_tables(staging, "gone")
    for table in reversed(store_tables()):
        if table.name in filled:
            relation = f"gone.{identifier(table.name)}"
            [rows] = counted(staging, f"SELECT count(*) FROM {relation}")
            removals.append(Removal(table, relation, rows))
    return removals
