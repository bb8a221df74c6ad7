"""`/v1`: the OpenAI-compatible surface, so that any OpenAI client can be the front.

The body never says who is asking: `user` is ignored, the bearer token decides. Earlier messages are not read
as facts; they only tell which conversation this is (`conversation_of`). Sampling settings are accepted and
have no effect.
"""

import hashlib
import json
import secrets
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from assistant.answer import Answer
from assistant.events import Event, TextDelta, Turn, TurnFinished
from assistant.web.answering import Answering
from assistant.web.boundary import failure_of
from assistant.web.errors import BadRequest, NotFound
from assistant.web.ids import plain_id
from assistant.web.needs import Assistant, EmployeeId, Language
from assistant.web.stream import SSE_HEADERS, begun, while_connected
from assistant.web.watching import watched

router = APIRouter(prefix="/v1")

Json = dict[str, "str | int | Json | list[Json] | None"]

_NO_TOKENS: Json = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}


class Part(BaseModel):
    type: str
    text: str | None = None


class ChatMessage(BaseModel):
    """A message of the history. Only text is read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        parts = self.content or []
        if any(part.type != "text" for part in parts):
            raise BadRequest(reason="only text can be asked")
        return "\n".join(part.text or "" for part in parts)


class StreamOptions(BaseModel):
    include_usage: bool = False


class ChatRequest(BaseModel):
    model: str
    messages: list[ChatMessage] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    metadata: dict[str, str] | None = None


@router.get("/models")
async def models(assistant: Assistant) -> dict[str, str | list[dict[str, str | int]]]:
    """The names to put into `model`."""
    listed: list[dict[str, str | int]] = [
        {"id": name, "object": "model", "created": 0, "owned_by": "rapport"} for name in _engines(assistant)
    ]
    return {"object": "list", "data": listed}


def _engines(assistant: Answering) -> dict[str, str | None]:
    """Model name -> the engine it stands for; `rapport` is the one the server is set to."""
    return {"rapport": None, **{f"rapport-{engine}": engine for engine in assistant.engines}}


@router.post("/chat/completions", response_model=None)
async def complete(
    wanted: ChatRequest, request: Request, employee_id: EmployeeId, assistant: Assistant, language: Language
) -> Response:
    """Answers the last user message, whole or as a stream of chunks.

    The whole answer with its facts and citations is in the extra field `rapport` of the completion, or of
    the stream's last chunk.
    """
    turn = _turn(wanted, employee_id, _engines(assistant))
    completion = Completion(turn.id, wanted.model)
    events = await while_connected(request, begun(watched(request, assistant.answer(turn))))
    if not wanted.stream:
        return JSONResponse(await while_connected(request, completion.whole(events)))
    with_usage = wanted.stream_options is not None and wanted.stream_options.include_usage
    stream = _encoded(completion.chunks(events, with_usage), language)
    return StreamingResponse(stream, media_type="text/event-stream", headers=SSE_HEADERS)


def _turn(wanted: ChatRequest, employee_id: str, engines: Mapping[str, str | None]) -> Turn:
    if wanted.model not in engines:
        raise NotFound(what=f"model {wanted.model[:100]!r}")
    if wanted.messages[-1].role != "user":
        raise BadRequest(reason="the last message must be the user's")
    conversation_id, is_first = conversation_of(wanted, employee_id)
    return Turn(
        id=f"chatcmpl-{secrets.token_hex(12)}",
        employee_id=employee_id,
        question=wanted.messages[-1].text,
        conversation_id=conversation_id,
        engine=engines[wanted.model],
        is_first=is_first,
    )


def conversation_of(wanted: ChatRequest, employee_id: str) -> tuple[str, bool]:
    """The conversation's id, and whether this turn is known to open it.

    `metadata.conversation_id` names it where the client sends one. Otherwise it is derived from the asker
    and the first user message, which stateless clients send again with every turn; a request without any
    assistant message opens the conversation anew, so that an old one with the same opening words is not
    carried on.
    """
    given = (wanted.metadata or {}).get("conversation_id")
    if given is not None:
        return plain_id("metadata.conversation_id", given), False
    first = next(message for message in wanted.messages if message.role == "user")
    digest = hashlib.sha256(json.dumps([employee_id, first.text]).encode()).hexdigest()
    return f"chat-{digest[:32]}", all(message.role != "assistant" for message in wanted.messages)


class Completion:
    """One chat completion in OpenAI's shapes."""

    def __init__(self, completion_id: str, model: str) -> None:
        self.id, self.model, self.created = completion_id, model, int(time.time())

    async def whole(self, events: AsyncGenerator[Event]) -> Json:
        """The completion once the turn has finished."""
        async with aclosing(events):
            answer = next(iter([e.answer async for e in events if isinstance(e, TurnFinished)]))
        message: Json = {"role": "assistant", "content": answer.answer}
        choice: Json = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return {**self._head("chat.completion"), "choices": [choice], "usage": _NO_TOKENS, "rapport": _json(answer)}

    async def chunks(self, events: AsyncGenerator[Event], with_usage: bool) -> AsyncGenerator[Json]:
        """The stream's chunks: the role, the pieces of text, the end."""
        async with aclosing(events):
            yield self._chunk({"role": "assistant", "content": ""})
            async for event in events:
                match event:
                    case TextDelta(text=text) if text:
                        yield self._chunk({"content": text})
                    case TurnFinished(answer=answer):
                        yield {**self._chunk({}, "stop"), "rapport": _json(answer)}
        if with_usage:
            yield {**self._head("chat.completion.chunk"), "choices": [], "usage": _NO_TOKENS}

    def _chunk(self, delta: Json, finish_reason: str | None = None) -> Json:
        choice: Json = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**self._head("chat.completion.chunk"), "choices": [choice]}

    def _head(self, kind: str) -> Json:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}


async def _encoded(chunks: AsyncGenerator[Json], language: str) -> AsyncGenerator[str]:
    async with aclosing(chunks):
        try:
            async for chunk in chunks:
                yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
        except Exception as error:  # noqa: BLE001 (told to the client, and logged)
            yield f"data: {json.dumps(failure_of(error, language).body(), ensure_ascii=False)}\n\n"
        yield "data: [DONE]\n\n"


def _json(answer: Answer) -> Json:
    dumped: Json = answer.model_dump(mode="json")
    return dumped
