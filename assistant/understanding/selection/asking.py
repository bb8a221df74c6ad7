"""What a question asks of the rows: which rows, how many, which figure of them, in which groups and order."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.filters import CHANNELS, KINDS_OF
from assistant.understanding.selection.phrases import OF_MANY
from knowledge.query import FIELDS, MAIN_DAY, Condition, Group, Order, Show, Subject
from knowledge.query.query import OF_A_FIGURE, Step

NOUNS = {
    "sex": Subject.CUSTOMERS, "customer_kind": Subject.CUSTOMERS, "occupation": Subject.CUSTOMERS,
    "product_kind": Subject.ACCOUNTS, "product": Subject.ACCOUNTS, "transaction_kind": Subject.TRANSACTIONS,
    "feedback_kind": Subject.FEEDBACK, "contact_channel": Subject.CONTACTS,
}  # fmt: skip
"""Fields whose words are nouns: who says women, loans or complaints says what is counted."""
AMOUNTS = {Subject.ACCOUNTS: "amount", Subject.TRANSACTIONS: "booking_amount"}
KIND_GROUPS = {
    Subject.CUSTOMERS: "customer_kind", Subject.ACCOUNTS: "product_kind", Subject.TRANSACTIONS: "transaction_kind",
    Subject.FEEDBACK: "feedback_kind", Subject.CONTACTS: "contact_channel",
}  # fmt: skip
ORDERS = {"oldest": ("age", False), "youngest": ("age", True)}


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
    figures = _figures(atoms)
    show, at = _show(atoms, figures, language)
    used = {i for i, atom in enumerate(atoms) if atom.piece is Piece.MEASURE}
    if show in OF_A_FIGURE:
        measured = _measured(atoms, at)
        if measured is not None:
            place, figure = measured
            about = _about_figure(atoms, figure)
            return Asking(about, show, figure, True, frozenset(used | ({place} if place is not None else set())))
        show = Show.LIST if any(a.piece is Piece.ORDER for a in atoms) else Show.COUNT
        return Asking(_about(atoms, None, language), show, None, at is not None, frozenset(used), at)
    counted = at if show is not Show.LIST or language == "zh" else None
    return Asking(_about(atoms, counted, language), show, None, at is not None, frozenset(used))


def _figures(atoms: Sequence[Atom]) -> list[int]:
    return [i for i, atom in enumerate(atoms) if atom.piece is Piece.FIGURE]


def _show(atoms: Sequence[Atom], figures: Sequence[int], language: str) -> tuple[Show, int | None]:
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
        return (Show.SUM if Show.SUM in places else Show.COUNT), None
    return Show.LIST, places.get(Show.LIST)


def ranks(atoms: Sequence[Atom], at: int, language: str) -> bool:
    """Whether "highest" ranks rows, as in "customers with the highest income", and asks for no figure alone."""
    subjects = [i for i, atom in enumerate(atoms) if atom.piece is Piece.SUBJECT]
    if language == "zh":
        figure_before = at > 0 and atoms[at - 1].piece is Piece.FIGURE
        return figure_before and any(i > at for i in subjects)
    return any(i < at for i in subjects)


def _is_kind(atom: Atom) -> bool:
    return atom.piece is Piece.TERM and atom.value[0] in ("product_kind", "transaction_kind", "direction")


def _asks_how_much(atoms: Sequence[Atom], at: int, language: str) -> bool:
    """Whether 多少 asks for an amount: it stands beside a word for money."""
    after = [a for a in atoms[at + 1 :] if a.piece is not Piece.TERM or a.value[0] != "currency"]
    beside = [*after[:1], *atoms[max(at - 1, 0) : at]]
    money = ("deposits", "investments", "debts", "income", "balance", "amount", "contribution")
    return language == "zh" and bool(beside) and beside[0].piece is Piece.FIGURE and beside[0].value in money


def _measured(atoms: Sequence[Atom], at: int | None) -> tuple[int | None, str] | None:
    """The figure that is measured: the next word for one after the measure without a number of its own, else the last
    before it; or the size of the accounts or bookings that are named."""
    places = [i for i in _figures(atoms) if not _has_number(atoms, i)]
    start = -1 if at is None else at
    chosen = next((i for i in places if i > start), None)
    before = next((i for i in reversed(places) if i < start), None)
    kind = next((i for i, a in enumerate(atoms) if i > start and _is_kind(a) and not _governed(atoms, i)), None)
    if kind is None:
        kind = next((i for i, a in reversed(list(enumerate(atoms))) if _is_kind(a) and not _governed(atoms, i)), None)
    if chosen is not None and kind is not None and start < kind < chosen and atoms[chosen].value not in OF_MANY:
        chosen = None
    elif chosen is None and before is not None and (kind is None or atoms[before].value in OF_MANY):
        chosen = before
    if chosen is not None:
        return chosen, atoms[chosen].value
    return (None, "amount") if kind is not None else None


def _has_number(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a number stands right beside a figure, so that it is a condition and not what is measured."""
    after = atoms[at + 1].piece if at + 1 < len(atoms) else None
    before = atoms[at - 1] if at > 0 else None
    own = before is not None and before.piece is Piece.RANGE and before.value.unit not in ("age",)
    return (after is Piece.RANGE and atoms[at + 1].value.unit != "age") or (own and not _numbers_other(atoms, at - 1))


