"""The code decides, the model phrases: the builtin answer, opened by a model's sentences that are checked.

A question that is understood is answered by the builtin Plan; its blocks are shown as they are, and the model is asked
once to say what they answer. What is not understood goes to the agent. A model that is slow, absent or wrong takes
nothing away: the builtin answer stands.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from assistant.answer import Block, Heading
from assistant.engines.engine import Engine, EngineEvent, Reply
from assistant.engines.fallback import without_model
from assistant.engines.material import material_of
from assistant.engines.model import Model
from assistant.engines.page import PageEvent
from assistant.engines.running import events_of
from assistant.engines.speaker import Shown, Speaker
from assistant.errors import ModelFailed
from assistant.events import BlockReady, TextDelta
from assistant.model_call import Message
from assistant.tools.desk import Desk
from assistant.typesetting import text_of
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Reading
from prompts import instruction

PATIENCE_S = 3.0
"""How long figures wait for the sentences above them; a slower model's sentences come below. A model that let them wait
longer the last time is not waited for the next time."""
MOST_TOKENS = 300
"""Tokens of three sentences, with room to spare."""
SHORT = 700
"""Bytes of UTF-8 up to which an answer is a few sentences or lines by itself: nothing to be gained by more."""


class Hybrid:
    """`builtin` answers, `agent` takes what is not understood, `model` phrases."""

    def __init__(
        self, builtin: Engine, agent: Engine, model: Model, name: str = "hybrid", patience_s: float = PATIENCE_S
    ) -> None:
        self._builtin = builtin
        self._agent = agent
        self._model = model
        self._patience_s = patience_s
        self._last_lead_s = 0.0
        self.name = name

    async def answer(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        """The events of one turn, a Reply last."""
        blocks: list[Block] = []
        reply: Reply | None = None
        async for event in self._builtin.answer(reading, dialogue, desk):
            match event:
                case BlockReady(block):
                    blocks.append(block)
                case Reply():
                    reply = event
                case TextDelta():
                    continue
                case _:
                    yield event
        assert reply is not None
        if reply.refused == "not_understood":
            async for event in self._agent.answer(reading, dialogue, desk):
                yield event
            return
        if not _worth_phrasing(reply, blocks, desk):
            for event in events_of(blocks):
                yield event
            yield reply
            return
        mask = self._model.mask(dialogue.placeholders)
        shown = Shown(text_of(blocks), _named(reading, desk))
        speaker = self._model.speaker(mask, reading.question, desk, shown)
        lead = _Lead(speaker, messages_for(reading.question, blocks, desk.language, self._model.most_data))
        patience_s = self._patience_s if self._last_lead_s <= self._patience_s else 0
        async with aclosing(opened_by(lead.events(), blocks, patience_s)) as events:
            async for event in events:
                yield event
        self._last_lead_s = lead.first_s
        for event in without_model(lead.failure, desk) if lead.failure else ():
            yield event
        yield Reply(None, reply.tools, reply.dialogue.model_copy(update={"placeholders": mask.state()}))


def _worth_phrasing(reply: Reply, blocks: Sequence[Block], desk: Desk) -> bool:
    """Whether there is enough to put into words. Refusals, questions back and proposals are code's alone."""
    looked_up = reply.refused is None and bool(reply.tools) and not desk.drafts
    return looked_up and len(text_of(blocks).encode()) > SHORT


def _named(reading: Reading, desk: Desk) -> frozenset[str]:
    """The names of the customers whom the question is about: to repeat them says nothing."""
    asked = {id for part in reading.parts for mention in part.mentions.customers for id in mention.ids}
    return frozenset(fact.id for fact in desk.ledger.facts if fact.measure == "name" and fact.subject in asked)


def messages_for(question: str, blocks: Sequence[Block], language: str, most: int) -> list[Message]:
    """What the model is asked: to say what these blocks answer. It sees `most` characters of them."""
    asked = instruction("data", language, {"data": material_of(blocks, most), "question": question})
    return [{"role": "system", "content": instruction("phrase", language)}, {"role": "user", "content": asked}]


class _Lead:
    """The model's sentences, as far as they hold; `failure` says why there are none, or no more. `first_s` is how many
    seconds the first of them, or the end without one, took."""

    def __init__(self, speaker: Speaker, messages: Sequence[Message]) -> None:
        self._speaker = speaker
        self._messages = messages
        self.failure: ModelFailed | None = None
        self.first_s = 0.0

    async def events(self) -> AsyncGenerator[PageEvent]:
        began = time.monotonic()
        try:
            async with aclosing(self._speaker.say(self._messages, most_tokens=MOST_TOKENS)) as spoken:
                async for event in spoken:
                    self.first_s = self.first_s or time.monotonic() - began
                    yield event
            self._speaker.check()
        except ModelFailed as failed:
            self.failure = failed
        self.first_s = self.first_s or time.monotonic() - began
        for event in self._speaker.close():
            yield event


async def opened_by(
    lead: AsyncGenerator[PageEvent], blocks: Sequence[Block], patience_s: float
) -> AsyncGenerator[PageEvent]:
    """The lead and then the blocks, a heading before both. If the lead lets wait too long, it comes after them."""
    title = 1 if blocks and isinstance(blocks[0], Heading) else 0
    for event in events_of(blocks[:title]):
        yield event
    first = asyncio.ensure_future(anext(lead, None))
    try:
        waited, _ = await asyncio.wait({first}, timeout=patience_s)
        if not waited:
            for event in events_of(blocks[title:]):
                yield event
        if begun := await first:
            yield begun
            async for event in lead:
                yield event
        if waited:
            for event in events_of(blocks[title:]):
                yield event
    finally:
        first.cancel()
        await asyncio.wait({first})
        await lead.aclose()
