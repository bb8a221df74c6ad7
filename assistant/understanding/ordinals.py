"""Places in a list: "the second one", 第二个, "la última", or a bare "2"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.understanding.cues import all_cues

_BARE = re.compile(r"\W*(?:no\.?|nr\.?|#)?\s*(\d{1,2})\W*")


@dataclass(frozen=True)
class OrdinalMention:
    """A place counted from 1; -1 is the last."""

    start: int
    end: int
    number: int


def find_ordinal(plain: str) -> OrdinalMention | None:
    """The place that plain text points at, if any."""
    for cues in all_cues():
        for number, pattern in cues.ordinals:
            match = pattern.search(plain)
            if match:
                return OrdinalMention(match.start(), match.end(), number)
    bare = _BARE.fullmatch(plain)
    return OrdinalMention(0, len(plain), int(bare[1])) if bare else None


def place_of(ids: Sequence[str], ordinal: int) -> str | None:
    """What stands at that place of a list, counted from 1; -1 is the last."""
    index = ordinal - 1 if ordinal > 0 else ordinal
    return ids[index] if -len(ids) <= index < len(ids) else None
