"""The boundary to a language model: what leaves for an OpenAI-compatible endpoint leaves here, and only masked."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar, cast
from urllib.parse import urlsplit

import openai
from openai.types.chat import ChatCompletionMessageParam

from assistant.engines.schemas import Schema
from assistant.engines.wire import Aloud, Chunk, WantedCall, WantedCalls
from assistant.errors import ModelFailed
from assistant.grounding.masking import Mask
from assistant.model_call import Message, ModelCall, ModelFailure
from assistant.tools.desk import Desk
from assistant.tracing import note_model_call

Result = TypeVar("Result")
"""A tool as OpenAI's wire describes it."""


MOST_TOKENS = 800
"""Tokens of one reply, if the settings do not say otherwise: an answer has some sentences, and a loop must end."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """Where a model answers, and the key to it."""

    base_url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True)
class Limits:
    """How long a model may be silent and work on one turn, in seconds, and how often it may be asked in a turn."""

    silence_s: float
    turn_s: float
    calls: int


@dataclass(frozen=True)
class Ended:
    """The model has come to an end; `cut` if not to its own: it was out of tokens."""

    cut: bool


Heard = str | WantedCall | Ended


class Endpoint:
    """An OpenAI-compatible endpoint and how it is to be asked. One for the life of a process.

    `address` gives where it is; of a model in this process, once it has been loaded. `extra` goes into every request's
    body; a value of null takes a field out of it.
    """

    def __init__(
        self, model: str, address: Callable[[], Awaitable[Address]], extra: Mapping[str, object], limits: Limits
    ) -> None:
        self.model = model
        self.limits = limits
        self._address = address
        self._extra = extra
        self._client: openai.AsyncOpenAI | None = None
        self._opening = asyncio.Lock()

    def line(self, mask: Mask, desk: Desk) -> "Line":
        """A line for the turn at that desk, where what is asked and answered on it is noted."""
        return Line(self, mask, desk)

    def body(self, most_tokens: int, tools: Sequence[Schema]) -> dict[str, object]:
        """What a request says beside its messages."""
        body: dict[str, object] = {"max_tokens": most_tokens, "stream_options": {"include_usage": True}}
        body |= {"tools": list(tools)} if tools else {}
        return {name: value for name, value in (body | dict(self._extra)).items() if value is not None}

    async def client(self) -> openai.AsyncOpenAI:
        """The connection; opened, and a model in this process loaded, at the first call."""
        async with self._opening:
            if self._client is None:
                address = await self._address()
                loopback = urlsplit(address.base_url).hostname in LOOPBACK
                http = openai.DefaultAsyncHttpxClient(trust_env=not loopback, follow_redirects=False)
                self._client = openai.AsyncOpenAI(
                    base_url=address.base_url, api_key=address.api_key or "none", max_retries=0, http_client=http
                )
        return self._client

    async def probe(self) -> int:
        """Has the model say a word, and gives the milliseconds it took. Raises ModelFailed as a line does."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.limits.turn_s):
                client = await self.client()
                body = {**self.body(1, ()), "stream_options": None}
                await client.chat.completions.create(
                    model=self.model,
                    messages=[{"role": "user", "content": "OK?"}],
                    extra_body={name: value for name, value in body.items() if value is not None},
                )
        except TimeoutError:
            raise ModelFailed(reason=ModelFailure.SLOW, detail="nothing came in time") from None
        except (openai.OpenAIError, ValueError) as error:
            raise _failure(error, opened=False) from error
        return _ms_since(began)

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


