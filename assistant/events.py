"""What a turn emits while it runs, in order. The surfaces translate these into their own wires."""

from dataclasses import dataclass
from datetime import date

from assistant.answer import Answer, Block
from assistant.calling import ToolCall


@dataclass(frozen=True)
class Turn:
    """One question: who asks, in which conversation, as of which day (None: the clock's), by which engine.

    `is_first` says that the conversation begins here: what is kept under its id belongs to an older one. `call` is
    the tool that a programme calls instead of asking; `question` then says so in words. `is_kept` has question and
    answer kept, to be read again; `replaces` is the turn of that conversation from which on this one stands instead.
    """

    id: str
    employee_id: str
    question: str
    conversation_id: str
    as_of: date | None = None
    engine: str | None = None
    is_first: bool = False
    call: ToolCall | None = None
    is_kept: bool = False
    replaces: str | None = None


@dataclass(frozen=True)
class TurnStarted:
    turn_id: str
    conversation_id: str


@dataclass(frozen=True)
class ToolStarted:
    """A tool begins. `label` says in the asker's language what is being looked up."""

    call_id: str
    name: str
    arguments: dict[str, str | int | None]
    label: str


@dataclass(frozen=True)
class ToolFinished:
    call_id: str
    name: str
    facts: int


@dataclass(frozen=True)
class TextDelta:
    """A further piece of the answer's plain text (Markdown; tables as pipes)."""

    text: str


@dataclass(frozen=True)
class BlockReady:
    """A typed block of the answer; its words are also in the text deltas."""

    block: Block


@dataclass(frozen=True)
class TurnFinished:
    answer: Answer


Event = TurnStarted | ToolStarted | ToolFinished | TextDelta | BlockReady | TurnFinished
