"""Nouns of a question: which of its words name rows, and which of those the question asks for."""

from collections.abc import Sequence

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.kinds import KINDS_OF
from knowledge.query import Subject

NOUNS = {
    "sex": Subject.CUSTOMERS, "customer_kind": Subject.CUSTOMERS, "occupation": Subject.CUSTOMERS,
    "product_kind": Subject.ACCOUNTS, "product": Subject.ACCOUNTS, "transaction_kind": Subject.TRANSACTIONS,
    "feedback_kind": Subject.FEEDBACK, "contact_channel": Subject.CONTACTS,
}  # fmt: skip
"""Fields whose words are nouns: who says women, loans or complaints says what is counted."""


def about_of(atoms: Sequence[Atom], at: int | None, language: str) -> Subject:
    """What is counted or listed: the noun that the question asks for."""
    nouns = [(i, noun) for i, noun in nouns_of(atoms) if not is_governed(atoms, i)]
    if not nouns:
        return Subject.ACCOUNTS if any(_is_of_accounts(atom) for atom in atoms) else Subject.CUSTOMERS
    if language != "zh":
        return next((noun for i, noun in nouns if at is None or i > at), nouns[0][1])
    return _about_in_chinese(atoms, nouns, at)


def _is_of_accounts(atom: Atom) -> bool:
    """Whether something is asked that only accounts do: "what matures next month?"."""
    return atom.piece is Piece.EVENT and atom.value == "matures"


def _about_in_chinese(atoms: Sequence[Atom], nouns: Sequence[tuple[int, Subject]], at: int | None) -> Subject:
    """A Chinese noun stands after its attributes: what is counted is the noun after "how many", the last one before
    it where it ends the question, or the one that the attributes end in."""
    if at is not None:
        after = [(i, noun) for i, noun in nouns if i > at]
        if after and after[0][0] <= at + 3:
            group = _side_by_side(atoms, after)
            return group[-1][1]
        before = [noun for i, noun in nouns if i < at]
        if before:
            return before[-1]
    last, noun = nouns[-1]
    if at is None and last == len(atoms) - 1 and last and atoms[last - 1].piece is Piece.BREAK:
        return noun
    customers = [noun for i, noun in nouns if atoms[i].piece is Piece.SUBJECT and noun is Subject.CUSTOMERS]
    return customers[-1] if customers else nouns[-1][1]


def _side_by_side(atoms: Sequence[Atom], nouns: Sequence[tuple[int, Subject]]) -> list[tuple[int, Subject]]:
    """The nouns from the first on with only attributes between them."""
    group = [nouns[0]]
    for i, noun in nouns[1:]:
        between = atoms[group[-1][0] + 1 : i]
        if any(atom.piece not in (Piece.TERM, Piece.VALUE) for atom in between):
            break
        group.append((i, noun))
    return group


def nouns_of(atoms: Sequence[Atom]) -> list[tuple[int, Subject]]:
    """Where nouns stand that name rows, and which. Deposits with a number beside them are a condition."""
    named = ((i, _noun(atom)) for i, atom in enumerate(atoms))
    return [
        (i, noun)
        for i, noun in named
        if noun is not None and not (atoms[i].piece is Piece.FIGURE and has_number(atoms, i))
    ]


def _noun(atom: Atom) -> Subject | None:
    match atom.piece:
        case Piece.SUBJECT:
            return Subject(atom.value)
        case Piece.TERM:
            return NOUNS.get(atom.value[0])
        case Piece.FIGURE if atom.value in KINDS_OF:
            return Subject.ACCOUNTS
    return None


def is_governed(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a word of having, or of its absence, stands before a piece with nothing but its own words between."""
    if _names_kind_of_customer(atoms, at):
        return True
    for atom in reversed(atoms[:at]):
        if atom.piece in (Piece.HAS, Piece.NOT):
            return True
        if atom.piece not in (Piece.TERM, Piece.RANGE, Piece.OR, Piece.AND):
            return False
    return False


def _names_kind_of_customer(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a kind of account stands right before the customers who have one: loan customers, card holders."""
    following = atoms[at + 1] if at + 1 < len(atoms) else None
    people = following is not None and following.piece is Piece.SUBJECT and following.value == "customers"
    return people and following is not None and is_kind(atoms[at]) and following.start - atoms[at].end <= 1


def figures_at(atoms: Sequence[Atom]) -> list[int]:
    return [i for i, atom in enumerate(atoms) if atom.piece is Piece.FIGURE]


def is_kind(atom: Atom) -> bool:
    return atom.piece is Piece.TERM and atom.value[0] in ("product_kind", "transaction_kind", "direction")


def has_number(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a number stands right beside a figure, so that it is a condition and not what is measured."""
    after = atoms[at + 1].piece if at + 1 < len(atoms) else None
    before = atoms[at - 1] if at > 0 else None
    own = before is not None and before.piece is Piece.RANGE and before.value.unit not in ("age",)
    return (after is Piece.RANGE and atoms[at + 1].value.unit != "age") or (own and not _numbers_other(atoms, at - 1))


def _numbers_other(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a number belongs to what stands before it."""
    return at > 0 and (atoms[at - 1].piece is Piece.FIGURE or is_kind(atoms[at - 1]))
