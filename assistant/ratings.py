"""Thumbs on answers: kept with what was asked, said and known, for those who make the answers better."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.conversations import key
from assistant.errors import UnknownConversation
from assistant.history import History
from assistant.understanding.dialogue import Dialogue
from knowledge.clock import Clock
from knowledge.crm.exchange import Exchange, Rating, Thumb, ThumbReason
from knowledge.crm.store import CrmStore


class Ratings:
    """Keeps the last thumb of an asker on each of their own answers."""

    def __init__(self, store: CrmStore, history: History) -> None:
        self._store, self._history = store, history

    async def rate(
        self,
        employee_id: str,
        conversation_id: str,
        turn_id: str,
        thumb: Thumb,
        reasons: Sequence[ThumbReason] = (),
        comment: str = "",
    ) -> None:
        """Keeps a thumb; a later one on the same answer takes its place. Raises UnknownEmployee, and
        UnknownConversation for an answer that is not the asker's or that they may no longer read."""
        kept = await self._history.answered(employee_id, conversation_id, turn_id)
        if kept is None or kept.answer is None:
            raise UnknownConversation(conversation=conversation_id)
        answer = kept.answer
        id = key(employee_id, conversation_id, turn_id)

        def write(session: Session) -> None:
            asked = session.get(Exchange, id)
            before = Dialogue.model_validate(asked.before) if asked else Dialogue()
            session.merge(
                Rating(
                    id=id,
                    employee_id=employee_id,
                    turn_id=turn_id,
                    thumb=thumb,
                    reasons=[*dict.fromkeys(reasons)],
                    comment=comment.strip(),
                    language=answer.language,
                    earlier=before.earlier,
                    question=kept.question,
                    answer=answer.answer,
                    facts=[fact.model_dump(mode="json") for fact in answer.facts],
                    tools=[use.model_dump(mode="json") for use in answer.tools],
                    rated_at=Clock().now(),
                )
            )

        await self._store.write(write)


async def all_ratings(store: CrmStore, thumb: Thumb | None = None) -> list[Rating]:
    """Every employee's thumbs, newest first: for the people who improve the answers, never for an answer."""
    found = select(Rating).order_by(Rating.rated_at.desc(), Rating.id)
    async with store.auditing() as session:
        return list(await session.scalars(found if thumb is None else found.where(Rating.thumb == thumb)))
