"""A DuckDB connection that holds what the store knows of a few customers, and the way back from it.

The rules of joining, survivorship and conflicts are written once, for whole imports. One merge goes through the same
rules on a workspace of its own rows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
from sqlalchemy import JSON, Column, ColumnElement, Table, and_, delete, exists, insert, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import object_mapper

from knowledge.crm.lineage import Merge, MergedRow
from knowledge.crm.tables import Base, Customer
from knowledge.resolution.references import references
from knowledge.resolution.relations import as_raw, duckdb_type, has_relation, make_like

Values = dict[str, Any]


async def open_workspace(session: AsyncSession, customer_ids: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A connection whose schema `store` holds every row that refers to these customers, and `merged` nothing."""
    workspace = duckdb.connect(config={"threads": 1, "python_enable_replacements": False})
    for schema in ("store", "merged", "gone"):
        workspace.execute(f"CREATE SCHEMA {schema}")
    await _load(session, workspace, Customer.__table__, Customer.__table__.c.id.in_(customer_ids))
    for table in dict.fromkeys(reference.table for reference in references()):
        columns = [reference.column for reference in references() if reference.table is table]
        await _load(session, workspace, table, or_(*(table.c[name].in_(customer_ids) for name in columns)))
    merges = select(Merge.id).where(Merge.customer_id.in_(customer_ids))
    await _load(session, workspace, MergedRow.__table__, MergedRow.merge_id.in_(merges))
    return workspace


async def _load(session: AsyncSession, workspace: duckdb.DuckDBPyConnection, table: Any, condition: Any) -> None:
    rows = (await session.execute(select(table).where(condition))).all()
    make_like(workspace, "store", table)
    if rows:
        # One text for all rows of a table: DuckDB looks for packages anew for every parameter it is given.
        text = json.dumps(
            [[_raw(column, value) for column, value in zip(table.columns, row, strict=True)] for row in rows]
        )
        values = ", ".join(
            f"CAST(row ->> {number} AS {duckdb_type(column)})" for number, column in enumerate(table.columns)
        )
        workspace.execute(
            f'INSERT INTO store."{table.name}" SELECT {values} FROM (SELECT unnest(CAST(? AS JSON[])) AS row)',
            [text],
        )


def _raw(column: Column[Any], value: object) -> object:
    if isinstance(column.type, JSON):
        return None if value is None else json.dumps(value)
    return value.isoformat() if isinstance(value, date) else as_raw(column, value)


async def write_back(session: AsyncSession, workspace: duckdb.DuckDBPyConnection) -> None:
    """Brings the store to what `merged` and `gone` say: rows by their keys, those without a number as new ones."""
    await session.flush()
    tables = [table for table in Base.metadata.sorted_tables if has_relation(workspace, "merged", table.name)]
    for table in tables:
        for row in read(workspace, "merged", table):
            await _put(session, table, row)
    for table in reversed(Base.metadata.sorted_tables):
        if has_relation(workspace, "gone", table.name):
            keys = workspace.execute(f'SELECT * FROM gone."{table.name}"').fetchall()
            await remove(session, table, keys)
    await _look_again(session)


async def _look_again(session: AsyncSession) -> None:
    """Brings what the session holds of these rows up to date: an attribute cannot be read anew without waiting."""
    for instance in list(session):
        if await session.scalar(select(exists().where(_is_it(instance)))):
            await session.refresh(instance)
        else:
            session.expunge(instance)


def _is_it(instance: object) -> ColumnElement[bool]:
    mapper = object_mapper(instance)
    identity = mapper.primary_key_from_instance(instance)
    return and_(*(column == value for column, value in zip(mapper.primary_key, identity, strict=True)))


def read(workspace: duckdb.DuckDBPyConnection, schema: str, table: Table) -> list[Values]:
    """The rows of a relation as the models have them."""
    names = [column.name for column in table.columns]
    quoted = ", ".join(f'"{name}"' for name in names)
    rows = workspace.execute(f'SELECT {quoted} FROM {schema}."{table.name}"').fetchall()
    return [from_raw(table, dict(zip(names, row, strict=True))) for row in rows]


def from_raw(table: Table, raw: Mapping[str, object]) -> Values:
    """A row of raw database values, JSON as text or parsed, dates as such or in ISO form, as the models have it."""
    return {column.name: _value(column, raw.get(column.name)) for column in table.columns}


def _value(column: Column[Any], value: Any) -> object:
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return json.loads(value) if isinstance(value, str) else value
    kind = duckdb_type(column)
    if kind in ("DATE", "TIMESTAMP") and isinstance(value, str):
        return column.type.python_type.fromisoformat(value)
    if kind == "BIGINT" and hasattr(column.type, "process_result_value"):
        return column.type.process_result_value(value, None)
    return value


async def _put(session: AsyncSession, table: Table, row: Values) -> None:
    key = {column.name: row[column.name] for column in table.primary_key}
    there = [table.c[name] == value for name, value in key.items()]
    found = None
    if all(value is not None for value in key.values()):
        found = (await session.execute(select(table).where(*there))).mappings().first()
    if found is None:
        await add(session, table, row)
    elif changed := {name: value for name, value in row.items() if value != found[name]}:
        await session.execute(update(table).where(*there).values(_without_null(changed)))


async def add(session: AsyncSession, table: Table, row: Values) -> None:
    """Inserts a row; a number that is left to the database is None."""
    numbered = {column.name for column in table.primary_key if row.get(column.name) is None}
    given = {name: value for name, value in row.items() if name not in numbered}
    await session.execute(insert(table).values(_without_null(given)))


def _without_null(row: Values) -> Values:
    """No JSON at all is NULL; None alone would be stored as the JSON word for nothing."""
    return {name: null() if value is None else value for name, value in row.items()}


async def remove(session: AsyncSession, table: Table, keys: Iterable[Sequence[object]]) -> None:
    for key in keys:
        there = (column == value for column, value in zip(table.primary_key, key, strict=True))
        await session.execute(delete(table).where(*there))
