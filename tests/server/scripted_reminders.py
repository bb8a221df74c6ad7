"""Reminders, without a bank."""

from collections.abc import Sequence
from datetime import date, datetime

from assistant.care.calendar_file import calendar_of
from assistant.care.reminders import Reminder

AS_OF = date(2026, 11, 20)


class ScriptedReminders:
    """One reminder for the manager, none for others."""

    async def due(self, employee_id: str) -> Sequence[Reminder]:
        kept = Reminder(id="T1", title="Call Wei", kind="call", due_on=AS_OF, overdue=False, customer="C1", name="Wei")
        return [kept] if employee_id == "E102" else []

    async def calendar(self, employee_id: str) -> bytes:
        return calendar_of(await self.due(employee_id), datetime(2026, 11, 20, 12))
