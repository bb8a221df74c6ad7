"""A PostgreSQL store during an import: rows come and go through COPY, by way of files in the folder of the import."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psycopg
from sqlalchemy import Connection, Table, text

from knowledge.crm.changed import belonging
from knowledge.crm.store import ADVISORY_LOCK
from knowledge.errors import StoreError
from knowledge.intake.relation import columns
from knowledge.intake.statement import identifier, literal
from knowledge.intake.workplace import first_line
from knowledge.resolution.relations import duckdb_type

PIECE = 1 << 20
LONGEST_ROW = 100_000_000


class PostgresAccess:
    """`StoreAccess` for PostgreSQL. Its transaction is the service's own, so row-level security lets it pass."""

    def __init__(self, connection: Connection, folder: Path) -> None:
        self.connection = connection
        self._folder = folder

    def claim(self) -> None:
        self.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})

    def show(self, staging: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
        for table in tables:
            self._show(staging, table, f"SELECT {columns(table)} FROM {identifier(table.name)}")

    def show_changed(
        self, staging: duckdb.DuckDBPyConnection, whole: Sequence[Table], of_changed: Sequence[Table]
    ) -> None:
        self.connection.exec_driver_sql(
            "CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS SELECT DISTINCT customer_id FROM changed_customer"
        )
        self.connection.exec_driver_sql("ANALYZE wanted")
        for table in of_changed:
            self._show(staging, table, belonging(table, "wanted"))
        self.show(staging, list(whole))

    def _show(self, staging: duckdb.DuckDBPyConnection, table: Table, select: str) -> None:
        path, name, types = self._folder / "shown.csv", identifier(table.name), _types(table)
        with path.open("wb") as file, self._copying(f"COPY ({select}) TO STDOUT (FORMAT csv)") as copy:
            for piece in copy:
                file.write(piece)
        staging.execute(f"CREATE TABLE store.{name} ({', '.join(f'{identifier(k)} {t}' for k, t in types.items())})")
        if path.stat().st_size:
            staging.execute(f"INSERT INTO store.{name} SELECT * FROM {_csv(path, types)}")
        path.unlink()

    def load(self, staging: duckdb.DuckDBPyConnection, name: str, query: str, like: Table) -> None:
        asked = [column[0] for column in staging.execute(f"SELECT * FROM ({query}) LIMIT 0").description or ()]
        names, relation = ", ".join(map(identifier, asked)), self.loaded(name)
        rows = f"SELECT {names} FROM {identifier(like.name)} WITH NO DATA"
        self.connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {relation} ON COMMIT DROP AS {rows}")
        path = self._folder / "handed.csv"
        staging.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT csv, HEADER false, NULLSTR '')")
        with (
            path.open("rb") as file,
            self._copying(f"COPY {relation} ({names}) FROM STDIN (FORMAT csv)") as copy,
        ):
            while piece := file.read(PIECE):
                copy.write(piece)
        # Without it the planner takes a few rows for many, and reads the whole table that they are compared with.
        self.connection.exec_driver_sql(f"ANALYZE {relation}")
        path.unlink()

    def loaded(self, name: str) -> str:
        return identifier(f"handed_{name}")

    def insert(self, table: Table, names: list[str], name: str, rows: int) -> None:
        given = ", ".join(map(identifier, names))
        self.connection.exec_driver_sql(
            f"INSERT INTO {identifier(table.name)} ({given}) SELECT {given} FROM {self.loaded(name)}"
        )

    @contextmanager
    def _copying(self, statement: str) -> Iterator[psycopg.Copy]:
        """A COPY of the driver itself, in the same transaction: SQLAlchemy knows none."""
        driver = self.connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        try:
            with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                yield copy
        except psycopg.Error as error:
            raise StoreError(reason=first_line(error)) from error


def _types(table: Table) -> dict[str, str]:
    return {column.name: duckdb_type(column) for column in table.columns}


def _csv(path: Path, types: dict[str, str]) -> str:
    """The rows of a file that PostgreSQL wrote: only an empty cell without quotes is NULL."""
    named = ", ".join(f"{literal(name)}: {literal(type_)}" for name, type_ in types.items())
    form = "header = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', allow_quoted_nulls = false"
    limits = f"auto_detect = false, parallel = false, max_line_size = {LONGEST_ROW}"
    return f"read_csv({literal(str(path))}, columns = {{{named}}}, {form}, {limits})"
