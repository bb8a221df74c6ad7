"""Reminders: an employee's own tasks on the day they fall due, and all of them as a calendar."""

import uuid
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select

from assistant.access import scope_of
from assistant.care.calendar_file import calendar_of
from assistant.journal import Journal, Kind
from knowledge.clock import Clock
from knowledge.crm.codes import TaskState
from knowledge.crm.store import CrmStore, Lookups
from knowledge.crm.tables import Customer, Task

MOST = 1_000
"""Reminders of one employee that are given out, those due first."""


class Reminder(BaseModel):
    """An open task with a day. `customer` is an id, `name` that customer's name."""

    model_config = ConfigDict(frozen=True)
    id: str
    title: str
    kind: str
    due_on: date
    overdue: bool
    customer: str | None
    name: str | None


class Reminders:
    """Gives out an employee's own reminders; the journal keeps who was given which customers' names."""

    def __init__(self, store: CrmStore, journal: Journal, clock: Clock) -> None:
        self._store, self._journal, self._clock = store, journal, clock

    async def due(self, employee_id: str, as_of: date | None = None) -> Sequence[Reminder]:
        """What is due today or was before, the newest first. Raises UnknownEmployee."""
        today = as_of or self._clock.today()
        return (await self._given(employee_id, "reminders", today, today))[::-1]

    async def calendar(self, employee_id: str, as_of: date | None = None) -> bytes:
        """All that the employee is to be reminded of, as iCalendar (RFC 5545). Raises UnknownEmployee."""
        found = await self._given(employee_id, "calendar", as_of or self._clock.today(), date.max)
        return calendar_of(found, self._clock.now())

    async def _given(self, employee_id: str, what: str, today: date, until: date) -> Sequence[Reminder]:
        scope = await scope_of(self._store, employee_id, Clock().today())
        async with self._store.reading(scope) as reader:
            found = await reader.together(lambda lookups: _reminders(lookups, employee_id, today, until))
        if found:
            customers = sorted({reminder.customer for reminder in found if reminder.customer})
            body = {"what": what, "tasks": [reminder.id for reminder in found], "customers": customers}
            await self._journal.append(uuid.uuid4().hex, employee_id, Kind.EXPORT, body)
        return found


def _reminders(lookups: Lookups, employee_id: str, today: date, until: date) -> list[Reminder]:
    rows = lookups.rows(
        select(Task.id, Task.title, Task.kind, Task.due_on, Task.customer_id)
        .where(Task.employee_id == employee_id, Task.state == TaskState.OPEN, Task.due_on <= until)
        .order_by(Task.due_on, Task.id)
        .limit(MOST)
    )
    ids = {customer for *_, customer in rows if customer}
    names = dict(lookups.rows(select(Customer.id, Customer.name).where(Customer.id.in_(ids))))
    return [
        Reminder(
            id=id, title=title, kind=kind, due_on=due_on, overdue=due_on < today, customer=customer,
            name=names.get(customer or ""),
        )
        for id, title, kind, due_on, customer in rows
        if due_on
    ]  # fmt: skip
