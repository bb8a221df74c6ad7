"""The store's tables as relations of the staging database: their types there, and names quoted for SQL."""

import json

from sqlalchemy import Column, ColumnDefault, Integer, Table

from knowledge.crm.tables import Base
from knowledge.intake.statement import identifier, literal
from knowledge.intake.target import targets
from knowledge.resolution.references import references


def store_tables() -> list[Table]:
    """Every table that an import reads or writes, parents before children."""
    wanted = {*targets(), "merged_row", *(reference.table.name for reference in references())}
    return [table for table in Base.metadata.sorted_tables if table.name in wanted]


def columns(table: Table, alias: str | None = None) -> str:
    """The table's columns in order, for a SELECT or an INSERT."""
    prefix = f"{alias}." if alias else ""
    return ", ".join(prefix + identifier(column.name) for column in table.columns)


def key_of(table: Table) -> tuple[str, ...]:
    """The columns of the primary key, in order."""
    return tuple(column.name for column in table.primary_key)


def is_numbered(table: Table) -> bool:
    """Whether the database numbers the table's rows itself."""
    column = table.autoincrement_column
    return column is not None and isinstance(column.type, Integer)


def staging_default(column: Column[object]) -> str:
    """What a column that has to have a value comes to have if nothing gives one, as SQL."""
    default = column.default
    if not isinstance(default, ColumnDefault):
        return "NULL"
    value = default.arg if default.is_scalar else default.arg({})
    if isinstance(value, bool):
        return str(value).lower()
    return literal(json.dumps(value))
