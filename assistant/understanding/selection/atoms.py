"""The smallest pieces of a question by criteria: words that stand for a field, a value, a comparison, a negation."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Piece(StrEnum):
    """What a stretch of a question is. In this order the first counts where two are equally long."""

    PERIOD = "period"
    YEARS = "years"
    QUANTITY = "quantity"
    RANGE = "range"
    FURTHER = "further"
    GROUP = "group"
    VALUE = "value"
    TERM = "term"
    FIGURE = "figure"
    EVENT = "event"
    SUBJECT = "subject"
    MEASURE = "measure"
    ORDER = "order"
    COMPARE = "compare"
    AFTER = "after"
    BETWEEN = "between"
    NOT = "not"
    HAS = "has"
    OR = "or"
    AND = "and"
    TO = "to"
    KNOWN = "known"
    BESIDE = "beside"
    GROUP_WORD = "group_word"
    INCLUDING = "including"
    BEYOND = "beyond"
    BREAK = "break"
    STOP = "stop"


@dataclass(frozen=True)
class Atom:
    """A piece with its place. What `value` is depends on the piece."""

    start: int
    end: int
    piece: Piece
    value: Any = None


_RANK = {piece: rank for rank, piece in enumerate(Piece)}


def longest(atoms: Iterable[Atom]) -> list[Atom]:
    """The atoms that do not overlap, the longest first to claim its place, in the order of the text."""
    kept: list[Atom] = []
    for atom in sorted(atoms, key=lambda a: (a.start - a.end, _RANK[a.piece], a.start)):
        if all(atom.end <= other.start or atom.start >= other.end for other in kept):
            kept.append(atom)
    return sorted(kept, key=lambda a: a.start)
