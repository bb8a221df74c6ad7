"""Answers of engines with a model, on both wires of a real server: sentences as they come, blocks, model calls."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import openai
import pytest
import pytest_asyncio
import uvicorn
from ag_ui.core import Event
from pydantic import TypeAdapter

from assistant.journal import Journal, Kind
from assistant.settings import Settings
from assistant.web.tokens import Tokens
from assistant.wiring import open_assistant
from knowledge.crm.store import CrmStore
from server import create_app
from tests.assistant.engines.scripted_model import ScriptedModel, Step, scripted_model
from tests.server.agui_client import events_of, run_input

pytestmark = pytest.mark.asyncio(loop_scope="module")
QUESTION = "What does James Carter hold?"
CALL = Step(calls=[("holdings", {"customer": "[PERSON_1]"})])
SAY = Step("[PERSON_1] has a car loan. [PERSON_1] is a customer.\n\n- [PERSON_1] holds two accounts")


@dataclass
class Serving:
    url: str
    model: ScriptedModel
    tokens: Tokens
    journal: Journal

    def bearer(self) -> str:
        return self.tokens.mint("tom.baker")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serving(demo_home: Path) -> AsyncIterator[Serving]:
    async with scripted_model() as model:
        settings = Settings(
            home=demo_home, as_of=date(2026, 11, 20), engine="agent", llm_base_url=model.url, llm_model="scripted"
        )
        async with open_assistant(settings) as assistant:
            app = create_app(settings, assistant)
            with socket.socket() as listening:
                listening.bind(("127.0.0.1", 0))
                running = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
                task = asyncio.create_task(running.serve([listening]))
                while not running.started:  # noqa: ASYNC110 (uvicorn has no event for it)
                    await asyncio.sleep(0.01)
                url = f"http://127.0.0.1:{listening.getsockname()[1]}"
                store = CrmStore(settings.store_url)
                yield Serving(url, model, app.state.tokens, Journal(store))
                await store.close()
                running.should_exit = True
                await task


async def test_ag_ui_carries_tools_sentences_and_blocks_in_order(serving: Serving) -> None:
    serving.model.play(CALL, SAY)
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {serving.bearer()}"}) as client:
        response = await client.post(f"{serving.url}/agui", json=run_input(QUESTION), timeout=30)
    serving.model.check()
    events = events_of(response)
    for event in events:
        TypeAdapter(Event).validate_python(event)
    kinds = [event["type"] for event in events]
    assert kinds[:5] == ["RUN_STARTED", "TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT"]
    assert kinds.count("TEXT_MESSAGE_START") == kinds.count("TEXT_MESSAGE_END") == 1
    deltas = [event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT"]
    assert deltas[0] == "James Carter has a car loan."
    answer = next(event["value"] for event in events if event.get("name") == "rapport.answer")
    assert "".join(deltas).strip() == answer["answer"].strip()
    assert [event["value"] for event in events if event.get("name") == "rapport.block"] == answer["blocks"]
    assert (answer["model_calls"], answer["engine"]) == (2, "agent")


async def test_openai_s_wire_streams_the_same_text_and_offers_every_engine(serving: Serving) -> None:
    async with openai.AsyncOpenAI(base_url=f"{serving.url}/v1", api_key=serving.bearer(), max_retries=0) as client:
        listed = [model.id async for model in client.models.list()]
        serving.model.play(CALL, SAY)
        whole = await client.chat.completions.create(
            model="rapport-agent", messages=[{"role": "user", "content": QUESTION}]
        )
        serving.model.play(CALL, SAY)
        stream = await client.chat.completions.create(
            model="rapport", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices]
        serving.model.check()
    assert listed == ["rapport", "rapport-builtin", "rapport-agent", "rapport-hybrid"]
    assert "".join(pieces).strip() == (whole.choices[0].message.content or "").strip()
    assert sum(map(bool, pieces)) > 3


async def test_a_client_that_hangs_up_ends_the_work_of_the_model(serving: Serving) -> None:
    serving.model.play(Step(silent=True))
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {serving.bearer()}"}) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post(f"{serving.url}/agui", json=run_input(QUESTION, runId="hung-up"), timeout=1)
    serving.model.check()
    await asyncio.wait_for(serving.model.hung_up.wait(), 20)
    async with asyncio.timeout(5):
        while not (entries := await serving.journal.turn("hung-up")):  # noqa: ASYNC110 (written by the server's turn)
            await asyncio.sleep(0.05)
    assert [entry.kind for entry in entries] == [Kind.QUESTION, Kind.READING, Kind.MODEL]
    assert entries[-1].body["messages"] == serving.model.bodies[0]["messages"]
