"""The CRM store: opened once, read through a scope, written in transactions.

Statements run in worker threads, and what belongs together runs in one go: to change between the event loop and a
thread costs as much as a small statement, and SQLite's asynchronous driver changes several times a statement.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeVar, TypeVarTuple, cast

from sqlalchemy import URL, ColumnElement, Engine, create_engine, event, inspect, make_url, select, text
from sqlalchemy import Row as ResultRow
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

from knowledge.crm.row_security import RowSecurity
from knowledge.crm.scope import Scope
from knowledge.crm.scoped_session import FEW, ScopedSession, ServiceSession
from knowledge.crm.tables import Base

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")
Model = TypeVar("Model", bound=Base)
Result = TypeVar("Result")
Parameters = Mapping[str, object]
ADVISORY_LOCK = 7_246_555
"""PostgreSQL's name for the lock under which one transaction at a time writes, as on SQLite."""
READERS = 15
"""Turns that read at the same moment, each with a connection and a thread; others wait for one of them."""


class CrmStore:
    """One database of customers. Reading goes through `reading(scope)`; nothing else reads customers' rows."""

    def __init__(self, url: str) -> None:
        """`url` is a SQLAlchemy URL without a driver: `sqlite:///path` or `postgresql://...`."""
        self.url = make_url(url)
        self._backend = self.url.get_backend_name()
        driver = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}[self._backend]
        self._engine: AsyncEngine = create_async_engine(
            self.url.set(drivername=driver), hide_parameters=True, **_pooling(self.url)
        )
        _prepare_sqlite(self._engine.sync_engine)
        # One connection more than readers: the writer's.
        self._direct = create_engine(_plain(self.url), pool_size=5, max_overflow=READERS - 4, **_driving(self.url))
        _prepare_sqlite(self._direct)
        self._reading = self._direct
        if self._backend == "postgresql":
            # What is written meanwhile does not show: figures of one answer fit each other.
            self._reading = self._direct.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._security = RowSecurity(self._backend)
        self._readers = asyncio.Semaphore(READERS)
        self._reading_threads = ThreadPoolExecutor(READERS, "reading")
        self._writing_thread = ThreadPoolExecutor(1, "writing")

    @asynccontextmanager
    async def reading(self, scope: Scope) -> AsyncIterator["Reader"]:
        """A reader that sees what `scope` may see and can write nothing."""
        session = ScopedSession(self._reading, autoflush=False)
        session.info.update(scope=scope, security=self._security)
        reader = Reader(session, self._security, self._reading_threads, self._readers)
        try:
            yield reader
        finally:
            await reader.close()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One transaction, alone from its start: all of it is stored at the end, or nothing."""
        async with self._service() as session, session.begin():
            await session.run_sync(_be_alone)
            yield session

    async def write(self, work: Callable[[Session], Result]) -> Result:
        """One transaction as `writing` gives, done by `work` in one go. `work` waits for nothing else: others write
        only after it."""
        return await _in_thread(self._writing_thread, lambda: self._write(work))

    def _write(self, work: Callable[[Session], Result]) -> Result:
        session = ServiceSession(self._direct, expire_on_commit=False)
        session.info["security"] = self._security
        with session, session.begin():
            _be_alone(session)
            return work(session)

    @asynccontextmanager
    async def auditing(self) -> AsyncIterator[AsyncSession]:
        """Reads past every scope: for the journal's audit and the doctor, never for an answer."""
        async with self._service() as session:
            yield session

    def _service(self) -> AsyncSession:
        session = AsyncSession(self._engine, sync_session_class=ServiceSession, expire_on_commit=False)
        session.sync_session.info["security"] = self._security
        return session

    async def close(self) -> None:
        await self._engine.dispose()
        for threads in (self._reading_threads, self._writing_thread):
            threads.shutdown()
        self._direct.dispose()


class Lookups:
    """Reads within a worker thread. Takes only SELECTs over the mapped classes, so that the scope covers all of them.

    `parameters` are the values of the statement's own `bindparam`s.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def scalars(self, statement: TypedReturnsRows[Row], parameters: Parameters | None = None) -> Sequence[Row]:
        return self._session.scalars(statement, parameters).all()

    def scalar(self, statement: TypedReturnsRows[Row], parameters: Parameters | None = None) -> Row | None:
        return self._session.scalars(statement, parameters).first()

    def rows(
        self, statement: TypedReturnsRows[*Columns], parameters: Parameters | None = None
    ) -> Sequence[ResultRow[*Columns]]:
        return self._session.execute(statement, parameters).all()

    def get(self, model: type[Model], key: str) -> Model | None:
        """The row of that id if it exists within the scope, else None: the two are not told apart."""
        identity = cast(ColumnElement[str], inspect(model).all_orm_descriptors["id"])
        return self.scalar(select(model).where(identity == key).execution_options(**FEW))


class ReadsTogether(Protocol):
    """Whoever lets `work` make several reads in one go."""

    async def together(self, work: Callable[[Lookups], Result]) -> Result: ...


class WithinWriting:
    """Reads within the transaction of a write, which sees past every scope: what is asked for has to be in the writer's
    view already."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def together(self, work: Callable[[Lookups], Result]) -> Result:
        return await self._session.run_sync(lambda session: work(Lookups(session)))


