"""The store during one import: claimed for writing, shown to staging, written to at the end.

Writing is claimed before the store is looked at, so nothing changes between looking and writing. Each kind of
database has a file of its own behind `StoreAccess`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import duckdb
from sqlalchemy import Connection, Table, make_url
from sqlalchemy.exc import SQLAlchemyError

from knowledge.crm.store import bulk_engine
from knowledge.errors import StoreError
from knowledge.intake.workplace import first_line


class StoreAccess(Protocol):
    """What an import does with the store of one kind of database, in the one transaction of `connection`."""

    connection: Connection

    def claim(self) -> None:
        """Waits until nobody else writes, and keeps it so until the transaction ends."""

    def show(self, staging: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
        """Puts the present rows of `tables` into the schema `store` of `staging`."""

    def show_changed(
        self, staging: duckdb.DuckDBPyConnection, whole: Sequence[Table], of_changed: Sequence[Table]
    ) -> None:
        """As `show`, all as of one moment: `whole` with all rows, `of_changed` with the rows of the customers that
        `changed_customer` names."""

    def load(self, staging: duckdb.DuckDBPyConnection, name: str, query: str, like: Table) -> None:
        """Brings the rows of a query on staging over. Its columns are called and typed as those of `like`."""

    def loaded(self, name: str) -> str:
        """The full name, in the store, of what was loaded as `name`; after it nothing more is loaded."""

    def insert(self, table: Table, names: list[str], name: str, rows: int) -> None:
        """Adds the rows that were loaded as `name` to a table; they give the columns `names`."""


@contextmanager
def claimed_store(url: str, folder: Path) -> Iterator[StoreAccess]:
    """The store at `url`, claimed for writing until the end; what was written is then stored, all or nothing.

    `folder` takes what passes between staging and the store. Raises StoreError if the store cannot be opened,
    claimed or written, or its connection is lost.
    """
    engine = bulk_engine(url)
    try:
        with engine.connect() as connection:
            access = _access(connection, folder)
            access.claim()
            yield access
            connection.commit()
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        address = make_url(url).render_as_string(hide_password=True)
        raise StoreError(reason=f"{address}: {first_line(cause)}") from error
    finally:
        engine.dispose()


@contextmanager
def seen_store(url: str, folder: Path) -> Iterator[StoreAccess]:
    """The store at `url`, to look at only, as of one moment: nobody waits for it. Raises StoreError if it cannot be
    read."""
    engine = bulk_engine(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            yield _access(connection, folder)
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        address = make_url(url).render_as_string(hide_password=True)
        raise StoreError(reason=f"{address}: {first_line(cause)}") from error
    finally:
        engine.dispose()


def _access(connection: Connection, folder: Path) -> StoreAccess:
    if connection.dialect.name == "sqlite":
        from knowledge.intake.sqlite_access import SqliteAccess

        return SqliteAccess(connection, folder)
    from knowledge.intake.postgres_access import PostgresAccess

    return PostgresAccess(connection, folder)
