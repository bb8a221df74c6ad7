"""The store's rows brought into DuckDB, as of one moment: all that measures read, or those of whom changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from sqlalchemy import Table, func, make_url, select

from knowledge.crm.changed import ChangedCustomer, notes_changes
from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult, InsightRun
from knowledge.crm.tables import Base, Customer
from knowledge.insight.store_reader import SOURCE, read_apart
from knowledge.insight.warehouse import (
    CUSTOMERS_TABLES,
    KEPT,
    SMALL_TABLES,
    configure,
    name_of,
    rows_as_read,
    source_tables,
)
from knowledge.intake.relation import key_of
from knowledge.intake.statement import identifier
from knowledge.intake.store_access import seen_store

Progress = Callable[[str, int, int | None], None]
HELD = "held"
"""The schema of what the store holds of earlier runs: present rows, the keys of events, and the notes of changes."""
PRESENT: tuple[type[Base], ...] = (Insight, InsightAverage, InsightResult)
DAYS = frozenset({"as_of", "until"})


@dataclass(frozen=True)
class Standing:
    """What a store says of itself before anything is read: its newest run, and what changed since.

    `changed` customers are noted, of `customers`; None if any may have, or not everything is noted.
    """

    token: str | None
    as_of: date | None
    changed: int | None
    customers: int


def look(url: str, place: Path) -> Standing:
    """Looks at a store. Raises StoreError if it cannot be read."""
    notes, runs = table_of(ChangedCustomer), table_of(InsightRun)
    with seen_store(url, place) as access:
        ask = access.connection.execute
        newest = ask(select(runs.c.token, runs.c.as_of).order_by(runs.c.id.desc()).limit(1)).first()
        unnamed = ask(select(notes.c.id).where(notes.c.customer_id.is_(None)).limit(1)).first()
        changed = ask(select(func.count(func.distinct(notes.c.customer_id)))).scalar_one()
        customers = ask(select(func.count()).select_from(table_of(Customer))).scalar_one()
        known = unnamed is None and notes_changes(access.connection)
    token, as_of = newest or (None, None)
    return Standing(token, as_of, changed if known else None, customers)


def read_all(url: str, place: Path, file: Path, tell: Progress, *, results: bool = False) -> None:
    """Makes the DuckDB file `file` with the copy of all rows that measures read, and the notes of what changed.

    With `results` it gets what the store holds of earlier runs too. Raises StoreError if the store cannot be read.
    """
    of_runs: tuple[type[Base], ...] = (*PRESENT, InsightEvent) if results else ()
    held = [table_of(ChangedCustomer), *map(table_of, of_runs)]
    parsed = make_url(url)
    source = SOURCE if parsed.get_backend_name() == "sqlite" else "store"
    statements = [("read", f"CREATE SCHEMA {KEPT}"), ("read", f"CREATE SCHEMA {HELD}")]
    for table in source_tables():
        rows = rows_as_read(table, f"{source}.{identifier(table.name)}")
        statements.append((f"read {table.name}", f"CREATE TABLE {KEPT}.{name_of(table)} AS {rows}"))
    for table in held:
        rows = _held(table, f"{source}.{identifier(table.name)}")
        statements.append((f"read {table.name}", f"CREATE TABLE {HELD}.{table.name} AS {rows}"))
    newest = newest_run(f"{source}.insight_run")
    statements.append(("read", f"CREATE TABLE {HELD}.newest_run AS {newest}"))
    if parsed.get_backend_name() == "sqlite":
        read_apart(Path(str(parsed.database)), file, place, statements, lambda label: tell(label, 0, None))
        return
    with duckdb.connect(str(file)) as warehouse, seen_store(url, place) as access:
        configure(warehouse, place)
        warehouse.execute("CREATE SCHEMA store")
        access.show(warehouse, [*source_tables(), *held, table_of(InsightRun)])
        for label, statement in statements:
            tell(label, 0, None)
            warehouse.execute(statement)
        warehouse.execute("DROP SCHEMA store CASCADE")


def read_changed(url: str, place: Path, file: Path) -> None:
    """Makes the DuckDB file `file` with the rows of the customers that changed, in tables of the names that measures
    use, beside the small tables, the notes (`changed_customer`) and what the store holds of these customers.

    Raises StoreError if the store cannot be read.
    """
    notes, small, of_customers = table_of(ChangedCustomer), source_tables(SMALL_TABLES), source_tables(CUSTOMERS_TABLES)
    held = [table_of(Insight), table_of(InsightEvent)]
    with duckdb.connect(str(file)) as news, seen_store(url, place) as access:
        configure(news, place)
        news.execute("CREATE SCHEMA store")
        access.show_changed(news, [notes, table_of(InsightRun), *small], [*of_customers, *held])
        for table in (*small, *of_customers):
            rows = rows_as_read(table, f"store.{identifier(table.name)}")
            news.execute(f"CREATE TABLE {name_of(table)} AS {rows}")
        for table in (notes, *held):
            news.execute(f"CREATE TABLE {table.name} AS {_held(table, f'store.{identifier(table.name)}')}")
        news.execute(f"CREATE TABLE newest_run AS {newest_run('store.insight_run')}")
        news.execute("DROP SCHEMA store CASCADE")


def newest_run(runs: str) -> str:
    """SQL: what tells the newest run from every other, and its day."""
    return f"SELECT coalesce(token, 'run ' || id) AS run, as_of FROM {runs} ORDER BY id DESC LIMIT 1"


def told(table: Table) -> list[str]:
    """The columns in which a run tells what it found; it holds on days that the delivery knows."""
    return [column.name for column in table.columns if column.name not in DAYS]


def table_of(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _held(table: Table, rows: str) -> str:
    if table in map(table_of, PRESENT):
        return f"SELECT {', '.join(map(identifier, told(table)))} FROM {rows} WHERE until IS NULL"
    names = key_of(table) if table is table_of(InsightEvent) else [column.name for column in table.columns]
    return f"SELECT {', '.join(map(identifier, names))} FROM {rows}"
