"""The question as understanding sees it: plain text of the same length, so that places stay the same."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge.crm.names import HAN, simplified

_TOKEN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3400-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True)
class Token:
    """A word, or one Chinese character. `gap` says whether something stands between it and the one before."""

    start: int
    end: int
    text: str
    gap: bool


@dataclass(frozen=True)
class PlainText:
    """`plain` is `original` in lower case, without accents, in Simplified characters; places agree."""

    original: str
    plain: str

    @classmethod
    def of(cls, text: str) -> "PlainText":
        return cls(text, "".join(map(_bare, _simplified(text))))

    def without(self, places: Iterable[tuple[int, int]]) -> "PlainText":
        """The same text with spaces at those places."""
        return PlainText(blanked(self.original, places), blanked(self.plain, places))

    def tokens(self) -> list[Token]:
        found: list[Token] = []
        for match in _TOKEN.finditer(self.plain):
            gap = bool(found) and found[-1].end < match.start()
            found.append(Token(match.start(), match.end(), match[0], gap))
        return found


def blanked(text: str, places: Iterable[tuple[int, int]]) -> str:
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _simplified(text: str) -> str:
    converted = simplified(text) if HAN.search(text) else text
    return converted if len(converted) == len(text) else text


@lru_cache(maxsize=10_000)
def _bare(character: str) -> str:
    """One character for one: lower case, without its accents, full-width forms made narrow."""
    narrow = unicodedata.normalize("NFKD", character)
    bare = "".join(c for c in narrow if not unicodedata.combining(c)).lower()
    return bare if len(bare) == 1 else character


def key_of(tokens: list[Token]) -> str:
    """Tokens as a look-up key: a space where the text had a gap, as `knowledge.crm.names.fold` writes keys."""
    return "".join((" " if token.gap and index else "") + token.text for index, token in enumerate(tokens))
