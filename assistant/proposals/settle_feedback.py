"""A case that comes into another state: worked on, waiting, resolved, closed, reopened; or is given more time."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import StringConstraints, field_validator, model_validator
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.errors import BadChange, Outdated, UnknownCase
from assistant.feedback.new_case import Code, Id
from assistant.feedback.states import ANSWERED, FOLLOWS, changed, deadlines_of
from assistant.feedback.taxonomy import read_taxonomy
from assistant.proposals.write import Context, Field, Write
from knowledge.crm.casework import FeedbackChange
from knowledge.crm.codes import FeedbackState, Role
from knowledge.crm.scope import visible_rows
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer, Feedback
from prompts import proposal_words, word

EXTENDS = (Role.BRANCH, Role.HEAD_OFFICE)
"""Who approves that a complex case takes longer still (service standard complaint-handling, clause 3.3)."""


class SettleFeedback(Write):
    """`case` is an id of a case in the confirmer's scope, `state` what it is to be. `resolution` is what was done,
    which a case that is resolved or closed needs; `redress` was paid to the customer. `takes_longer`: it is complex."""

    kind: ClassVar[str] = "settle_feedback"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("case", "line"),
        Field("state", "code", editable=True, vocabulary="feedback_state", codes=tuple(FeedbackState)),
        Field("resolution", "text", editable=True),
        Field("redress", "line", editable=True),
        Field("redress_currency", "line", editable=True),
        Field("cause", "code", editable=True, vocabulary="feedback_cause", codes=tuple(read_taxonomy().causes)),
    )

    case: Id
    state: FeedbackState
    resolution: Annotated[str, StringConstraints(min_length=1, max_length=4000)] | None = None
    redress: Decimal | None = None
    redress_currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = None
    cause: Code | None = None
    takes_longer: bool = False

    @field_validator("redress")
    @classmethod
    def _exact(cls, amount: Decimal | None) -> Decimal | None:
        if amount is not None and (amount < 0 or amount.as_tuple().exponent < -2 or amount >= Decimal(10) ** 13):  # type: ignore[operator]
            raise ValueError("an amount has two decimals at most, and is not below nothing")
        return amount

    @model_validator(mode="after")
    def _has_currency(self) -> "SettleFeedback":
        if self.redress is not None and self.redress_currency is None:
            raise ValueError("redress_currency: an amount needs its currency")
        return self

    async def describe(self, reader: Reader, language: str) -> str:
        """Case F00012 (Ana Roca): closed. We refunded 30."""
        row = await reader.get(Feedback, self.case)
        if row is None:
            raise UnknownCase(case=self.case)
        customer = await reader.get(Customer, row.customer_id) if row.customer_id else None
        name = customer.name if customer else proposal_words(self.kind, "unknown", language)
        part = "summary_longer" if self.takes_longer else "summary"
        values = {"case": row.id, "name": name, "state": word("feedback_state", self.state, language),
                  "done": self.resolution or ""}  # fmt: skip
        return proposal_words(self.kind, part, language, values)

    async def check(self, session: AsyncSession, context: Context) -> None:
        """Raises UnknownCase; Outdated where the case cannot come into that state; BadChange where it is not said what
        was done."""
        row = await self._row(session, context)
        if self.takes_longer:
            if row.state in ANSWERED:
                raise Outdated(reason=f"the case is {row.state}")
        elif self.state not in FOLLOWS[FeedbackState(row.state)]:
            raise Outdated(reason=f"the case is {row.state}, which {self.state} does not follow")
        if self.state in ANSWERED and not (self.resolution or row.resolution):
            raise BadChange(field="resolution", reason="it is not said what was done")

    async def execute(self, session: AsyncSession, context: Context) -> dict[str, str]:
        row = await self._row(session, context)
        if self.takes_longer:
            row.is_extended = bool(row.is_complex) and context.scope.role in EXTENDS
            row.is_complex = True
        else:
            session.add(changed(row, self.state, context.employee_id, context.now, self.resolution))
            row.state = self.state
        for name, value in self._written(context.today).items():
            setattr(row, name, value)
        await session.flush()
        if row.state not in ANSWERED:
            await self._set_due(session, row, context)
        return {"feedback": row.id}

    def _written(self, today: date) -> dict[str, Any]:
        if self.state is FeedbackState.REOPENED:
            return {"resolved_on": None}
        if self.state not in ANSWERED or self.takes_longer:
            return {}
        told = {"resolution": self.resolution, "cause": self.cause, "redress": self.redress,
                "redress_currency": self.redress_currency if self.redress is not None else None}  # fmt: skip
        return {"resolved_on": today, **{name: value for name, value in told.items() if value is not None}}

    async def _set_due(self, session: AsyncSession, row: Feedback, context: Context) -> None:
        """By the clock, but for a case that another system filed and that has its day from there."""
        own = select(FeedbackChange).where(FeedbackChange.feedback_id == row.id)
        changes = (await session.scalars(own.order_by(FeedbackChange.at, FeedbackChange.id))).all()
        if row.deadline_rules is None and all(one.state != FeedbackState.REOPENED for one in changes):
            return
        deadlines = deadlines_of(row, changes, context.case_rules, context.today)
        row.due_on, row.statutory_on = deadlines.limit, deadlines.statutory

    async def _row(self, session: AsyncSession, context: Context) -> Feedback:
        found: Select[Feedback] = select(Feedback).where(
            Feedback.id == self.case, visible_rows(context.scope)[Feedback]
        )
        row = (await session.scalars(found)).one_or_none()
        if row is None:
            raise UnknownCase(case=self.case)
        return row
