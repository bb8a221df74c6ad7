"""The analytic copy: the store's tables in DuckDB as measures read them, as of a day.

Amounts become DECIMAL(18,2) of their currency, rates DECIMAL(9,4) percent; `transaction`, a word of SQL, is `booking`.
Measures see what was known on their day: no row that begins later, and what ended later is still open.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb
from sqlalchemy import Column, Date, DateTime, Table

# Not used by name: importing it makes `source_value` one of the tables.
from knowledge.crm import lineage as lineage
from knowledge.crm.changed import BY_ACCOUNT, NOBODY
from knowledge.crm.money import Amount, Rate
from knowledge.crm.tables import Base
from knowledge.errors import InsightError
from knowledge.insight.parameters import Parameters
from knowledge.intake.calendar_format import month_end
from knowledge.intake.statement import day, identifier

SMALL_TABLES = ("unit", "employee", "product")
"""Tables without customers, which are copied whole every time."""
CUSTOMERS_TABLES = (
    "customer", "account", "balance", "transaction", "contact", "feedback", "offer", "source_value",
)  # fmt: skip
TABLES = (*SMALL_TABLES, *CUSTOMERS_TABLES)
RENAMED = {"transaction": "booking"}
KEPT = "kept"
"""The schema of the copy; what measures read are views on it, as of a day."""
PART = "part_"
"""What the tables and views are called that hold the rows of some customers only."""
MEMORY = "3GB"

BEGINS = {
    "customer": "customer_since", "account": "opened_on", "balance": "month", "transaction": "booked_on",
    "contact": "at", "feedback": "received_at", "offer": "offered_on", "source_value": "as_of",
}  # fmt: skip
"""The column that tells since when a row is there; a customer without a first day has always been one."""

ENDED = {
    "customer": {"closed_on": "CASE WHEN closed_on <= {day} THEN closed_on END"},
    "account": {
        "closed_on": "CASE WHEN closed_on <= {day} THEN closed_on END",
        "state": "CASE WHEN closed_on > {day} AND state = 'repaid' THEN 'running' "
        "WHEN closed_on > {day} AND state = 'closed' THEN 'active' ELSE state END",
    },
    "feedback": {
        "state": "CASE WHEN resolved_on > {day} AND state IN ('resolved', 'closed') THEN 'in_progress' ELSE state END",
        "resolved_on": "CASE WHEN resolved_on <= {day} THEN resolved_on END",
    },
}
ENDS = {"customer": "closed_on", "account": "closed_on", "feedback": "resolved_on"}
"""The column on whose day a row ends, or becomes another."""
UNREAD = frozenset({"descriptions", "content", "text", "resolution", "profile"})
"""Long texts that no measure reads."""


def configure(connection: duckdb.DuckDBPyConnection, place: Path, memory: str = MEMORY) -> None:
    """Keeps a connection within what a machine of 2 cores and 6 GB has; `place` takes what does not fit."""
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute("SET threads = 2")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = ?", [str(place / "spill")])


def source_tables(names: tuple[str, ...] = TABLES) -> list[Table]:
    """The tables of the store that measures read."""
    return [Base.metadata.tables[name] for name in names]


def name_of(table: Table) -> str:
    """What measures call a table of the store."""
    return RENAMED.get(table.name, table.name)


def rows_as_read(table: Table, source: str) -> str:
    """SQL: the rows of a table of the store, in the types that measures read."""
    columns = ", ".join(_as_read(column) for column in table.columns if column.name not in UNREAD)
    return f"SELECT {columns} FROM {source}"


def owner_of(table: Table) -> str:
    """SQL: whose a row is, as in the notes of what changed."""
    owner = "id" if table.name == "customer" else "customer_id"
    return f"coalesce({owner}, '{NOBODY}')" if table.columns[owner].nullable else owner


def show_as_of(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """Makes the views that measures read: the copied rows as they stood on a day."""
    for table in source_tables():
        name = name_of(table)
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS {_as_of(table, f'{KEPT}.{name}', today)}")


def show_part_as_of(connection: duckdb.DuckDBPyConnection, today: date) -> None:
    """The same of the rows of some customers, from temporary tables."""
    for table in source_tables(CUSTOMERS_TABLES):
        name = name_of(table)
        rows = _as_of(table, f"{PART}{KEPT}_{name}", today)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {PART}{name} AS {rows}")


def between(before: date, today: date) -> str:
    """SQL: the customers with rows that are seen otherwise on a day than on one before it."""
    parts = []
    for table in source_tables(CUSTOMERS_TABLES):
        days = [identifier(column) for column in (BEGINS[table.name], ENDS.get(table.name)) if column]
        when = " OR ".join(f"({column} > {day(before)} AND {column} <= {day(today)})" for column in days)
        rows = f"{KEPT}.{name_of(table)}"
        if table.name in BY_ACCOUNT:
            accounts = f"SELECT account_id FROM {rows} WHERE {when}"
            parts.append(f"SELECT customer_id FROM {KEPT}.account WHERE id IN ({accounts})")
        else:
            parts.append(f"SELECT {owner_of(table)} AS customer_id FROM {rows} WHERE {when}")
    return " UNION ".join(parts)


def _as_of(table: Table, rows: str, today: date) -> str:
    ended = {column: how.format(day=day(today)) for column, how in ENDED.get(table.name, {}).items()}
    replaced = ", ".join(f"{how} AS {column}" for column, how in ended.items())
    columns = f"* REPLACE ({replaced})" if replaced else "*"
    begins = BEGINS.get(table.name)
    there = f" WHERE {identifier(begins)} IS NULL OR {identifier(begins)} <= {day(today)}" if begins else ""
    return f"SELECT {columns} FROM {rows}{there}"


def known_until(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The end of the last month that balances in view are known for to its last day; None if there is no such month."""
    [last] = connection.execute("SELECT max(month) FROM balance").fetchone() or (None,)
    if last is None:
        return None
    # The newest month is usually there to its last day, or the one before: looking for a day is faster than for all.
    for end in (month_end(last), last.replace(day=1) - timedelta(days=1)):
        if connection.execute(f"SELECT 1 FROM balance WHERE month = {day(end)} LIMIT 1").fetchone() is not None:
            return end
    [newest] = connection.execute("SELECT max(month) FROM balance WHERE month = last_day(month)").fetchone() or (None,)
    return newest if isinstance(newest, date) else None


def refuse_unpriced(connection: duckdb.DuckDBPyConnection, parameters: Parameters) -> None:
    """Raises InsightError naming the currencies of rows in the copy that the parameters give no exchange rate for."""
    found = connection.execute(
        f"SELECT currency FROM {KEPT}.account UNION SELECT currency FROM {KEPT}.booking "
        f"UNION SELECT currency FROM {KEPT}.customer WHERE income IS NOT NULL ORDER BY currency"
    ).fetchall()
    unpriced = [currency for (currency,) in found if currency not in parameters.exchange]
    if unpriced:
        raise InsightError(reason=f"the parameters give no exchange rate for {', '.join(map(str, unpriced))}")


def _as_read(column: Column[object]) -> str:
    name = identifier(column.name)
    match column.type:
        case Amount():
            return f"CAST({name} * 0.01 AS DECIMAL(18, 2)) AS {name}"
        case Rate():
            return f"CAST({name} * 0.0001 AS DECIMAL(9, 4)) AS {name}"
        case Date() | DateTime():
            return f"CAST({name} AS DATE) AS {name}"
        case _:
            return name
