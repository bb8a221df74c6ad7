"""A SQLite store during an import, through DuckDB's sqlite extension.

Staging reads a copy of the store's rows, and writes what is new into another file, from which the store's own
connection takes it within its transaction. Staging never opens the store's file: DuckDB brings a SQLite of its own, and
two of them on one file in one process take each other's locks away and cut the other's shared memory off.
"""

import re
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import duckdb
from sqlalchemy import Boolean, Connection, DateTime, Table

from knowledge.crm.changed import belonging
from knowledge.errors import StoreError
from knowledge.intake.relation import columns
from knowledge.intake.statement import identifier, literal

CACHE_KIB = 400_000
"""Pages of the store that writing keeps in memory: enough for the indexes of ten million rows."""

MANY = 100_000
"""From so many new rows on, building an index anew is faster than adding row by row, if they are most of the table."""

_CREATED = re.compile(r'CREATE TABLE ("[^"]+"|\w+)')
_MOMENT = "'%Y-%m-%d %H:%M:%S.%f'"


def load_extension(staging: duckdb.DuckDBPyConnection) -> None:
    """Lets staging read and write SQLite files, from the installed package and never from the network.

    Raises StoreError where that package has no extension for this machine.
    """
    [platform] = staging.execute("PRAGMA platform").fetchone() or ("unknown",)
    spec = find_spec("duckdb_ext")
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    for folder in folders:
        path = Path(folder) / "extensions" / f"v{duckdb.__version__}" / platform / "sqlite_scanner.duckdb_extension"
        if path.is_file():
            staging.execute(f"LOAD {literal(str(path))}")
            return
    reason = f"duckdb-ext-sqlite has no extension of DuckDB {duckdb.__version__} for {platform}"
    raise StoreError(reason=f"{reason}: an import needs it to reach a SQLite store")


class SqliteAccess:
    """`StoreAccess` for SQLite."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self.connection = connection
        self._shown, self._handed = folder / "shown.sqlite", folder / "handed.sqlite"
        self._attached = False

    def claim(self) -> None:
        # Every reference was checked in staging, all at once; checking each row again would take longer than writing.
        self.connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        self.connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")
        self.connection.exec_driver_sql("BEGIN IMMEDIATE")

    def show(self, staging: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
        self._show(staging, {table: _all_rows(table) for table in tables})

    def show_changed(
        self, staging: duckdb.DuckDBPyConnection, whole: Sequence[Table], of_changed: Sequence[Table]
    ) -> None:
        # In this order the customers are looked up first, and then their rows by index.
        wanted = "(SELECT DISTINCT customer_id FROM changed_customer)"
        changed = {table: belonging(table, wanted, "CROSS JOIN") for table in of_changed}
        self._show(staging, {table: _all_rows(table) for table in whole} | changed)

    def _show(self, staging: duckdb.DuckDBPyConnection, selects: Mapping[Table, str]) -> None:
        load_extension(staging)
        self._copy(selects)
        staging.execute(f"ATTACH {literal(str(self._shown))} AS crm (TYPE sqlite, READ_ONLY)")
        staging.execute(f"ATTACH {literal(str(self._handed))} AS handed (TYPE sqlite)")
        for table in selects:
            name = identifier(table.name)
            staging.execute(f"CREATE VIEW store.{name} AS SELECT {_as_shown(table)} FROM crm.{name}")

    def _copy(self, selects: Mapping[Table, str]) -> None:
        """Copies rows into the file that staging reads, by a connection that only reads the store: one transaction,
        so that all are as of one moment."""
        self._shown.unlink(missing_ok=True)
        with self.connection.engine.connect() as reading:
            reading.detach()
            reading.exec_driver_sql("PRAGMA foreign_keys = OFF")
            reading.exec_driver_sql("ATTACH DATABASE ? AS shown", (str(self._shown),))
            reading.exec_driver_sql("PRAGMA shown.journal_mode = OFF")
            reading.exec_driver_sql("PRAGMA shown.synchronous = OFF")
            reading.exec_driver_sql("BEGIN")
            for table, select in selects.items():
                sql = reading.exec_driver_sql(
                    "SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?", (table.name,)
                ).scalar_one()
                reading.exec_driver_sql(_CREATED.sub(r"CREATE TABLE shown.\1", sql, count=1))
                reading.exec_driver_sql(f"INSERT INTO shown.{identifier(table.name)} ({columns(table)}) {select}")
            reading.commit()

    def load(self, staging: duckdb.DuckDBPyConnection, name: str, query: str, like: Table) -> None:
        asked = [column[0] for column in staging.execute(f"SELECT * FROM ({query}) LIMIT 0").description or ()]
        staging.execute(f"CREATE TABLE handed.{identifier(name)} AS SELECT {_as_kept(asked, like)} FROM ({query})")

    def loaded(self, name: str) -> str:
        if not self._attached:
            self.connection.exec_driver_sql("ATTACH DATABASE ? AS handed", (str(self._handed),))
            self._attached = True
        return f"handed.{identifier(name)}"

    def insert(self, table: Table, names: list[str], name: str, rows: int) -> None:
        indexes = self._dropped_indexes(table, rows)
        columns = ", ".join(map(identifier, names))
        self.connection.exec_driver_sql(
            f"INSERT INTO {identifier(table.name)} ({columns}) SELECT {columns} FROM {self.loaded(name)}"
        )
        for statement in indexes:
            self.connection.exec_driver_sql(statement)

    def _dropped_indexes(self, table: Table, rows: int) -> list[str]:
        """Drops the indexes that will be built anew, and returns how."""
        if rows < MANY or self._at_least(table, rows):
            return []
        found = self.connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            (table.name,),
        ).all()
        for index, _ in found:
            self.connection.exec_driver_sql(f"DROP INDEX {identifier(index)}")
        return [sql for _, sql in found]

    def _at_least(self, table: Table, rows: int) -> bool:
        """Whether a table has so many rows already; counting stops there."""
        statement = f"SELECT count(*) FROM (SELECT 1 FROM {identifier(table.name)} LIMIT ?)"
        return self.connection.exec_driver_sql(statement, (rows,)).scalar() == rows


def _all_rows(table: Table) -> str:
    return f"SELECT {columns(table)} FROM main.{identifier(table.name)}"


def _as_shown(table: Table) -> str:
    """The table's columns in the types of staging; SQLite has no booleans."""
    return ", ".join(
        f"{identifier(column.name)}::BOOLEAN AS {identifier(column.name)}"
        if isinstance(column.type, Boolean)
        else identifier(column.name)
        for column in table.columns
    )


def _as_kept(names: list[str], like: Table) -> str:
    """Columns of staging as SQLAlchemy keeps them in SQLite."""
    return ", ".join(
        f"strftime({identifier(name)}, {_MOMENT}) AS {identifier(name)}"
        if isinstance(like.columns[name].type, DateTime)
        else identifier(name)
        for name in names
    )
