"""What is counted of surveys in the asker's view: answers by score, who of the invited answered, low scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from assistant.feedback.survey_rules import SurveyRules
from knowledge.crm.casework import Survey
from knowledge.crm.codes import SurveyKind
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer, Feedback

NOT_KNOWN = ""
"""The group of answers whose branch, channel or product is not known."""


class Grouping(StrEnum):
    """By what answers are divided: the branch of the case, else of the customer; the channel that was asked or answered
    over, else the case's; the product of the case."""

    BRANCH = "branch"
    CHANNEL = "channel"
    PRODUCT = "product"


@dataclass(frozen=True)
class Counted:
    """How many answers of a kind gave a score, in one group."""

    kind: SurveyKind
    group: str
    score: int
    number: int


@dataclass(frozen=True)
class Response:
    """How many were invited, and how many of these have answered."""

    invited: int
    responded: int


def answers_counted(
    lookups: Lookups, kinds: Sequence[SurveyKind], start: date, end: date, rules: SurveyRules, grouping: Grouping | None
) -> list[Counted]:
    """The answers given from `start` to `end`. A score that its scale does not have counts for nothing."""
    by = {
        Grouping.BRANCH: func.coalesce(Feedback.unit_id, Customer.branch_id, NOT_KNOWN),
        Grouping.CHANNEL: func.coalesce(Survey.channel, Feedback.channel, NOT_KNOWN),
        Grouping.PRODUCT: func.coalesce(Feedback.about, NOT_KNOWN),
    }[grouping or Grouping.BRANCH]
    counts = (
        select(Survey.kind, by, Survey.score, func.count(Survey.id))
        .outerjoin(Feedback, Feedback.id == Survey.feedback_id)
        .outerjoin(Customer, Customer.id == Survey.customer_id)
        .where(*_answers(kinds, start, end, rules))
        .group_by(Survey.kind, by, Survey.score)
    )
    return [Counted(SurveyKind(kind), group, score or 0, number) for kind, group, score, number in lookups.rows(counts)]


def response(lookups: Lookups, kind: SurveyKind, start: date, end: date, today: date) -> Response:
    """Of those invited from `start` to `end`, who had answered by `today`. What is yet to go out is no invitation."""
    within = (Survey.kind == kind, Survey.invited_on >= start, Survey.invited_on <= min(end, today))
    invited = lookups.scalar(select(func.count(Survey.id)).where(*within)) or 0
    answered = (Survey.score.is_not(None), Survey.answered_on <= today)
    return Response(invited, lookups.scalar(select(func.count(Survey.id)).where(*within, *answered)) or 0)


def low_answers(
    lookups: Lookups, kinds: Sequence[SurveyKind], start: date, end: date, rules: SurveyRules, most: int
) -> Sequence[Survey]:
    """Low scores that customers gave words to, the newest first."""
    low = or_(*(and_(Survey.kind == kind, Survey.score <= rules.scales[kind].low) for kind in kinds))
    worded = select(Survey).where(*_answers(kinds, start, end, rules), low, Survey.comment.is_not(None))
    return lookups.scalars(worded.order_by(Survey.answered_on.desc(), Survey.id).limit(most))


def last_answers(lookups: Lookups, customer: str, today: date) -> Sequence[Survey]:
    """The customer's last answer of each kind."""
    given = (Survey.customer_id == customer, Survey.score.is_not(None), Survey.answered_on <= today)
    newest = select(Survey).where(*given).order_by(Survey.answered_on.desc(), Survey.id).limit(1)
    found = [lookups.scalar(newest.where(Survey.kind == kind)) for kind in SurveyKind]
    return [row for row in found if row]


def _answers(
    kinds: Sequence[SurveyKind], start: date, end: date, rules: SurveyRules
) -> tuple[ColumnElement[bool], ...]:
    scales = [(kind, rules.scales[kind]) for kind in kinds]
    on_scale = or_(*(and_(Survey.kind == kind, Survey.score.between(s.lowest, s.highest)) for kind, s in scales))
    return on_scale, Survey.answered_on >= start, Survey.answered_on <= end
