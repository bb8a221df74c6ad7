"""A bank that outgrew one file moves to PostgreSQL with everything it has."""

from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from assistant.journal import Journal, Kind
from knowledge.crm.lineage import SourceValue
from knowledge.crm.moving import move_store
from knowledge.crm.store import CrmStore, bulk_engine, sqlite_url
from knowledge.crm.tables import Account, Base
from knowledge.errors import StoreError
from tests.contracts.conftest import MakeDatabase, fill_with_canaries
from tests.knowledge.crm.canaries import AT


@pytest.fixture
async def source(tmp_path: Path) -> str:
    url = fill_with_canaries(sqlite_url(tmp_path))
    store = CrmStore(url)
    await Journal(store).append("turn", "north-1", Kind.QUESTION, {"text": "存款"})
    async with store.writing() as session:
        await session.execute(
            text("UPDATE account SET linked_account_id = (SELECT max(id) FROM account) WHERE id LIKE '%north%'")
        )
    await store.close()
    return url


def _everything(url: str) -> dict[str, list[str]]:
    engine = bulk_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return rows


async def test_every_row_arrives_as_it_was(source: str, make_database: MakeDatabase) -> None:
    target = make_database()
    counts = move_store(source, target)
    assert _everything(target) == _everything(source)
    assert counts["customer"] == 6
    assert counts["journal"] == 1
    store = CrmStore(target)
    assert (await Journal(store).verify()).records == 1
    await Journal(store).append("next", "north-1", Kind.QUESTION, {})
    assert (await Journal(store).verify()).fault is None
    await store.close()


def test_new_rows_get_numbers_of_their_own(source: str, make_database: MakeDatabase) -> None:
    target = make_database()
    move_store(source, target)
    engine = bulk_engine(target)
    with Session(engine) as session, session.begin():
        customer = session.scalars(select(Account.customer_id)).first()
        value = SourceValue(customer_id=customer, field="city", system="a", recorded_at=AT, recorded_by="x")
        session.add(value)
        session.flush()
        assert value.id == 6
    engine.dispose()


def test_a_store_with_rows_is_left_alone(source: str, make_database: MakeDatabase) -> None:
    target = fill_with_canaries(make_database())
    before = _everything(target)
    with pytest.raises(StoreError, match="not empty"):
        move_store(source, target)
    assert _everything(target) == before


def test_a_row_that_does_not_fit_stops_everything(source: str, make_database: MakeDatabase) -> None:
    engine = bulk_engine(source)
    with engine.begin() as connection:
        connection.execute(text("UPDATE customer SET city = :long"), {"long": "x" * 300})
    engine.dispose()
    target = make_database()
    with pytest.raises(StoreError, match="customer stopped it"):
        move_store(source, target)
    assert not any(_everything(target).values())
