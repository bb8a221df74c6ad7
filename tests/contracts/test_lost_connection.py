"""A connection to PostgreSQL that is lost takes with it what was not confirmed, and nothing else."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import DBAPIError

from assistant.journal import Journal, Kind
from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Unit
from knowledge.errors import StoreError
from tests.contracts.conftest import MakeDatabase, execute

HEAD = Scope("head", Role.HEAD_OFFICE)


@pytest.fixture
def url(make_database: MakeDatabase, migrated_postgres: str) -> str:
    return make_database(migrated_postgres)


@pytest.fixture
async def store(url: str) -> AsyncIterator[CrmStore]:
    opened = CrmStore(url)
    yield opened
    await opened.close()


def cut(url: str) -> None:
    """Ends every connection to that database, as a restart of the server does."""
    name = make_url(url).database
    execute(
        url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
    )


async def _units(store: CrmStore) -> int | None:
    async with store.reading(HEAD) as reader:
        return await reader.scalar(select(func.count()).select_from(Unit))


async def _write_and_lose(store: CrmStore, url: str) -> None:
    async with store.writing() as session:
        session.add(Unit(id="lost", kind="branch", name="Lost"))
        await session.flush()
        cut(url)


async def test_what_was_confirmed_stays_and_what_was_not_is_gone(store: CrmStore, url: str) -> None:
    async with store.writing() as session:
        session.add(Unit(id="kept", kind="branch", name="Kept"))
    with pytest.raises(DBAPIError):
        await _write_and_lose(store, url)
    assert await _units(store) == 1


async def test_connections_that_died_idle_are_replaced(store: CrmStore, url: str) -> None:
    journal = Journal(store)
    await journal.append("one", "e", Kind.QUESTION, {})
    assert await _units(store) == 0
    cut(url)
    assert await _units(store) == 0
    cut(url)
    await journal.append("two", "e", Kind.QUESTION, {})
    verdict = await journal.verify()
    assert (verdict.records, verdict.fault) == (2, None)


async def test_a_journal_that_cannot_be_reached_says_so(postgres: str) -> None:
    nowhere = CrmStore(make_url(postgres).set(database="nowhere").render_as_string(hide_password=False))
    with pytest.raises(StoreError, match="the journal cannot be written"):
        await Journal(nowhere).append("one", "e", Kind.QUESTION, {})
    await nowhere.close()
