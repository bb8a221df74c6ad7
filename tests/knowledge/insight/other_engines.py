"""The definitions on an engine that is not DuckDB, over the same rows, for comparing what they find."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from knowledge.insight.computation import compute, filled_warehouse
from knowledge.insight.definition import Definition, read_definitions
from knowledge.insight.parameter_tables import parameter_tables
from knowledge.insight.parameters import read_parameters
from knowledge.insight.warehouse import RENAMED, TABLES, known_until

Cells = tuple[object, ...]
DAY = date(2026, 11, 20)


@contextmanager
def computed_in_duckdb(
    url: str, folder: Path, definitions: Sequence[Definition] | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in which every definition, or those given, is a table."""
    parameters = read_parameters()
    with filled_warehouse(url, folder, parameters) as (warehouse, _):
        compute(warehouse, definitions or read_definitions(), parameters, DAY, lambda label, done, total: None)
        yield warehouse


def inputs(warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables that definitions read and that are not definitions themselves."""
    names = [RENAMED.get(table, table) for table in TABLES]
    return [*names, *(name for name, _, _ in parameter_tables(read_parameters(), DAY, known_until(warehouse)))]


def differences(
    warehouse: duckdb.DuckDBPyConnection, run: Callable[[Definition], Sequence[Cells]]
) -> dict[str, tuple[int, int, list[Cells]]]:
    """Of each definition that `run` finds other rows for: the rows of each side, and the first that differ."""
    found = {}
    for definition in read_definitions():
        columns = ", ".join(definition.columns)
        here = sorted(map(plain, warehouse.execute(f"SELECT {columns} FROM {definition.name}").fetchall()), key=repr)
        there = sorted(map(plain, run(definition)), key=repr)
        if here != there:
            found[definition.name] = (len(here), len(there), sorted({*here} ^ {*there}, key=repr)[:4])
    return found


def plain(row: Sequence[object]) -> Cells:
    """Cells without their engine's number types; double ones to twelve digits."""
    return tuple(_cell(value) for value in row)


def _cell(value: object) -> object:
    match value:
        case bool() | None:
            return value
        case int() | Decimal():
            return Decimal(value).normalize() + 0
        case float():
            return Decimal(f"{value:.12g}").normalize() + 0
        case _:
            return value
