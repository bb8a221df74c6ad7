"""From a question to a typed query: its conditions, groups and figure, and what of its words was not understood."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import ValidationError

from assistant.understanding.amounts import find_limit
from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.products import find_products, nicknamed
from assistant.understanding.selection.arranging import (
    figure_field,
    group_field,
    groups_of,
    order_at,
    order_of,
    with_kinds,
)
from assistant.understanding.selection.asking import Asking, asking_of
from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.filters import Filters
from assistant.understanding.selection.lexicon import lexicon
from assistant.understanding.selection.nouns import nouns_of
from assistant.understanding.selection.phrases import phrases_of
from assistant.understanding.selection.quantities import COUNT
from assistant.understanding.selection.scanning import scan, unread
from assistant.understanding.selection.values import Values
from assistant.understanding.text import PlainText
from knowledge.crm.codes import AccountState
from knowledge.crm.tables import Product
from knowledge.query import FIELDS, Condition, Kind, Query, Show, Subject
from knowledge.query.query import MOST_ROWS, OF_A_FIGURE

AHEAD = ("matures",)
HELD = (AccountState.ACTIVE, AccountState.RUNNING, AccountState.IN_ARREARS, AccountState.DEFAULTED)
WHO = ("who", "whom", "谁", "quien", "quienes")
SILENT = (
    Piece.COMPARE,
    Piece.TO,
    Piece.BETWEEN,
    Piece.AFTER,
    Piece.KNOWN,
    Piece.GROUP_WORD,
    Piece.QUANTITY,
    Piece.BEYOND,
    Piece.INCLUDING,
)
"""Pieces that say nothing alone: what they should have compared was not understood."""


@dataclass(frozen=True)
class Selected:
    """A question read as a query. `left_out` are the asker's words that went into nothing.

    `told`: the question itself asks for rows, a number or groups. `further`: it begins like one that takes another
    further. `names_rows`: it names what it is about; `names_customers`: it speaks of customers, be it by "who";
    `names_others`: in another word. `places` are where values of the bank stand.
    """

    query: Query | None
    left_out: tuple[str, ...]
    told: bool
    further: bool
    names_rows: bool
    names_customers: bool
    names_others: bool
    places: tuple[tuple[int, int], ...]

    @property
    def conditions(self) -> int:
        return len(self.query.where) if self.query else 0


def select_from(
    text: PlainText,
    language: str,
    today: date,
    products: Sequence[Product],
    values: Values,
    about: Subject | None = None,
) -> Selected:
    """The query that a question is. Its `query` is None where nothing of it fits one. `about` is what its rows are
    where the question takes another one further and does not say so itself."""
    words = lexicon(language)
    ahead = any(a.piece is Piece.EVENT and a.value in AHEAD for a in words.atoms(text.plain))
    periods = find_periods(text.plain, today, Tendency.FUTURE if ahead else Tendency.PAST)
    named = find_products(text, products) or nicknamed(text, products)
    every = scan(text, words, values, periods, named, about is Subject.FEEDBACK)
    silent = (Piece.STOP, Piece.FURTHER, Piece.BESIDE, *SILENT)
    atoms = [atom for atom in every if atom.piece not in silent or atom.piece is Piece.GROUP_WORD]
    atoms = _with_cards(_widened(atoms, every), products)
    asking = asking_of(atoms, language)
    if about is not None and not any(a.piece is Piece.SUBJECT and not _is_who(a, text) for a in atoms):
        asking = replace(asking, about=about)
    beside = [Atom(m.start(), m.end(), Piece.BESIDE, name) for name, p in words.beside for m in p.finditer(text.plain)]
    query, unused = _query(
        atoms, asking, Filters(asking.about, today, values, beside), find_limit(text.plain), language, products
    )
    unmeasured = [atoms[asking.unmeasured]] if asking.unmeasured is not None else []
    unsaid = [a for a in every if a.piece in SILENT and not _is_stop(a, text, words.stop) and not _named(a, query)]
    return Selected(
        query=query,
        left_out=_said(text, [*unused, *unsaid, *unmeasured], unread(text, every)),
        told=asking.told or any(a.piece is Piece.GROUP for a in atoms) or _asks_who(atoms, text),
        further=any(a.piece is Piece.FURTHER for a in (*every[:1], *every[-1:])),
        names_rows=_names_rows([a for a in atoms if not _is_who(a, text)]),
        names_customers=any(a.piece is Piece.SUBJECT and a.value == "customers" for a in atoms),
        names_others=any(a.piece is Piece.SUBJECT and a.value == "customers" and not _is_who(a, text) for a in atoms),
        places=tuple((a.start, a.end) for a in atoms if a.piece is Piece.VALUE and a not in unused),
    )


def _names_rows(atoms: Sequence[Atom]) -> bool:
    return bool(nouns_of(atoms))


def _query(
    atoms: Sequence[Atom],
    asking: Asking,
    filters: Filters,
    limit: int | None,
    language: str,
    products: Sequence[Product],
) -> tuple[Query | None, list[Atom]]:
    """The query, and the pieces that went into none. Pieces that make no sound query are all unused."""
    try:
        return _made(atoms, asking, filters, limit, language, products), filters.unused
    except ValidationError:
        return None, list(atoms)


def _made(
    atoms: Sequence[Atom],
    asking: Asking,
    filters: Filters,
    limit: int | None,
    language: str,
    products: Sequence[Product],
) -> Query:
    at, of = order_at(atoms) if asking.show not in OF_A_FIGURE else (None, None)
    limit = limit or (_number_asked(atoms) if at is not None else None)
    groups = any(atom.piece is Piece.GROUP for atom in atoms)
    taken = {*asking.used, *({at, of} if at is not None and not groups else {at})}
    rest = [a for i, a in enumerate(atoms) if i not in taken and a.piece is not Piece.ORDER and not _is_limit(a, limit)]
    filters.take(phrases_of(with_kinds(rest, asking.about), asking.about, bare_ages=language != "zh"))
    where, own = list(filters.where), _with_kinds_named(filters.conditions, products)
    figure = None
    if asking.figure is not None:
        figure, kinds = figure_field(asking.figure, asking.about, own)
        if kinds and not any(c.field == "product_kind" for c in own):
            where.append(Condition(field="product_kind", values=kinds))
    show, order = asking.show, None
    if at is not None and not groups:
        order = order_of(atoms[at].value, atoms[of].value if of is not None else None, asking.about, own)
        show = Show.LIST if order is not None else show
    lists = show is Show.LIST and not groups
    return Query(
        about=asking.about,
        show=Show.COUNT if groups and show is Show.LIST else show,
        figure=figure,
        where=tuple(where),
        group=groups_of(atoms, asking.about, [c.field for c in own if FIELDS[c.field].kind is Kind.DAY]),
        order=order if lists else None,
        limit=min(limit, MOST_ROWS) if limit and lists else None,
    )


def _with_kinds_named(conditions: Sequence[Condition], products: Sequence[Product]) -> list[Condition]:
    """The conditions, with the kinds of the products that they name."""
    named = {value for c in conditions if c.field == "product" for value in c.values}
    kinds = tuple(sorted({product.kind for product in products if product.id in named}))
    return [*conditions, *([Condition(field="product_kind", values=kinds)] if kinds else [])]


def _number_asked(atoms: Sequence[Atom]) -> int | None:
    """How many of the largest are asked for: a bare number."""
    bare = (
        a.value for a in atoms if a.piece is Piece.RANGE and a.value.unit == COUNT and a.value.least == a.value.most
    )
    return next((int(found.least) for found in bare), None)


def _is_limit(atom: Atom, limit: int | None) -> bool:
    """Whether a number says how many rows are asked for."""
    return atom.piece is Piece.RANGE and atom.value.unit == COUNT and atom.value.least == atom.value.most == limit


def _widened(atoms: Sequence[Atom], every: Sequence[Atom]) -> list[Atom]:
    """The pieces, with a state that is to be counted too beside those of accounts that are held."""
    ends = {atom.end for atom in every if atom.piece is Piece.INCLUDING}
    return [
        replace(a, value=("account_state", (*HELD, *a.value[1])))
        if a.piece is Piece.TERM and a.value[0] == "account_state" and ends & {a.start, a.start - 1}
        else a
        for a in atoms
    ]


def _with_cards(atoms: list[Atom], products: Sequence[Product]) -> list[Atom]:
    """A tier's word beside a kind of account as the product of that name: "gold card", "tarjeta oro"."""
    found = list(atoms)
    for at, atom in enumerate(atoms[:-1]):
        pair = sorted((atom, atoms[at + 1]), key=lambda a: a.piece is Piece.TERM and a.value[0] == "tier")
        kind, tier = pair
        if not (kind.piece is tier.piece is Piece.TERM and kind.value[0] == "product_kind" and tier.value[0] == "tier"):
            continue
        named = _named_for(tier.value[1], kind.value[1], products)
        if named and atoms[at + 1].start - atom.end <= 1:
            made = Atom(atom.start, atoms[at + 1].end, Piece.TERM, ("product", named))
            found = [a for a in found if a not in pair]
            found.insert(min(at, len(found)), made)
    return found


