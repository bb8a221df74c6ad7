"""What an import changes: the rows that staging has, compared with the rows of the store, in SQL.

A row whose key the store does not have is new, one that differs is changed, any other stays as it is. Columns that
the mapping does not give keep what the store has. Rows that no longer come are kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
from sqlalchemy import Table

from knowledge.intake.relation import is_numbered, key_of, staging_default
from knowledge.intake.statement import identifier

Tell = Callable[[str, int, int | None], None]
Given = Callable[[str], tuple[int, ...] | None]
"""The entries of the mapping that give a column; None if all do."""


@dataclass(frozen=True)
class Change:
    """The new and the changed rows of one table, in the schema `changed` of staging, told apart by `_new`.

    `names` are the columns they give; those of the key are never set anew. `rows` were compared; `of_files` ones
    have the `_row` of the bank's files that they come from.
    """

    table: Table
    relation: str
    names: tuple[str, ...]
    rows: int
    added: int
    changed: int
    of_files: bool

    @property
    def set_anew(self) -> list[str]:
        key = key_of(self.table)
        return [name for name in self.names if name not in key]


def compare_staged(staging: duckdb.DuckDBPyConnection, table: Table, given: Given) -> Change:
    """Compares `staged.<table>`, which stems from the bank's files; its rows keep their `_row`."""
    return _compared(staging, table, "staged", given)


def compare_merged(staging: duckdb.DuckDBPyConnection, table: Table) -> Change:
    """Compares `merged.<table>`, whose rows are whole; without a number of its own a numbered row is new."""
    return _compared(staging, table, "merged", lambda name: None)


def _compared(staging: duckdb.DuckDBPyConnection, table: Table, schema: str, given: Given) -> Change:
    key, of_files = key_of(table), schema == "staged"
    finals = {
        column.name: final_value(column.name, staging_default(column), bool(column.nullable), given(column.name))
        for column in table.columns
        if column.name not in key and (given(column.name) != () or not column.nullable)
    }
    named = [name for name in finals if given(name) != ()]
    same_key = " AND ".join(f"o.{identifier(name)} = s.{identifier(name)}" for name in key)
    differs = [f"{finals[name]} IS DISTINCT FROM o.{identifier(name)}" for name in named]
    selected = [*(["s._row"] if of_files else []), f"o.{identifier(key[0])} IS NULL AS _new"]
    selected += [f"s.{identifier(name)}" for name in key]
    selected += [f"{final} AS {identifier(name)}" for name, final in finals.items()]
    relation = f"changed.{identifier(f'{schema}_{table.name}')}"
    staging.execute(
        f"CREATE OR REPLACE TABLE {relation} AS SELECT {', '.join(selected)} "
        f"FROM {schema}.{identifier(table.name)} s LEFT JOIN store.{identifier(table.name)} o ON {same_key} "
        f"WHERE {' OR '.join([f'o.{identifier(key[0])} IS NULL', *differs])}"
    )
    names = tuple(finals) if is_numbered(table) else (*key, *finals)
    added, changed = counted(staging, f"SELECT count(*) FILTER (_new), count(*) FILTER (NOT _new) FROM {relation}")
    [rows] = counted(staging, f"SELECT count(*) FROM {schema}.{identifier(table.name)}")
    return Change(table, relation, names, rows, added, changed, of_files)


def final_value(name: str, default: str, nullable: bool, ways: tuple[int, ...] | None) -> str:
    """The value that a column comes to have: what is staged, what the store has, or the default."""
    staged, stored = f"s.{identifier(name)}", f"o.{identifier(name)}"
    if not nullable:
        return f"coalesce({staged}, {stored}, {default})"
    if ways is None:
        return staged
    if not ways:
        return stored
    return f"CASE WHEN s._entry IN ({', '.join(map(str, ways))}) THEN {staged} ELSE {stored} END"


def counted(staging: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    """The one row of whole numbers that a query gives."""
    row = staging.execute(query).fetchone()
    return tuple(int(number or 0) for number in row or ())


def filled_tables(staging: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    """The tables of a part of staging that are there and not empty."""
    found = staging.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = ?", [schema]
    ).fetchall()
    return {
        name
        for (name,) in found
        if staging.execute(f"SELECT 1 FROM {schema}.{identifier(name)} LIMIT 1").fetchone() is not None
    }
