"""A task that is done, no longer needed, or put off: it fires no more, or on another day."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import BadChange, Outdated
from assistant.grounding import figures
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.codes import TaskState
from knowledge.crm.scope import visible_rows
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer, Task
from prompts import proposal_words


class SettleTask(Write):
    """`task` is an id of the confirmer's own list. `state` is what it is to be: done, dropped, or open and due on
    `due_on`."""

    kind: ClassVar[str] = "settle_task"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("state", "code", editable=True, vocabulary="task_state", codes=tuple(TaskState)),
        Field("due_on", "day", editable=True),
    )

    task: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    state: TaskState
    due_on: date | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Task “Call about the deposit” (Ana Roca): put off until Dec 1, 2026."""
        row = await reader.get(Task, self.task)
        if row is None:
            raise Outdated(reason=f"there is no task {self.task}")
        customer = await reader.get(Customer, row.customer_id) if row.customer_id else None
        day = figures.day(self.due_on, language) if self.due_on else proposal_words(self.kind, "no_day", language)
        title = f"{row.title} ({customer.name})" if customer and customer.name not in row.title else row.title
        return proposal_words(self.kind, f"summary_{self.state}", language, {"title": title, "day": day})

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises Outdated where the task is not on the confirmer's list or no longer open, BadChange for a day that
        is past."""
        row = await self._row(session, context)
        if row.state != TaskState.OPEN:
            raise Outdated(reason=f"the task is {row.state} already")
        if self.state is TaskState.OPEN and self.due_on and self.due_on < context.today:
            raise BadChange(field="due_on", reason=f"{self.due_on} is past")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        row = await self._row(session, context)
        row.state = self.state
        if self.state is TaskState.OPEN:
            row.due_on = self.due_on
        return {"task": row.id}

    async def _row(self, session: AsyncSession, context: Context) -> Task:
        mine = (Task.id == self.task, Task.employee_id == context.employee_id, visible_rows(context.scope)[Task])
        found = (await session.scalars(select(Task).where(*mine))).one_or_none()
        if found is None:
            raise Outdated(reason="it is not on your list")
        return found
