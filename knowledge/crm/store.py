"""The CRM store: opened once, read through a scope, written in transactions."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, TypeVarTuple, cast

from sqlalchemy import URL, ColumnElement, Connection, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy import Row as ResultRow
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.selectable import TypedReturnsRows

from knowledge.crm.guard import tables_read
from knowledge.crm.row_security import RowSecurity
from knowledge.crm.scope import OPEN_TABLES, Scope, visible_rows
from knowledge.crm.tables import Base
from knowledge.errors import OutOfScope

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")
Model = TypeVar("Model", bound=Base)
ADVISORY_LOCK = 7_246_555
"""PostgreSQL's name for the lock under which one transaction at a time writes, as on SQLite."""


class CrmStore:
    """One database of customers. Reading goes through `reading(scope)`; nothing else reads customers' rows."""

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy URL without a driver: `sqlite:///path` or `postgresql://...`."""
        self.url = make_url(url)
        driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}[self.url.get_backend_name()]
        self._engine: AsyncEngine = create_async_engine(self.url.set(drivername=driver), **_pooling(self.url))
        _prepare_sqlite(self._engine.sync_engine)
        self._reading = self._engine
        if self.url.get_backend_name() == "postgresql":
            # What is written meanwhile does not show: figures of one answer fit each other.
            self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._security = RowSecurity(self.url.get_backend_name())

    @asynccontextmanager
    async def reading(self, scope: Scope) -> AsyncIterator["Reader"]:
        """A reader that sees what `scope` may see and can write nothing."""
        session = AsyncSession(self._reading, sync_session_class=_ScopedSession, autoflush=False)
        session.sync_session.info.update(scope=scope, security=self._security)
        async with session:
            yield Reader(session)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction, alone from its start: all of it is stored at the end, or nothing."""
        async with self._service() as session, session.begin():
            if self.url.get_backend_name() == "sqlite":
                await session.execute(text("BEGIN IMMEDIATE"))
            else:
                await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            yield session

    @asynccontextmanager
    async def auditing(self) -> AsyncIterator[AsyncSession]:
        """Reads past every scope: for the journal's audit and the doctor, never for an answer."""
        async with self._service() as session:
            yield session

    def _service(self) -> AsyncSession:
        session = AsyncSession(self._engine, sync_session_class=_ServiceSession, expire_on_commit=False)
        session.sync_session.info["security"] = self._security
        return session

    async def close(self) -> None:
        await self._engine.dispose()


class Reader:
    """Reads of one turn. Takes only SELECTs over the mapped classes, so that the scope covers all of them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def scalars(self, statement: TypedReturnsRows[Row]) -> Sequence[Row]:
        async with self._beginning_anew():
            return (await self._session.scalars(statement)).all()

    async def scalar(self, statement: TypedReturnsRows[Row]) -> Row | None:
        async with self._beginning_anew():
            return (await self._session.scalars(statement)).first()

    async def rows(self, statement: TypedReturnsRows[*Columns]) -> Sequence[ResultRow[*Columns]]:
        async with self._beginning_anew():
            return (await self._session.execute(statement)).all()

    async def get(self, model: type[Model], key: str) -> Model | None:
        """The row of that id if it exists within the scope, else None: the two are not told apart."""
        identity = cast(ColumnElement[str], inspect(model).all_orm_descriptors["id"])
        return await self.scalar(select(model).where(identity == key))

    @asynccontextmanager
    async def _beginning_anew(self) -> AsyncIterator[None]:
        """After an error PostgreSQL takes nothing more in the same transaction; rows read so far stay usable."""
        try:
            yield
        except DBAPIError:
            self._session.expunge_all()
            await self._session.rollback()
            raise


class _ScopedSession(Session):
    """A session whose every SELECT carries the conditions of its scope."""


class _ServiceSession(Session):
    """A session of the service itself, which no scope bounds."""


@event.listens_for(_ScopedSession, "after_begin")
def _open_scope(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    session.info["security"].bind_scope(connection, session.info["scope"])


@event.listens_for(_ServiceSession, "after_begin")
def _open_all(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    session.info["security"].bind_service(connection)


@event.listens_for(_ScopedSession, "do_orm_execute")
def _bind_scope(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return
    if not (state.is_select and state.is_orm_statement):
        raise OutOfScope(table="a statement that is no SELECT over mapped classes")
    conditions = _conditions(state.session.info["scope"])
    read = tables_read(state.statement, frozenset(conditions))
    state.statement = state.statement.options(*filter(None, (conditions[name] for name in sorted(read))))


@lru_cache(maxsize=256)
def _conditions(scope: Scope) -> dict[str, ExecutableOption | None]:
    """The tables that may be read, each with the condition that goes with a statement on it; open tables have none."""
    rows = visible_rows(scope)
    conditions: dict[str, ExecutableOption | None] = {table.__tablename__: None for table in OPEN_TABLES}
    return conditions | {
        table.__tablename__: with_loader_criteria(table, condition) for table, condition in rows.items()
    }


def _prepare_sqlite(engine: Engine) -> None:
    """Write-ahead log and patience with other processes, so that the command line works beside a server."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, record: object) -> None:
        cursor = connection.cursor()
        for pragma in ("busy_timeout=10000", "journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _pooling(url: URL) -> dict[str, bool]:
    """A server may have been started anew since a connection was last used; a file has not."""
    return {"pool_pre_ping": url.get_backend_name() == "postgresql"}


def bulk_engine(url: str) -> Engine:
    """A plain engine for loading many rows in one transaction (the demo bank, import, migrations)."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[parsed.get_backend_name()]
    engine = create_engine(parsed.set(drivername=driver), **_pooling(parsed))
    _prepare_sqlite(engine)
    event.listen(engine, "begin", RowSecurity(parsed.get_backend_name()).bind_service)
    return engine


def sqlite_url(folder: Path) -> str:
    """The address of the default store in a home folder."""
    return URL.create("sqlite", database=str(folder / "crm.sqlite")).render_as_string()
