"""The events that the bank's rules have found, as they were known on a day, read through a scope.

Those of a bank or a branch are many: they are counted in an index by unit, kind and day, in which those of a branch are
put in order too. The largest of the bank come first in an index by kind and amount. Those of a manager's customers are
few.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, literal, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import InsightEvent
from knowledge.crm.measures import Measures
from knowledge.crm.scoped_session import FEW
from knowledge.crm.tables import Unit

Key = tuple[str, str, date, str]
Conditions = Sequence[ColumnElement[bool]]
_AMOUNT = func.coalesce(InsightEvent.amount, literal(0, literal_execute=True))
"""The nought written out, so that the index by amounts fits."""
_LARGEST = (_AMOUNT.desc(), InsightEvent.day.desc(), InsightEvent.customer_id, InsightEvent.source)
_NAMES = (InsightEvent.customer_id, InsightEvent.kind, InsightEvent.day, InsightEvent.source)


def events_of(
    measures: Measures, customers: Collection[str], start: date, end: date, limit: int
) -> Sequence[InsightEvent]:
    """What happened to these customers in those days, the newest and then the largest first."""
    return measures.lookups.scalars(
        select(InsightEvent)
        .where(*_known(measures, start, end), InsightEvent.customer_id.in_(customers))
        .order_by(
            InsightEvent.day.desc(), _AMOUNT.desc(),
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
    look = _largest_of_all if measures.scope.role is Role.HEAD_OFFICE else _largest_in_view
    numbers: dict[str, int] = {}
    keys: list[Key] = []
    for kind in sorted(kinds):
        numbers[kind], largest = look(measures, [InsightEvent.kind == kind, *_known(measures, start, end)], each)
        keys += largest
    return [(event, numbers[event.kind]) for event in _events(measures, keys)]


def _largest_of_all(measures: Measures, conditions: Conditions, each: int) -> tuple[int, list[Key]]:
    """Counted unit by unit, for only that index has the days in order."""
    units = ["", *measures.lookups.scalars(select(Unit.id))]
    counted = select(func.count()).where(InsightEvent.unit_id.in_(units), *conditions)
    number = measures.lookups.scalar(counted.execution_options(**FEW)) or 0
    largest = select(*_NAMES).where(*conditions).order_by(*_LARGEST).limit(each)
    rows = measures.lookups.rows(largest.execution_options(**FEW)) if number else []
    return number, [(customer, kind, day, source) for customer, kind, day, source in rows]


def _largest_in_view(measures: Measures, conditions: Conditions, each: int) -> tuple[int, list[Key]]:
    """Counted and found in one pass: whether a customer is in view is looked up once for each event."""
    branch = measures.scope.role is Role.BRANCH
    units = [InsightEvent.unit_id.in_(measures.scope.unit_ids)] if branch else []
    largest = select(func.count().over(), *_NAMES).where(*conditions, *units).order_by(*_LARGEST).limit(each)
    rows = measures.lookups.rows(largest.execution_options(**(FEW if branch else {})))
    return rows[0][0] if rows else 0, [(customer, kind, day, source) for _, customer, kind, day, source in rows]


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
