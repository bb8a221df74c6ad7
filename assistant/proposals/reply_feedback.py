"""A reply to a case, approved by a person and kept with the case. Nothing is sent: a task says to send it."""

import uuid
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import UnknownCase
from assistant.feedback.new_case import Code, Id
from assistant.proposals.approve_message import ApproveMessage
from assistant.proposals.write import Context
from knowledge.crm.casework import FeedbackReply
from knowledge.crm.scope import visible_rows
from knowledge.crm.tables import Feedback


class ReplyFeedback(ApproveMessage):
    """`case` is an id of a case in the confirmer's scope, of that customer. Held to all that a message is held to."""

    kind: ClassVar[str] = "reply_feedback"

    case: Id
    language: Code

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises what a message raises, and UnknownCase."""
        await super().check(session, context)
        own = (Feedback.id == self.case, Feedback.customer_id == self.customer, visible_rows(context.scope)[Feedback])
        if not await session.scalar(select(Feedback.id).where(*own)):
            raise UnknownCase(case=self.case)

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        done = await super().execute(session, context)
        reply = FeedbackReply(
            id=uuid.uuid4().hex, feedback_id=self.case, employee_id=context.employee_id, at=context.now,
            channel=self.channel, language=self.language, text=self.text,
        )  # fmt: skip
        session.add(reply)
        return {**done, "reply": reply.id, "feedback": self.case}
