"""A correction stands in the file, in the history and in the record of people's corrections, or nowhere."""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from knowledge.crm.field_text import Value
from knowledge.crm.lineage import Conflict, SourceRecord, SourceValue
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, CustomerName
from knowledge.quality.repair import SAYS_NOTHING, correct
from tests.knowledge.quality.bank import TODAY, filled

NOW = datetime(2026, 11, 20, 9, 30)


@pytest.fixture
def bank(store_url: str) -> str:
    filled(store_url, {}, {}, conflicts=2)
    return store_url


async def corrected(store: CrmStore, field: str, value: Value, today: date = TODAY) -> None:
    async with store.writing() as session:
        customer = await session.get_one(Customer, "C1")
        await correct(session, customer, field, value, by="m1", today=today, now=NOW)


async def test_a_corrected_phone_is_everywhere_it_has_to_be(bank: str) -> None:
    store = CrmStore(bank)
    await corrected(store, "phone", "13700003333")
    async with store.auditing() as session:
        assert (await session.get_one(Customer, "C1")).phone == "13700003333"
        record = await session.get_one(SourceRecord, "rapport:C1")
        assert (record.phone, record.dates, record.as_of) == ("13700003333", {"phone": "2026-11-20"}, SAYS_NOTHING)
        assert (record.customer_id, record.email) == ("C1", None)
        (said,) = await session.scalars(select(SourceValue))
        assert (said.customer_id, said.record_id, said.field) == ("C1", "rapport:C1", "phone")
        assert (said.previous, said.value, said.system) == ("138 0000 1111", "13700003333", "rapport")
        assert (said.as_of, said.recorded_by, said.recorded_at) == (TODAY, "m1", NOW)
        settled = {one.customer_id: one for one in await session.scalars(select(Conflict))}
        assert (settled["C1"].state, settled["C1"].settled_on, settled["C1"].settled_by) == ("settled", TODAY, "m1")
        assert settled["C2"].state == "open"
        assert (await session.get_one(Customer, "C2")).phone == "138 0000 1111"
    await store.close()


async def test_the_customer_is_found_by_the_new_phone_and_name(bank: str) -> None:
    store = CrmStore(bank)
    await corrected(store, "phone", "13700003333")
    await corrected(store, "name", "Ana Rocafort")
    async with store.auditing() as session:
        keys = set(await session.scalars(select(CustomerName.key).where(CustomerName.customer_id == "C1")))
        others = set(await session.scalars(select(CustomerName.key).where(CustomerName.customer_id == "C2")))
    await store.close()
    assert {"700003333", "ana rocafort"} <= keys
    assert "800001111" not in keys
    assert "ana roca" in keys, "the sources still call her so"
    assert others == {"ana roca"}


async def test_a_second_correction_follows_the_first(bank: str) -> None:
    store = CrmStore(bank)
    await corrected(store, "phone", "13700003333")
    await corrected(store, "email", "new@mail.example", date(2026, 11, 21))
    await corrected(store, "phone", "13700004444", date(2026, 11, 22))
    async with store.auditing() as session:
        record = await session.get_one(SourceRecord, "rapport:C1")
        assert record.dates == {"email": "2026-11-21", "phone": "2026-11-22"}
        said = await session.scalars(select(SourceValue).where(SourceValue.field == "phone").order_by(SourceValue.id))
        assert [(one.previous, one.value) for one in said] == [
            ("138 0000 1111", "13700003333"),
            ("13700003333", "13700004444"),
        ]
    await store.close()


async def test_an_address_is_said_with_its_city(bank: str) -> None:
    """A street of one system beside a city of another would be nowhere."""
    store = CrmStore(bank)
    await corrected(store, "address", "Calle Mayor 5")
    async with store.auditing() as session:
        record = await session.get_one(SourceRecord, "rapport:C1")
        assert (record.address, record.city, record.region) == ("Calle Mayor 5", "Madrid", "Madrid")
        assert set(record.dates) == {"address", "city", "region"}
        (conflict,) = await session.scalars(select(Conflict).where(Conflict.customer_id == "C1"))
        assert conflict.state == "open", "the phone is still contested"
    await store.close()
