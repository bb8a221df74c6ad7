"""What a question asks of the rows: which rows, how many, which figure of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.kinds import KINDS_OF
from assistant.understanding.selection.nouns import about_of, figures_at, has_number, is_governed, is_kind
from assistant.understanding.selection.phrases import OF_MANY
from knowledge.query import FIELDS, Kind, Show, Subject
from knowledge.query.query import OF_A_FIGURE


@dataclass(frozen=True)
class Asking:
    """`told` says whether the question itself says what it asks; `figure` is a word for a figure, `used` the places
    of the pieces that went into it; `unmeasured` that of a measure that is of nothing."""

    about: Subject
    show: Show
    figure: str | None
    told: bool
    used: frozenset[int]
    unmeasured: int | None = None


def asking_of(atoms: Sequence[Atom], language: str) -> Asking:
    """What is asked, and about what."""
    show, at = _show(atoms, language)
    used = {i for i, atom in enumerate(atoms) if atom.piece is Piece.MEASURE}
    if show in OF_A_FIGURE:
        measured = _measured(atoms, at)
        if measured is not None:
            place, figure = measured
            about = _about_figure(atoms, figure)
            return Asking(about, show, figure, True, frozenset(used | ({place} if place is not None else set())))
        show = Show.LIST if any(a.piece is Piece.ORDER for a in atoms) else Show.COUNT
        return Asking(about_of(atoms, None, language), show, None, at is not None, frozenset(used), at)
    counted = at if show is not Show.LIST or language == "zh" else None
    return Asking(about_of(atoms, counted, language), show, None, at is not None, frozenset(used))


def _show(atoms: Sequence[Atom], language: str) -> tuple[Show, int | None]:
    """The measure that a question names, and where; a figure's goes before a mere "which" or "how many"."""
    places = {Show(a.value): i for i, a in reversed(list(enumerate(atoms))) if a.piece is Piece.MEASURE}
    for show in (Show.MEDIAN, Show.AVERAGE):
        if show in places:
            return show, places[show]
    for show in (Show.HIGHEST, Show.LOWEST):
        if show in places and not ranks(atoms, places[show], language):
            return show, places[show]
    if Show.COUNT in places:
        at = places[Show.COUNT]
        return (Show.SUM if _asks_how_much(atoms, at, language) else Show.COUNT), at
    if Show.SUM in places:
        return Show.SUM, places[Show.SUM]
    if any(a.piece is Piece.GROUP for a in atoms):
        return _of_groups(atoms), None
    return Show.LIST, places.get(Show.LIST)


def _of_groups(atoms: Sequence[Atom]) -> Show:
    """What is asked of groups where no word for a measure says it: the sum of an amount, the average of another
    figure, or how many there are."""
    figures = [atoms[i].value for i in figures_at(atoms) if not has_number(atoms, i)]
    kinds = {FIELDS[figure].kind for figure in figures if figure in FIELDS}
    return Show.SUM if Kind.MONEY in kinds else Show.AVERAGE if kinds else Show.COUNT


def ranks(atoms: Sequence[Atom], at: int, language: str) -> bool:
    """Whether "highest" ranks rows, as in "customers with the highest income", and asks for no figure alone."""
    subjects = [i for i, atom in enumerate(atoms) if atom.piece is Piece.SUBJECT]
    if language == "zh":
        figure_before = at > 0 and atoms[at - 1].piece is Piece.FIGURE
        return figure_before and any(i > at for i in subjects)
    return any(i < at for i in subjects)


def _asks_how_much(atoms: Sequence[Atom], at: int, language: str) -> bool:
    """Whether 多少 asks for an amount: it stands beside a word for money."""
    after = [a for a in atoms[at + 1 :] if a.piece is not Piece.TERM or a.value[0] != "currency"]
    beside = [*after[:1], *atoms[max(at - 1, 0) : at]]
    money = ("deposits", "investments", "debts", "income", "balance", "amount", "contribution")
    return language == "zh" and bool(beside) and beside[0].piece is Piece.FIGURE and beside[0].value in money


def _measured(atoms: Sequence[Atom], at: int | None) -> tuple[int | None, str] | None:
    """The figure that is measured: the next word for one after the measure without a number of its own, else the last
    before it; or the size of the accounts or bookings that are named."""
    places = [i for i in figures_at(atoms) if not has_number(atoms, i)]
    start = -1 if at is None else at
    chosen = next((i for i in places if i > start), None)
    before = next((i for i in reversed(places) if i < start), None)
    kind = next((i for i, a in enumerate(atoms) if i > start and is_kind(a) and not is_governed(atoms, i)), None)
    if kind is None:
        kinds = [i for i, a in enumerate(atoms) if is_kind(a)]
        kind = next((i for i in reversed(kinds) if not is_governed(atoms, i)), kinds[-1] if kinds else None)
    if chosen is not None and kind is not None and start < kind < chosen and atoms[chosen].value not in OF_MANY:
        chosen = None
    elif chosen is None and before is not None and (kind is None or atoms[before].value in OF_MANY):
        chosen = before
    if chosen is not None:
        return chosen, atoms[chosen].value
    return (None, "amount") if kind is not None else None


def _about_figure(atoms: Sequence[Atom], figure: str) -> Subject:
    """Whose rows a figure is taken over."""
    kinds = {a.value[0] for a in atoms if a.piece is Piece.TERM}
    groups = {a.value[0] for a in atoms if a.piece is Piece.GROUP}
    subjects = {a.value for a in atoms if a.piece is Piece.SUBJECT}
    if figure in OF_MANY:
        booked = "transactions" in subjects or kinds & {"transaction_kind", "direction"}
        return Subject.TRANSACTIONS if booked and figure == "amount" else Subject.ACCOUNTS
    of_accounts = groups & {"product", "currency", "product_risk"} or "currency" in kinds
    return Subject.ACCOUNTS if figure in KINDS_OF and of_accounts else Subject.CUSTOMERS
