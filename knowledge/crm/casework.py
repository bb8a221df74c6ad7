"""What happens to feedback after it was filed: its states, what came with it, replies and surveys."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code, Id


class FeedbackChange(Base):
    """A case came from one state into another. `employee_id` is who said so, None the system. Times are naive UTC."""

    __tablename__ = "feedback_change"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    feedback_id: Mapped[str] = mapped_column(ForeignKey("feedback.id"))
    at: Mapped[datetime]
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    from_state: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    note: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index(None, "feedback_id", "at"),)


class FeedbackAttachment(Base):
    """A file that came with a message. `text` is what could be read of it, `fault` why nothing could."""

    __tablename__ = "feedback_attachment"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    feedback_id: Mapped[str] = mapped_column(ForeignKey("feedback.id"), index=True)
    name: Mapped[str]
    media_type: Mapped[str | None]
    text: Mapped[str | None] = mapped_column(Text)
    fault: Mapped[str | None]


class FeedbackReply(Base):
    """A reply to a case as a person approved it; somebody sends it by hand."""

    __tablename__ = "feedback_reply"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    feedback_id: Mapped[str] = mapped_column(ForeignKey("feedback.id"), index=True)
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    text: Mapped[str] = mapped_column(Text)


class Survey(Base):
    """A customer was asked to rate us, or did so unasked. `kind` is a code of `SurveyKind`; `score` is None until
    answered.

    `invited_on` is None where no invitation is known; it may be a day to come. `feedback_id` is the case that it is
    about; None is the bank as a whole. `channel` is the one it was asked or answered over. `intake_key` is what a
    survey tool calls the answer, `intake_digest` what it said: the same key is the same answer.
    """

    __tablename__ = "survey"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"), index=True)
    feedback_id: Mapped[str | None] = mapped_column(ForeignKey("feedback.id"), index=True)
    employee_id: Mapped[str | None] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[str] = mapped_column(Code)
    invited_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    score: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str | None] = mapped_column(Code)
    intake_key: Mapped[str | None] = mapped_column(String(300), unique=True, index=True)
    intake_digest: Mapped[str | None] = mapped_column(String(64))
