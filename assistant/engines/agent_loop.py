"""The loop of an agent: LangChain's `create_agent` over our line and our tools, as a stream of what happens in it."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, cast

import langsmith
from langchain.agents import create_agent
from langchain.agents.middleware import ModelCallLimitMiddleware, ToolCallLimitMiddleware, ToolErrorMiddleware
from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain.agents.middleware.tool_call_limit import ToolCallLimitExceededError
from langchain.agents.middleware.types import AgentMiddleware
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.config import get_stream_writer
from langgraph.errors import GraphRecursionError
from langgraph.types import StreamMode

from assistant.engines.chat_model import CUT, LineModel
from assistant.engines.endpoint import Line
from assistant.engines.schemas import schema_of
from assistant.engines.tool_runs import ToolRuns
from assistant.errors import BadArgument, ModelFailed
from assistant.events import ToolFinished, ToolStarted
from assistant.model_call import ModelFailure
from assistant.tools.tool import Tool
from knowledge.errors import RapportError
from prompts import sentence, word

langsmith.configure(enabled=False)
# No trace of a conversation leaves for LangSmith, whatever the environment says: it would not be masked.

STREAMED: list[StreamMode] = ["messages", "updates", "custom"]
Steps = AsyncGenerator[tuple[str, object]]
CALLS_AT_ONCE = 2
"""Tools that a model may call for each time that it is asked, on average."""


@dataclass(frozen=True)
class Spoken:
    """The model has finished one reply: `final` if it wants no more tools; `cut` if it ran out of tokens."""

    final: bool
    cut: bool


LoopEvent = str | Spoken | ToolStarted | ToolFinished


async def run_loop(
    line: Line, tools: Sequence[Tool], runs: ToolRuns, rules: str, asked: str, most_calls: int
) -> AsyncGenerator[LoopEvent]:
    """What happens in the loop: pieces of text, the end of each reply, tools that start and finish.

    Raises ModelFailed, and AskBack where the asker has to say what is meant; an error of ours that is no fault of the
    model's arguments ends the turn as in any engine.
    """
    middleware: list[AgentMiddleware[Any, None]] = [
        ModelCallLimitMiddleware(run_limit=most_calls, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=most_calls * CALLS_AT_ONCE, exit_behavior="error"),
        ToolErrorMiddleware(lambda error, _: in_words(error, runs.desk.language)),
    ]
    model = LineModel(line=line, schemas=[schema_of(tool) for tool in tools])
    agent = create_agent(
        model, [_as_langchain(tool, runs) for tool in tools], system_prompt=rules, middleware=middleware
    )
    try:
        steps = cast(Steps, agent.astream({"messages": [HumanMessage(asked)]}, stream_mode=STREAMED))
        async with aclosing(steps):
            async for mode, data in steps:
                match mode, data:
                    case "custom", ToolStarted() | ToolFinished():
                        yield data
                    case "messages", (AIMessageChunk() as chunk, _) if chunk.text:
                        yield chunk.text
                    case "updates", {"model": {"messages": [*_, AIMessage() as reply]}}:
                        cut = reply.response_metadata.get("finish_reason") == CUT
                        yield Spoken(final=not reply.tool_calls, cut=cut)
    except (ModelCallLimitExceededError, ToolCallLimitExceededError, GraphRecursionError) as error:
        raise ModelFailed(reason=ModelFailure.LOOP, detail=type(error).__name__) from error


def _as_langchain(tool: Tool, runs: ToolRuns) -> BaseTool:
    async def call(**given: object) -> str:
        return await runs.run(tool, given, get_stream_writer())

    function = schema_of(tool)["function"]
    assert isinstance(function, dict)
    return StructuredTool(
        name=tool.name, description=function["description"], args_schema=function["parameters"], coroutine=call
    )


def in_words(error: Exception, language: str) -> str | None:
    """What the model reads of an error that it, or the asker, can do something about; any other ends the turn."""
    if not isinstance(error, RapportError) or error.status >= 500:
        return None
    values = error.values
    if isinstance(error, BadArgument):
        fault = word("argument_fault", str(values["reason"]), language)
        values = values | {"fault": f"{fault} ({values['detail']})" if "detail" in values else fault}
    try:
        return sentence(error.code, language, values)
    except KeyError:
        return str(error)
