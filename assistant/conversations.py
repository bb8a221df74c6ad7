"""Conversations: what each was last about and what was said in it, kept in the store under its asker."""

import hashlib

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from assistant.answer import Answer
from assistant.events import Turn
from assistant.understanding.dialogue import Dialogue
from knowledge.clock import Clock
from knowledge.crm.exchange import Exchange, ExchangeState
from knowledge.crm.names import fold
from knowledge.crm.store import Reader
from knowledge.crm.tables import Conversation

LONGEST_TITLE = 80


class Conversations:
    """Loads and keeps dialogues. An id belongs to its asker: another's conversation is never entered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def load(self, reader: Reader, employee_id: str, conversation_id: str) -> Dialogue:
        """The dialogue so far; a new one for an id that is not known."""
        row = await reader.get(Conversation, key(employee_id, conversation_id))
        return Dialogue.model_validate(row.state) if row else Dialogue()

    async def before(self, reader: Reader, turn: Turn) -> Dialogue:
        """The dialogue that the turn goes on from: what went before the turn that it replaces, or the dialogue so far;
        a new one where it is the first."""
        if turn.is_first:
            return Dialogue()
        if turn.replaces:
            replaced = await reader.get(Exchange, key(turn.employee_id, turn.conversation_id, turn.replaces))
            if replaced:
                return Dialogue.model_validate(replaced.before)
        return await self.load(reader, turn.employee_id, turn.conversation_id)

    def keep(self, session: Session, employee_id: str, conversation_id: str, dialogue: Dialogue) -> None:
        """Writes the dialogue as part of the transaction that ends the turn."""
        id = key(employee_id, conversation_id)
        row = session.get(Conversation, id) or Conversation(id=id, employee_id=employee_id)
        row.state, row.updated_at = dialogue.model_dump(mode="json"), self._clock.now()
        session.add(row)

    def keep_answered(
        self, session: Session, turn: Turn, question: str, before: Dialogue, after: Dialogue, answer: Answer
    ) -> None:
        """Writes the dialogue and, of a turn that is kept, question and answer."""
        self.keep(session, turn.employee_id, turn.conversation_id, after)
        if turn.is_kept:
            _keep_exchange(session, turn, question, before, ExchangeState.ANSWERED, answer)

    def keep_unanswered(self, session: Session, turn: Turn, question: str, state: ExchangeState) -> None:
        """Writes the question of a turn that ended without an answer; what the conversation was about stays."""
        row = session.get(Conversation, key(turn.employee_id, turn.conversation_id))
        before = Dialogue.model_validate(row.state) if row else Dialogue()
        if row is None:
            self.keep(session, turn.employee_id, turn.conversation_id, before)
        _keep_exchange(session, turn, question, before, state, None)


def _keep_exchange(
    session: Session, turn: Turn, question: str, before: Dialogue, state: ExchangeState, answer: Answer | None
) -> None:
    """An answer once kept is not overwritten by the same turn's end without one: a connection may be lost after it."""
    conversation_id = key(turn.employee_id, turn.conversation_id)
    id = key(turn.employee_id, turn.conversation_id, turn.id)
    conversation = session.get_one(Conversation, conversation_id)
    conversation.client_id = turn.conversation_id
    conversation.title = conversation.title or _title(question)
    session.flush()
    known = session.get(Exchange, id)
    if known and known.state == ExchangeState.ANSWERED and answer is None:
        return
    _drop_replaced(session, turn, keeping=id)
    of_it = Exchange.conversation_id == conversation_id
    last = session.scalar(select(func.max(Exchange.number)).where(of_it)) or 0
    session.merge(
        Exchange(
            id=id,
            conversation_id=conversation_id,
            employee_id=turn.employee_id,
            turn_id=turn.id,
            number=known.number if known else last + 1,
            question=question,
            before=before.model_dump(mode="json"),
            answer=answer.model_dump(mode="json") if answer else None,
            folded=fold(f"{question} {answer.answer if answer else ''}"),
            state=state,
            asked_at=Clock().now(),
        )
    )


def _drop_replaced(session: Session, turn: Turn, keeping: str) -> None:
    """Takes out the turn that this one replaces, and what was said after it."""
    if not turn.replaces:
        return
    replaced = session.get(Exchange, key(turn.employee_id, turn.conversation_id, turn.replaces))
    if replaced and replaced.id != keeping:
        later = (Exchange.conversation_id == replaced.conversation_id, Exchange.number >= replaced.number)
        session.execute(delete(Exchange).where(*later, Exchange.id != keeping))


def _title(question: str) -> str:
    return question if len(question) <= LONGEST_TITLE else question[: LONGEST_TITLE - 1].rstrip() + "…"


def key(*parts: str) -> str:
    """Clients choose the ids; the key holds the asker too, so that two askers' equal ids do not meet."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
