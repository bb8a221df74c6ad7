"""Where an answer to a survey belongs: to an invitation that waits, in place of an answer that is there, or by itself;
and whether a customer may be asked at all."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import or_, select

from assistant.feedback.case_rules import CaseRules
from assistant.feedback.survey_rules import SurveyRules
from knowledge.crm.casework import Survey
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackKind, SurveyKind
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Feedback


class Held(StrEnum):
    """Why a customer is not asked to rate us. The words for them stand under `draft_refused`."""

    ASKED = "asked_lately"
    COMPLAINT = "open_complaint"


@dataclass(frozen=True)
class Standing:
    """What is stored of a customer's surveys of one kind, on a day: the invitation that waits for an answer, if any,
    and the answer that a new one would take the place of."""

    invited: Survey | None
    answered: Survey | None

    @property
    def is_empty(self) -> bool:
        return self.invited is None and self.answered is None


def standing(lookups: Lookups, customer: str, kind: SurveyKind, on: date, rules: SurveyRules) -> Standing:
    """What an answer of that day would meet. An invitation newer than the last answer waits for its own; without one, a
    new answer soon after the last takes its place."""
    since = on - timedelta(days=rules.new_answer_after.days)
    own = select(Survey).where(Survey.customer_id == customer, Survey.kind == kind)
    answers = own.where(Survey.score.is_not(None), Survey.answered_on > since, Survey.answered_on <= on)
    waiting = own.where(Survey.score.is_(None), Survey.invited_on > since, Survey.invited_on <= on)
    answered = lookups.scalar(answers.order_by(Survey.answered_on.desc(), Survey.id).limit(1))
    invited = lookups.scalar(waiting.order_by(Survey.invited_on.desc(), Survey.id).limit(1))
    if invited and answered and (invited.invited_on or since) < (answered.answered_on or since):
        invited = None
    return Standing(invited, None if invited else answered)


def held_back(lookups: Lookups, customer: str, rules: CaseRules, today: date, case: str | None = None) -> Held | None:
    """Why the customer is not to be asked (service standard feedback-and-surveys, clause 3.2): they were within so many
    days, or have rated us since, or a complaint of theirs is open, the `case` that the survey is about aside."""
    since = today - timedelta(days=rules.handling.invitation_every.days)
    asked = (Survey.customer_id == customer, or_(Survey.invited_on > since, Survey.answered_on > since))
    if lookups.scalar(select(Survey.id).where(*asked).limit(1)):
        return Held.ASKED
    complains = (Feedback.customer_id == customer, Feedback.kind == FeedbackKind.COMPLAINT,
                 Feedback.state.in_(OPEN_FEEDBACK), *([Feedback.id != case] if case else []))  # fmt: skip
    return Held.COMPLAINT if lookups.scalar(select(Feedback.id).where(*complains).limit(1)) else None
