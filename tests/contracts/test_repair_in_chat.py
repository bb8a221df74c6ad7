"""A correction from the chat to the row, on both databases: asked, put to the asker, confirmed over HTTP, written."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.tokens import Tokens
from assistant.wiring import open_assistant
from knowledge.crm.lineage import Conflict, SourceRecord, SourceValue
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, CustomerName
from server import create_app
from tests.evals.case import ask
from tests.knowledge.quality.bank import TODAY, filled

SECRET = "a secret that only these tests know, 32+"
OLD, NEW = "138 0000 1111", "137 0000 3333"


@dataclass(frozen=True)
class House:
    assistant: Assistant
    store: CrmStore
    client: httpx.AsyncClient

    async def ask(self, employee: str, question: str, conversation: str = "c") -> Answer:
        return await ask(self.assistant, employee, question, conversation, id=uuid4().hex)

    async def decide(self, proposal: str, employee: str, way: str = "confirm") -> httpx.Response:
        bearer = {"Authorization": f"Bearer {Tokens(SECRET).mint(employee)}"}
        return await self.client.post(f"/proposals/{proposal}/{way}", json={}, headers=bearer)

    async def phone(self) -> str | None:
        async with self.store.auditing() as session:
            return (await session.get_one(Customer, "C1", populate_existing=True)).phone


@pytest.fixture
async def house(any_url: str, demo_home: Path) -> AsyncIterator[House]:
    filled(any_url, {}, {"name": "Luis Peña", "manager_id": "m2", "branch_id": "b2"}, conflicts=1)
    settings = Settings(home=demo_home, database_url=any_url, auth_secret=SECRET, as_of=TODAY)
    async with open_assistant(settings) as assistant:
        app = create_app(settings, assistant)
        transport = httpx.ASGITransport(app)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        ):
            store = CrmStore(any_url)
            yield House(assistant, store, client)
            await store.close()


@pytest.mark.parametrize(
    "first, asked",
    [
        ("Tell me about Ana Roca", f"set her phone to {NEW}"),
        ("介绍一下Ana Roca", f"把她的电话改成{NEW}"),
        ("Háblame de Ana Roca", f"cambia su teléfono a {NEW}"),
    ],
    ids=["en", "zh", "es"],
)
async def test_a_confirmed_correction_is_in_the_file_its_history_and_its_keys(
    house: House, first: str, asked: str
) -> None:
    await house.ask("m1", first)
    answer = await house.ask("m1", asked)
    (card,) = answer.proposals
    assert (card.kind, answer.customers, await house.phone()) == ("correct_field", ["C1"], OLD)
    assert NEW in card.summary
    (typed,) = [fact for fact in answer.facts if fact.source == "asked"]
    assert (typed.value, typed.measure) == (NEW, "phone")
    assert (await house.decide(card.id, "m2")).status_code == 404
    assert await house.phone() == OLD
    confirmed = await house.decide(card.id, "m1")
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "confirmed")
    await written_once(house)
    assert (await house.decide(card.id, "m1")).json()["state"] == "confirmed"
    await written_once(house)
    history = await house.ask("m1", "Who changed the phone of Ana Roca, when, from what to what?", "history")
    said = {(fact.measure, str(fact.value)) for fact in history.facts}
    assert {("previous", OLD), ("value", NEW), ("name", "m1"), ("recorded_at", TODAY.isoformat())} <= said
    found = await house.ask("m1", f"Who has the phone {NEW}?", "found")
    assert found.customers == ["C1"]


async def written_once(house: House) -> None:
    """What stands in the store once the correction is confirmed, however often that is said."""
    assert await house.phone() == NEW
    async with house.store.auditing() as session:
        (said,) = await session.scalars(select(SourceValue))
        assert (said.customer_id, said.field, said.previous, said.value) == ("C1", "phone", OLD, NEW)
        assert (said.system, said.as_of, said.recorded_by) == ("rapport", TODAY, "m1")
        record = await session.get_one(SourceRecord, "rapport:C1")
        assert (record.phone, record.dates) == (NEW, {"phone": TODAY.isoformat()})
        (conflict,) = await session.scalars(select(Conflict))
        assert (conflict.state, conflict.settled_on, conflict.settled_by) == ("settled", TODAY, "m1")
        keys = set(await session.scalars(select(CustomerName.key).where(CustomerName.customer_id == "C1")))
        assert ("700003333" in keys, "800001111" in keys) == (True, False)


async def test_a_discarded_correction_changes_nothing(house: House) -> None:
    (card,) = (await house.ask("m1", f"set the phone of Ana Roca to {NEW}")).proposals
    assert (await house.decide(card.id, "m1", "reject")).json()["state"] == "rejected"
    assert (await house.decide(card.id, "m1")).json()["state"] == "rejected"
    assert await house.phone() == OLD
    async with house.store.auditing() as session:
        assert (await session.scalars(select(Conflict.state))).all() == ["open"]
        assert (await session.scalars(select(SourceValue))).all() == []


async def test_the_choice_of_a_system_settles_the_conflict_by_that_value(house: House) -> None:
    (card,) = (await house.ask("m1", "The credit system is right about the phone of Ana Roca")).proposals
    assert card.kind == "settle_conflict"
    assert (await house.decide(card.id, "m1")).json()["state"] == "confirmed"
    assert await house.phone() == "13900002222"
    async with house.store.auditing() as session:
        (conflict,) = await session.scalars(select(Conflict))
        assert (conflict.state, conflict.settled_by, conflict.settled_on) == ("settled", "m1", date(2026, 11, 20))


async def test_a_colleagues_customer_cannot_be_corrected(house: House) -> None:
    answer = await house.ask("m1", f"set the phone of Luis Peña to {NEW}")
    assert (answer.proposals, answer.refused) == ([], "unknown_customer")