class Reader:
    """Reads of one turn, one after the other. What it may see is what `Lookups` may see.

    From its first statement on it has one of the places of those who read at the same moment, until it rests or ends.
    """

    def __init__(self, session: Session, security: RowSecurity, threads: Executor, places: asyncio.Semaphore) -> None:
        self._places = places
        self._has_place = False
        self._taking_place = asyncio.Lock()
        self._session = session
        self._lookups = Lookups(session)
        self._security = security
        self._threads = threads
        self._using = Lock()

    @property
    def scope(self) -> Scope:
        """Whose view this is."""
        scope: Scope = self._session.info["scope"]
        return scope

    async def scalars(self, statement: TypedReturnsRows[Row]) -> Sequence[Row]:
        return await self.together(lambda lookups: lookups.scalars(statement))

    async def scalar(self, statement: TypedReturnsRows[Row]) -> Row | None:
        return await self.together(lambda lookups: lookups.scalar(statement))

    async def rows(
        self, statement: TypedReturnsRows[*Columns], parameters: Parameters | None = None
    ) -> Sequence[ResultRow[*Columns]]:
        return await self.together(lambda lookups: lookups.rows(statement, parameters))

    async def get(self, model: type[Model], key: str) -> Model | None:
        """The row of that id if it exists within the scope, else None: the two are not told apart."""
        return await self.together(lambda lookups: lookups.get(model, key))

    async def together(self, work: Callable[[Lookups], Result]) -> Result:
        """Several reads in one go, which costs little more than one: `work` makes them one after the other."""
        async with self._taking_place:
            if not self._has_place:
                await self._places.acquire()
                self._has_place = True
        return await _in_thread(self._threads, lambda: self._work(work))

    async def rest(self) -> None:
        """Gives place and transaction back, for a turn that has to wait for something else. The next statement takes
        a place again, and sees what has been written meanwhile."""
        if self._has_place:
            await self.close()

    async def close(self) -> None:
        """Ends the reading, after what is still being read: a turn that is cancelled leaves a statement running."""
        try:
            await _in_thread(self._threads, self._close)
        finally:
            if self._has_place:
                self._has_place = False
                self._places.release()

    def _work(self, work: Callable[[Lookups], Result]) -> Result:
        with self._using, self._beginning_anew():
            return work(self._lookups)

    def _close(self) -> None:
        with self._using:
            try:
                if self._session.in_transaction():
                    self._security.end(self._session.connection())
            finally:
                self._session.close()

    @contextmanager
    def _beginning_anew(self) -> Iterator[None]:
        """After an error PostgreSQL takes nothing more in the same transaction; rows read so far stay usable."""
        try:
            yield
        except DBAPIError:
            self._session.expunge_all()
            self._session.rollback()
            raise


async def _in_thread(threads: Executor, work: Callable[[], Result]) -> Result:
    """What `work` returns. If the caller is cancelled it is done all the same."""
    return await asyncio.shield(asyncio.get_running_loop().run_in_executor(threads, work))


def _be_alone(session: Session) -> None:
    """Waits until nobody else writes."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("BEGIN IMMEDIATE"))
    else:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})


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


def _plain(url: URL) -> URL:
    return url.set(drivername={"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}[url.get_backend_name()])


def _pooling(url: URL) -> dict[str, bool]:
    """A server may have been started anew since a connection was last used; a file has not."""
    return {"pool_pre_ping": url.get_backend_name() == "postgresql"}


def _driving(url: URL) -> dict[str, Any]:
    """An error tells no values of rows, because errors are logged. The connection used last is used first, because its
    statements are prepared. PostgreSQL is told statements with its own marks for parameters: psycopg would look for
    others in them at every execution."""
    silent = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        return silent
    from psycopg import RawCursor  # takes a while, and only this database needs it

    raw = {"cursor_factory": RawCursor}
    return {
        "hide_parameters": True,
        "pool_use_lifo": True,
        "paramstyle": "numeric_dollar",
        "connect_args": raw,
        **_pooling(url),
    }


def bulk_engine(url: str) -> Engine:
    """A plain engine for loading many rows in one transaction (the demo bank, import, migrations)."""
    parsed = make_url(url)
    engine = create_engine(_plain(parsed), **_pooling(parsed))
    _prepare_sqlite(engine)
    event.listen(engine, "begin", RowSecurity(parsed.get_backend_name()).bind_service)
    return engine


def sqlite_url(folder: Path) -> str:
    """The address of the default store in a home folder."""
    return URL.create("sqlite", database=str(folder / "crm.sqlite")).render_as_string()
