"""`rapport insight run`: every measure computed for one day, and what changed written to the store.

The store's rows are copied into DuckDB, the definitions run there one after the other, and only values that
differ from the present ones are written, in one transaction. Nobody waits while measures are computed: writing
is claimed for the delivery alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

import duckdb

from knowledge.clock import Clock
from knowledge.crm.schema import check
from knowledge.insight.definition import Definition, read_definitions
from knowledge.insight.delivery import Delivered, Progress, deliver
from knowledge.insight.parameters import SHIPPED, Parameters, read_parameters
from knowledge.insight.results import make_results
from knowledge.insight.warehouse import (
    copy_tables,
    make_parameter_tables,
    refuse_unpriced,
    release_store,
    show_as_of,
    source_tables,
)
from knowledge.intake.store_access import claimed_store, seen_store
from knowledge.intake.workplace import workplace

MEMORY = "3GB"


@dataclass(frozen=True)
class InsightReport:
    """What a run did: the day it was for, rows begun and ended per table, seconds per stage."""

    as_of: date
    customers: int
    delivered: tuple[Delivered, ...]
    seconds: dict[str, float]

    def as_dict(self) -> dict[str, object]:
        """The report for a program, JSON-ready."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def run_insight(
    url: str,
    folder: Path,
    *,
    clock: Clock,
    definitions: tuple[Definition, ...] | None = None,
    parameters: Path = SHIPPED,
    progress: Progress | None = None,
) -> InsightReport:
    """Computes every measure of the store at `url` for the clock's day; works in `folder`, which is removed again.

    All of it is stored or nothing; the same data for the same day change nothing. Raises InsightError for a
    broken definition or parameter and StoreError where the store cannot be read or written.
    """
    check(url)
    tell = progress or (lambda label, done, total: None)
    chosen, prices = definitions or read_definitions(), read_parameters(parameters)
    today, seconds = clock.today(), dict[str, float]()
    started = perf_counter()
    with filled_warehouse(url, folder, prices) as (warehouse, place):
        seconds["read"] = perf_counter() - started
        started = perf_counter()
        compute(warehouse, chosen, prices, today, tell)
        make_results(warehouse, chosen)
        seconds["compute"] = perf_counter() - started
        started = perf_counter()
        with claimed_store(url, place) as access:
            delivered = deliver(access, warehouse, today, clock.now(), prices, chosen, tell)
        seconds["write"] = perf_counter() - started
        [customers] = warehouse.execute("SELECT count(*) FROM customer").fetchone() or (0,)
    return InsightReport(today, customers, delivered, {stage: round(took, 2) for stage, took in seconds.items()})


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
    definitions: tuple[Definition, ...],
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
