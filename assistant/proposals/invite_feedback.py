"""An invitation to say how satisfied a customer is with a case, approved by a person; the survey is noted with it."""

import uuid
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCase
from assistant.feedback.new_case import Id
from assistant.proposals.approve_message import ApproveMessage
from assistant.proposals.write import Context
from knowledge.crm.casework import Survey
from knowledge.crm.codes import SurveyKind
from knowledge.crm.scope import visible_rows
from knowledge.crm.tables import Feedback


class InviteFeedback(ApproveMessage):
    """`case` is an id of a case in the confirmer's scope, of that customer. Held to all that a message is held to, and
    to one invitation within so many days (service standard feedback-and-surveys, clause 3.2)."""

    kind: ClassVar[str] = "invite_feedback"

    case: Id
    survey_kind: SurveyKind = SurveyKind.SATISFACTION

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises what a message raises; UnknownCase; Outdated for a customer who was asked shortly before."""
        await super().check(session, context)
        own = (Feedback.id == self.case, Feedback.customer_id == self.customer, visible_rows(context.scope)[Feedback])
        if not await session.scalar(select(Feedback.id).where(*own)):
            raise UnknownCase(case=self.case)
        every = context.case_rules.handling.invitation_every
        since = context.today - timedelta(days=every.days)
        asked = (Survey.customer_id == self.customer, Survey.invited_on > since)
        if await session.scalar(select(Survey.id).where(*asked).limit(1)):
            raise Outdated(reason=f"the customer was asked within the last {every.days} days")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        done = await super().execute(session, context)
        survey = Survey(
            id=uuid.uuid4().hex, customer_id=self.customer, feedback_id=self.case, employee_id=context.employee_id,
            kind=self.survey_kind, invited_on=self.send_on,
        )  # fmt: skip
        session.add(survey)
        return {**done, "survey": survey.id}
