"""Vectors in PostgreSQL with pgvector: for many processes and machines on one store."""

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isnan

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from knowledge.crm.store import bulk_engine
from knowledge.embeddings import Vectors
from knowledge.errors import StoreError

ADVISORY_LOCK = 7_246_556
"""PostgreSQL's name for the lock under which one process at a time makes a drawer."""
SCHEMA = "rapport_vectors"
LEAST_SEARCHED, MOST_SEARCHED = 200, 1_000
"""How many neighbours a search keeps in sight: as many as in Chroma at least, what pgvector allows at most."""
MOST_DIMENSIONS = 2_000
"""What pgvector indexes; longer vectors are compared one by one."""
COSINE = "1 - (vector <=> CAST(:question AS vector))"

_SEARCH = """SELECT set_config('hnsw.ef_search', :searched, true),
    set_config('hnsw.iterative_scan', 'strict_order', true)"""
_GRANT = """DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rapport_writer') THEN
        GRANT USAGE ON SCHEMA {schema} TO rapport_writer;
        GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO rapport_writer;
    END IF;
END $$"""


@contextmanager
def _store_errors() -> Iterator[None]:
    """PostgreSQL's errors by our name."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(reason=f"the vector index fails: {str(error.orig).splitlines()[0]}") from None


class PgVectorIndex:
    """The vectors of one engine (`key`), a table for each drawer in a schema of its own.

    The tables and the extension are made at the first use; where the login may not do that, StoreError says
    so. What other processes write is seen at once.
    """

    def __init__(self, url: str, key: str) -> None:
        self._engine = bulk_engine(url)
        self._key = key
        self._dimensions = int(key.partition("-")[0])
        self._lock = threading.Lock()
        self._made: set[str] = set()

    def refresh(self) -> None:
        """There is nothing to refresh: every search reads the store."""

    def missing(self, drawer: str, names: Sequence[str]) -> set[str]:
        with self._drawer(drawer) as (connection, table):
            found = text(f"SELECT name FROM {table} WHERE name = ANY (:names)")
            return set(names) - set(connection.execute(found, {"names": list(names)}).scalars())

    def put(self, drawer: str, names: Sequence[str], rows: Vectors) -> None:
        if not names:
            return
        with self._drawer(drawer) as (connection, table):
            connection.execute(
                text(
                    f"INSERT INTO {table} (name, vector) VALUES (:name, CAST(:vector AS vector))"
                    " ON CONFLICT (name) DO UPDATE SET vector = excluded.vector"
                ),
                [{"name": name, "vector": _written(row)} for name, row in sorted(zip(names, rows, strict=True))],
            )

    def remove(self, drawer: str, names: Sequence[str]) -> None:
        with self._drawer(drawer) as (connection, table):
            connection.execute(text(f"DELETE FROM {table} WHERE name = ANY (:names)"), {"names": list(names)})

    def count(self, drawer: str) -> int:
        with self._drawer(drawer) as (connection, table):
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())

    def nearest(self, drawer: str, question: Vectors, count: int) -> dict[str, float]:
        with self._drawer(drawer) as (connection, table):
            searched = min(max(count, LEAST_SEARCHED), MOST_SEARCHED)
            connection.execute(text(_SEARCH), {"searched": str(searched)})
            near = text(
                f"SELECT name, {COSINE} FROM {table} ORDER BY vector <=> CAST(:question AS vector) LIMIT :count"
            )
            found = connection.execute(near, {"question": _written(question[0]), "count": count})
            return {name: _cosine(cosine) for name, cosine in found}

    def cosines(self, drawer: str, question: Vectors, names: Sequence[str]) -> Mapping[str, float]:
        with self._drawer(drawer) as (connection, table):
            named = text(f"SELECT name, {COSINE} FROM {table} WHERE name = ANY (:names)")
            found = connection.execute(named, {"question": _written(question[0]), "names": list(names)})
            return {name: _cosine(cosine) for name, cosine in found}

    @contextmanager
    def _drawer(self, drawer: str) -> Iterator[tuple[Connection, str]]:
        """A transaction and the quoted name of the drawer's table, which is there."""
        table = self._table(drawer)
        with _store_errors():
            with self._lock:
                if drawer not in self._made:
                    self._make(table)
                    self._made.add(drawer)
            with self._engine.begin() as connection:
                yield connection, table

    def _table(self, drawer: str) -> str:
        """A drawer's name may be longer than PostgreSQL's names, so a hash of it is the table's."""
        name = hashlib.sha256(f"{drawer}-{self._key}".encode()).hexdigest()[:24]
        return f'{SCHEMA}."passages_{name}"'

    def _make(self, table: str) -> None:
        """Asks first: a login that may make nothing can use what is there."""
        with self._engine.begin() as connection:
            if connection.execute(text("SELECT to_regclass(:table)"), {"table": table}).scalar():
                return
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            columns = f"name varchar(64) PRIMARY KEY, vector vector({self._dimensions:d}) NOT NULL"
            connection.execute(text(f"CREATE TABLE IF NOT EXISTS {table} ({columns})"))
            if self._dimensions <= MOST_DIMENSIONS:
                connection.execute(text(f"CREATE INDEX ON {table} USING hnsw (vector vector_cosine_ops)"))
            connection.execute(text(_GRANT.format(schema=SCHEMA, table=table)))


def _written(row: Vectors) -> str:
    return "[" + ",".join(map(repr, row.tolist())) + "]"


def _cosine(cosine: float) -> float:
    """Nothing is near to a row of zeros; pgvector says NaN, Chroma 0."""
    return 0.0 if isnan(cosine) else cosine
