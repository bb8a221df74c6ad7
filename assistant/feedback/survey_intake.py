"""Answers that a survey tool gives in: each stored once, with the invitation that it answers."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.access import scope_of
from assistant.errors import FeedbackError, KeyUsed
from assistant.feedback.intake import SYSTEM, SYSTEM_NAME, YEARS_AGO, customer_of
from assistant.feedback.survey_answers import standing
from assistant.feedback.survey_rules import SurveyRules
from assistant.journal import Journal, Kind
from knowledge.clock import Clock
from knowledge.crm.casework import Survey
from knowledge.crm.codes import Channel, SurveyKind
from knowledge.crm.store import CrmStore, Lookups

LONGEST_COMMENT = 4_000


@dataclass(frozen=True)
class Answer:
    """An answer as a survey tool gives it. `number`, `email` and `phone` lead to the customer; `key` is the tool's own
    name for it: the same key is the same answer."""

    kind: SurveyKind
    score: int
    answered_on: date
    key: str
    comment: str | None = None
    channel: Channel | None = None
    number: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def digest(self) -> str:
        """What it says, for telling whether a key was used for another."""
        parts = (self.kind, self.score, self.answered_on, self.comment, self.number, self.email, self.phone)
        return hashlib.sha256("\0\0".join(str(part or "") for part in parts).encode("utf-8", "replace")).hexdigest()


class Taken(StrEnum):
    """What became of an answer. KNOWN was there before."""

    INVITED = "invited"
    UNINVITED = "uninvited"
    KNOWN = "known"


@dataclass(frozen=True)
class AnswerReceipt:
    """`is_low` says that the score is a low one, `has_words` that the customer said why."""

    survey: str
    taken: Taken
    is_low: bool
    has_words: bool


class SurveyIntake:
    """Takes answers in. What is taken is stored with its journal record in one transaction, or not at all."""

    def __init__(self, store: CrmStore, journal: Journal, clock: Clock, rules: SurveyRules) -> None:
        self._store, self._journal, self._clock, self._rules = store, journal, clock, rules

    async def take(self, answer: Answer, by: str | None = None) -> AnswerReceipt:
        """Stores it. With `by` the customer is looked for within that employee's scope. Raises FeedbackError for an
        answer of nobody who is known, off its scale or on no day that can be; KeyUsed for a key that another bears;
        UnknownEmployee."""
        self._check(answer)
        scope = await scope_of(self._store, by, Clock().today()) if by else SYSTEM
        async with self._store.reading(scope) as reader:
            customer = await customer_of(reader, answer)
        if customer is None:
            raise FeedbackError(reason="it leads to no customer, or to several")
        async with self._store.writing() as session:
            row, taken = await session.run_sync(
                lambda own: self._stored(Lookups(own), answer, customer.id, f"{by or SYSTEM_NAME}:{answer.key}")
            )
            if taken is not Taken.KNOWN:
                session.add(row)
                await self._note(session, row, by)
        is_low = answer.score <= self._rules.scales[answer.kind].low
        return AnswerReceipt(row.id, taken, is_low, bool(answer.comment))

    def _check(self, answer: Answer) -> None:
        scale, today = self._rules.scales[answer.kind], self._clock.today()
        if not scale.holds(answer.score):
            raise FeedbackError(reason=f"the score {answer.score} is not from {scale.lowest} to {scale.highest}")
        if answer.answered_on > today:
            raise FeedbackError(reason=f"it was given on {answer.answered_on}, which has not come yet")
        if answer.answered_on.year < today.year - YEARS_AGO:
            raise FeedbackError(reason=f"it was given on {answer.answered_on}, more than {YEARS_AGO} years ago")
        if len(answer.comment or "") > LONGEST_COMMENT:
            raise FeedbackError(reason=f"its comment has more than {LONGEST_COMMENT} characters")

    def _stored(self, lookups: Lookups, answer: Answer, customer: str, key: str) -> tuple[Survey, Taken]:
        """The row of the answer: the one it was stored in before, that of the invitation, or a new one. One that a
        colleague recorded on the same day, or that the same words gave under another name, is the same answer."""
        before = lookups.scalar(select(Survey).where(Survey.intake_key == key))
        if before:
            if before.intake_digest != answer.digest:
                raise KeyUsed(key=answer.key[:100])
            return before, Taken.KNOWN
        given = (Survey.customer_id == customer, Survey.kind == answer.kind, Survey.score == answer.score,
                 Survey.answered_on == answer.answered_on)  # fmt: skip
        same = or_(Survey.intake_key.is_(None), Survey.intake_digest == answer.digest)
        there = lookups.scalar(select(Survey).where(*given, same).order_by(Survey.intake_key, Survey.id).limit(1))
        if there:
            there.intake_key, there.intake_digest = there.intake_key or key, answer.digest
            return there, Taken.KNOWN
        row = standing(lookups, customer, answer.kind, answer.answered_on, self._rules)
        found = row.invited or Survey(id=uuid.uuid4().hex, customer_id=customer, kind=answer.kind)
        found.score, found.answered_on, found.comment = answer.score, answer.answered_on, answer.comment
        found.channel = answer.channel or found.channel
        found.intake_key, found.intake_digest = key, answer.digest
        return found, Taken.INVITED if row.invited else Taken.UNINVITED

    async def _note(self, session: AsyncSession, row: Survey, by: str | None) -> None:
        body = {"survey": row.id, "kind": row.kind, "customer": row.customer_id}
        await self._journal.append_within(session, uuid.uuid4().hex, by or SYSTEM_NAME, [(Kind.INTAKE, body)])
