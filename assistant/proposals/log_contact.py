"""A contact with a customer, put into the file in the one standard form."""

import uuid
from datetime import date, datetime, time
from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCustomer
from assistant.grounding import figures
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.codes import Channel, Mood
from knowledge.crm.store import Reader
from knowledge.crm.tables import Contact, Customer
from prompts import proposal_words, word

Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]
SUMMARISED = 160
"""Characters of the content that its summary shows; the card shows all of it."""
NOON = time(12)
"""The time of a contact of which only the day is told."""


class LogContact(Write):
    """The standard form of a contact: when, how, why, what, result, mood, what is next and on which day."""

    kind: ClassVar[str] = "log_contact"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("on", "day", editable=True),
        Field("channel", "code", editable=True, vocabulary="channel", codes=tuple(Channel)),
        Field("purpose", "line", editable=True),
        Field("content", "text", editable=True),
        Field("result", "line", editable=True),
        Field("mood", "code", editable=True, vocabulary="mood", codes=tuple(Mood)),
        Field("next_step", "line", editable=True),
        Field("next_on", "day", editable=True),
    )

    customer: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    on: date
    channel: Channel
    content: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    purpose: Short | None = None
    result: Short | None = None
    mood: Mood | None = None
    next_step: Short | None = None
    next_on: date | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Contact with Ana Roca on Nov 20, 2026 (phone): she wants to think about the deposit."""
        customer = await reader.get(Customer, self.customer)
        if customer is None:
            raise UnknownCustomer(customer=self.customer)
        content = self.content if len(self.content) <= SUMMARISED else f"{self.content[:SUMMARISED].rstrip()}…"
        values = {
            "name": customer.name,
            "day": figures.day(self.on, language),
            "channel": word("channel", self.channel, language),
            "content": content,
        }
        return proposal_words(self.kind, "summary", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, and Outdated for a contact that has not yet been."""
        await context.customer(session, self.customer)
        if self.on > context.today:
            raise Outdated(reason=f"{self.on} has not come yet")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        id = uuid.uuid4().hex
        session.add(
            Contact(
                id=id,
                customer_id=self.customer,
                employee_id=context.employee_id,
                at=datetime.combine(self.on, NOON),
                channel=self.channel,
                purpose=self.purpose,
                content=self.content,
                result=self.result,
                mood=self.mood,
                next_step=self.next_step,
                next_on=self.next_on,
            )
        )
        return {"contact": id}
