"""The CRM store: opened once, read through a scope, written in transactions."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, TypeVarTuple, cast

from sqlalchemy import URL, ColumnElement, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy import Row as ResultRow
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption
from sqlalchemy.sql.selectable import TypedReturnsRows

from knowledge.crm.guard import refuse_uncovered
from knowledge.crm.scope import OPEN_TABLES, Scope, visible_rows
from knowledge.crm.tables import Base
from knowledge.errors import OutOfScope

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")
Model = TypeVar("Model", bound=Base)


class CrmStore:
    """One database of customers. Reading goes through `reading(scope)`; nothing else reads customers' rows."""

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy URL without a driver: `sqlite:///path` or `postgresql://...`."""
        self.url = make_url(url)
        driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}[self.url.get_backend_name()]
        self._engine: AsyncEngine = create_async_engine(self.url.set(drivername=driver))
        _prepare_sqlite(self._engine.sync_engine)

    @asynccontextmanager
    async def reading(self, scope: Scope) -> AsyncIterator["Reader"]:
        """A reader that sees what `scope` may see and can write nothing."""
        session = AsyncSession(self._engine, sync_session_class=_ScopedSession, autoflush=False)
        session.sync_session.info["scope"] = scope
        async with session:
            yield Reader(session)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction: all of it is stored at the end, or nothing. On SQLite it is alone from its start."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            if self.url.get_backend_name() == "sqlite":
                await session.execute(text("BEGIN IMMEDIATE"))
            yield session

    @asynccontextmanager
    async def auditing(self) -> AsyncIterator[AsyncSession]:
        """Reads past every scope: for the journal's audit and the doctor, never for an answer."""
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        await self._engine.dispose()


class Reader:
    """Reads of one turn. Takes only SELECTs over the mapped classes, so that the scope covers all of them."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def scalars(self, statement: TypedReturnsRows[Row]) -> Sequence[Row]:
        return (await self._session.scalars(statement)).all()

    async def scalar(self, statement: TypedReturnsRows[Row]) -> Row | None:
        return (await self._session.scalars(statement)).first()

    async def rows(self, statement: TypedReturnsRows[*Columns]) -> Sequence[ResultRow[*Columns]]:
        return (await self._session.execute(statement)).all()

    async def get(self, model: type[Model], key: str) -> Model | None:
        """The row of that id if it exists within the scope, else None: the two are not told apart."""
        identity = cast(ColumnElement[str], inspect(model).all_orm_descriptors["id"])
        return (await self._session.scalars(select(model).where(identity == key))).first()


class _ScopedSession(Session):
    """A session whose every SELECT carries the conditions of its scope."""


@event.listens_for(_ScopedSession, "do_orm_execute")
def _bind_scope(state: ORMExecuteState) -> None:
    if state.is_column_load:
        return
    if not (state.is_select and state.is_orm_statement):
        raise OutOfScope(table="a statement that is no SELECT over mapped classes")
    tables, conditions = _conditions(state.session.info["scope"])
    refuse_uncovered(state.statement, tables)
    state.statement = state.statement.options(*conditions)


@lru_cache(maxsize=256)
def _conditions(scope: Scope) -> tuple[frozenset[str], tuple[ExecutableOption, ...]]:
    """The names of the tables that may be read, and the conditions that go with every statement."""
    rows = visible_rows(scope)
    names = frozenset(table.__tablename__ for table in OPEN_TABLES.union(rows))
    return names, tuple(with_loader_criteria(table, condition) for table, condition in rows.items())


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


def bulk_engine(url: str) -> Engine:
    """A plain engine for loading many rows in one transaction (the demo bank, import, migrations)."""
    parsed = make_url(url)
    driver = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[parsed.get_backend_name()]
    engine = create_engine(parsed.set(drivername=driver))
    _prepare_sqlite(engine)
    return engine


def sqlite_url(folder: Path) -> str:
    """The address of the default store in a home folder."""
    return URL.create("sqlite", database=str(folder / "crm.sqlite")).render_as_string()
