"""A conversation as it can be read again, and what its asker thought of the answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code, Id


class Exchange(Base):
    """One question and its answer, owned by its asker.

    `before` is the conversation's state before it, so that the question can be asked again in other words. `folded` is
    what a search looks through. `state` is a code of `ExchangeState`; without an answer it was stopped or it failed.
    """

    __tablename__ = "exchange"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    employee_id: Mapped[str] = mapped_column(ForeignKey("employee.id"), index=True)
    turn_id: Mapped[str] = mapped_column(String(128))
    number: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    folded: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Code)
    asked_at: Mapped[datetime]


class Rating(Base):
    """A thumb on an answer, with what was asked, said and known: it stays when the conversation is deleted.

    `thumb` is a code of `Thumb`, `reasons` are codes of `ThumbReason`. `earlier` are the questions before, which the
    question may lean on; `answer` is the answer's text, `facts` are those behind it, `tools` what was looked up.
    """

    __tablename__ = "rating"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    employee_id: Mapped[str] = mapped_column(ForeignKey("employee.id"), index=True)
    turn_id: Mapped[str] = mapped_column(String(128))
    thumb: Mapped[str] = mapped_column(Code)
    reasons: Mapped[list[str]]
    comment: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Code)
    earlier: Mapped[list[str]]
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    tools: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rated_at: Mapped[datetime]
