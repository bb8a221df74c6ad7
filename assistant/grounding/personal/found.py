"""A place of personal data in a text."""

from collections.abc import Iterable
from dataclasses import dataclass

from assistant.grounding.placeholders import Personal


@dataclass(frozen=True)
class Found:
    """Where personal data stand, and of which kind."""

    start: int
    end: int
    kind: Personal


def without_overlaps(found: Iterable[Found]) -> list[Found]:
    """The longest places first where they overlap, in the order of the text."""
    kept: list[Found] = []
    for place in sorted(found, key=lambda f: (f.start - f.end, f.start, f.kind)):
        if place.end > place.start and all(place.end <= other.start or place.start >= other.end for other in kept):
            kept.append(place)
    return sorted(kept, key=lambda f: f.start)
