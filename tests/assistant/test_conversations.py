"""A conversation belongs to the one who leads it, and is remembered as it was left."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversations import Conversations
from assistant.understanding.dialogue import Dialogue, Pending
from knowledge.clock import Clock
from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Employee, Unit

LEFT_OFF = Dialogue(
    language="es",
    ability="transactions",
    ability_of_one="holdings",
    customer="C1",
    account="A1",
    product="P1",
    listed=["C1", "C2"],
    start=date(2026, 2, 28),
    end=date(2026, 3, 31),
    at_least=Decimal("500000.50"),
    pending=Pending(question="¿Qué tiene 王伟?", candidates=["C1", "C2"], written="王伟"),
)


@pytest.fixture
async def conversations(store: CrmStore) -> Conversations:
    async with store.writing() as session:
        session.add(Unit(id="branch", kind="branch", name="Branch"))
        await session.flush()
        for id in ("ana", "tom"):
            session.add(Employee(id=id, name=id, role=Role.MANAGER, unit_id="branch"))
    return Conversations(Clock(date(2026, 11, 20)))


async def loaded(conversations: Conversations, store: CrmStore, employee: str, conversation: str) -> Dialogue:
    async with store.reading(Scope(employee, Role.MANAGER)) as reader:
        return await conversations.load(reader, employee, conversation)


async def keep(conversations: Conversations, store: CrmStore, employee: str, id: str, dialogue: Dialogue) -> None:
    await store.write(lambda session: conversations.keep(session, employee, id, dialogue))


async def test_a_conversation_nobody_began_is_new(conversations: Conversations, store: CrmStore) -> None:
    assert await loaded(conversations, store, "ana", "c") == Dialogue()


async def test_a_conversation_goes_on_as_it_was_left(conversations: Conversations, store: CrmStore) -> None:
    await keep(conversations, store, "ana", "c", LEFT_OFF)
    assert await loaded(conversations, store, "ana", "c") == LEFT_OFF
    later = LEFT_OFF.model_copy(update={"customer": "C2", "pending": None})
    await keep(conversations, store, "ana", "c", later)
    assert await loaded(conversations, store, "ana", "c") == later


async def test_the_same_id_of_another_asker_is_another_conversation(
    conversations: Conversations, store: CrmStore
) -> None:
    await keep(conversations, store, "ana", "c", LEFT_OFF)
    assert await loaded(conversations, store, "tom", "c") == Dialogue()
    await keep(conversations, store, "tom", "c", Dialogue(customer="C9"))
    assert (await loaded(conversations, store, "ana", "c")).customer == "C1"


async def test_no_two_askers_share_a_key_by_gluing_names_together(
    conversations: Conversations, store: CrmStore
) -> None:
    await keep(conversations, store, "ana", "x", LEFT_OFF)
    for employee, conversation in (("an", "ax"), ("anax", ""), ("", "anax")):
        assert await loaded(conversations, store, employee, conversation) == Dialogue()


@given(customer=st.text(max_size=40), written=st.text(max_size=40))
def test_a_dialogue_survives_its_store(customer: str, written: str) -> None:
    pending = Pending(question=written, candidates=[customer], written=written)
    dialogue = Dialogue(customer=customer, pending=pending)
    assert Dialogue.model_validate(dialogue.model_dump(mode="json")) == dialogue
