"""A queue of feedback that keeps what it is given, without a bank."""

from datetime import date

from assistant.errors import KeyUsed
from assistant.feedback.intake import Message, Receipt
from assistant.feedback.new_case import case_number


class ScriptedIntake:
    """Knows the customer C1; the key `used` is another message's."""

    def __init__(self) -> None:
        self.taken: list[tuple[str | None, Message]] = []

    async def take_from(self, employee_id: str, message: Message) -> Receipt:
        return self._take(employee_id, message)

    async def take(self, message: Message) -> Receipt:
        return self._take(None, message)

    def _take(self, employee_id: str | None, message: Message) -> Receipt:
        if message.key == "api:used":
            raise KeyUsed(key="used")
        is_new = message.key is None or all(message.key != other.key for _, other in self.taken)
        self.taken.append((employee_id, message))
        return Receipt(
            case=case_number(), is_new=is_new, kind="complaint", severity="medium", due_on=date(2026, 12, 5),
            needs_person=False, known_customer=message.number == "C1", incident=None,
        )  # fmt: skip
