"""Cutting a question that asks several things into its parts, and leaving alone one that only has an "and" in it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from assistant.understanding.cues import all_cues
from assistant.understanding.reading import CONVERSATIONAL, Guess
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN

MOST_PARTS = 4
LONGEST_CUT = 400
"""Characters of a masked question that is looked at for parts: a longer one is an e-mail."""

TOLD = (
    "log_contact", "create_task", "repair", "decide_duplicate", "file_feedback", "triage", "settle_feedback",
    "record_answer",
)  # fmt: skip
"""Abilities that take all that follows: what is told of a call or a task is no further question."""
COVERS = {("holdings", "loans"), ("loans", "holdings"), ("portrait", "find_customer"), ("find_customer", "portrait")}
"""Abilities that one answer may cover, when a question that reads as one of them only names the other."""


class Seam(IntEnum):
    """Where a question may be cut, by how much speaks for it: things that are named together, a clause with words of
    asking, a sentence of its own."""

    BESIDE = 1
    CLAUSE = 2
    SENTENCE = 3


SURE = {Seam.BESIDE: 0.75, Seam.CLAUSE: 0.5, Seam.SENTENCE: 0.5}
"""How surely both sides must be read as questions of their own."""
SURE_OF_TALK = 0.9
SURE_OF_WHOLE = 0.9
"""A question read this surely is one, unless what stands beside is more than a word."""
SURE_OF_PIECE = 0.95
DETAIL, BRIEF = 1.5, 3
"""Words of a stretch that can only be a detail, and of one that is brief."""

_SENTENCE = re.compile(r"(?<=[?？!！。;；])\s*(?=\S)|(?<=\w{3}\.)\s+(?=\S)")
_ASKS = re.compile(r"[?？]\s*$")
_MENTION = re.compile(r"\{\w+\}")


Read = Callable[[str], Guess]


@dataclass(frozen=True)
class Part:
    """A stretch of a masked question that asks something of its own. `beside` says that it is merely named together
    with the part before ("her deposits and the last contact"), so that what one says of whom or when holds for both."""

    start: int
    end: int
    beside: bool


@dataclass(frozen=True)
class _Piece:
    """A stretch of the masked question, the seam before it, and what it reads as alone."""

    start: int
    end: int
    seam: Seam
    text: str
    read: Read

    @property
    def guess(self) -> Guess:
        return self.read(self.text)


def cut(masked: str, read: Read) -> list[Part]:
    """The parts of a masked question; one where it asks one thing."""
    whole = [Part(0, len(masked), beside=False)]
    if len(masked) > LONGEST_CUT:
        return whole
    coarse = list(_pieces(masked, 0, len(masked), (Seam.SENTENCE, Seam.CLAUSE), read))
    parts: list[_Piece] = []
    for piece in _joined(masked, coarse, read):
        fine = list(_pieces(masked, piece.start, piece.end, (Seam.BESIDE,), read))
        first, *others = _joined(masked, fine, read) if len(fine) > 1 else [piece]
        parts += [replace(first, seam=piece.seam), *others]
    asked = [part for part in parts if part.guess.ability != "smalltalk"]
    if not 1 < len(asked) <= MOST_PARTS:
        return whole
    return [Part(part.start, part.end, _beside(part)) for part in asked]


def _beside(piece: _Piece) -> bool:
    """Whether a stretch is merely named with the one before: no question of its own, and nothing of the asker's."""
    plain = PlainText.of(piece.text).plain
    if piece.seam is Seam.SENTENCE or any(cues.own.search(plain) for cues in all_cues()):
        return False
    return piece.seam is Seam.BESIDE or not any(cues.asking.search(plain) for cues in all_cues())


def _pieces(masked: str, start: int, end: int, seams: Sequence[Seam], read: Read) -> Iterator[_Piece]:
    """The stretches between these seams; those of one are left alone by the next."""
    before, at = max(seams), start
    for seam_start, seam_end, seam in _seams(masked[start:end], seams):
        if masked[at : start + seam_start].strip():
            yield _piece(masked, at, start + seam_start, before, read)
            at, before = start + seam_end, seam
    if masked[at:end].strip():
        yield _piece(masked, at, end, before, read)


def _piece(masked: str, start: int, end: int, seam: Seam, read: Read) -> _Piece:
    return _Piece(start, end, seam, masked[start:end], read)


