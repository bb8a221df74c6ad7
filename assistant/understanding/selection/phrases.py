"""Pieces that belong together: a loan with its size and state, a complaint with its month, a place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.comparing import is_age
from assistant.understanding.selection.quantities import AGE, COUNT, Range
from knowledge.query import FIELDS, Subject

OWNERS_OF_EVENTS = {
    "contacted": Subject.CONTACTS, "visited": Subject.CONTACTS, "called": Subject.CONTACTS,
    "matures": Subject.ACCOUNTS, "opened": Subject.ACCOUNTS,
    "joined": Subject.CUSTOMERS, "born": Subject.CUSTOMERS, "agreed": Subject.CUSTOMERS, "assessed": Subject.CUSTOMERS,
    "received": Subject.FEEDBACK, "resolved": Subject.FEEDBACK,
}  # fmt: skip
OF_MANY = ("balance", "amount", "rate", "instalment")
"""Figures of an account or a booking; the others are of customers."""


@dataclass
class Phrase:
    """Pieces that say something of one thing. `owner` is whose fields they are; None where that is open.

    `negated` covers all of it; `governed` says that a word of having, or not having, stands before it. `joint` is the
    word that ties it to the phrase before.
    """

    atoms: list[Atom] = field(default_factory=list)
    owner: Subject | None = None
    negated: bool = False
    governed: bool = False
    joint: Atom | None = None

    def names(self) -> set[str]:
        """The fields whose words stand in it."""
        return {atom.value[0] for atom in self.atoms if atom.piece is Piece.TERM}

    def kinds(self) -> set[str]:
        """The kinds of accounts that it names."""
        terms = [a.value for a in self.atoms if a.piece is Piece.TERM]
        return {code for name, codes in terms if name == "product_kind" for code in codes}

    @property
    def either(self) -> bool:
        """Whether it is an alternative to the phrase before."""
        return self.joint is not None and self.joint.piece is Piece.OR

    def events(self) -> list[str]:
        return [atom.value for atom in self.atoms if atom.piece is Piece.EVENT]


def phrases_of(atoms: Sequence[Atom], about: Subject, *, bare_ages: bool) -> list[Phrase]:
    """The phrases of a question about something, in its order. `bare_ages`: a number alone may be an age."""
    cut = [phrase for phrase in _cut(atoms, about) if phrase.atoms]
    for before, phrase in pairwise([Phrase(), *cut]) if bare_ages else ():
        measures = bool(before.atoms) and before.atoms[-1].piece is Piece.FIGURE
        if not measures and all(a.piece is Piece.RANGE and is_age(a.value) for a in phrase.atoms):
            phrase.owner = Subject.CUSTOMERS
    return _inherited(_attached(_agreed(cut)))


def _agreed(cut: list[Phrase]) -> list[Phrase]:
    """Channels alone are of the consent that was spoken of before: "by SMS but not by phone"."""
    consent: Atom | None = None
    for phrase in cut:
        consent = next((a for a in phrase.atoms if a.piece is Piece.EVENT and a.value == "agreed"), consent)
        if consent is not None and phrase.owner is None and phrase.names() == {"channel"}:
            phrase.atoms, phrase.owner = [consent, *phrase.atoms], Subject.CUSTOMERS
    return cut


def owner_of(atom: Atom, about: Subject) -> Subject | None:
    """Whose field a piece is of; None for numbers and days, which are of what stands beside them."""
    match atom.piece:
        case Piece.TERM if atom.value[0] == "channel":
            return None
        case Piece.TERM:
            return FIELDS[atom.value[0]].about
        case Piece.VALUE:
            return Subject.CUSTOMERS
        case Piece.EVENT:
            return OWNERS_OF_EVENTS[atom.value]
        case Piece.FIGURE if atom.value in OF_MANY:
            return about if about is Subject.TRANSACTIONS else Subject.ACCOUNTS
        case Piece.FIGURE:
            return Subject.CUSTOMERS
        case Piece.RANGE if isinstance(atom.value, Range) and atom.value.unit == AGE:
            return Subject.CUSTOMERS
    return None


def _cut(atoms: Sequence[Atom], about: Subject) -> Iterator[Phrase]:
    """Phrases end where a thing of another kind begins, and at words that join, negate or set apart."""
    phrase, negated, governed, joint = Phrase(), False, False, None
    before: Atom | None = None
    for at, atom in enumerate(atoms):
        match atom.piece:
            case Piece.NOT:
                yield phrase
                negated, governed, phrase = True, True, Phrase()
            case Piece.HAS:
                yield phrase
                negated = negated and before is not None and before.piece is Piece.NOT
                governed, phrase = True, Phrase()
            case Piece.AND | Piece.OR if _goes_on(phrase, atoms[at], atoms[at + 1 : at + 2]):
                pass
            case Piece.AND | Piece.OR:
                yield phrase
                phrase, joint = Phrase(), atom
                negated = governed = False
            case Piece.SUBJECT if governed and _had(atom, about):
                phrase = phrase if phrase.atoms else Phrase([], None, negated, governed, joint)
                phrase.atoms.append(atom)
                phrase.owner, negated, joint = phrase.owner or Subject(atom.value), False, None
            case Piece.BREAK | Piece.SUBJECT:
                yield phrase
                tied = before is not None and before.piece is Piece.OR
                phrase, joint = Phrase(), joint if tied else None
                negated = governed = False
            case _ if atom.piece in SAYING:
                owner = owner_of(atom, about)
                joined = before is not None and before.piece in (Piece.AND, Piece.OR)
                if phrase.atoms and _is_another(phrase, atom, owner, joined=joined):
                    yield phrase
                    phrase, negated = Phrase(), False
                if not phrase.atoms:
                    phrase = Phrase([], None, negated, governed, joint)
                    negated, joint = False, None
                phrase.atoms.append(atom)
                phrase.owner = phrase.owner or owner
        before = atom
    yield phrase


def _had(atom: Atom, about: Subject) -> bool:
    """Whether a noun names something that customers have, or have not: "without transactions"."""
    return atom.value not in (Subject.CUSTOMERS, about)


def _goes_on(phrase: Phrase, joint: Atom, following: Sequence[Atom]) -> bool:
    """Whether another value of the same field comes: R4 or R5. A loan and a card are two things, a loan or a card is
    one."""
    if not phrase.atoms or not following or not following[0].piece is phrase.atoms[-1].piece is Piece.TERM:
        return False
    field = following[0].value[0]
    same = field == phrase.atoms[-1].value[0]
    return same and (joint.piece is Piece.OR or phrase.negated or field not in ("product_kind", "product"))


SAYING = (Piece.TERM, Piece.VALUE, Piece.EVENT, Piece.FIGURE, Piece.RANGE, Piece.PERIOD, Piece.YEARS)


def _is_another(phrase: Phrase, atom: Atom, owner: Subject | None, *, joined: bool) -> bool:
    """Whether a piece begins something else than what the phrase is about."""
    if owner is not None and phrase.owner is not None and owner is not phrase.owner:
        return True
    if owner is Subject.CUSTOMERS and phrase.owner is Subject.CUSTOMERS:
        return not joined and not _of_one_figure(phrase, atom)
    if owner is None and phrase.owner is Subject.CUSTOMERS and atom.piece is not Piece.TERM:
        traits = all(a.piece in (Piece.TERM, Piece.VALUE) for a in phrase.atoms)
        return traits and not (atom.piece is Piece.RANGE and atom.value.unit in (COUNT, AGE))
    again = atom.piece is Piece.TERM and atom.value[0] == "product_kind" and "product_kind" in phrase.names()
    return again and not joined


def _of_one_figure(phrase: Phrase, atom: Atom) -> bool:
    """Whether a customer's figure, event or day goes on: each other field of a customer is a phrase of its own."""
    if atom.piece is Piece.RANGE and phrase.atoms[-1].piece is Piece.FIGURE:
        return True
    return atom.piece is Piece.EVENT and all(a.piece in (Piece.PERIOD, Piece.YEARS, Piece.RANGE) for a in phrase.atoms)


