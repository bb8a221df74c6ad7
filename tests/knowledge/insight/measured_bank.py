"""A changing bank that is measured, and what that left in its store."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from knowledge.clock import Clock
from knowledge.crm.store import sqlite_url
from knowledge.insight.definition import Definition, needed, read_definitions
from knowledge.insight.parameters import SHIPPED
from knowledge.insight.reading import Progress
from knowledge.insight.run import InsightReport, run_insight
from knowledge.insight.store_reader import SOURCE
from knowledge.intake.sqlite_access import load_extension

WRITTEN = ("insight", "insight_average", "insight_event", "insight_result")
DEFINITIONS = read_definitions()
FEW = needed(
    DEFINITIONS, ("peer_group", "deposits", "loyalty", "related_deposit_points", "new_payee", "branch_deposits")
)
"""Of every kind and extent, for tests to which it does not matter which."""


def measured(
    home: Path,
    day: date,
    *,
    whole: bool = False,
    definitions: tuple[Definition, ...] = DEFINITIONS,
    parameters: Path = SHIPPED,
    progress: Progress | None = None,
) -> InsightReport:
    return run_insight(
        sqlite_url(home), home / "insight", clock=Clock(day), definitions=definitions, parameters=parameters,
        kept=home / "measures", full=whole, progress=progress,
    )  # fmt: skip


def written(home: Path) -> dict[str, list[tuple[object, ...]]]:
    return {table: sorted(rows(home, f"SELECT * FROM {table}"), key=repr) for table in WRITTEN}


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "crm.sqlite")) as connection:
        return connection.execute(query).fetchall()


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "crm.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def read_here(
    store: Path, file: Path, place: Path, statements: Sequence[tuple[str, str]], tell: Callable[[str], None]
) -> None:
    """As the reader in a process of its own; nobody else reads or writes the store meanwhile."""
    with duckdb.connect(str(file)) as warehouse:
        load_extension(warehouse)
        warehouse.execute(f"ATTACH '{store}' AS {SOURCE} (TYPE sqlite, READ_ONLY)")
        for label, statement in statements:
            tell(label)
            warehouse.execute(statement)
