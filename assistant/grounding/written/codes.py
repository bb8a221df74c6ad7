"""What is copied and never counted: citations, addresses, phones, account numbers, times of day, placeholders."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.grounding.placeholders import LIKE
from assistant.grounding.written.lexicon import Lexicon
from assistant.understanding.text import PlainText

_CITATION = re.compile(
    r"[\[【〔]\s*(?P<id>[\w.@-]+/[^\s\]】〕]+|\^?\d{1,2})\s*[\]】〕]|(?P<bare>[\w-]+\.(?:en|zh|es)(?:@[\w.]+)?/[\w.-]*\w)",
    re.ASCII,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_LINK = re.compile(r"(?:https?://|www\.)[^\s)\]，。]+")
_CODE = re.compile(r"(?<![\w.-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*(?![\w-])", re.ASCII)
_LETTERS = re.compile(r"(?<![\w.-])[A-Z]{1,3}(?:-[A-Z0-9]+)+(?![\w-])", re.ASCII)
_LONG = re.compile(r"(?<![\w.,])\+?\d(?:[\d ()-]{6,22})\d(?![\w%]|[.,]\d)", re.ASCII)


class Copied(StrEnum):
    CITATION = "citation"
    EMAIL = "email"
    LINK = "link"
    CODE = "code"
    NUMBER = "number"
    TIME = "time"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True)
class Code:
    """Something that is copied letter by letter, and its place. `text` is without brackets."""

    start: int
    end: int
    kind: Copied
    text: str


def find_codes(text: PlainText, words: Lexicon) -> list[Code]:
    """What is copied in a text, in its order; the first kind that fits a place has it."""
    kept: list[Code] = []
    for code in _all(text, words):
        if all(code.end <= other.start or code.start >= other.end for other in kept):
            kept.append(code)
    return sorted(kept, key=lambda code: code.start)


def _all(text: PlainText, words: Lexicon) -> Iterator[Code]:
    original = text.original
    for match in LIKE.finditer(original):
        yield Code(match.start(), match.end(), Copied.PLACEHOLDER, match[0])
    for match in _CITATION.finditer(original):
        yield Code(match.start(), match.end(), Copied.CITATION, match["id"] or match["bare"])
    for pattern, kind in ((_EMAIL, Copied.EMAIL), (_LINK, Copied.LINK)):
        for match in pattern.finditer(original):
            yield Code(match.start(), match.end(), kind, match[0].rstrip("."))
    for pattern in (_CODE, _LETTERS):
        for match in pattern.finditer(original):
            if not re.fullmatch(r"Q[1-4]|T[1-4]", match[0]):
                yield Code(match.start(), match.end(), Copied.CODE, match[0])
    for match in _LONG.finditer(original):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) >= 9 and not re.fullmatch(r"\d{1,3}(?: \d{3})+", match[0]):
            yield Code(match.start(), match.end(), Copied.NUMBER, match[0])
    for match in words.time.finditer(text.plain):
        yield Code(match.start(), match.end(), Copied.TIME, match[0])
