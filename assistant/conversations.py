"""Conversations: what each was last about, kept in the store under its asker."""

import hashlib

from sqlalchemy.orm import Session

from assistant.understanding.dialogue import Dialogue
from knowledge.clock import Clock
from knowledge.crm.store import Reader
from knowledge.crm.tables import Conversation


class Conversations:
    """Loads and keeps dialogues. An id belongs to its asker: another's conversation is never entered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def load(self, reader: Reader, employee_id: str, conversation_id: str) -> Dialogue:
        """The dialogue so far; a new one for an id that is not known."""
        row = await reader.get(Conversation, _key(employee_id, conversation_id))
        return Dialogue.model_validate(row.state) if row else Dialogue()

    def keep(self, session: Session, employee_id: str, conversation_id: str, dialogue: Dialogue) -> None:
        """Writes the dialogue as part of the transaction that ends the turn."""
        session.merge(
            Conversation(
                id=_key(employee_id, conversation_id),
                employee_id=employee_id,
                state=dialogue.model_dump(mode="json"),
                updated_at=self._clock.now(),
            )
        )


def _key(employee_id: str, conversation_id: str) -> str:
    """Clients choose the ids; the key holds the asker too, so that two askers' equal ids do not meet."""
    return hashlib.sha256(f"{employee_id}\0{conversation_id}".encode()).hexdigest()
