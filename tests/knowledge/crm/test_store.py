"""The store keeps all of a transaction or nothing, and several may use it at once."""

import asyncio
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.crm.tables import Account, Base, Employee, Unit

HEAD = Scope("head", Role.HEAD_OFFICE)


async def _units(store: CrmStore) -> int:
    async with store.reading(HEAD) as reader:
        return await reader.scalar(select(func.count()).select_from(Unit)) or 0


def _unit(name: str) -> Unit:
    return Unit(id=name, kind="branch", name=name)


async def test_all_of_a_transaction_is_stored(store: CrmStore) -> None:
    async with store.writing() as session:
        session.add_all([_unit("a"), _unit("b")])
    assert await _units(store) == 2


async def _write(store: CrmStore, *rows: Base, then: Exception | None = None) -> None:
    async with store.writing() as session:
        session.add_all(rows)
        await session.flush()
        if then:
            raise then


async def test_a_transaction_that_fails_stores_nothing(store: CrmStore) -> None:
    with pytest.raises(RuntimeError):
        await _write(store, _unit("a"), then=RuntimeError("the power goes off"))
    assert await _units(store) == 0


async def test_rows_must_belong_to_something(store: CrmStore) -> None:
    row = {"id": "a", "customer_id": "nobody", "kind": "deposit", "number": "1", "currency": "EUR"}
    with pytest.raises(IntegrityError):
        await _write(store, Account(**row, opened_on=date(2026, 1, 1), state="active"))


async def test_reading_goes_on_while_someone_writes(store: CrmStore, store_url: str) -> None:
    other = CrmStore(store_url)
    async with store.writing() as session:
        session.add(_unit("a"))
        await session.flush()
        assert await _units(other) == 0
    assert await _units(other) == 1
    await other.close()


async def test_writers_wait_for_each_other(store: CrmStore, store_url: str) -> None:
    other = CrmStore(store_url)

    async def add(store: CrmStore, name: str) -> None:
        async with store.writing() as session:
            count = (await session.scalars(select(func.count()).select_from(Unit))).one()
            await asyncio.sleep(0.02)
            session.add(_unit(f"{name}-{count}"))

    await asyncio.gather(*(add(which, f"{n}") for n in range(4) for which in (store, other)))
    async with store.reading(HEAD) as reader:
        numbers = sorted(int(each.split("-")[1]) for each in await reader.scalars(select(Unit.id)))
    assert numbers == list(range(8)), "each saw what those before it had written"
    await other.close()


async def test_text_of_any_kind_stays_text(store: CrmStore) -> None:
    written = "Robert'); DROP TABLE unit;-- {{ 7*7 }} <script> %s :x"
    async with store.writing() as session:
        session.add(_unit("u"))
        await session.flush()
        session.add(Employee(id="e", unit_id="u", role="manager", name=written))
    async with store.reading(HEAD) as reader:
        found = await reader.scalar(select(Employee).where(Employee.name == written))
    assert found is not None
    assert found.name == written


def test_a_store_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(KeyError):
        CrmStore("mysql://somewhere")


@pytest.mark.parametrize("folder", ["plain", "with space", "umläute 中文", "question?mark", "per%cent"])
def test_folders_of_any_name_can_hold_a_store(tmp_path: Path, folder: str) -> None:
    from knowledge.crm.schema import migrate, version

    (tmp_path / folder).mkdir()
    migrate(sqlite_url(tmp_path / folder))
    assert (tmp_path / folder / "crm.sqlite").exists()
    assert version(sqlite_url(tmp_path / folder))