def _attached(cut: list[Phrase]) -> list[Phrase]:
    """Numbers and days that stand alone, given to the phrase that follows, or else to the one before."""
    found: list[Phrase] = []
    waiting: list[Atom] = []
    for phrase in cut:
        if phrase.owner is None:
            waiting += phrase.atoms
            continue
        if waiting and _takes(phrase):
            phrase.atoms = [*waiting, *phrase.atoms]
            waiting = []
        elif waiting and found:
            found[-1].atoms += waiting
            waiting = []
        found.append(phrase)
    if waiting and found and _takes(found[-1]):
        found[-1].atoms += waiting
    elif waiting:
        found.append(Phrase(waiting))
    return found


def _takes(phrase: Phrase) -> bool:
    """Whether a number or a day can measure what the phrase is about, and none does yet."""
    measured = any(a.piece in (Piece.RANGE, Piece.PERIOD, Piece.YEARS) for a in phrase.atoms)
    if phrase.owner is Subject.CUSTOMERS:
        return not measured and any(a.piece in (Piece.FIGURE, Piece.EVENT) for a in phrase.atoms)
    return True


def _inherited(phrases: list[Phrase]) -> list[Phrase]:
    """What "and" and "or" tie to a negated thing is negated too: without a fund or insurance, not in A or B."""
    for before, phrase in pairwise(phrases):
        if phrase.joint and not phrase.governed and phrase.owner is before.owner and before.governed:
            phrase.negated, phrase.governed = before.negated, True
    return phrases
