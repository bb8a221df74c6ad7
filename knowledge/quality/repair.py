"""A correction by a person: written as a source of its own, so that every later import has to reckon with it."""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.crm.codes import ConflictState
from knowledge.crm.field_text import Value, as_text
from knowledge.crm.lineage import Conflict, SourceRecord, SourceValue
from knowledge.crm.names import name_keys
from knowledge.crm.tables import Customer, CustomerName

SYSTEM = "rapport"
"""The system under which people's corrections stand."""
SAYS_NOTHING = date(1900, 1, 1)
"""The day of a correction's record itself: only the fields named in its `dates` say anything."""
TOGETHER = {"address": ("city", "region"), "city": ("address", "region"), "region": ("address", "city"),
            "income": ("currency",)}  # fmt: skip
"""Fields that are one statement with others: these are repeated as they stand, or they would lose their sense."""
NAMING = ("name", "name_latin", "phone")


async def correct(
    session: AsyncSession, customer: Customer, field: str, value: Value, *, by: str, today: date, now: datetime
) -> None:
    """Puts `value` in that field as said by a person today; open conflicts on the field are settled by it.

    `by` is the employee, `now` naive UTC. The customer's row, the history, the look-up keys and the record of
    system `rapport` change in the session's transaction. The value must have passed `entry.entered`.
    """
    previous = as_text(getattr(customer, field))
    record = await _record(session, customer, now)
    if field in NAMING:
        await _rename(session, customer, field, value)
    for name in (field, *TOGETHER.get(field, ())):
        setattr(record, name, value if name == field else getattr(customer, name))
    said = dict.fromkeys((field, *TOGETHER.get(field, ())), today.isoformat())
    record.dates = dict(sorted({**record.dates, **said}.items()))
    record.recorded_at = now
    setattr(customer, field, value)
    session.add(
        SourceValue(
            customer_id=customer.id, record_id=record.id, field=field, previous=previous, value=as_text(value),
            system=SYSTEM, as_of=today, recorded_at=now, recorded_by=by,
        )
    )  # fmt: skip
    await _settle(session, customer.id, field, by, today)
    await session.flush()


async def _record(session: AsyncSession, customer: Customer, now: datetime) -> SourceRecord:
    """The record of people's corrections of that customer, made if this is the first one."""
    id = f"{SYSTEM}:{customer.id}"
    found = await session.get(SourceRecord, id)
    if found is None:
        found = SourceRecord(
            id=id, customer_id=customer.id, system=SYSTEM, number=customer.id, as_of=SAYS_NOTHING, dates={},
            recorded_at=now, kind=customer.kind, name=customer.name, currency=customer.currency, interests=[],
            consents=[],
        )  # fmt: skip
        session.add(found)
    return found


async def _settle(session: AsyncSession, customer: str, field: str, by: str, today: date) -> None:
    open_ones = select(Conflict).where(
        Conflict.customer_id == customer, Conflict.field == field, Conflict.state == ConflictState.OPEN.value
    )
    for conflict in await session.scalars(open_ones):
        conflict.state, conflict.settled_on, conflict.settled_by = ConflictState.SETTLED.value, today, by


async def _rename(session: AsyncSession, customer: Customer, field: str, value: Value) -> None:
    """The customer goes by the new name or phone, and by the old one only where some source still says it."""
    called = {name: getattr(customer, name) for name in NAMING}
    new = name_keys(**(called | {field: str(value)}))
    records = await session.scalars(select(SourceRecord).where(SourceRecord.customer_id == customer.id))
    kept = {key for one in records for key in name_keys(one.name, one.name_latin)}
    gone = set(name_keys(**called)) - set(new) - kept
    await session.execute(
        delete(CustomerName).where(CustomerName.customer_id == customer.id, CustomerName.key.in_(gone))
    )
    known = set(
        await session.scalars(select(CustomerName.key).where(CustomerName.customer_id == customer.id))
    )  # fmt: skip
    session.add_all(
        CustomerName(customer_id=customer.id, key=key, form=form.value) for key, form in new.items() if key not in known
    )
