"""Definitions computed in DuckDB: the analytic copy of a store, and every definition as a table of its name there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from knowledge.insight.definition import Definition
from knowledge.insight.delivery import Progress
from knowledge.insight.parameters import Parameters
from knowledge.insight.warehouse import (
    copy_tables,
    make_parameter_tables,
    refuse_unpriced,
    release_store,
    show_as_of,
    source_tables,
)
from knowledge.intake.store_access import seen_store
from knowledge.intake.workplace import workplace

MEMORY = "3GB"


@contextmanager
def filled_warehouse(
    url: str, folder: Path, parameters: Parameters
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """The analytic copy of the store at `url`, in `folder` until the end, and where it stands there.

    Raises InsightError where the parameters do not fit the store's currencies.
    """
    with workplace(folder) as place, duckdb.connect(str(place / "insight.duckdb")) as warehouse:
        _configure(warehouse, place)
        with seen_store(url, place) as access:
            access.show(warehouse, source_tables())
            copy_tables(warehouse)
            release_store(warehouse)
        refuse_unpriced(warehouse, parameters)
        yield warehouse, place


def compute(
    warehouse: duckdb.DuckDBPyConnection,
    definitions: Sequence[Definition],
    parameters: Parameters,
    today: date,
    tell: Progress,
) -> None:
    """Runs the definitions over the rows that `warehouse` keeps, as of a day; each becomes a table of its name."""
    show_as_of(warehouse, today)
    make_parameter_tables(warehouse, parameters, today)
    for number, definition in enumerate(definitions):
        tell(f"compute {definition.name}", number, len(definitions))
        warehouse.execute(f"CREATE OR REPLACE TABLE {definition.name} AS {definition.sql}")
    tell("compute", len(definitions), len(definitions))


def _configure(warehouse: duckdb.DuckDBPyConnection, place: Path) -> None:
    warehouse.execute(f"SET memory_limit = '{MEMORY}'")
    warehouse.execute("SET threads = 2")
    warehouse.execute("SET preserve_insertion_order = false")
    warehouse.execute("SET temp_directory = ?", [str(place / "spill")])
    warehouse.execute("CREATE SCHEMA store")
