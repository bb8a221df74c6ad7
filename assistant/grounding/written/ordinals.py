"""Places in a list as they are written: second, 2nd, 第三, quinto."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.grounding.written.lexicon import Lexicon

_HAN = re.compile(r"第(\d{1,3}|[二三四五六七八九十])(?!季|章|条|次)")
_HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九十")}


@dataclass(frozen=True)
class Ordinal:
    """A place counted from 1, and where it is written. The first is also "at first" and "the first time": no place."""

    start: int
    end: int
    number: int


def find_ordinals(plain: str, words: Lexicon) -> Iterator[Ordinal]:
    """The places from the second on that plain text names."""
    if not words.spaced:
        for match in _HAN.finditer(plain):
            number = int(match[1]) if match[1].isdigit() else _HAN_DIGITS[match[1]]
            if number > 1:
                yield Ordinal(match.start(), match.end(), number)
        return
    for match in words.ordinal.finditer(plain):
        if int(match[1]) > 1:
            yield Ordinal(match.start(), match.end(), int(match[1]))
    for word, number in words.ordinals.items():
        for match in re.finditer(rf"(?<!\w){word}(?!\w)", plain):
            yield Ordinal(match.start(), match.end(), number)
