"""One question to an assistant, as tests ask it."""

from datetime import date

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.evaluation import evaluation
from assistant.events import Turn


async def ask(
    assistant: Assistant, employee: str, question: str, conversation: str, as_of: date | None = None, id: str = "turn"
) -> Answer:
    """The finished answer to one question."""
    return await evaluation.ask(assistant, Turn(id, employee, question, conversation, as_of))