class Line:
    """One turn's line to an endpoint. Every call on it is masked, limited in time and number, and noted down.

    `messages` is what was last asked, unmasked.
    """

    def __init__(self, endpoint: Endpoint, mask: Mask, desk: Desk) -> None:
        self._endpoint = endpoint
        self._mask = mask
        self._desk = desk
        self._ends = time.monotonic() + endpoint.limits.turn_s
        self.messages: Sequence[Message] = ()

    async def ask(
        self, messages: Sequence[Message], tools: Sequence[Schema] = (), most_tokens: int = MOST_TOKENS
    ) -> AsyncGenerator[Heard]:
        """What the model says to these messages, unmasked: pieces of text, the tools it wants called, an Ended last.

        Raises ModelFailed where it cannot be reached, says nothing in time, breaks off or makes no sense.
        """
        asked = len(self._desk.model_calls)
        if asked >= self._endpoint.limits.calls:
            raise ModelFailed(reason=ModelFailure.LOOP, detail=f"asked {asked} times")
        self.messages = messages
        self._mask.learn(self._desk.ledger.facts)
        masked = [await self._masked(message) for message in messages]
        call = ModelCall(self._endpoint.model, masked, [_name(tool) for tool in tools])
        self._desk.model_calls.append(call)
        await self._desk.reader.rest()
        began = time.monotonic()
        try:
            async with aclosing(self._heard(call, self._endpoint.body(most_tokens, tools), began)) as all_heard:
                async for heard in all_heard:
                    yield heard
        except ModelFailed as failure:
            call.failed = f"{failure.values['reason']}: {failure.values['detail']}"
            raise
        finally:
            call.elapsed_ms = _ms_since(began)
            note_model_call(call)

    async def _heard(self, call: ModelCall, body: dict[str, object], began: float) -> AsyncGenerator[Heard]:
        unmasking, aloud, wanted, ended = self._mask.unmasking(), Aloud(), WantedCalls(), ""
        async with aclosing(self._chunks(call, body)) as chunks:
            async for chunk in chunks:
                if chunk.usage:
                    call.prompt_tokens = chunk.usage.prompt_tokens
                    call.completion_tokens = chunk.usage.completion_tokens
                for choice in chunk.choices[:1]:
                    if choice.delta.speaks and call.first_token_ms is None:
                        call.first_token_ms = _ms_since(began)
                    ended = choice.finish_reason or ended
                    wanted.add(choice.delta.tool_calls or [])
                    call.text += choice.delta.content or ""
                    if text := unmasking.feed(aloud.feed(choice.delta.content or "")):
                        yield text
        if rest := unmasking.feed(aloud.rest()) + unmasking.rest():
            yield rest
        if not ended:
            raise ModelFailed(reason=ModelFailure.BROKEN, detail="the stream stopped without an end")
        for want in wanted.all():
            call.tool_calls.append({"name": want.name, "arguments": want.arguments})
            yield WantedCall(want.id, want.name, self._unmasked_json(want.arguments))
        yield Ended(cut=ended == "length")

    async def _chunks(self, call: ModelCall, body: dict[str, object]) -> AsyncGenerator[Chunk]:
        """The stream as it comes. The model may be silent for so long, whatever else comes on the wire meanwhile."""
        client = await self._within(self._endpoint.client(), self._ends)
        spoke, opened = time.monotonic(), False
        try:
            create = client.chat.completions.create
            opening = create(model=call.model, messages=_typed(call.messages), stream=True, extra_body=body)
            stream = await self._within(opening, self._silent_until(spoke))
            opened = True
            async with stream:
                chunks = aiter(stream)
                while True:
                    raw = await self._within(anext(chunks, None), self._silent_until(spoke))
                    if raw is None:
                        return
                    chunk = Chunk.model_validate(raw.to_dict(warnings=False))
                    if any(choice.delta.speaks for choice in chunk.choices):
                        spoke = time.monotonic()
                    yield chunk
        except (openai.OpenAIError, ValueError) as error:
            raise _failure(error, opened) from error

    def _silent_until(self, spoke: float) -> float:
        return min(self._ends, spoke + self._endpoint.limits.silence_s)

    async def _within(self, work: Awaitable[Result], until: float) -> Result:
        try:
            async with asyncio.timeout(max(0, until - time.monotonic())):
                return await work
        except TimeoutError:
            raise ModelFailed(reason=ModelFailure.SLOW, detail="nothing came in time") from None

    async def _masked(self, message: Message) -> Message:
        """The message with what is personal masked, in its text and in the arguments of its tool calls."""
        masked = dict(message)
        if isinstance(content := message.get("content"), str):
            masked["content"] = await self._mask.mask(content)
        if isinstance(calls := message.get("tool_calls"), list):
            masked["tool_calls"] = [await self._masked_call(call) for call in calls]
        return masked

    async def _masked_call(self, call: dict[str, dict[str, str]]) -> dict[str, object]:
        function = call["function"]
        arguments = json.dumps(await self._masked_value(json.loads(function["arguments"])), ensure_ascii=False)
        return {**call, "function": function | {"arguments": arguments}}

    async def _masked_value(self, value: object) -> object:
        match value:
            case str():
                return await self._mask.mask(value)
            case dict():
                return {name: await self._masked_value(part) for name, part in value.items()}
            case list():
                return [await self._masked_value(part) for part in value]
        return value

    def _unmasked_json(self, arguments: str) -> str:
        """The arguments with their values unmasked; what is no JSON stays, for whoever reads it to refuse."""
        try:
            return json.dumps(self._unmasked_value(json.loads(arguments)), ensure_ascii=False)
        except ValueError:
            return arguments

    def _unmasked_value(self, value: object) -> object:
        match value:
            case str():
                return self._mask.unmask(value)
            case dict():
                return {name: self._unmasked_value(part) for name, part in value.items()}
            case list():
                return [self._unmasked_value(part) for part in value]
        return value


def _failure(error: openai.OpenAIError | ValueError, opened: bool) -> ModelFailed:
    """What went wrong, by name; of the endpoint's own words only its status. `opened`: it had begun to answer."""
    match error:
        case openai.APITimeoutError():
            reason, detail = ModelFailure.SLOW, "the connection timed out"
        case openai.APIConnectionError():
            reason = ModelFailure.BROKEN if opened else ModelFailure.UNREACHABLE
            detail = type(error.__cause__ or error).__name__
        case openai.RateLimitError():
            reason, detail = ModelFailure.BUSY, "status 429"
        case openai.APIStatusError():
            broken = error.status_code >= 500
            reason, detail = ModelFailure.BROKEN if broken else ModelFailure.REFUSED, f"status {error.status_code}"
        case openai.OpenAIError():
            reason, detail = ModelFailure.BROKEN, type(error).__name__
        case _:
            reason, detail = ModelFailure.NONSENSE, type(error).__name__
    return ModelFailed(reason=reason, detail=detail)


def _typed(messages: Sequence[Message]) -> list[ChatCompletionMessageParam]:
    return cast(list[ChatCompletionMessageParam], list(messages))


def _name(tool: Schema) -> str:
    function = tool.get("function")
    return str(function["name"]) if isinstance(function, Mapping) else ""


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
