"""What comes back on OpenAI's wire, as far as it is read: anything else in it is ignored, a wrong shape is an error."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel


class Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class Function(BaseModel):
    name: str | None = None
    arguments: str | None = None


class CallPart(BaseModel):
    """A piece of a tool call; pieces of one call have the same index."""

    index: int = 0
    id: str | None = None
    function: Function = Function()


class Delta(BaseModel):
    """What is new. Models that think aloud do so in a field of its own, which is not read but is a sign of life."""

    content: str | None = None
    tool_calls: list[CallPart] | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None

    @property
    def speaks(self) -> bool:
        return bool(self.content or self.tool_calls or self.reasoning_content or self.reasoning)


class Choice(BaseModel):
    delta: Delta = Delta()
    finish_reason: str | None = None


class Chunk(BaseModel):
    """One event of a streamed completion."""

    choices: list[Choice] = []
    usage: Usage | None = None


@dataclass(frozen=True)
class WantedCall:
    """A tool that the model wants called; `arguments` is JSON as it wrote it."""

    id: str
    name: str
    arguments: str


class WantedCalls:
    """Tool calls, put together from their pieces."""

    def __init__(self) -> None:
        self._calls: dict[int, WantedCall] = {}

    def add(self, parts: Sequence[CallPart]) -> None:
        for part in parts:
            so_far = self._calls.get(part.index, WantedCall(f"call_{part.index}", "", ""))
            self._calls[part.index] = WantedCall(
                part.id or so_far.id,
                so_far.name + (part.function.name or ""),
                so_far.arguments + (part.function.arguments or ""),
            )

    def all(self) -> list[WantedCall]:
        return [self._calls[index] for index in sorted(self._calls)]


class Aloud:
    """What a model says aloud, without what stands between `<think>` and `</think>`, in a text that comes in pieces."""

    OPEN, CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._waiting = ""
        self._thinking = False

    def feed(self, piece: str) -> str:
        """What can be passed on now."""
        self._waiting += piece
        said = ""
        while True:
            mark = self.CLOSE if self._thinking else self.OPEN
            before, found, after = self._waiting.partition(mark)
            if not found:
                break
            said += "" if self._thinking else before
            self._waiting, self._thinking = after, not self._thinking
        kept = _begun(self._waiting, mark)
        passed, self._waiting = self._waiting[: len(self._waiting) - kept], self._waiting[len(self._waiting) - kept :]
        return said if self._thinking else said + passed

    def rest(self) -> str:
        """What is left at the end of the stream."""
        left, self._waiting = self._waiting, ""
        return "" if self._thinking else left


def _begun(text: str, mark: str) -> int:
    """How many characters at the end of the text may be the beginning of the mark."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if mark.startswith(text[-n:])), 0)