def _seams(masked: str, kinds: Sequence[Seam]) -> list[tuple[int, int, Seam]]:
    plain = PlainText.of(masked).plain
    patterns = {
        Seam.SENTENCE: [_SENTENCE],
        Seam.CLAUSE: [pattern for cues in all_cues() for pattern in cues.clause_seams],
        Seam.BESIDE: [pattern for cues in all_cues() for pattern in cues.beside_seams],
    }
    found: list[tuple[int, int, Seam]] = []
    for kind in sorted(kinds, reverse=True):
        for match in (match for pattern in patterns[kind] for match in pattern.finditer(plain)):
            start, end = match.span()
            if start and all(end <= other[0] or start >= other[1] for other in found):
                found.append((start, end, kind))
    return sorted(found)


def _joined(masked: str, pieces: Sequence[_Piece], read: Read) -> list[_Piece]:
    """The pieces with those put together again that are no questions of their own."""
    parts: list[_Piece] = []
    for piece in pieces:
        if not parts or _apart(parts[-1], piece, masked, read):
            parts.append(piece)
        else:
            last = parts.pop()
            parts.append(_piece(masked, last.start, piece.end, last.seam, read))
    return parts


def _apart(left: _Piece, right: _Piece, masked: str, read: Read) -> bool:
    """Whether two neighbours ask two things."""
    if right.seam is Seam.BESIDE and not (_says_anything(left.text) and _says_anything(right.text)):
        return False
    one, other = left.guess.ability, right.guess.ability
    if one == other or other == "follow_up" or one in (*TOLD, "follow_up"):
        return False
    if "smalltalk" in (one, other):
        return right.seam > Seam.BESIDE and min(left.guess.probability, right.guess.probability) >= SURE_OF_TALK
    if {one, other} & set(CONVERSATIONAL):
        sure = min(left.guess.probability, right.guess.probability) >= SURE_OF_TALK
        return right.seam is Seam.SENTENCE and sure
    if min(left.guess.probability, right.guess.probability) < SURE[right.seam]:
        return _two_questions(left, right)
    if other == "standard" and not _asks(left.text):
        return False
    if other in TOLD and left.guess.probability < SURE_OF_WHOLE and not _has_asking_word(left.text):
        return False
    whole = read(masked[left.start : right.end])
    if whole.ability in TOLD and whole.ability != other and whole.probability >= SURE[right.seam]:
        return False
    if (one, other) in COVERS and whole.ability in (one, other):
        return right.seam is Seam.SENTENCE or (right.seam is Seam.CLAUSE and "find_customer" not in (one, other))
    if right.seam is Seam.SENTENCE:
        return True
    one_thing = whole.ability in (one, other) and whole.probability >= SURE_OF_WHOLE
    return all(_stands(piece, one_thing) for piece in (left, right))


def _says_anything(text: str) -> bool:
    """Whether a stretch has words beside mentions and pronouns: nothing need be read of one that has none."""
    plain = PlainText.of(text).plain
    for cues in all_cues():
        plain = cues.pronouns.sub(" ", plain)
    return _length(plain) >= 1


def _stands(piece: _Piece, beside_one_thing: bool) -> bool:
    """Whether a stretch asks something of its own. A word or two ("the rate") are a detail of what stands beside
    them, unless they are plainly a question; so is anything brief where the whole reads as one question."""
    plain = PlainText.of(piece.text).plain
    for cues in all_cues():
        plain = cues.pronouns.sub(" ", plain)
    names_somebody = plain != PlainText.of(piece.text).plain or _MENTION.search(piece.text) is not None
    if _length(plain) < 1:
        return False
    if names_somebody and not beside_one_thing:
        return True
    if _length(plain) <= DETAIL and not names_somebody and beside_one_thing:
        return False
    return _length(plain) > BRIEF or piece.guess.probability >= SURE_OF_PIECE


def _two_questions(left: _Piece, right: _Piece) -> bool:
    """Whether both are whole sentences with question marks, the first one understood: the second is one too, though
    it cannot be told which."""
    marked = _ASKS.search(left.text) and _ASKS.search(right.text) and right.seam is Seam.SENTENCE
    return bool(marked) and left.guess.probability >= SURE[Seam.BESIDE] and _length(right.text) > 2


def _asks(text: str) -> bool:
    """Whether a stretch is a question of somebody, and no mere account of what happened."""
    plain = PlainText.of(text).plain
    if _ASKS.search(text) or _MENTION.search(text) or _has_asking_word(text):
        return True
    return any(cues.pronouns.search(plain) or cues.many.search(plain) for cues in all_cues())


def _has_asking_word(text: str) -> bool:
    plain = PlainText.of(text).plain
    return any(re.search(rf"(?:^|\W){cues.asking.pattern}", plain) for cues in all_cues())


def _length(text: str) -> float:
    """Words, two Chinese characters counting as one."""
    bare = PlainText.of(_MENTION.sub(" ", text)).plain
    return len(re.findall(r"[^\W_]+", HAN.sub(" ", bare))) + len(HAN.findall(bare)) / 2
