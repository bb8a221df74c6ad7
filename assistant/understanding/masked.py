"""A question with its mentions replaced by what they are, as the example utterances have them."""

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[int, int, str]
"""Where a mention starts and ends, and what it is."""


@dataclass(frozen=True)
class Masked:
    """`text` has {customer}, {period} ... where `original` has mentions; `places` are those, in their order."""

    original: str
    text: str
    places: tuple[Place, ...]

    @classmethod
    def of(cls, original: str, places: Iterable[Place]) -> "Masked":
        text, ordered = original, tuple(sorted(places))
        for start, end, name in reversed(ordered):
            text = f"{text[:start]}{{{name}}}{text[end:]}"
        return cls(original, text, ordered)

    def origin(self, start: int, end: int) -> str:
        """The words of the original question that this stretch of the masked text stands for."""
        return self.original[self._place(start) : self._place(end)]

    def _place(self, at: int) -> int:
        """The place of the original that a place of the masked text stands for; within a mention, its start."""
        shift = 0
        for start, end, name in self.places:
            masked_start, masked_end = start - shift, start - shift + len(name) + 2
            if at < masked_end:
                return start if at > masked_start else at + shift
            shift = end - masked_end
        return at + shift
