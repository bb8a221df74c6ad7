"""Tables of the store as relations in DuckDB: their types there, and their rows as JSON."""

from collections.abc import Sequence
from decimal import Decimal

import duckdb
from sqlalchemy import JSON, Boolean, Column, Date, DateTime, FromClause, Integer, Table

from knowledge.crm.money import Amount, Rate


def duckdb_type(column: Column[object]) -> str:
    """The type of a column's raw database values in DuckDB: amounts and rates as whole numbers, JSON as text."""
    match column.type:
        case Amount() | Rate() | Integer():
            return "BIGINT"
        case Boolean():
            return "BOOLEAN"
        case DateTime():
            return "TIMESTAMP"
        case Date():
            return "DATE"
    return "VARCHAR"


def make_like(
    staging: duckdb.DuckDBPyConnection, schema: str, table: FromClause, columns: Sequence[str] | None = None
) -> None:
    """Makes an empty table of that name and those columns (all, if none are named) unless it is there already."""
    assert isinstance(table, Table)
    names = columns or [column.name for column in table.columns]
    parts = ", ".join(f'"{name}" {duckdb_type(table.c[name])}' for name in names)
    staging.execute(f'CREATE TABLE IF NOT EXISTS {schema}."{table.name}" ({parts})')


def has_relation(staging: duckdb.DuckDBPyConnection, schema: str, name: str) -> bool:
    """Whether the schema has a table or view of that name; the schema "temp" holds temporary ones."""
    where = "table_catalog = 'temp'" if schema == "temp" else "table_catalog = current_database() AND table_schema = ?"
    query = f"SELECT 1 FROM information_schema.tables WHERE {where} AND table_name = ?"
    return staging.execute(query, [name] if schema == "temp" else [schema, name]).fetchone() is not None


def row_as_json(table: FromClause, alias: str = "", replaced: dict[str, str] | None = None) -> str:
    """SQL: a whole row as JSON text, in raw database values; `replaced` gives other expressions for columns."""
    assert isinstance(table, Table)
    prefix = f"{alias}." if alias else ""
    parts = []
    for column in table.columns:
        value = (replaced or {}).get(column.name) or f'{prefix}"{column.name}"'
        parts.append(
            f"'{column.name}', {value}::JSON" if isinstance(column.type, JSON) else f"'{column.name}', {value}"
        )
    return f"json_object({', '.join(parts)})"


def key_as_json(columns: Sequence[str], alias: str, replaced: dict[str, str] | None = None) -> str:
    """SQL: the key of a row as JSON text, spaced as Python writes it."""
    values = {name: f'{alias}."{name}"' for name in columns} | (replaced or {})
    parts = [f"'\"{name}\": ' || to_json({values[name]})" for name in columns]
    return "'{' || " + " || ', ' || ".join(parts) + " || '}'"


def as_raw(column: Column[object], value: object) -> object:
    """A value as Python has it, as the database has it: amounts as hundredths, rates as ten-thousandths."""
    if isinstance(value, Decimal):
        return int(value * (10_000 if isinstance(column.type, Rate) else 100))
    return value
