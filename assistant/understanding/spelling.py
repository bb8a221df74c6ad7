"""Slips of the fingers: words that are nearly one of those everyday questions are made of."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from rapidfuzz.distance import OSA

from assistant.understanding.cues import Cues, all_cues
from assistant.understanding.text import PlainText

SHORTEST = 4
"""Letters from which a word is looked at: shorter ones are near too many others."""
LONG = 5
"""Letters of a calendar word from which a slip in it is told from another word."""
_LOWER = re.compile(rf"(?<![^\W\d_])[a-záéíóúñ]{{{LONG},}}(?![^\W\d_])")
_WORD = re.compile(r"\{\w+\}|[^\W\d_]+")


class Spelling:
    """Knows the words of the example utterances. Chinese is left alone: it is not written letter by letter."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._counts = Counter(
            word for question in questions for word in re.findall(r"[a-z]+", PlainText.of(_unmasked(question)).plain)
        )
        self._by_first: dict[str, list[str]] = {}
        for word in sorted(self._counts):
            if len(word) >= SHORTEST:
                self._by_first.setdefault(word[0], []).append(word)

    def corrected(self, masked: str) -> str:
        """The question with mistyped words as the examples have them; the same question when there are none."""
        return _WORD.sub(lambda match: self._word(match[0]), masked)

    def _word(self, written: str) -> str:
        word = PlainText.of(written).plain
        if len(word) < SHORTEST or not word.isascii() or not word.isalpha() or word in self._counts:
            return written
        near = [known for known in self._by_first.get(word[0], ()) if _is_slip(word, known)]
        return max(near, key=lambda known: (self._counts[known], known), default=written)


def without_calendar_slips(question: str) -> str:
    """The question with mistyped days, months and units as they are written: a period is looked for before anything is
    known of the rest. What may be a name as well is left alone: what begins with a capital, and what has a letter more
    (Augusto, Junior)."""
    return _LOWER.sub(lambda match: max(_calendar().corrected(match[0]), match[0], key=len), question)


@cache
def _calendar() -> Spelling:
    words = {word for cues in all_cues() if cues.language != "zh" for word in _words_of(cues)}
    return Spelling(sorted(word for word in words if len(word) >= LONG))


def _words_of(cues: Cues) -> Iterator[str]:
    yield from cues.units
    yield from cues.months
    yield from cues.days


def _is_slip(word: str, known: str) -> bool:
    """One letter left out, one too many, or two exchanged. Another letter in the place of one, or another first
    letter, is more often another word."""
    if len(word) == len(known) and sorted(word) != sorted(known):
        return False
    return abs(len(word) - len(known)) <= 1 and OSA.distance(word, known, score_cutoff=1) <= 1


def _unmasked(question: str) -> str:
    return re.sub(r"\{\w+\}", " ", question)
