"""What a message says of a task that stands on the list: done, no longer needed, or put off until another day."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN, fold
from prompts import LANGUAGES, note_words

Named = TypeVar("Named")
SHORTEST_WORD = 3


class Outcome(StrEnum):
    """What becomes of a task. The words for them stand under `outcome`."""

    DONE = "done"
    DROPPED = "dropped"
    POSTPONED = "postponed"


def outcome_of(told: str) -> Outcome:
    """What is said of the task; done where nothing else is."""
    for outcome in (Outcome.POSTPONED, Outcome.DROPPED):
        if any(pattern.search(told) for pattern in _patterns(outcome.value)):
            return outcome
    return Outcome.DONE


def day_put_off_to(told: str, today: date) -> date | None:
    """The last day to come that is named, from tomorrow on."""
    named = find_periods(PlainText.of(told).plain, today, Tendency.FUTURE)
    return next((one.period.start for one in reversed(named) if one.period.start > today), None)


def most_alike(told: str, titled: Sequence[tuple[str, Named]]) -> list[Named]:
    """Those whose title shares the most words with what was told; none where no title shares any."""
    said = _words(told)
    shared = [(len(said & _words(title)), one) for title, one in titled]
    most = max((number for number, _ in shared), default=0)
    return [one for number, one in shared if number == most and most > 0]


def _words(text: str) -> set[str]:
    """Words, and pairs of Chinese characters."""
    folded = fold(text)
    pairs = {folded[i : i + 2] for i in range(len(folded) - 1) if HAN.match(folded[i]) and HAN.match(folded[i + 1])}
    return pairs | {word for word in re.findall(r"[^\W\d_]+", folded) if len(word) >= SHORTEST_WORD and word.isascii()}


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
