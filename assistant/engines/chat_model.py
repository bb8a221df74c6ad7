"""The model's line as a chat model of LangChain, so that an agent runs over the same boundary as everything else."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.chat_models import BaseChatModel, agenerate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import ConfigDict

from assistant.engines.endpoint import Ended, Line
from assistant.engines.schemas import Schema
from assistant.engines.wire import WantedCall
from assistant.errors import ModelFailed
from assistant.model_call import ModelFailure

CUT = "length"
STOPPED = "stop"


class LineModel(BaseChatModel):
    """Asks on a line. It is offered `schemas`, whatever an agent binds: the agent's tools are made of the same."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    line: Line
    schemas: list[Schema]

    @property
    def _llm_type(self) -> str:
        return "rapport-line"

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        return self

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        asked = convert_to_openai_messages(messages)
        assert isinstance(asked, list)
        calls = 0
        async for heard in self.line.ask(asked, self.schemas):
            match heard:
                case str():
                    chunk = AIMessageChunk(content=heard)
                case WantedCall(id, name, arguments):
                    part = tool_call_chunk(name=name, args=_object(arguments), id=id, index=calls)
                    chunk, calls = AIMessageChunk(content="", tool_call_chunks=[part]), calls + 1
                case Ended(cut):
                    metadata = {"finish_reason": CUT if cut else STOPPED}
                    chunk = AIMessageChunk(content="", response_metadata=metadata)
            generated = ChatGenerationChunk(message=chunk)
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=generated)
            yield generated

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await agenerate_from_stream(self._astream(messages, stop, run_manager, **kwargs))

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("turns are async")


def _object(arguments: str) -> str:
    """The arguments if they are a JSON object. LangChain would make something of half an object; half a name is another
    name. Raises ModelFailed."""
    try:
        read = json.loads(arguments or "{}")
    except ValueError:
        read = None
    if not isinstance(read, dict):
        raise ModelFailed(reason=ModelFailure.NONSENSE, detail="arguments that are no JSON object")
    return arguments or "{}"
