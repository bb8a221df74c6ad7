"""An engine: from a Reading to the events of an answer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import ToolUse
from assistant.events import BlockReady, TextDelta, ToolFinished, ToolStarted
from assistant.tools.desk import Desk
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import Reading


@dataclass(frozen=True)
class Reply:
    """The end of an engine's turn: a refusal's reason if it was one, the tools used, and what the
    conversation is about now."""

    refused: str | None
    tools: tuple[ToolUse, ...]
    dialogue: Dialogue


EngineEvent = ToolStarted | ToolFinished | BlockReady | TextDelta | Reply


class Engine(Protocol):
    """Answers a Reading at a desk."""

    @property
    def name(self) -> str: ...

    def answer(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        """The events of one turn, a Reply last."""
        ...
