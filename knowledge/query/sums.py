"""Counts, sums and other figures of the rows of a query, over all of them and over groups."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Label, and_, func, or_, select

from knowledge.crm.money import HUNDREDTH
from knowledge.crm.store import Lookups
from knowledge.query.conditions import TABLES
from knowledge.query.fields import FIELDS, Field
from knowledge.query.ground import Ground
from knowledge.query.query import Group, Query, Show
from knowledge.query.rows import Key, key_of, rows_of

Keys = tuple[Key, ...]


@dataclass(frozen=True)
class Line:
    """`count` rows, of which `known` have the figure; `value` is None where none has. Counts have no value."""

    count: int
    known: int = 0
    value: Decimal | None = None


@dataclass(frozen=True)
class Part:
    """What one pass finds of the rows of one group that are kept in one currency."""

    keys: Keys
    currency: str | None
    count: int
    known: int
    value: Decimal | None


def parts_of(lookups: Lookups, query: Query, ground: Ground) -> list[Part]:
    """One pass over all rows: sums, or the highest or lowest value, of each group and currency."""
    figure = FIELDS[query.figure] if query.figure else None
    keys = [key_of(group, ground) for group in query.group]
    columns = [*keys, func.count(TABLES[query.about].id)]
    if figure is not None:
        columns += [func.count(amount := figure.read(ground)), _taken(query.show)(amount)]
    if figure is not None and figure.currency is not None:
        keys, columns = [*keys, figure.currency], [*columns, figure.currency]
    statement = rows_of(query, columns, _read(query.group, figure), ground).group_by(*keys)
    parts = []
    for row in lookups.rows(statement):
        own, (count, *measured) = tuple(row[: len(query.group)]), row[len(query.group) :]
        known, value, currency = (*measured, None, None, None)[:3]
        parts.append(Part(own, currency, count, known or 0, None if value is None else Decimal(value)))
    return parts


def merged(parts: Iterable[Part], show: Show) -> Line:
    """Several parts as one line."""
    parts = list(parts)
    values = [part.value for part in parts if part.value is not None]
    count, known = sum(part.count for part in parts), sum(part.known for part in parts)
    if not values or show is Show.MEDIAN:
        return Line(count, known)
    match show:
        case Show.HIGHEST:
            return Line(count, known, max(values))
        case Show.LOWEST:
            return Line(count, known, min(values))
        case Show.AVERAGE:
            return Line(count, known, _cents(sum(values) / Decimal(known)))
        case _:
            return Line(count, known, sum(values, Decimal(0)))


def medians(lookups: Lookups, query: Query, groups: Sequence[Group], ground: Ground) -> dict[Keys, Decimal]:
    """The value in the middle of each group, or the mean of the two there."""
    assert query.figure is not None
    figure = FIELDS[query.figure]
    keys: list[Label[Any]] = [key_of(group, ground).label(f"key_{at}") for at, group in enumerate(groups)]
    value: Label[Any] = figure.read(ground).label("value")
    each = rows_of(query, [*keys, value], _read(groups, figure), ground).subquery()
    by = [each.c[key.name] for key in keys]
    placed = (
        select(
            *by,
            each.c.value,
            func.row_number().over(partition_by=by or None, order_by=each.c.value).label("nth"),
            func.count().over(partition_by=by or None).label("known"),
        )
        .where(each.c.value.is_not(None))
        .subquery()
    )
    halves = or_(placed.c.nth * 2 == placed.c.known + 1, placed.c.nth * 2 == placed.c.known,
                 and_(placed.c.nth * 2 == placed.c.known + 2))  # fmt: skip
    found: dict[Keys, list[Decimal]] = {}
    for row in lookups.rows(select(*(placed.c[key.name] for key in keys), placed.c.value).where(halves)):
        found.setdefault(tuple(row[:-1]), []).append(Decimal(row[-1]))
    return {key: _cents(sum(values) / Decimal(len(values))) for key, values in found.items()}


def _taken(show: Show) -> Any:
    return {Show.HIGHEST: func.max, Show.LOWEST: func.min}.get(show, func.sum)


def _read(groups: Sequence[Group], figure: Field | None) -> list[str]:
    return [group.field for group in groups] + ([figure.name] if figure else [])


def _cents(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, ROUND_HALF_UP)
