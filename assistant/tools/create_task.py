"""A reminder: a task that the asker may put on their list."""

from dataclasses import dataclass

from assistant.grounding.ledger import Figure
from assistant.proposals.create_task import CreateTask
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.understanding.telling import errand_of, task_kind_of


@dataclass(frozen=True)
class NewTask:
    name: Figure | None


async def create_task(
    desk: Desk, told: Told, customer: CustomerId | None = None, period: Period | None = None
) -> NewTask:
    """Proposes a task for the asker: what is to be done, by when, for which customer. Nothing is written before
    the asker has said yes."""
    row = await desk.customer(customer) if customer is not None else None
    write = CreateTask(
        title=errand_of(told, desk.today),
        task_kind=task_kind_of(told),
        due_on=period.end if period and period.end >= desk.today else None,
        customer=row.id if row else None,
    )
    await desk.propose(write, row.id if row else None)
    return NewTask(desk.ledger.customer(row) if row else None)
