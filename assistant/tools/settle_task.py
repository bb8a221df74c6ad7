"""A task of the asker's that is done, no longer needed, or put off."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.proposals.settle_task import SettleTask
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.tools.tasks import TaskLine, task_line
from assistant.understanding.settling import Outcome, day_put_off_to, most_alike, outcome_of
from knowledge.crm.codes import TaskState
from knowledge.crm.tables import Customer, Task

MOST = 200
SHOWN = 8
STATES = {Outcome.DONE: TaskState.DONE, Outcome.DROPPED: TaskState.DROPPED, Outcome.POSTPONED: TaskState.OPEN}


@dataclass(frozen=True)
class SettledTask:
    """`chosen` is the task that is meant; None where it is not clear, and `open_tasks` are those that it may be.
    `no_day`: it is to be put off, and the day is not said."""

    name: Figure | None
    chosen: TaskLine | None
    no_day: bool
    open_tasks: list[TaskLine]
    more: bool


async def settle_task(
    desk: Desk, told: Told, customer: CustomerId | None = None, period: Period | None = None
) -> SettledTask:
    """Proposes to mark one of the asker's own tasks as done or no longer needed, or to put it off until another day.
    Nothing is written before the asker has said yes."""
    row = await desk.customer(customer) if customer is not None else None
    outcome = outcome_of(told)
    own = await _own(desk, row)
    meant = _meant(desk, own, told, period if outcome is not Outcome.POSTPONED else None)
    name = desk.ledger.customer(row) if row else None
    if len(meant) != 1:
        shown = meant or own
        return SettledTask(name, None, False, await _lines(desk, shown[:SHOWN]), len(shown) > SHOWN)
    (line,) = await _lines(desk, meant)
    day = day_put_off_to(told, desk.today, meant[0].due_on)
    no_day = outcome is Outcome.POSTPONED and day is None
    if not no_day:
        due_on = day if outcome is Outcome.POSTPONED else meant[0].due_on
        write = SettleTask(task=meant[0].id, state=STATES[outcome], due_on=due_on)
        await desk.propose(write, meant[0].customer_id)
    return SettledTask(name, line, no_day, [], False)


async def _own(desk: Desk, customer: Customer | None) -> Sequence[Task]:
    """The asker's open tasks, those due first on top; of one customer where one is meant."""
    conditions = [Task.state == TaskState.OPEN, Task.employee_id == desk.scope.employee_id]
    if customer:
        conditions.append(Task.customer_id == customer.id)
    return await desk.reader.scalars(
        select(Task).where(*conditions).order_by(Task.due_on.is_(None), Task.due_on, Task.id).limit(MOST)
    )


def _meant(desk: Desk, own: Sequence[Task], told: str, period: Period | None) -> Sequence[Task]:
    """The tasks that the words may mean: by what is to be done, by the day named, else what is due by today."""
    if len(own) < 2:
        return own
    in_period = [one for one in own if period and one.due_on and period.start <= one.due_on <= period.end]
    among = in_period or own
    alike = most_alike(told, [(one.title, one) for one in among])
    if alike:
        return alike
    due = [one for one in among if one.due_on and one.due_on <= desk.today]
    return due if len(due) == 1 else among


async def _lines(desk: Desk, tasks: Sequence[Task]) -> list[TaskLine]:
    ids = {one.customer_id for one in tasks if one.customer_id}
    customers = {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return [task_line(desk, one, customers.get(one.customer_id or "")) for one in tasks]
