"""What there is to do."""

from dataclasses import dataclass

from sqlalchemy import func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk, Period
from knowledge.crm.codes import TaskState
from knowledge.crm.tables import Customer, Task

SHOWN = 15


@dataclass(frozen=True)
class TaskLine:
    due_on: Figure | None
    overdue: bool
    title: Figure
    kind: Figure
    name: Figure | None


@dataclass(frozen=True)
class Tasks:
    name: Figure | None
    tasks: list[TaskLine]
    count: Figure
    more: bool


async def tasks(desk: Desk, period: Period | None = None, customer: CustomerId | None = None) -> Tasks:
    """Open tasks in view, those due first on top; for one customer, or due by the end of a period."""
    row = await desk.customer(customer) if customer is not None else None
    conditions = [Task.state == TaskState.OPEN]
    if row:
        conditions.append(Task.customer_id == row.id)
    if period:
        conditions.append(Task.due_on <= period.end)
    found = await desk.reader.scalars(
        select(Task).where(*conditions).order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(SHOWN)
    )
    count = await desk.reader.scalar(select(func.count(Task.id)).where(*conditions)) or 0
    ids = {t.customer_id for t in found if t.customer_id}
    customers = {c.id: c for c in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    subject = row.id if row else "tasks"
    return Tasks(
        name=desk.ledger.customer(row) if row else None,
        tasks=[task_line(desk, task, customers.get(task.customer_id or "")) for task in found],
        count=desk.ledger.number(subject, "open_tasks", count, "count", f"task?open&of={subject}"),
        more=count > SHOWN,
    )


def task_line(desk: Desk, task: Task, customer: Customer | None) -> TaskLine:
    ledger, source = desk.ledger, f"task/{task.id}"
    return TaskLine(
        due_on=ledger.day(task.id, "due_on", task.due_on, source) if task.due_on else None,
        overdue=task.due_on is not None and task.due_on < desk.today,
        title=ledger.words(task.id, "title", task.title, source),
        kind=ledger.code(task.id, "kind", "task_kind", task.kind, source),
        name=ledger.customer(customer) if customer else None,
    )
