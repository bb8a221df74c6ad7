"""From a customer's field back to the systems that say so, within scope."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from assistant.errors import UnknownCustomer
from assistant.origins import Origins
from knowledge.crm.lineage import SourceRecord
from knowledge.crm.store import CrmStore


@pytest.fixture
async def demo_store(demo_store_url: str) -> AsyncIterator[CrmStore]:
    store = CrmStore(demo_store_url)
    yield store
    await store.close()


@pytest.fixture
async def record(demo_store: CrmStore) -> SourceRecord:
    """A customer of Jiang Lan's whose phone the core system has said since another day."""
    async with demo_store.auditing() as session:
        rows = await session.scalars(
            select(SourceRecord).where(SourceRecord.manager_id == "jiang.lan", SourceRecord.system == "core")
        )
        return next(row for row in rows if "phone" in row.dates)


async def test_a_field_names_the_systems_that_say_so(demo_store: CrmStore, record: SourceRecord) -> None:
    origins = Origins(demo_store)
    (phone, *_) = await origins.of("jiang.lan", record.customer_id, "phone", "zh")
    assert (phone.system, phone.number) == ("核心系统", record.number)
    assert phone.as_of.isoformat() == record.dates["phone"]
    every = await origins.of("jiang.lan", record.customer_id, "age", "en")
    assert "core banking system" in {origin.system for origin in every}


async def test_nobody_traces_a_customer_who_is_not_theirs(demo_store: CrmStore, record: SourceRecord) -> None:
    for who in ("tom.baker", "lucia.vega"):
        with pytest.raises(UnknownCustomer):
            await Origins(demo_store).of(who, record.customer_id, "phone", "en")
