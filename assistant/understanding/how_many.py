"""How many customers a list is to hold: "20 customers", 二十位客户, "veinte clientes"."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from assistant.understanding.cues import Cues, all_cues
from assistant.understanding.numerals import HAN_DIGITS, han_number, number_of
from assistant.understanding.text import PlainText
from prompts import LANGUAGES, note_words

_DIGITS = re.compile(r"[\d.,\s]+")
_HAN = re.compile(f"[{HAN_DIGITS}十百千万]+")


def how_many(told: str) -> int | None:
    """The number that is asked for, also one that cannot be granted (0, 10,000); None where none is named."""
    plain = PlainText.of(told).plain
    for pattern, cues in _patterns():
        for match in _overlapping(pattern, plain):
            written = match["n"]
            if _DIGITS.fullmatch(written):
                return int(re.sub(r"\D", "", written))
            number = han_number(written) if _HAN.fullmatch(written) else number_of(written, cues)
            if number is not None:
                return number
    return None


def _overlapping(pattern: re.Pattern[str], plain: str) -> Iterator[re.Match[str]]:
    """Matches from each place on: in "with 5 customers" the first word before "customers" is no number."""
    start = 0
    while match := pattern.search(plain, start):
        yield match
        start = match.start() + 1


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], Cues]]:
    return [
        (re.compile(text), cues)
        for language, cues in zip(LANGUAGES, all_cues(), strict=True)
        for text in note_words(language)["how_many"]
    ]
