"""A contact that has been: the asker tells it, and it may go into the file in the standard form."""

from dataclasses import dataclass

from assistant.grounding.ledger import Figure
from assistant.proposals.create_task import CreateTask
from assistant.proposals.log_contact import LogContact
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.understanding.promises import day_told, promise_of, title_of
from assistant.understanding.telling import (
    Step,
    channel_of,
    mood_of,
    next_step_of,
    note_of,
    purpose_of,
    task_kind_of,
)
from knowledge.crm.codes import Channel


@dataclass(frozen=True)
class NewContact:
    name: Figure


async def log_contact(desk: Desk, told: Told, customer: CustomerId, period: Period | None = None) -> NewContact:
    """Proposes to log a contact with a customer as the asker tells it: day (default: today), channel, what was
    said, mood, next step; and a task for the next step where it has a day. Nothing is written before the asker has
    said yes."""
    row = await desk.customer(customer)
    own_step = next_step_of(told, desk.today)
    promise = promise_of(told, desk.today)
    step = own_step if own_step and own_step.on else promise or own_step
    on = period.start if period and period.start <= desk.today and not step else day_told(told, step, desk.today)
    write = LogContact(
        customer=row.id,
        on=on,
        channel=channel_of(told.replace(step.words, "") if step else told) or Channel.PHONE,
        purpose=purpose_of(told),
        content=note_of(told),
        result=promise.words if promise and promise is not own_step else None,
        mood=mood_of(told),
        next_step=step.words if step else None,
        next_on=step.on if step else None,
    )
    await desk.propose(write, row.id)
    if step and step.on and step.on >= desk.today:
        await desk.propose(_follow_up(step, row.id, desk), row.id, follows=True)
    return NewContact(desk.ledger.customer(row))


def _follow_up(step: Step, customer: str, desk: Desk) -> CreateTask:
    """A task for the day that was named, so that the next step is not forgotten."""
    return CreateTask(
        title=title_of(step, desk.today),
        task_kind=task_kind_of(step.words),
        due_on=step.on,
        customer=customer,
    )
