"""A query carried out: rows counted, listed or added up within the scope of who asks."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.crm.store import Lookups
from knowledge.crm.tables import Account, Contact, Feedback, Transaction
from knowledge.query.conditions import TABLES
from knowledge.query.exchange import Expression
from knowledge.query.fields import FIELDS, Kind, Subject
from knowledge.query.ground import Ground
from knowledge.query.query import Query, Show
from knowledge.query.rows import rows_of
from knowledge.query.sums import Keys, Line, Part, medians, merged, parts_of

DEFAULT_ROWS = 20
SHOWN_KINDS = (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.DAY)


@dataclass(frozen=True)
class GroupLine:
    keys: Keys
    line: Line


@dataclass(frozen=True)
class Found:
    """`groups` stand with the largest first, periods and bands in their order. `ids` are the rows of a list, with
    their `values` of `columns`. `currencies` says how many amounts of a figure are kept in which currency."""

    query: Query
    total: Line
    groups: tuple[GroupLine, ...] = ()
    columns: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    currencies: dict[str, int] = field(default_factory=dict)


def answer(lookups: Lookups, query: Query, ground: Ground) -> Found:
    """Carries the query out. Raises QueryError for a figure that this bank's data do not hold."""
    parts = parts_of(lookups, query, ground)
    found = Found(query, merged(parts, query.show), tuple(_groups(query, parts)), currencies=_currencies(parts))
    if query.show is Show.MEDIAN:
        return _with_medians(lookups, found, ground)
    return _with_rows(lookups, found, ground) if query.show is Show.LIST else found


def _groups(query: Query, parts: list[Part]) -> list[GroupLine]:
    """The largest first; periods and bands in their own order, what is not known last."""
    by_keys: dict[Keys, list[Part]] = defaultdict(list)
    for part in parts if query.group else ():
        by_keys[part.keys].append(part)
    lines = [GroupLine(keys, merged(own, query.show)) for keys, own in by_keys.items()]
    return _ordered(lines, query)


def _ordered(lines: list[GroupLine], query: Query) -> list[GroupLine]:
    def size(line: GroupLine) -> tuple[Any, ...]:
        value = line.line.count if query.figure is None else line.line.value
        return (value is None, -(value or 0), str(line.keys))

    if query.group and (query.group[0].step or query.group[0].field == "age"):
        return sorted(lines, key=lambda line: (line.keys[0] is None, line.keys[0] or 0, str(line.keys[1:])))
    return sorted(lines, key=size)


def _currencies(parts: list[Part]) -> dict[str, int]:
    numbers: dict[str, int] = defaultdict(int)
    for part in parts:
        if part.currency is not None:
            numbers[part.currency] += part.count
    return dict(numbers)


def _with_medians(lookups: Lookups, found: Found, ground: Ground) -> Found:
    query = found.query
    overall = medians(lookups, query, (), ground).get(())
    own = medians(lookups, query, query.group, ground) if query.group else {}
    lines = [GroupLine(g.keys, replace(g.line, value=own.get(g.keys))) for g in found.groups]
    return replace(found, total=replace(found.total, value=overall), groups=tuple(_ordered(lines, query)))


def _with_rows(lookups: Lookups, found: Found, ground: Ground) -> Found:
    """The first rows, in the order asked for, each with its figures."""
    query, table = found.query, TABLES[found.query.about]
    names = shown_figures(query)
    columns = [FIELDS[name].read(ground) for name in names]
    statement = rows_of(query, [table.id, *columns], names, ground)
    rows = lookups.rows(statement.order_by(*_order(query, ground), table.id).limit(query.limit or DEFAULT_ROWS))
    values: dict[str, dict[str, Any]] = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    return replace(found, columns=names, ids=tuple(values), values=values)


def shown_figures(query: Query) -> tuple[str, ...]:
    """What a list shows beside each row: the figures and days that it is chosen and ordered by."""
    named = [query.order.field] if query.order else []
    named += [condition.field for condition in query.conditions]
    return tuple(dict.fromkeys(name for name in named if FIELDS[name].kind in SHOWN_KINDS))


def _order(query: Query, ground: Ground) -> list[Expression]:
    """As asked for; else what happened with the newest first, what matures with the soonest, and customers by the
    first figure that a condition names."""
    if query.order is not None:
        return _by(query.order.field, ground, rising=query.order.rising)
    match query.about:
        case Subject.TRANSACTIONS:
            return [Transaction.booked_on.desc()]
        case Subject.CONTACTS:
            return [Contact.at.desc()]
        case Subject.FEEDBACK:
            return [Feedback.received_at.desc()]
    if any(condition.field == "matures_on" for condition in query.conditions):
        return [Account.matures_on]
    figure = next((name for name in shown_figures(query) if FIELDS[name].measurable), None)
    return _by(figure, ground) if figure else []


def _by(name: str, ground: Ground, *, rising: bool = False) -> list[Expression]:
    column = FIELDS[name].read(ground)
    return [column.is_(None), column.asc() if rising else column.desc()]
