"""The events that the bank's rules have found, as they were known on a day, read through a scope.

Those of a bank or a branch are many: they are counted, and the largest found, in an index by unit, kind and day. Those
of a manager's customers are few.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import InsightEvent
from knowledge.crm.measures import Measures
from knowledge.crm.scoped_session import FEW
from knowledge.crm.tables import Unit

Key = tuple[str, str, date, str]
Conditions = Sequence[ColumnElement[bool]]
_LARGEST = (func.coalesce(InsightEvent.amount, 0).desc(), InsightEvent.day.desc(), InsightEvent.customer_id)
_NAMES = (InsightEvent.customer_id, InsightEvent.kind, InsightEvent.day, InsightEvent.source)


def events_of(
    measures: Measures, customers: Collection[str], start: date, end: date, limit: int
) -> Sequence[InsightEvent]:
    """What happened to these customers in those days, the newest and then the largest first."""
    return measures.lookups.scalars(
        select(InsightEvent)
        .where(*_known(measures, start, end), InsightEvent.customer_id.in_(customers))
        .order_by(
            InsightEvent.day.desc(), func.coalesce(InsightEvent.amount, 0).desc(),
            InsightEvent.customer_id, InsightEvent.kind, InsightEvent.source,
        )
        .limit(limit)
        .execution_options(**FEW)
    )  # fmt: skip


def events_by_kind(
    measures: Measures, kinds: Collection[str], start: date, end: date, each: int
) -> list[tuple[InsightEvent, int]]:
    """The largest events of each of these kinds in those days, the newest first where alike, with how many of that kind
    there were. Who has come to a branch since an event is not among its customers here, who has left it neither."""
    units = _in_units(measures)
    conditions, options = [*_known(measures, start, end), *units], FEW if units else {}
    numbers = _numbers(measures, kinds, conditions) if units else _numbers_of_few(measures, kinds, conditions)
    keys: list[Key] = []
    for kind in sorted(numbers):
        largest = select(*_NAMES).where(InsightEvent.kind == kind, *conditions).order_by(*_LARGEST, InsightEvent.source)
        rows = measures.lookups.rows(largest.limit(each).execution_options(**options))
        keys += [(customer, of, day, source) for customer, of, day, source in rows]
    return [(event, numbers[event.kind]) for event in _events(measures, keys)]


def _numbers(measures: Measures, kinds: Collection[str], conditions: Conditions) -> dict[str, int]:
    """How many there are of each kind, counted one kind after the other in the index: grouping them takes four times as
    long."""
    numbers = {}
    for kind in kinds:
        counted = select(func.count()).select_from(InsightEvent).where(InsightEvent.kind == kind, *conditions)
        if number := measures.lookups.scalar(counted.execution_options(**FEW)):
            numbers[kind] = number
    return numbers


def _numbers_of_few(measures: Measures, kinds: Collection[str], conditions: Conditions) -> dict[str, int]:
    counted = select(InsightEvent.kind, func.count()).where(InsightEvent.kind.in_(kinds), *conditions)
    return dict(measures.lookups.rows(counted.group_by(InsightEvent.kind)))


def _events(measures: Measures, keys: Sequence[Key]) -> Iterator[InsightEvent]:
    """The events of these keys, in their order."""
    customers, days = {key[0] for key in keys}, {key[2] for key in keys}
    rows = measures.lookups.scalars(
        select(InsightEvent)
        .where(InsightEvent.customer_id.in_(customers), InsightEvent.day.in_(days))
        .execution_options(**FEW)
    )
    found = {(row.customer_id, row.kind, row.day, row.source): row for row in rows}
    return (found[key] for key in keys)


def _known(measures: Measures, start: date, end: date) -> list[ColumnElement[bool]]:
    conditions = [InsightEvent.day >= start, InsightEvent.day <= end]
    if not measures.is_newest:
        conditions.append(InsightEvent.as_of <= measures.run.as_of)
    return conditions


def _in_units(measures: Measures) -> list[ColumnElement[bool]]:
    """The units by which the index is looked into: none for a manager, whose customers lead to their events."""
    match measures.scope.role:
        case Role.HEAD_OFFICE:
            return [InsightEvent.unit_id.in_(["", *measures.lookups.scalars(select(Unit.id))])]
        case Role.BRANCH:
            return [InsightEvent.unit_id.in_(measures.scope.unit_ids)]
        case _:
            return []
