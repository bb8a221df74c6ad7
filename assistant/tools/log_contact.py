"""A contact that has been: the asker tells it, and it may go into the file in the standard form."""

from dataclasses import dataclass

from assistant.grounding.ledger import Figure
from assistant.proposals.log_contact import LogContact
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.understanding.telling import channel_of, mood_of, next_step_of, note_of, purpose_of
from knowledge.crm.codes import Channel


@dataclass(frozen=True)
class NewContact:
    name: Figure


async def log_contact(desk: Desk, told: Told, customer: CustomerId, period: Period | None = None) -> NewContact:
    """Proposes to log a contact with a customer as the asker tells it: day (default: today), channel, what was
    said, mood, next step. Nothing is written before the asker has said yes."""
    row = await desk.customer(customer)
    step = next_step_of(told, desk.today)
    write = LogContact(
        customer=row.id,
        on=period.start if period and period.start <= desk.today else desk.today,
        channel=channel_of(told) or Channel.PHONE,
        purpose=purpose_of(told),
        content=note_of(told),
        mood=mood_of(told),
        next_step=step.words if step else None,
        next_on=step.on if step else None,
    )
    await desk.propose(write, row.id)
    return NewContact(desk.ledger.customer(row))
