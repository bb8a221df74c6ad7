"""How rows are arranged: the groups, the order, and the field that a word for a figure means on them."""

from collections.abc import Sequence

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.kinds import CHANNELS, KINDS_OF
from assistant.understanding.selection.nouns import figures_at, has_number
from knowledge.query import FIELDS, MAIN_DAY, Condition, Group, Order, Show, Step, Subject

AMOUNTS = {Subject.ACCOUNTS: "amount", Subject.TRANSACTIONS: "booking_amount"}
KIND_GROUPS = {
    Subject.CUSTOMERS: "customer_kind", Subject.ACCOUNTS: "product_kind", Subject.TRANSACTIONS: "transaction_kind",
    Subject.FEEDBACK: "feedback_kind", Subject.CONTACTS: "contact_channel",
}  # fmt: skip
ORDERS = {"oldest": ("age", False), "youngest": ("age", True)}


def with_kinds(atoms: Sequence[Atom], about: Subject) -> list[Atom]:
    """The pieces, with deposits, investments and debts that no number measures as kinds of accounts; where accounts
    are asked for, a number measures one of them."""
    found = []
    single = about is Subject.ACCOUNTS and not any(a.piece is Piece.SUBJECT and a.value == "customers" for a in atoms)
    for at, atom in enumerate(atoms):
        if atom.piece is Piece.FIGURE and atom.value in KINDS_OF and (single or not has_number(atoms, at)):
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
    if name not in ("month", "year"):
        return Group(field=group_field(name, about))
    own = [day for day in days if FIELDS[day].about is about]
    return Group(field=own[0] if own else MAIN_DAY[about], step=Step(name))


def group_field(name: str, about: Subject) -> str:
    """The field that a word for a group means on rows of that kind."""
    match name:
        case "kind":
            return KIND_GROUPS[about]
        case "channel" if about is not Subject.CUSTOMERS:
            return CHANNELS.get(about, "contact_channel")
        case "channel":
            return "contact_channel"
        case "state":
            return "feedback_state" if about is Subject.FEEDBACK else "account_state"
        case "manager" if about is Subject.CONTACTS:
            return "contacted_by"
        case "branch" if about is Subject.FEEDBACK:
            return "handling_branch"
    return name


def order_at(atoms: Sequence[Atom]) -> tuple[int | None, int | None]:
    """Where a superlative stands, and the word for the figure that it is of."""
    ranking = (Show.HIGHEST.value, Show.LOWEST.value)
    at = next(
        (i for i, a in enumerate(atoms) if a.piece is Piece.ORDER or (a.piece is Piece.MEASURE and a.value in ranking)),
        None,
    )
    if at is None or atoms[at].value in (*ORDERS, "newest"):
        return at, None
    beside = [i for i in figures_at(atoms) if not has_number(atoms, i)]
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
