"""What a message says of a task that stands on the list: done, no longer needed, or put off until another day."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import TypeVar

from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN, fold
from prompts import LANGUAGES, note_words

Named = TypeVar("Named")
SHORTEST_WORD = 4


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


def day_put_off_to(told: str, today: date, due_on: date | None = None) -> date | None:
    """The last day to come that is named, from tomorrow on; else so many days as are told after the task's own day."""
    for one in reversed(find_periods(PlainText.of(told).plain, today, Tendency.FUTURE)):
        day = one.period.start if one.period.start > today else one.period.end
        if day > today:
            return day
    days = next((number for number, patterns in _put_off_by() if any(p.search(told) for p in patterns)), None)
    return max(today, due_on or today) + timedelta(days=days) if days else None


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
def _put_off_by() -> Sequence[tuple[int, Sequence[re.Pattern[str]]]]:
    words = [note_words(language)["put_off_by"] for language in LANGUAGES]
    return [(days, [re.compile(text, re.IGNORECASE) for each in words for text in each[days]]) for days in words[0]]


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
