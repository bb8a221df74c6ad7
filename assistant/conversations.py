"""Conversations: what each was last about, kept in the store under its asker."""

import hashlib

from assistant.understanding.dialogue import Dialogue
from knowledge.clock import Clock
from knowledge.crm.store import CrmStore, Reader
from knowledge.crm.tables import Conversation


class Conversations:
    """Loads and keeps dialogues. An id belongs to its asker: another's conversation is never entered."""

    def __init__(self, store: CrmStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def load(self, reader: Reader, employee_id: str, conversation_id: str) -> Dialogue:
        """The dialogue so far; a new one for an id that is not known."""
        row = await reader.get(Conversation, _key(employee_id, conversation_id))
        return Dialogue.model_validate(row.state) if row else Dialogue()

    async def keep(self, employee_id: str, conversation_id: str, dialogue: Dialogue) -> None:
        async with self._store.writing() as session:
            await session.merge(
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
