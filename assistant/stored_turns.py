"""Turns that were answered before: a client that lost its connection asks again under the same id and gets the same."""

from collections.abc import AsyncIterator
from datetime import timedelta

from assistant.answer import Answer
from assistant.chain import is_blank
from assistant.events import BlockReady, Event, TextDelta, Turn, TurnFinished, TurnStarted
from assistant.journal import Entry, Journal, Kind
from knowledge.clock import Clock

RECOVERABLE = timedelta(hours=1)
"""So long after it was given. What came later than that is a new question under an old id."""


class StoredTurns:
    """Looks for a turn in the journal, in which it stands before its end is sent."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._real = Clock()

    async def answer(self, turn: Turn, question: str) -> Answer | None:
        """What that asker was answered to that question in that turn of that conversation."""
        before: Entry | None = None
        for entry in await self._journal.turn(turn.id):
            if entry.employee_id != turn.employee_id or is_blank(entry.body):
                continue
            if entry.kind == Kind.QUESTION:
                same = (entry.body["question"], entry.body["conversation"]) == (question, turn.conversation_id)
                before = entry if same else None
            if entry.kind == Kind.ANSWER and before and entry.at > self._real.now() - RECOVERABLE:
                return Answer.model_validate(entry.body)
        return None


async def told_again(answer: Answer) -> AsyncIterator[Event]:
    """The events of an answer that was given before."""
    yield TurnStarted(answer.turn, answer.conversation)
    yield TextDelta(answer.answer)
    for block in answer.blocks:
        yield BlockReady(block)
    yield TurnFinished(answer)
