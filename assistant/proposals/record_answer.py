"""How a customer rated the bank, recorded: in the survey they were invited to, in place of an answer, or anew."""

import uuid
from datetime import date
from typing import Annotated, ClassVar

from pydantic import NonNegativeInt, StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import BadChange, Outdated, UnknownCustomer
from assistant.feedback.new_case import Id
from assistant.feedback.survey_answers import Standing, standing
from assistant.grounding import figures
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.casework import Survey
from knowledge.crm.codes import Channel, SurveyKind
from knowledge.crm.scope import visible_rows
from knowledge.crm.store import Lookups, Reader
from knowledge.crm.tables import Customer
from prompts import proposal_words, word


class RecordAnswer(Write):
    """`survey` is the row that the answer goes into: an invitation, or an answer that this one takes the place of,
    whose score is `replaces`; None where there is neither."""

    kind: ClassVar[str] = "record_answer"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("survey_kind", "code", vocabulary="survey_kind", codes=tuple(SurveyKind)),
        Field("score", "line", editable=True),
        Field("comment", "text", editable=True),
        Field("answered_on", "day", editable=True),
        Field("channel", "code", editable=True, vocabulary="channel", codes=tuple(Channel)),
        Field("replaces", "line"),
    )

    customer: Id
    survey: Id | None = None
    survey_kind: SurveyKind
    score: NonNegativeInt
    answered_on: date
    comment: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    channel: Channel | None = None
    replaces: NonNegativeInt | None = None

    async def describe(self, reader: Reader, language: str) -> str:
        """Ana Roca, recommendation: 9 on Nov 20, 2026."""
        customer = await reader.get(Customer, self.customer)
        if customer is None:
            raise UnknownCustomer(customer=self.customer)
        values = {
            "name": customer.name, "kind": word("survey_kind", self.survey_kind, language), "score": str(self.score),
            "day": figures.day(self.answered_on, language), "before": str(self.replaces),
        }  # fmt: skip
        return proposal_words(self.kind, "summary" if self.replaces is None else "summary_replaces", language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCustomer; BadChange for a score off the scale and for a day that cannot be; Outdated where
        another answer came in between."""
        await context.customer(session, self.customer)
        scale = context.case_rules.surveys.scales[self.survey_kind]
        if not scale.holds(self.score):
            raise BadChange(field="score", reason=f"it is not from {scale.lowest} to {scale.highest}")
        if self.answered_on > context.today:
            raise BadChange(field="answered_on", reason=f"{self.answered_on} has not come yet")
        row = await self._row(session, context)
        if self.survey is None:
            if not (await self._standing(session, context)).is_empty:
                raise Outdated(reason="a survey of the customer was stored in between")
        elif row is None or row.score != self.replaces:
            raise Outdated(reason="the survey was answered otherwise in between")
        elif row.invited_on and self.answered_on < row.invited_on:
            raise BadChange(field="answered_on", reason=f"the customer was invited on {row.invited_on}")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        row = await self._row(session, context)
        if row is None:
            row = Survey(id=uuid.uuid4().hex, customer_id=self.customer, kind=self.survey_kind)
            session.add(row)
        row.score, row.comment, row.answered_on = self.score, self.comment, self.answered_on
        row.channel = self.channel or row.channel
        row.employee_id = row.employee_id or context.employee_id
        return {"survey": row.id}

    async def _row(self, session: AsyncSession, context: Context) -> Survey | None:
        own = (Survey.id == self.survey, Survey.customer_id == self.customer, Survey.kind == self.survey_kind)
        found = select(Survey).where(*own, visible_rows(context.scope)[Survey])
        return (await session.scalars(found)).one_or_none() if self.survey else None

    async def _standing(self, session: AsyncSession, context: Context) -> Standing:
        rules, on = context.case_rules.surveys, self.answered_on
        return await session.run_sync(lambda own: standing(Lookups(own), self.customer, self.survey_kind, on, rules))
