"""How well an import found out who is whom: the customers it made, against those that were planted."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

STORE = "crm.sqlite"


@dataclass(frozen=True)
class Group:
    """Pairs of one kind: how many there are, and how many of them were taken for one customer."""

    kind: str
    pairs: int
    joined: int

    @property
    def share(self) -> float:
        return self.joined / self.pairs


@dataclass(frozen=True)
class Resolution:
    """Over all pairs of records: `true` are of one customer, `found` were joined, `right` both.

    `doubted` are true pairs that were not joined but put before a person, `asked` all pairs that were. `troubles`
    tells the true pairs by what went wrong in one of the two, `homonyms` the planted customers that are easily taken
    for another: of these none should be joined.
    """

    records: int
    true: int
    found: int
    right: int
    doubted: int
    asked: int
    troubles: tuple[Group, ...]
    homonyms: tuple[Group, ...]

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0


def resolution(home: Path, truth: Path) -> Resolution:
    """Compares the store of a home folder with the truth of the planted bank that was imported into it."""
    with duckdb.connect() as connection:
        _read(connection, home / STORE, truth)
        records, true, found, right = _one(connection, _COUNTS)
        doubted, asked = _one(connection, _DOUBTS)
        troubles = tuple(Group(*row) for row in connection.execute(_TROUBLES).fetchall())
        homonyms = tuple(Group(*row) for row in connection.execute(_HOMONYMS).fetchall())
    return Resolution(records, true, found, right, doubted, asked, troubles, homonyms)


def _read(connection: duckdb.DuckDBPyConnection, store: Path, truth: Path) -> None:
    connection.execute(f"CREATE TABLE truth AS SELECT * FROM '{truth / 'records.parquet'}'")
    store_connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        for table, columns in (
            ("source_record", ("id", "customer_id")),
            ("likeness", ("record_id", "other_record_id", "verdict", "state")),
        ):
            rows = store_connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
            fields = [pa.array([row[nth] for row in rows], pa.string()) for nth in range(len(columns))]
            connection.register("rows", pa.table(dict(zip(columns, fields, strict=True))))
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM rows")
            connection.unregister("rows")
    finally:
        store_connection.close()
    connection.execute(_PAIRS)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return tuple(int(count) for count in connection.execute(query).fetchone() or ())


_PAIRS = """
    CREATE TABLE record AS
        SELECT t.*, coalesce(s.customer_id, t.record_id) AS said
        FROM truth AS t LEFT JOIN source_record AS s ON s.id = t.record_id;
    CREATE TABLE true_pair AS
        SELECT a.record_id AS one, b.record_id AS other, a.said = b.said AS joined,
            list_distinct(list_filter(string_split(concat(a.troubles, '|', b.troubles), '|'), lambda t: t <> '')) AS met
        FROM record AS a JOIN record AS b ON a.customer = b.customer AND a.record_id < b.record_id;
"""
_COUNTS = """
    SELECT (SELECT count(*) FROM record), (SELECT count(*) FROM true_pair),
        (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM record GROUP BY said)),
        (SELECT count(*) FROM true_pair WHERE joined)
"""
_DOUBTS = """
    WITH open AS (
        SELECT least(record_id, other_record_id) AS one, greatest(record_id, other_record_id) AS other
        FROM likeness WHERE state = 'open' AND verdict = 'perhaps'
    )
    SELECT (SELECT count(*) FROM true_pair AS t JOIN open USING (one, other) WHERE NOT t.joined),
        (SELECT count(*) FROM open)
"""
_TROUBLES = """
    WITH each AS (
        SELECT joined, unnest(CASE WHEN len(met) = 0 THEN ['none'] ELSE met END) AS trouble FROM true_pair
        UNION ALL SELECT joined, CASE WHEN len(met) = 2 THEN 'two at once' ELSE 'three or more at once' END
        FROM true_pair WHERE len(met) > 1
    )
    SELECT trouble, count(*), count(*) FILTER (joined) FROM each GROUP BY trouble ORDER BY count(*) DESC, trouble
"""
_HOMONYMS = """
    WITH met AS (
        SELECT a.planted, a.customer, bool_or(a.said = b.said) AS joined
        FROM record AS a JOIN record AS b ON b.customer = a.partner WHERE a.planted IS NOT NULL
        GROUP BY a.planted, a.customer
    )
    SELECT planted, count(*), count(*) FILTER (joined) FROM met GROUP BY planted ORDER BY count(*) DESC, planted
"""
