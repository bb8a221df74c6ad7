"""Running a call and saying what came of it: what every engine does with a tool."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence

from assistant.answer import Block, ToolUse
from assistant.engines.plan import Call
from assistant.events import BlockReady, TextDelta, ToolFinished, ToolStarted
from assistant.grounding.claims import contested_in_answer
from assistant.tools.desk import Desk, Period
from assistant.tools.tool import values_of
from assistant.typesetting import blocks_of, text_of
from knowledge.query import Query
from prompts import render, word

RunEvent = ToolStarted | ToolFinished | BlockReady | TextDelta


async def run(call: Call, desk: Desk) -> AsyncIterator[RunEvent]:
    """Runs the tool, and says its result; then what systems contradict each other on."""
    before = len(desk.ledger.facts)
    async for event in run_alone(call, desk):
        yield event
    for contradiction in await contradictions(desk, before):
        yield contradiction


async def run_alone(call: Call, desk: Desk) -> AsyncIterator[RunEvent]:
    """Runs the tool, and says its result in the words of its template."""
    id, before = uuid.uuid4().hex, len(desk.ledger.facts)
    yield ToolStarted(id, call.tool.name, shown(call.arguments), word("tool_label", call.tool.name, desk.language))
    result = await call.tool.run(desk, **call.arguments)
    yield ToolFinished(id, call.tool.name, len(desk.ledger.facts) - before)
    for event in said(call.tool.name, values_of(result), desk):
        yield event


async def contradictions(desk: Desk, since: int) -> list[BlockReady | TextDelta]:
    """What systems contradict each other on among the facts from number `since` on."""
    conflicts = await contested_in_answer(desk.reader, desk.ledger, since)
    return said("contested", {"conflicts": conflicts}, desk) if conflicts else []


def said(template: str, values: dict[str, object], desk: Desk) -> list[BlockReady | TextDelta]:
    """The blocks of a template, each with its text."""
    citations = frozenset(citation.id for citation in desk.ledger.citations)
    facts = {fact.id: fact for fact in desk.ledger.facts}
    return events_of(blocks_of(render(template, desk.language, values), citations, facts))


def events_of(blocks: Sequence[Block]) -> list[BlockReady | TextDelta]:
    """Blocks as events: each, and its text."""
    return [event for block in blocks for event in (BlockReady(block), TextDelta(text_of([block]) + "\n\n"))]


def use_of(call: Call) -> ToolUse:
    return ToolUse(name=call.tool.name, arguments=shown(call.arguments))


def shown(arguments: Mapping[str, object]) -> dict[str, str | int | None]:
    """Arguments as plain values, for events, the journal and the answer."""
    plain: dict[str, str | int | None] = {}
    for name, value in arguments.items():
        match value:
            case Period(start, end):
                plain[name] = f"{start}..{end}"
            case tuple():
                plain[name] = ",".join(map(str, value))
            case Query():
                plain[name] = value.model_dump_json(exclude_defaults=True)
            case int():
                plain[name] = value
            case _:
                plain[name] = str(value)
    return plain
