"""The words of one language for conditions, figures and groups, compiled once.

They come from `prompts/understanding/selection/` and, for the codes of a vocabulary, from `prompts/words.yaml`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN
from knowledge.query import FIELDS, Kind
from prompts import codes_of, selection_words, word

Pattern = re.Pattern[str]
_BEGIN, _END = r"(?:(?<![a-z0-9])|(?![a-z0-9]))", r"(?:(?![a-z0-9])|(?<![a-z0-9]))"
"""Where a word may begin and end; signs may stand anywhere."""
BARE = (
    Piece.NOT, Piece.HAS, Piece.OR, Piece.AND, Piece.BREAK, Piece.BETWEEN, Piece.TO, Piece.INCLUDING, Piece.BEYOND,
    Piece.STOP,
)  # fmt: skip
"""Pieces whose words all mean the same."""
AMBIGUOUS = {("channel", "branch")}
"""Codes whose words more often mean something else: the branch of a customer."""


@dataclass(frozen=True)
class Entry:
    """A pattern and what it stands for. The pattern looks ahead, so that a word within a longer one is found too."""

    piece: Piece
    value: Any
    pattern: Pattern

    @classmethod
    def of(cls, piece: Piece, value: Any, text: str) -> "Entry":
        return cls(piece, value, re.compile(f"(?=({text}))"))


@dataclass(frozen=True)
class Lexicon:
    """One language. `units` and `currencies` stand beside numbers, `years` are years with what bounds them."""

    language: str
    entries: tuple[Entry, ...]
    units: tuple[tuple[str, Pattern], ...]
    currencies: tuple[tuple[str, Pattern], ...]
    years: tuple[Pattern, ...]
    beside: tuple[tuple[str, Pattern], ...]
    stop: frozenset[str]

    def atoms(self, plain: str) -> Iterator[Atom]:
        """The longest match of each entry at each place of plain text; they overlap."""
        for entry in self.entries:
            for match in entry.pattern.finditer(plain):
                if match.end(1) > match.start(1):
                    yield Atom(match.start(1), match.end(1), entry.piece, entry.value)


@cache
def lexicon(language: str) -> Lexicon:
    words = selection_words(language)
    bounded = language != "zh"
    return Lexicon(
        language,
        tuple(_entries(words, language, bounded)),
        tuple((unit, _any(texts, bounded=False)) for unit, texts in words["units"].items()),
        tuple((code, _any(texts, bounded=False)) for code, texts in words["currencies"].items()),
        tuple(re.compile(f"(?=({_any([text], bounded).pattern}))") for text in words["years"]),
        tuple((field, _any(texts, bounded)) for field, texts in words["beside"].items()),
        frozenset(words["stop"]),
    )


def _entries(words: dict[str, Any], language: str, bounded: bool) -> Iterator[Entry]:
    named = {
        Piece.SUBJECT: words["subjects"], Piece.MEASURE: words["measures"], Piece.ORDER: words["order"],
        Piece.FIGURE: words["figures"], Piece.EVENT: words["events"], Piece.AFTER: words["compare"]["after"],
        Piece.COMPARE: {name: texts for name, texts in words["compare"].items() if name != "after"},
        Piece.BESIDE: words["beside"], Piece.KNOWN: words["known"], Piece.GROUP_WORD: words["groups"]["words"],
    }  # fmt: skip
    for piece, texts in named.items():
        for name, patterns in texts.items():
            yield Entry.of(piece, name, _any(patterns, bounded).pattern)
    for piece in BARE:
        yield Entry.of(piece, None, _any(words[piece.value], bounded).pattern)
    yield Entry.of(Piece.FURTHER, None, r"^\W*" + _any(words["further"], bounded).pattern)
    yield Entry.of(Piece.FURTHER, None, _any(words["further_at_end"], bounded).pattern + r"\W*$")
    for name, patterns in words["groups"]["alone"].items():
        yield Entry.of(Piece.GROUP, (name, "alone"), _any(patterns, bounded).pattern)
    for lead in ("leads", "asked", "ranked"):
        for name, patterns in words["groups"]["words"].items():
            text = rf"(?:{'|'.join(words['groups'].get(lead, ['(?!)']))})\s*(?:{'|'.join(patterns)})"
            yield Entry.of(Piece.GROUP, (name, lead), _any([text], bounded).pattern)
    yield from _terms(words["terms"], language, bounded)


def _terms(terms: dict[str, dict[str, list[str]]], language: str, bounded: bool) -> Iterator[Entry]:
    """The words of codes. A key may name several codes, which are then meant together."""
    for field in {**terms, **{name: {} for name in _worded()}}:
        said = {key: list(patterns) for key, patterns in terms.get(field, {}).items()}
        for code in codes_of(_vocabulary(field)) if field in (*_worded(), "channel") else ():
            if (field, code) in AMBIGUOUS:
                continue
            plain = PlainText.of(word(_vocabulary(field), code, language)).plain
            plural = "" if HAN.search(plain) else "(?:s|es)?"
            said.setdefault(code, []).append(re.escape(plain) + plural)
        for key, patterns in said.items():
            yield Entry.of(Piece.TERM, (field, tuple(key.split())), _any(patterns, bounded).pattern)


def _worded() -> list[str]:
    """Fields whose codes have words, and no other field the same ones."""
    shared = ("unit", "employee", "product", "channel", "consent", "language", "direction", "risk")
    kinds = (Kind.CODE, Kind.NAME, Kind.LIST)
    return [f.name for f in FIELDS.values() if f.vocabulary and f.kind in kinds and f.vocabulary not in shared]


def _vocabulary(field: str) -> str:
    return field if field == "channel" else (FIELDS[field].vocabulary or field)


def _any(texts: Iterable[str], bounded: bool) -> Pattern:
    """One of these, as whole words where words stand apart."""
    joined = "|".join(sorted(texts, key=len, reverse=True))
    return re.compile(rf"{_BEGIN}(?:{joined}){_END}" if bounded else f"(?:{joined})")
