"""`/mcp`: the tools for a bank's other agents, over the Model Context Protocol (streamable HTTP, stateless).

The bearer token decides who is asking, on every request, as everywhere. Every call is a turn: under that employee's
scope, in the journal, with its facts. Reads are marked read-only; what writes proposes, and a person confirms.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any

from fastmcp import FastMCP
from fastmcp.server.dependencies import get_http_request
from fastmcp.tools import Tool, ToolResult
from mcp_types import ToolAnnotations
from pydantic import PrivateAttr
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from assistant.calling import Offer, ToolCall
from assistant.events import Turn, TurnFinished
from assistant.web.answering import Answering
from assistant.web.boundary import failure_of, language_of
from assistant.web.watching import watched

PATH = "/mcp"
ASK = Offer(
    name="ask",
    description="Asks Rapport in words, in Chinese, English or Spanish, as a customer manager does in the chat.",
    parameters={
        "type": "object",
        "properties": {"question": {"type": "string", "description": "The question, in the person's own words"}},
        "required": ["question"],
    },
    reads_only=False,
)
"""The whole assistant as one tool. It may propose, as any question may."""
_LANGUAGE = {"type": "string", "enum": ["en", "zh", "es"], "description": "The language of the answer"}


class CallableTool(Tool):
    """A tool as MCP lists and calls it."""

    _assistant: Answering = PrivateAttr()

    @classmethod
    def of(cls, offer: Offer, assistant: Answering) -> "CallableTool":
        tool = cls(
            name=offer.name,
            description=offer.description,
            parameters=_with_language(offer.parameters),
            annotations=ToolAnnotations(
                read_only_hint=offer.reads_only, destructive_hint=False, idempotent_hint=offer.reads_only,
                open_world_hint=False,
            ),
        )  # fmt: skip
        tool._assistant = assistant
        return tool

    async def run(self, arguments: dict[str, Any]) -> ToolResult:
        """The answer as text, and whole as structured content. A named error is the result, not a broken protocol."""
        request = get_http_request()
        turn = self._turn(arguments, request.state.employee_id)
        try:
            events = watched(request, self._assistant.answer(turn))
            finished = [event async for event in events if isinstance(event, TurnFinished)]
        except Exception as error:  # noqa: BLE001 (told to the client, and logged)
            failure = failure_of(error, language_of(request))
            return ToolResult(failure.message, failure.body(), is_error=True)
        answer = finished[-1].answer
        return ToolResult(answer.answer, answer.model_dump(mode="json"))

    def _turn(self, arguments: Mapping[str, Any], employee_id: str) -> Turn:
        id = f"mcp-{secrets.token_hex(12)}"
        given = {name: value for name, value in arguments.items() if name != "language"}
        if self.name == ASK.name:
            return Turn(id, employee_id, str(given.get("question", "")), id, is_first=True)
        call = ToolCall(self.name, given, arguments.get("language", "en"))
        return Turn(id, employee_id, call.written(), id, is_first=True, call=call)


class McpDoor:
    """The MCP server of one web application: its routes from the start, its tools once the assistant is open."""

    def __init__(self) -> None:
        self._server: FastMCP[None] = FastMCP("Rapport", mask_error_details=True, strict_input_validation=True)

    @cached_property
    def _app(self) -> Starlette:
        return self._server.http_app(path=PATH, stateless_http=True, json_response=True)

    @property
    def routes(self) -> list[BaseRoute]:
        return list(self._app.routes)

    @asynccontextmanager
    async def serving(self, assistant: Answering) -> AsyncIterator[None]:
        """Takes calls for that assistant."""
        for offer in (ASK, *assistant.tools):
            self._server.add_tool(CallableTool.of(offer, assistant))
        begun, ended = asyncio.Event(), asyncio.Event()
        living = asyncio.create_task(self._live(begun, ended))
        await asyncio.wait([living, waiting := asyncio.create_task(begun.wait())], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if living.done():
            await living
        try:
            yield
        finally:
            ended.set()
            await living

    async def _live(self, begun: asyncio.Event, ended: asyncio.Event) -> None:
        """The sessions' life in a task of its own: who opens an application need not be who closes it."""
        async with self._app.router.lifespan_context(self._app):
            begun.set()
            await ended.wait()


def _with_language(parameters: Mapping[str, object]) -> dict[str, Any]:
    """The schema with the language of the answer, and closed to anything else."""
    properties = parameters["properties"]
    assert isinstance(properties, dict)
    return {**parameters, "properties": {**properties, "language": _LANGUAGE}, "additionalProperties": False}
