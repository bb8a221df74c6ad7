"""Stores of both kinds, on SQLite and on a real PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge.crm.store import CrmStore, sqlite_url
from tests.postgres import MakeDatabase, execute, fill_with_canaries, make_database, migrated_postgres, postgres

__all__ = ["MakeDatabase", "execute", "fill_with_canaries", "make_database", "migrated_postgres", "postgres"]


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
