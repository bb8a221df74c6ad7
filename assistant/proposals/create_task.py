"""A task for whoever confirms it: a call, a visit, a follow-up."""

import uuid
from datetime import date
from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.grounding import figures
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.codes import TaskKind, TaskState
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer, Task
from prompts import proposal_words, word


class CreateTask(Write):
    """`due_on` may be open; `customer` is an id, for tasks that are about one."""

    kind: ClassVar[str] = "create_task"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("title", "line", editable=True),
        Field("due_on", "day", editable=True),
        Field("task_kind", "code", editable=True, vocabulary="task_kind", codes=tuple(TaskKind)),
    )

    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    task_kind: TaskKind = TaskKind.FOLLOW_UP
    due_on: date | None = None
    customer: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Task for Ana Roca: call about the deposit (call), due Nov 27, 2026."""
        due = (
            proposal_words(self.kind, "due", language, {"day": figures.day(self.due_on, language)})
            if self.due_on
            else proposal_words(self.kind, "no_due", language)
        )
        values = {"title": self.title, "kind": word("task_kind", self.task_kind, language), "due": due}
        row = await reader.get(Customer, self.customer) if self.customer else None
        if row is None:
            return proposal_words(self.kind, "summary", language, values)
        return proposal_words(self.kind, "summary_for", language, values | {"name": row.name})

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer where the customer is no longer the confirmer's."""
        if self.customer:
            await context.customer(session, self.customer)

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        id = uuid.uuid4().hex
        session.add(
            Task(
                id=id,
                employee_id=context.employee_id,
                customer_id=self.customer,
                title=self.title,
                kind=self.task_kind,
                due_on=self.due_on,
                state=TaskState.OPEN,
            )
        )
        return {"task": id}
