"""Two customers joined and taken apart again in a conversation: nothing moves before the yes, all of it after."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.wiring import open_assistant
from knowledge.crm.lineage import Likeness
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.crm.tables import Account, Customer
from tests.evals.case import ask

pytestmark = pytest.mark.asyncio(loop_scope="module")
STAYS, GOES = "C001597", "C001637"


@dataclass(frozen=True)
class House:
    assistant: Assistant
    store: CrmStore

    async def ask(self, question: str, conversation: str) -> Answer:
        return await ask(self.assistant, "tom.baker", question, conversation, id=f"{conversation}: {question}")

    async def accounts(self) -> tuple[int, int]:
        """How many accounts each of the two has; -1 of one who is no customer."""
        async with self.store.auditing() as session:
            known = set(await session.scalars(select(Customer.id).where(Customer.id.in_((STAYS, GOES)))))
            counts = [
                (await session.scalars(select(func.count(Account.id)).where(Account.customer_id == id))).one()
                if id in known
                else -1
                for id in (STAYS, GOES)
            ]
        return counts[0], counts[1]

    async def state(self) -> str:
        async with self.store.auditing() as session:
            pair = select(Likeness).where(
                Likeness.record_id.in_((STAYS, GOES)), Likeness.other_record_id.in_((STAYS, GOES))
            )
            return (await session.scalars(pair)).one().state


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    home = Path(shutil.copytree(demo_home, tmp_path_factory.mktemp("duplicates") / "home"))
    store = CrmStore(sqlite_url(home))
    async with open_assistant(Settings(home=home, as_of=date(2026, 11, 20))) as opened:
        yield House(opened, store)
    await store.close()


async def test_the_first_pair_is_joined_with_a_yes_and_taken_apart_with_another(house: House) -> None:
    before = await house.accounts()
    assert min(before) > 0
    await house.ask("Are there duplicate customers?", "join")
    proposed = await house.ask("the first pair is the same person", "join")
    assert [card.kind for card in proposed.proposals] == ["join_customers"]
    assert await house.accounts() == before
    one, other, together = sorted(Decimal(str(f.value)) for f in proposed.facts if f.measure == "deposits")
    assert together == one + other
    await house.ask("yes", "join")
    assert await house.accounts() == (sum(before), -1)
    assert await house.state() == "same"
    undoing = await house.ask("undo the merge", "join")
    assert [card.kind for card in undoing.proposals] == ["undo_merge"]
    await house.ask("yes", "join")
    assert (await house.accounts(), await house.state()) == (before, "different")
    assert (await house.ask("Are there duplicate customers?", "join")).customers == []


async def test_a_no_leaves_both(house: House) -> None:
    before = await house.accounts()
    (card,) = (await house.ask(f"join {STAYS} and {GOES}", "no")).proposals
    assert card.kind == "join_customers"
    await house.ask("no", "no")
    assert await house.accounts() == before
