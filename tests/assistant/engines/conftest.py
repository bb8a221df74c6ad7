"""The assistant on the demo bank, with a scripted model behind it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import pytest_asyncio

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.events import BlockReady, Event, TextDelta, Turn, TurnFinished
from assistant.journal import Entry, Journal
from assistant.settings import Settings
from assistant.wiring import open_assistant
from knowledge.crm.store import CrmStore
from tests.assistant.engines.scripted_model import ScriptedModel, Step, scripted_model

AS_OF = date(2026, 11, 20)


@dataclass
class Talk:
    """Turns with an engine, and what the model was told meanwhile."""

    assistant: Assistant
    model: ScriptedModel
    journal: Journal
    settings: Settings
    turns: int = 0
    id: str = field(default_factory=lambda: uuid4().hex)

    @property
    def turn(self) -> str:
        return f"turn {self.turns} {self.id}"

    async def events(
        self, employee: str, question: str, engine: str, *steps: Step, conversation: str = ""
    ) -> list[Event]:
        self.model.play(*steps)
        self.turns += 1
        turn = Turn(self.turn, employee, question, f"{conversation or self.turns} {self.id}", engine=engine)
        return [event async for event in self.assistant.answer(turn)]

    async def ask(self, employee: str, question: str, engine: str, *steps: Step, conversation: str = "") -> Answer:
        """The finished answer; what was streamed is the same text and the same blocks."""
        events = await self.events(employee, question, engine, *steps, conversation=conversation)
        assert isinstance(events[-1], TurnFinished)
        answer = events[-1].answer
        assert [event.block for event in events if isinstance(event, BlockReady)] == answer.blocks
        assert "".join(event.text for event in events if isinstance(event, TextDelta)).strip() == answer.answer.strip()
        return answer

    async def records(self) -> list[Entry]:
        return await self.journal.turn(self.turn)


@asynccontextmanager
async def talking(home: Path, silence_s: float) -> AsyncIterator[Talk]:
    """An assistant whose model may be silent for so long."""
    async with scripted_model() as model:
        settings = Settings(
            home=home, as_of=AS_OF, engine="hybrid", llm_base_url=model.url, llm_model="scripted",
            llm_api_key="key-of-the-model", llm_first_token_s=silence_s, llm_turn_s=2 * silence_s, llm_calls=4,
        )  # fmt: skip
        store = CrmStore(settings.store_url)
        async with open_assistant(settings) as assistant:
            yield Talk(assistant, model, Journal(store), settings)
        await store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened(demo_home: Path) -> AsyncIterator[Talk]:
    async with talking(demo_home, silence_s=20) as talk:
        yield talk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def impatient(demo_home: Path) -> AsyncIterator[Talk]:
    """A model that is soon too slow."""
    async with talking(demo_home, silence_s=1) as talk:
        yield talk


@pytest.fixture
def talk(opened: Talk) -> Iterator[Talk]:
    yield opened
    opened.model.check()