def _numbers_other(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a number belongs to what stands before it."""
    return at > 0 and (atoms[at - 1].piece is Piece.FIGURE or _is_kind(atoms[at - 1]))


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


def _governed(atoms: Sequence[Atom], at: int) -> bool:
    """Whether a word of having, or of its absence, stands before a piece with nothing but its own words between."""
    for atom in reversed(atoms[:at]):
        if atom.piece in (Piece.HAS, Piece.NOT):
            return True
        if atom.piece not in (Piece.TERM, Piece.RANGE, Piece.OR, Piece.AND):
            return False
    return False


def _about(atoms: Sequence[Atom], at: int | None, language: str) -> Subject:
    """What is counted or listed: the noun that the question asks for."""
    nouns = [(i, noun) for i, noun in nouns_of(atoms) if not _governed(atoms, i)]
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
        if noun is not None and not (atoms[i].piece is Piece.FIGURE and _has_number(atoms, i))
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


def with_kinds(atoms: Sequence[Atom]) -> list[Atom]:
    """The pieces, with deposits, investments and debts that no number measures as kinds of accounts."""
    found = []
    for at, atom in enumerate(atoms):
        if atom.piece is Piece.FIGURE and atom.value in KINDS_OF and not _has_number(atoms, at):
            kinds = tuple(kind.value for kind in KINDS_OF[atom.value])
            atom = Atom(atom.start, atom.end, Piece.TERM, ("product_kind", kinds))
        found.append(atom)
    return found


def figure_field(figure: str, about: Subject, conditions: Sequence[Condition]) -> tuple[str, tuple[str, ...]]:
    """The field that a word for a figure means on these rows, and the kinds of accounts that it names.

    Of loans and cards the amount granted, of everything else what lies there.
    """
    if figure in KINDS_OF and about is Subject.ACCOUNTS:
        return "balance", tuple(kind.value for kind in KINDS_OF[figure])
    if figure != "amount" or about not in AMOUNTS:
        return figure, ()
    if about is Subject.TRANSACTIONS:
        return "booking_amount", ()
    kinds = {value for c in conditions if c.field == "product_kind" for value in c.values}
    lent = kinds <= {"loan", "card"} and bool(kinds)
    return ("amount" if lent else "balance"), ()


def groups_of(atoms: Sequence[Atom], about: Subject, days: Sequence[str]) -> tuple[Group, ...]:
    """The groups that are asked for. `days` are the days that conditions are on: months are of those."""
    names: list[str] = []
    for at, atom in enumerate(atoms):
        if atom.piece is Piece.GROUP:
            names.append(atom.value[0])
        elif atom.piece is Piece.GROUP_WORD and names and at and atoms[at - 1].piece is Piece.AND:
            names.append(atom.value)
    return tuple(_group(name, about, days) for name in dict.fromkeys(names))[:2]


def _group(name: str, about: Subject, days: Sequence[str]) -> Group:
    if name in ("month", "year"):
        own = [day for day in days if FIELDS[day].about is about]
        return Group(field=own[0] if own else MAIN_DAY[about], step=Step(name))
    match name:
        case "kind":
            return Group(field=KIND_GROUPS[about])
        case "channel":
            return Group(field=CHANNELS.get(about, "contact_channel"))
        case "state":
            return Group(field="feedback_state" if about is Subject.FEEDBACK else "account_state")
        case "manager" if about is Subject.CONTACTS:
            return Group(field="contacted_by")
        case "branch" if about is Subject.FEEDBACK:
            return Group(field="handling_branch")
    return Group(field=name)


def order_at(atoms: Sequence[Atom]) -> tuple[int | None, int | None]:
    """Where a superlative stands, and the word for the figure that it is of."""
    ranking = (Show.HIGHEST.value, Show.LOWEST.value)
    at = next(
        (i for i, a in enumerate(atoms) if a.piece is Piece.ORDER or (a.piece is Piece.MEASURE and a.value in ranking)),
        None,
    )
    if at is None or atoms[at].value in (*ORDERS, "newest"):
        return at, None
    beside = [i for i in _figures(atoms) if not _has_number(atoms, i)]
    return at, min(beside, key=lambda i: (abs(i - at), i), default=None)


def order_of(said: str, figure: str | None, about: Subject, conditions: Sequence[Condition]) -> Order | None:
    """The order that a superlative asks for; None where the rows have no size."""
    if said in ORDERS:
        return Order(field=ORDERS[said][0], rising=ORDERS[said][1])
    if said == "newest":
        return Order(field=MAIN_DAY[about])
    rising = said in ("rising", Show.LOWEST.value)
    if figure is not None:
        return Order(field=figure_field(figure, about, conditions)[0], rising=rising)
    if about in AMOUNTS:
        return Order(field=figure_field("amount", about, conditions)[0], rising=rising)
    return Order(field="deposits", rising=rising) if about is Subject.CUSTOMERS else None
