"""Definitions computed in DuckDB over the analytic copy of a store: every definition becomes a table of its name."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from knowledge.insight.definition import Definition
from knowledge.insight.parameter_tables import make_parameter_tables
from knowledge.insight.parameters import Parameters
from knowledge.insight.reading import Progress, read_all
from knowledge.insight.warehouse import configure, refuse_unpriced, show_as_of
from knowledge.intake.workplace import workplace


@contextmanager
def filled_warehouse(
    url: str, folder: Path, parameters: Parameters
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """The analytic copy of the store at `url`, in `folder` until the end, and where it stands there.

    Raises InsightError where the parameters do not fit the store's currencies.
    """
    with workplace(folder) as place:
        read_all(url, place, place / "measures.duckdb", lambda label, done, total: None)
        with duckdb.connect(str(place / "measures.duckdb")) as warehouse:
            configure(warehouse, place)
            refuse_unpriced(warehouse, parameters)
            yield warehouse, place


def compute(
    warehouse: duckdb.DuckDBPyConnection,
    definitions: Sequence[Definition],
    parameters: Parameters,
    today: date,
    tell: Progress,
) -> None:
    """Runs the definitions over all rows that `warehouse` keeps, as of a day; each becomes a table of its name."""
    show_as_of(warehouse, today)
    make_parameter_tables(warehouse, parameters, today)
    for number, definition in enumerate(definitions):
        tell(f"compute {definition.name}", number, len(definitions))
        warehouse.execute(f"CREATE OR REPLACE TABLE {definition.name} AS {definition.sql}")
    tell("compute", len(definitions), len(definitions))
