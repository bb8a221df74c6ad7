"""Rows of a sub-query as one JSON value, so that one statement reads rows of many shapes.

A small statement costs several times more on its way to the database and back than within it. The sub-queries are
made of mapped classes as any other, so the scope's conditions and row-level security hold in each of them.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Generic, TypeVarTuple, cast

from sqlalchemy import JSON, Boolean, Date, DateTime, ScalarSelect, Select, TypeDecorator, inspect, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine

Columns = TypeVarTuple("Columns")
Listed = list[list[object]]
Convert = Callable[..., object]


class json_rows(GenericFunction[Listed]):  # noqa: N801 - SQL writes functions in small letters
    """Aggregates rows to a JSON array with an array of the columns for each: empty, or None, where there are none."""

    type = JSON()
    inherit_cache = True


@compiles(json_rows, "sqlite")
def _on_sqlite(function: json_rows, compiler: SQLCompiler, **given: object) -> str:
    # JSON is text there, and would come out as a string.
    columns = [
        f"json({compiler.process(column, **given)})"
        if isinstance(column.type, JSON)
        else compiler.process(column, **given)
        for column in function.clauses
    ]
    return f"json_group_array(json_array({', '.join(columns)}))"


@compiles(json_rows, "postgresql")
def _on_postgresql(function: json_rows, compiler: SQLCompiler, **given: object) -> str:
    return f"json_agg(json_build_array({compiler.process(function.clauses, **given)}))"


class JsonRows(Generic[*Columns]):
    """The rows of a SELECT of mapped classes and columns: `value` is a column of another statement, `read` turns what
    was found there into rows of the same types. Objects are of no session: they are neither refreshed nor written."""

    def __init__(self, statement: Select[*Columns]) -> None:
        listed = statement.subquery().c
        self.value: ScalarSelect[Listed] = select(json_rows(*listed)).scalar_subquery()
        self._readers: list[tuple[Convert, int, int]] = []
        types = [column.type for column in listed]
        start = 0
        for selected in statement.column_descriptions:
            mapper = inspect(selected["expr"], raiseerr=False)
            if isinstance(mapper, Mapper):
                keys = [attribute.key for attribute in mapper.column_attrs]
                end = start + len(keys)
                self._readers.append((partial(_object, mapper, keys, _conversions(keys, types[start:end])), start, end))
            else:
                end = start + 1
                self._readers.append((partial(_single, _conversion(types[start])), start, end))
            start = end

    def read(self, listed: Listed | None) -> list[tuple[*Columns]]:
        rows = [tuple(build(row[start:end]) for build, start, end in self._readers) for row in listed or ()]
        return cast(list[tuple[*Columns]], rows)


def _object(mapper: Mapper[object], keys: list[str], conversions: dict[str, Convert], values: list[object]) -> object:
    """The object of these values; None where an outer join found no row."""
    if values[0] is None:
        return None
    row = dict(zip(keys, values, strict=True))
    for key, convert in conversions.items():
        if row[key] is not None:
            row[key] = convert(row[key])
    built = mapper.class_manager.new_instance()
    vars(built).update(row)
    return built


def _single(convert: Convert | None, values: list[object]) -> object:
    (value,) = values
    return value if convert is None or value is None else convert(value)


def _conversions(keys: Sequence[str], types: Sequence[TypeEngine[object]]) -> dict[str, Convert]:
    found = {key: _conversion(type_) for key, type_ in zip(keys, types, strict=True)}
    return {key: convert for key, convert in found.items() if convert}


def _conversion(type_: TypeEngine[object]) -> Convert | None:
    """What makes the column's value of what stands for it in JSON."""
    match type_:
        case TypeDecorator():
            return partial(type_.process_result_value, dialect=SQLiteDialect_pysqlite())
        case Date():
            return date.fromisoformat
        case DateTime():
            return datetime.fromisoformat
        case Boolean():
            return bool
    return None