def _named_for(tiers: tuple[str, ...], kinds: tuple[str, ...], products: Sequence[Product]) -> tuple[str, ...]:
    from prompts import LANGUAGES, word

    said = {PlainText.of(word("tier", tier, language)).plain for tier in tiers for language in LANGUAGES} | set(tiers)
    return tuple(
        product.id
        for product in products
        if product.kind in kinds
        and any(word in PlainText.of(" ".join([product.name, *product.names.values()])).plain for word in said)
    )


def _asks_who(atoms: Sequence[Atom], text: PlainText) -> bool:
    return bool(atoms) and _is_who(atoms[0], text)


def _is_who(atom: Atom, text: PlainText) -> bool:
    return atom.piece is Piece.SUBJECT and text.plain[atom.start : atom.end] in WHO


def _named(atom: Atom, query: Query | None) -> bool:
    """Whether a word names the field of a condition or a group: "whose tolerance is cautious"."""
    if query is None:
        return False
    fields = {c.field for c in query.conditions} | {c.field for h in query.holdings for c in h.where}
    if atom.piece is not Piece.GROUP_WORD:
        return atom.piece is Piece.INCLUDING and "account_state" in fields
    grouped = {group.field for group in query.group}
    return not {atom.value, group_field(atom.value, query.about)}.isdisjoint(fields | grouped)


def _is_stop(atom: Atom, text: PlainText, stop: object) -> bool:
    return text.plain[atom.start : atom.end].strip() in stop  # type: ignore[operator]


def _said(text: PlainText, unused: Sequence[Atom], words: Sequence[str]) -> tuple[str, ...]:
    """What was left out, in the asker's words."""
    pieces = [text.original[a.start : a.end].strip() for a in sorted(unused, key=lambda a: a.start)]
    return tuple(dict.fromkeys([*pieces, *words]))
