"""A question taken to pieces: which stretches say something of a query, and which stretches nobody knows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from assistant.tools.desk import Period
from assistant.understanding.periods import PeriodMention
from assistant.understanding.reading import ProductMention
from assistant.understanding.selection.atoms import Atom, Piece, longest
from assistant.understanding.selection.lexicon import Lexicon
from assistant.understanding.selection.quantities import find_quantities, with_ranges
from assistant.understanding.selection.values import Values
from assistant.understanding.text import PlainText, blanked
from knowledge.crm.names import HAN

OPEN_YEARS = 28
"""A period longer than this is open at its beginning: everything up to a day."""
_WORDS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:['’.-][^\W_\u3400-\u9fff]+)*")
_SEPARATED = re.compile("[,;、，；]")
PARTICLES = "的了吗呢吧啊是有在我你您他她和与及或要都会能想看请"
"""Characters that stand between words and are seldom a part of one."""
_OF_FEEDBACK = ("severity", "feedback_state", "cause")


def scan(
    text: PlainText,
    words: Lexicon,
    values: Values,
    periods: Sequence[PeriodMention],
    products: Sequence[ProductMention],
    of_feedback: bool = False,
) -> list[Atom]:
    """The pieces of a question in their order. `of_feedback`: it takes a question about feedback further."""
    years = list(_years(text.plain, words))
    dated = [*years, *(Atom(m.start, m.end, Piece.PERIOD, _bounded(m.period)) for m in periods if _apart(m, years))]
    free = blanked(text.plain, [(atom.start, atom.end) for atom in dated])
    found = [*dated, *find_quantities(free, words), *words.atoms(text.plain), *values.atoms(text)]
    money = [a for a in found if a.piece is Piece.TERM and a.value[0] == "currency"]
    named = [m for m in products if m.end > m.start and not _SEPARATED.search(m.written)]
    named = [m for m in named if all(m.end <= a.start or m.start >= a.end for a in money)]
    found += [Atom(m.start, m.end, Piece.TERM, ("product", m.ids)) for m in named]
    return with_ranges(longest(_in_context(found, values, of_feedback)))


def unread(text: PlainText, atoms: Iterable[Atom]) -> list[str]:
    """The stretches that no piece covers, as they were written; words side by side are one stretch."""
    covered = [(a.start, a.end) for a in _said_alone(text, atoms)]
    left = blanked(text.original, covered)
    stretches: list[tuple[int, int]] = []
    for match in _WORDS.finditer(left):
        beside = stretches and not text.original[stretches[-1][1] : match.start()].strip(" ")
        if beside and not HAN.match(match[0]):
            stretches[-1] = (stretches[-1][0], match.end())
        else:
            stretches.append((match.start(), match.end()))
    return [text.original[start:end] for start, end in stretches]


def _said_alone(text: PlainText, atoms: Iterable[Atom]) -> list[Atom]:
    """The pieces, without single Chinese characters of no meaning that are the end or the begin of an unknown word."""
    kept = list(atoms)
    while True:
        covered = {place for atom in kept for place in range(atom.start, atom.end)}
        torn = [a for a in kept if a.piece is Piece.STOP and a.end - a.start == 1 and _is_torn(text, a, covered)]
        if not torn:
            return kept
        kept = [atom for atom in kept if atom not in torn]


def _is_torn(text: PlainText, atom: Atom, covered: set[int]) -> bool:
    character = text.plain[atom.start]
    beside = [place for place in (atom.start - 1, atom.end) if 0 <= place < len(text.plain)]
    unknown = any(place not in covered and HAN.match(text.plain[place]) for place in beside)
    return unknown and HAN.match(character) is not None and character not in PARTICLES


def _in_context(atoms: list[Atom], values: Values, of_feedback: bool) -> Iterator[Atom]:
    """Without the words that mean something of feedback or of ratings alone, where nothing is asked of those."""
    terms = {atom.value[0] for atom in atoms if atom.piece is Piece.TERM}
    feedback = (
        of_feedback
        or "feedback_kind" in terms
        or any(a.piece is Piece.SUBJECT and a.value == "feedback" for a in atoms)
    )
    beside = {atom.value for atom in atoms if atom.piece is Piece.BESIDE}
    states = {(a.start, a.end) for a in atoms if a.piece is Piece.TERM and a.value[0] == "feedback_state"}
    causes = {(a.start, a.end) for a in atoms if a.piece is Piece.TERM and a.value[0] == "cause"}
    for atom in atoms:
        if atom.piece is Piece.TERM:
            field = atom.value[0]
            if field in _OF_FEEDBACK and not feedback:
                continue
            if field in ("channel", "transaction_kind") and feedback and (atom.start, atom.end) in causes:
                continue
            if field == "account_state" and feedback and (atom.start, atom.end) in states:
                continue
            if field == "direction" and feedback:
                continue
            if field == "channel" and _shares_place(atom, atoms, "contact_channel"):
                continue
            if field == "interest" and "interest" not in beside:
                continue
            if field == "tier" and not values.tiers and _shares_place(atom, atoms, "product"):
                continue
            if field == "product" and values.tiers and _shares_place(atom, atoms, "tier"):
                continue
        if atom.piece is Piece.VALUE:
            kept = tuple(m for m in atom.value if m[0] != "credit_rating" or "credit_rating" in beside)
            if not kept:
                continue
            atom = replace(atom, value=kept)
        yield atom


def _apart(mention: PeriodMention, years: Sequence[Atom]) -> bool:
    """Whether a period is no year that is bounded otherwise, nor a part of one."""
    return all(mention.end <= year.start or mention.start >= year.end or _longer(mention, year) for year in years)


def _longer(mention: PeriodMention, year: Atom) -> bool:
    return mention.end - mention.start > year.end - year.start


def _shares_place(atom: Atom, atoms: Iterable[Atom], field: str) -> bool:
    return any(
        (other.start, other.end) == (atom.start, atom.end)
        for other in atoms
        if other.piece is Piece.TERM and other.value[0] == field
    )


def _bounded(period: Period) -> tuple[date | None, date | None]:
    """The first and the last day of a period; None where it is open."""
    long_ago = period.end - period.start > timedelta(days=365 * OPEN_YEARS)
    return (None if long_ago else period.start, period.end)


def _years(plain: str, words: Lexicon) -> Iterator[Atom]:
    """Years with what bounds them: "before 1980", 90后, "en los 70"; a year within a longer stretch too."""
    for pattern in words.years:
        for match in pattern.finditer(plain):
            if match.end(1) > match.start(1):
                yield Atom(match.start(1), match.end(1), Piece.YEARS, _of_years(match.groupdict()))


def _of_years(named: dict[str, str | None]) -> tuple[date | None, date | None]:
    if named.get("short") or named.get("decade"):
        short = named.get("short") or ""
        first = int(named.get("decade") or 0) or (2000 if short == "00" else 1900 + int(short))
        return date(first, 1, 1), date(first + 9, 12, 31)
    year = int(named["year"] or 0)
    if named.get("before"):
        return None, date(year - 1, 12, 31)
    if named.get("after"):
        return date(year + 1, 1, 1), None
    if named.get("since"):
        return date(year, 1, 1), None
    return date(year, 1, 1), date(year, 12, 31)
