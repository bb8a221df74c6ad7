"""`POST /agui`: the AG-UI protocol, which is the widget's own wire.

Of the input, the last user message is the question, `threadId` the conversation and `runId` the turn.
Earlier messages, state and tools are not read: what a conversation knows lies in the store, not with the client.
A turn that was answered is answered with the same once more, so a client whose connection broke off may ask again.
"""

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from datetime import date

from ag_ui.core import (
    PROTOCOL_VERSION,
    BaseEvent,
    CustomEvent,
    RunAgentInput,
    RunErrorEvent,
    RunFinishedEvent,
    RunFinishedSuccessOutcome,
    RunStartedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    TextPart,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallResultEvent,
    ToolCallStartEvent,
    UserMessage,
)
from ag_ui.encoder import EventEncoder
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from assistant.answer import Answer
from assistant.events import BlockReady, Event, TextDelta, ToolFinished, ToolStarted, Turn, TurnFinished, TurnStarted
from assistant.typesetting import text_of
from assistant.web.boundary import failure_of
from assistant.web.errors import BadRequest
from assistant.web.ids import plain_id
from assistant.web.needs import Assistant, Demo, EmployeeId, Language
from assistant.web.stream import SSE_HEADERS, begun, while_connected
from assistant.web.watching import watched

router = APIRouter()


@router.post("/agui", response_class=StreamingResponse)
async def run(
    wanted: RunAgentInput,
    request: Request,
    employee_id: EmployeeId,
    assistant: Assistant,
    language: Language,
    demo: Demo,
) -> StreamingResponse:
    """Runs one turn and streams it; one that was answered and lost on the way is sent again. What refuses the turn is a
    plain 4xx; what breaks it later is RUN_ERROR."""
    turn = _turn(wanted, employee_id, as_of_allowed=demo.is_on)
    known = await assistant.history.answered(employee_id, turn.conversation_id, turn.id)
    is_same = known is not None and " ".join(turn.question.split()) == known.question
    answering = told_again(turn, known.answer) if known and known.answer and is_same else assistant.answer(turn)
    events = await while_connected(request, begun(watched(request, answering)))
    stream = _encoded(turn, events, language)
    return StreamingResponse(stream, media_type="text/event-stream", headers=SSE_HEADERS)


def _turn(wanted: RunAgentInput, employee_id: str, as_of_allowed: bool) -> Turn:
    question = next((m for m in reversed(wanted.messages) if isinstance(m, UserMessage)), None)
    if question is None:
        raise BadRequest(reason="messages holds no user message")
    as_of = _as_of(wanted.forwarded_props)
    if as_of and not as_of_allowed:
        raise BadRequest(reason="forwardedProps.as_of is taken only where demo identities are on")
    return Turn(
        id=plain_id("runId", wanted.run_id),
        employee_id=employee_id,
        question=_text(question),
        conversation_id=plain_id("threadId", wanted.thread_id),
        as_of=as_of,
        is_kept=True,
        replaces=_replaced(wanted.forwarded_props),
    )


def _replaced(forwarded: object) -> str | None:
    """The turn that is asked again in other words: it and what was said after it is taken out."""
    given = forwarded.get("replaces") if isinstance(forwarded, dict) else None
    return None if given is None else plain_id("forwardedProps.replaces", str(given))


def _text(message: UserMessage) -> str:
    if isinstance(message.content, str):
        return message.content
    texts = [part.text for part in message.content if isinstance(part, TextPart)]
    if len(texts) < len(message.content):
        raise BadRequest(reason="only text can be asked")
    return "\n".join(texts)


def _as_of(forwarded: object) -> date | None:
    given = forwarded.get("as_of") if isinstance(forwarded, dict) else None
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise BadRequest(reason="forwardedProps.as_of is no date (YYYY-MM-DD)") from None


async def told_again(turn: Turn, answer: Answer) -> AsyncGenerator[Event]:
    """The events of an answer that is known already."""
    yield TurnStarted(turn.id, turn.conversation_id)
    for block in answer.blocks:
        yield TextDelta(text_of([block]) + "\n\n")
        yield BlockReady(block)
    yield TurnFinished(answer)


async def _encoded(turn: Turn, events: AsyncGenerator[Event], language: str) -> AsyncGenerator[str]:
    encoder, wire = EventEncoder(), AguiWire(turn)
    async with aclosing(events):
        try:
            yield encoder.encode(wire.started())
            async for event in events:
                for translated in wire.translate(event):
                    yield encoder.encode(translated)
        except Exception as error:  # noqa: BLE001 (told to the client, and logged)
            failure = failure_of(error, language)
            yield encoder.encode(RunErrorEvent(message=failure.message, code=failure.code))


class AguiWire:
    """Translates one turn's events. A text message is closed before a tool call, as the protocol's clients expect."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self._messages = 0
        self._message_is_open = False

    def started(self) -> BaseEvent:
        return RunStartedEvent(
            thread_id=self.turn.conversation_id, run_id=self.turn.id, protocol_version=PROTOCOL_VERSION
        )

    def translate(self, event: Event) -> Iterator[BaseEvent]:
        match event:
            case TextDelta(text=text) if text:
                yield from self._open_message()
                yield TextMessageContentEvent(message_id=self._message_id, delta=text)
            case ToolStarted():
                yield from self._close_message()
                yield from _tool_call(event)
            case ToolFinished():
                yield ToolCallResultEvent(
                    message_id=f"{event.call_id}-result",
                    tool_call_id=event.call_id,
                    content=json.dumps({"facts": event.facts}),
                )
            case BlockReady(block=block):
                yield CustomEvent(name="rapport.block", value=block.model_dump(mode="json"))
            case TurnFinished(answer=answer):
                yield from self._close_message()
                yield CustomEvent(name="rapport.answer", value=answer.model_dump(mode="json"))
                yield RunFinishedEvent(
                    thread_id=self.turn.conversation_id, run_id=self.turn.id, outcome=RunFinishedSuccessOutcome()
                )

    @property
    def _message_id(self) -> str:
        return f"{self.turn.id}-{self._messages}"

    def _open_message(self) -> Iterator[BaseEvent]:
        if not self._message_is_open:
            self._message_is_open = True
            self._messages += 1
            yield TextMessageStartEvent(message_id=self._message_id, role="assistant")

    def _close_message(self) -> Iterator[BaseEvent]:
        if self._message_is_open:
            self._message_is_open = False
            yield TextMessageEndEvent(message_id=self._message_id)


def _tool_call(event: ToolStarted) -> Iterator[BaseEvent]:
    yield ToolCallStartEvent(
        tool_call_id=event.call_id, tool_call_name=event.name, metadata={"rapport": {"label": event.label}}
    )
    yield ToolCallArgsEvent(tool_call_id=event.call_id, delta=json.dumps(event.arguments, ensure_ascii=False))
    yield ToolCallEndEvent(tool_call_id=event.call_id)
