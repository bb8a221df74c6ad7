"""A conversation as it can be read again, and what its asker thought of the answers. The interface has the words for
its codes."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code, Id


class ExchangeState(StrEnum):
    """STOPPED was ended by its asker or by a lost connection, FAILED by an error."""

    ANSWERED = "answered"
    STOPPED = "stopped"
    FAILED = "failed"


class Thumb(StrEnum):
    UP = "up"
    DOWN = "down"


class ThumbReason(StrEnum):
    """What is wrong with an answer, or right."""

    WRONG_FIGURE = "wrong_figure"
    NOT_UNDERSTOOD = "not_understood"
    INCOMPLETE = "incomplete"
    TOO_LONG = "too_long"
    NOT_HELPFUL = "not_helpful"
    CORRECT = "correct"
    WELL_SAID = "well_said"
    SAVED_TIME = "saved_time"


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
