"""What was asked and told, kept by the scripted assistant as long as it runs."""

from collections.abc import Sequence
from datetime import datetime

from assistant.answer import Answer
from assistant.errors import UnknownConversation
from assistant.events import Turn
from assistant.history import ConversationCard, KeptExchange, OpenedConversation
from knowledge.crm.exchange import ExchangeState, Thumb, ThumbReason

AT = datetime(2026, 11, 20, 9)


class ScriptedHistory:
    """History and thumbs in one."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], list[tuple[Turn, Answer]]] = {}
        self.titles: dict[tuple[str, str], str] = {}
        self.rated: list[tuple[str, Thumb, list[ThumbReason], str]] = []

    def keep(self, turn: Turn, answer: Answer) -> None:
        if not turn.is_kept:
            return
        turns = self.kept.setdefault((turn.employee_id, turn.conversation_id), [])
        places = [at for at, (each, _) in enumerate(turns) if each.id == turn.replaces]
        del turns[places[0] if places else len(turns) :]
        turns.append((turn, answer))
        self.titles.setdefault((turn.employee_id, turn.conversation_id), turn.question)

    async def listed(self, employee_id: str, search: str = "", limit: int = 100) -> Sequence[ConversationCard]:
        mine = [(id, title) for (owner, id), title in self.titles.items() if owner == employee_id]
        return [ConversationCard(id=id, title=title, updated_at=AT) for id, title in mine[::-1] if search in title]

    async def opened(self, employee_id: str, conversation_id: str) -> OpenedConversation:
        self._check(employee_id, conversation_id)
        exchanges = [exchange(*kept) for kept in self.kept[employee_id, conversation_id]]
        title = self.titles[employee_id, conversation_id]
        return OpenedConversation(id=conversation_id, title=title, updated_at=AT, exchanges=exchanges)

    async def answered(self, employee_id: str, conversation_id: str, turn_id: str) -> KeptExchange | None:
        turns = self.kept.get((employee_id, conversation_id), [])
        return next((exchange(turn, answer) for turn, answer in turns if turn.id == turn_id), None)

    async def rename(self, employee_id: str, conversation_id: str, title: str) -> ConversationCard:
        self._check(employee_id, conversation_id)
        self.titles[employee_id, conversation_id] = title
        return ConversationCard(id=conversation_id, title=title, updated_at=AT)

    async def delete(self, employee_id: str, conversation_id: str) -> None:
        self._check(employee_id, conversation_id)
        del self.kept[employee_id, conversation_id], self.titles[employee_id, conversation_id]

    async def rate(
        self,
        employee_id: str,
        conversation_id: str,
        turn_id: str,
        thumb: Thumb,
        reasons: Sequence[ThumbReason] = (),
        comment: str = "",
    ) -> None:
        self._check(employee_id, conversation_id)
        self.rated.append((turn_id, thumb, list(reasons), comment))

    def _check(self, employee_id: str, conversation_id: str) -> None:
        if (employee_id, conversation_id) not in self.kept:
            raise UnknownConversation(conversation=conversation_id)


def exchange(turn: Turn, answer: Answer) -> KeptExchange:
    return KeptExchange(turn=turn.id, question=turn.question, state=ExchangeState.ANSWERED, asked_at=AT, answer=answer)
