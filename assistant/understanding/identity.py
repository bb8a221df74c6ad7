"""What a message says of two customers who may be one: they are, they are not, or they were wrongly joined."""

import re
from collections.abc import Collection
from enum import StrEnum
from functools import cache

from assistant.understanding.text import PlainText
from prompts import LANGUAGES, cues


class Decision(StrEnum):
    UNDO = "undo"
    APART = "apart"
    JOIN = "join"


def decision_on_identity(question: str) -> Decision | None:
    """The decision that the words tell. "Not the same" goes before "the same", and an undoing before both."""
    plain = PlainText.of(question).plain
    return next((one for one in Decision if any(pattern.search(plain) for pattern in _patterns(one))), None)


def survivor_of(question: str, customers: Collection[str]) -> str | None:
    """The one of these numbers that is to stay, if the question says so: "join C000456 into C000123"."""
    plain = PlainText.of(question).plain
    named = [
        id
        for id in customers
        for lead in _leads()
        if re.search(rf"(?:{lead}){re.escape(id.lower())}(?![0-9a-z])", plain)
    ]
    return named[0] if len(set(named)) == 1 else None


@cache
def _patterns(decision: Decision) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for language in LANGUAGES for text in cues(language)["identity"][decision])


def _leads() -> list[str]:
    return [str(cues(language)["survivor"]) for language in LANGUAGES]
