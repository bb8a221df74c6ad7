"""What an employee has asked and been told: listed, searched, opened, renamed and deleted by themselves alone."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from assistant.access import scope_of
from assistant.answer import Answer
from assistant.conversations import LONGEST_TITLE, key
from assistant.errors import UnknownConversation
from knowledge.clock import Clock
from knowledge.crm.exchange import Exchange, ExchangeState, Rating
from knowledge.crm.names import fold
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Lookups
from knowledge.crm.tables import Conversation, Customer

MOST_LISTED = 100


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class ConversationCard(_Part):
    """One conversation in a list; `updated_at` is naive UTC."""

    id: str
    title: str
    updated_at: datetime


class KeptExchange(_Part):
    """One question and its answer. `state` says why there is none, `withheld` that it speaks of a customer whom the
    asker may no longer see. `thumb` is what the asker thought of it."""

    turn: str
    question: str
    state: ExchangeState
    asked_at: datetime
    answer: Answer | None
    withheld: bool = False
    thumb: str | None = None


class OpenedConversation(ConversationCard):
    exchanges: list[KeptExchange]


class History:
    """Reads through the asker's scope of today, so that a customer who went to somebody else is not read about here."""

    def __init__(self, store: CrmStore) -> None:
        self._store = store

    async def listed(self, employee_id: str, search: str = "", limit: int = MOST_LISTED) -> Sequence[ConversationCard]:
        """The asker's conversations, the latest first; with `search` those in which all of its words were written or
        said. Raises UnknownEmployee."""
        last = select(func.max(Exchange.asked_at)).where(Exchange.conversation_id == Conversation.id)
        found = (
            select(Conversation.client_id, Conversation.title, last.scalar_subquery().label("last"))
            .where(Conversation.client_id.is_not(None), *map(_mentions, fold(search).split()))
            .order_by(last.scalar_subquery().desc(), Conversation.id)
            .limit(min(limit, MOST_LISTED))
        )
        scope = await self._scope(employee_id)
        async with self._store.reading(scope) as reader:
            rows = await reader.rows(found)
        return [ConversationCard(id=id, title=title or "", updated_at=at) for id, title, at in rows if id and at]

    async def opened(self, employee_id: str, conversation_id: str) -> OpenedConversation:
        """A conversation with all that was said in it. Raises UnknownEmployee, UnknownConversation."""
        scope = await self._scope(employee_id)
        async with self._store.reading(scope) as reader:
            opened = await reader.together(lambda lookups: _opened(lookups, scope, conversation_id))
        if opened is None:
            raise UnknownConversation(conversation=conversation_id)
        return opened

    async def answered(self, employee_id: str, conversation_id: str, turn_id: str) -> KeptExchange | None:
        """That turn with its answer, None where it has none, or one that may no longer be read. Raises
        UnknownEmployee."""
        scope = await self._scope(employee_id)
        async with self._store.reading(scope) as reader:
            row = await reader.get(Exchange, key(employee_id, conversation_id, turn_id))
            if row is None or row.answer is None:
                return None
            answer = Answer.model_validate(row.answer)
            seen = await reader.together(lambda lookups: _seen(lookups, answer.customers))
        kept = _kept(row, answer, seen, None)
        return kept if kept.answer else None

    async def rename(self, employee_id: str, conversation_id: str, title: str) -> ConversationCard:
        """Gives it another title. Raises UnknownEmployee, UnknownConversation."""
        await self._scope(employee_id)
        written = " ".join(title.split())[:LONGEST_TITLE]

        def write(session: Session) -> bool:
            row = session.get(Conversation, key(employee_id, conversation_id))
            if row is not None and written:
                row.title = written
            return row is not None

        if not await self._store.write(write):
            raise UnknownConversation(conversation=conversation_id)
        opened = await self.opened(employee_id, conversation_id)
        return ConversationCard(id=opened.id, title=opened.title, updated_at=opened.updated_at)

    async def delete(self, employee_id: str, conversation_id: str) -> None:
        """Takes it out with all that was said in it; the journal and thumbs stay. Raises UnknownEmployee,
        UnknownConversation."""
        await self._scope(employee_id)
        id = key(employee_id, conversation_id)

        def write(session: Session) -> bool:
            row = session.get(Conversation, id)
            if row is not None:
                session.execute(delete(Exchange).where(Exchange.conversation_id == id))
                session.delete(row)
            return row is not None

        if not await self._store.write(write):
            raise UnknownConversation(conversation=conversation_id)

    async def _scope(self, employee_id: str) -> Scope:
        return await scope_of(self._store, employee_id, Clock().today())


def _mentions(word: str) -> ColumnElement[bool]:
    said = select(Exchange.id).where(
        Exchange.conversation_id == Conversation.id, Exchange.folded.contains(word, autoescape=True)
    )
    return or_(said.exists(), func.lower(Conversation.title).contains(word, autoescape=True))


def _opened(lookups: Lookups, scope: Scope, conversation_id: str) -> OpenedConversation | None:
    id = key(scope.employee_id, conversation_id)
    conversation = lookups.get(Conversation, id)
    if conversation is None or conversation.client_id is None:
        return None
    rows = lookups.scalars(select(Exchange).where(Exchange.conversation_id == id).order_by(Exchange.number))
    thumbs = dict(lookups.rows(select(Rating.id, Rating.thumb).where(Rating.id.in_([row.id for row in rows]))))
    answers = {row.id: Answer.model_validate(row.answer) for row in rows if row.answer}
    seen = _seen(lookups, [customer for answer in answers.values() for customer in answer.customers])
    kept = [_kept(row, answers.get(row.id), seen, thumbs.get(row.id)) for row in rows]
    return OpenedConversation(
        id=conversation_id, title=conversation.title or "", updated_at=conversation.updated_at, exchanges=kept
    )


def _kept(row: Exchange, answer: Answer | None, seen: set[str], thumb: str | None) -> KeptExchange:
    withheld = answer is not None and not seen.issuperset(answer.customers)
    return KeptExchange(
        turn=row.turn_id,
        question=row.question,
        state=ExchangeState(row.state),
        asked_at=row.asked_at,
        answer=None if withheld else answer,
        withheld=withheld,
        thumb=thumb,
    )


def _seen(lookups: Lookups, customers: Sequence[str]) -> set[str]:
    """Those of these customers who are in view."""
    wanted = sorted(set(customers))
    found: set[str] = set()
    for at in range(0, len(wanted), 500):
        found |= set(lookups.scalars(select(Customer.id).where(Customer.id.in_(wanted[at : at + 500]))))
    return found
