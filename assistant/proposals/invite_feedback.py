"""An invitation to rate the bank, or how a case was handled, approved by a person; the survey is noted with it."""

import uuid
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import Outdated, UnknownCase
from assistant.feedback.new_case import Id
from assistant.feedback.survey_answers import Held, held_back
from assistant.proposals.approve_message import ApproveMessage
from assistant.proposals.write import Context
from knowledge.crm.casework import Survey
from knowledge.crm.codes import SurveyKind
from knowledge.crm.scope import visible_rows
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Feedback

REASONS = {
    Held.ASKED: "the customer was asked, or rated us, within the last {days} days",
    Held.COMPLAINT: "the customer has an open complaint",
}


class InviteFeedback(ApproveMessage):
    """`case` is an id of a case in the confirmer's scope, of that customer; None asks about the bank as a whole.

    Held to all that a message is held to, and to the limits of surveys (standard feedback-and-surveys, clause 3.2).
    """

    kind: ClassVar[str] = "invite_feedback"

    case: Id | None = None
    survey_kind: SurveyKind = SurveyKind.SATISFACTION

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises what a message raises; UnknownCase; Outdated for a customer who is not to be asked."""
        await super().check(session, context)
        own = (Feedback.id == self.case, Feedback.customer_id == self.customer, visible_rows(context.scope)[Feedback])
        if self.case and not await session.scalar(select(Feedback.id).where(*own)):
            raise UnknownCase(case=self.case)
        rules, today = context.case_rules, context.today
        held = await session.run_sync(lambda mine: held_back(Lookups(mine), self.customer, rules, today, self.case))
        if held:
            raise Outdated(reason=REASONS[held].format(days=rules.handling.invitation_every.days))

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        done = await super().execute(session, context)
        survey = Survey(
            id=uuid.uuid4().hex, customer_id=self.customer, feedback_id=self.case, employee_id=context.employee_id,
            kind=self.survey_kind, invited_on=self.send_on, channel=self.channel,
        )  # fmt: skip
        session.add(survey)
        return {**done, "survey": survey.id}
