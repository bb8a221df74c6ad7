"""What began and what ended: what a run found compared with what the store holds, kept in files until it is written."""

from collections import Counter
from pathlib import Path

import duckdb
from sqlalchemy import Table

from knowledge.insight.reading import DAYS, told
from knowledge.intake.relation import key_of
from knowledge.intake.statement import identifier, literal


class Differences:
    """Files with the rows that begin, and the keys of those that end, of each table; in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        self.found: Counter[str] = Counter()
        """Rows per table that were found in all, whether they begin or stand already."""

    def add(self, connection: duckdb.DuckDBPyConnection, table: Table, was: str | None, found: str) -> None:
        """Compares two queries for the columns that are told of a table: what it holds (nothing, if None), and what
        was found."""
        if was is None:
            self.begin(connection, table, found)
            return
        key, other = key_without_days(table), [name for name in told(table) if name not in key_without_days(table)]
        keys = ", ".join(map(identifier, key))
        firsts = ", ".join(f"first({identifier(name)}) AS {identifier(name)}" for name in other)
        differs = " OR ".join(f"w.{identifier(name)} IS DISTINCT FROM f.{identifier(name)}" for name in other)
        rows = ", ".join(f"f.{identifier(name)}" for name in other)
        # Joined customers can leave two present rows of one key: both end, and the right one begins anew.
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE differing AS SELECT {keys}, {rows}, w.held IS NOT NULL AS ends, "
            f"f.there IS NOT NULL AS begins "
            f"FROM (SELECT {keys}, {firsts}, count(*) AS held FROM ({was}) GROUP BY {keys}) AS w "
            f"FULL JOIN (SELECT *, true AS there FROM ({found})) AS f USING ({keys}) "
            f"WHERE w.held IS DISTINCT FROM 1 OR f.there IS NULL OR {differs}"
        )
        self._write(connection, f"ended_{table.name}", f"SELECT {keys} FROM differing WHERE ends")
        columns = ", ".join(map(identifier, told(table)))
        self._write(connection, f"begun_{table.name}", f"SELECT {columns} FROM differing WHERE begins")

    def begin(self, connection: duckdb.DuckDBPyConnection, table: Table, found: str) -> None:
        """Notes rows that the store has nothing of."""
        columns = ", ".join(map(identifier, told(table)))
        self._write(connection, f"begun_{table.name}", f"SELECT {columns} FROM ({found})")

    def end(self, connection: duckdb.DuckDBPyConnection, table: Table, keys: str) -> None:
        """Notes keys whose rows end."""
        self._write(connection, f"ended_{table.name}", keys)

    def show(self, connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
        """Makes views `begun_<table>` and `ended_<table>` of what was noted, on any connection."""
        for table in tables:
            for name, columns in (("begun", told(table)), ("ended", key_without_days(table))):
                view, named = f"{name}_{table.name}", ", ".join(map(identifier, columns))
                files = literal(str(self._folder / f"{view}-*.parquet"))
                source = f"read_parquet({files})" if self._any(view) else f"(SELECT {_nulls(columns)} WHERE false)"
                connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT {named} FROM {source}")

    def _any(self, name: str) -> bool:
        return any(self._folder.glob(f"{name}-*.parquet"))

    def _write(self, connection: duckdb.DuckDBPyConnection, name: str, query: str) -> None:
        number = sum(1 for _ in self._folder.glob(f"{name}-*.parquet"))
        file = self._folder / f"{name}-{number:03}.parquet"
        [rows] = connection.execute(f"COPY ({query}) TO {literal(str(file))} (FORMAT parquet)").fetchone() or (0,)
        if not rows:
            file.unlink()


def key_without_days(table: Table) -> list[str]:
    return [name for name in key_of(table) if name not in DAYS]


def _nulls(columns: list[str]) -> str:
    return ", ".join(f"NULL AS {identifier(name)}" for name in columns)
