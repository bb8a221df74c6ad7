"""The part of the composition root that needs a language model: imported only where one is set up."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from assistant.engines.agent import Agent
from assistant.engines.builtin import Builtin
from assistant.engines.endpoint import Address, Endpoint, Limits
from assistant.engines.engine import Engine
from assistant.engines.gguf import GgufModel
from assistant.engines.hybrid import Hybrid
from assistant.engines.model import Model
from assistant.grounding.known_names import KnownNames
from assistant.grounding.personal.directory import Directory
from assistant.settings import Settings
from assistant.tools.tool import Tool
from knowledge.crm.store import CrmStore

MOST_DATA, MOST_DATA_HERE = 6_000, 1_500
"""Characters of an answer that a model is shown: an endpoint reads them in no time, this machine in half a minute."""
SILENCE_S, TURN_S = 30.0, 120.0
SILENCE_HERE_S, TURN_HERE_S = 120.0, 300.0
"""How long a model may be silent, and work on a turn, where the settings do not say: on a processor it is slow."""


@asynccontextmanager
async def model_engines(
    settings: Settings, builtin: Builtin, tools: tuple[Tool, ...], store: CrmStore
) -> AsyncIterator[Mapping[str, Engine]]:
    """The engines by name: `hybrid` and `agent` over the endpoint, or else the GGUF file; `local` over the file."""
    async with AsyncExitStack() as stack:
        names = (await KnownNames.of(store), Directory(store))
        engines: dict[str, Engine] = {}
        if settings.gguf:
            here = Model(_here(settings, settings.gguf), *names, settings.llm_masking is True, MOST_DATA_HERE)
            stack.push_async_callback(here.endpoint.close)
            engines |= _over(here, builtin, tools) | {
                "local": Hybrid(builtin, Agent(tools, builtin, here), here, "local")
            }
        if settings.llm_base_url:
            there = Model(_there(settings), *names, settings.llm_masking is not False, MOST_DATA)
            stack.push_async_callback(there.endpoint.close)
            engines |= _over(there, builtin, tools)
        yield engines


def _over(model: Model, builtin: Builtin, tools: tuple[Tool, ...]) -> dict[str, Engine]:
    agent = Agent(tools, builtin, model)
    return {"agent": agent, "hybrid": Hybrid(builtin, agent, model)}


async def probe(settings: Settings) -> dict[str, int]:
    """Has every model that is set up say a word: its name, and the milliseconds it took. Raises ModelFailed."""
    endpoints = [_here(settings, settings.gguf)] if settings.gguf else []
    endpoints += [_there(settings)] if settings.llm_base_url else []
    async with AsyncExitStack() as stack:
        for endpoint in endpoints:
            stack.push_async_callback(endpoint.close)
        return {endpoint.model: await endpoint.probe() for endpoint in endpoints}


def _there(settings: Settings) -> Endpoint:
    """The endpoint that the settings name."""

    async def address() -> Address:
        return Address(settings.llm_base_url, settings.llm_api_key)

    limits = Limits(settings.llm_first_token_s or SILENCE_S, settings.llm_turn_s or TURN_S, settings.llm_calls)
    return Endpoint(settings.llm_model, address, settings.llm_extra, limits)


def _here(settings: Settings, file: Path) -> Endpoint:
    """The model's file, served in this process."""
    silence_s, turn_s = settings.llm_first_token_s or SILENCE_HERE_S, settings.llm_turn_s or TURN_HERE_S
    return Endpoint(
        file.stem, GgufModel(file).address, settings.llm_extra, Limits(silence_s, turn_s, settings.llm_calls)
    )
