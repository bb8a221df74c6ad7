"""A message to a customer, approved by a person. Nothing is sent: a task says to send it."""

import uuid
from datetime import date
from functools import cache
from typing import Annotated, ClassVar

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import AgainstConduct, Outdated, UnknownCustomer
from assistant.grounding import figures
from assistant.proposals.write import Context, Field, Write
from assistant.recommend.conduct import breaches, clause_of, conduct_rules, possible_names
from knowledge.crm.codes import Consent, TaskKind, TaskState
from knowledge.crm.directory import KEYS_A_QUERY
from knowledge.crm.names import NameForm, fold
from knowledge.crm.scope import visible_rows
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer, CustomerName, Employee, Task
from prompts import message_templates, proposal_words, word

Short = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class ApproveMessage(Write):
    """`text` is approved for `channel` and for that customer alone; the task of sending it is called `task_title`."""

    kind: ClassVar[str] = "approve_message"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("channel", "code", vocabulary="channel", codes=tuple(Consent)),
        Field("send_on", "day", editable=True),
        Field("subject", "line", editable=True),
        Field("text", "text", editable=True),
    )

    customer: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    occasion: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    channel: Consent
    send_on: date
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    task_title: Short
    subject: Short | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Message to Ana Roca, birthday (text message), for Nov 27, 2026."""
        customer = await reader.get(Customer, self.customer)
        if customer is None:
            raise UnknownCustomer(customer=self.customer)
        values = {
            "name": customer.name,
            "occasion": word("occasion", self.occasion, language),
            "channel": word("channel", self.channel, language),
            "day": figures.day(self.send_on, language),
        }
        return proposal_words(self.kind, "summary", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer, Outdated where the consent is gone or the day is past, and AgainstConduct for words
        that may not go to a customer, whoever wrote them."""
        customer = await context.customer(session, self.customer)
        if self.channel not in customer.consents:
            raise Outdated(reason=f"the customer does not agree to be addressed by {self.channel}")
        if self.send_on < context.today:
            raise Outdated(reason=f"{self.send_on} is past")
        for line in (self.subject, self.text):
            for breach in breaches(line or "", await self._others(session, context, line or "")):
                standard = conduct_rules().standard
                raise AgainstConduct(words=breach.words, document=standard, clause=clause_of(breach))

    async def _others(self, session: AsyncSession, context: Context, line: str) -> list[str]:
        """Names in the line that are of other customers of the confirmer, and neither this one's nor their own."""
        keys, seen = sorted(possible_names(line) - _own_words()), visible_rows(context.scope)[CustomerName]
        named = select(CustomerName.key, CustomerName.customer_id).where(CustomerName.form == NameForm.FULL, seen)
        found = [
            (key, customer)
            for start in range(0, len(keys), KEYS_A_QUERY)
            for key, customer in await session.execute(
                named.where(CustomerName.key.in_(keys[start : start + KEYS_A_QUERY]))
            )
        ]
        sender = await session.get(Employee, context.employee_id)
        own = {key for key, customer in found if customer == self.customer} | {fold(sender.name) if sender else ""}
        return sorted({key for key, _ in found} - own)

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        id = uuid.uuid4().hex
        kind = TaskKind.CALL if self.channel is Consent.PHONE else TaskKind.FOLLOW_UP
        session.add(
            Task(
                id=id,
                employee_id=context.employee_id,
                customer_id=self.customer,
                title=self.task_title,
                kind=kind,
                due_on=self.send_on,
                state=TaskState.OPEN,
            )
        )
        return {"task": id}


@cache
def _own_words() -> frozenset[str]:
    """What our own drafts are made of names nobody, though a customer may be called 安康."""
    return frozenset(key for text in message_templates() for key in possible_names(text))
