"""Which assessed risk tolerance of a customer counts: how long a result holds, and how many may be made.

The rules are those of the pack; under the Chinese one a result holds a year, and at most 2 a day and 8 in 12 months
count. A result beyond those limits cannot raise what stands, and a lower one always counts: repeating the questions
until the answer fits leads nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count

from assistant.recommend.rule_pack import AssessmentRule, Tolerance
from knowledge.crm.codes import InvestorClass, ProductKind


@dataclass(frozen=True)
class Answers:
    """What came of one assessment; None and empty is not asked. `liquidity_need` is in the bank's own currency.

    `id` names the row it was read from.
    """

    id: str
    at: datetime
    tolerance: Tolerance
    horizon_months: int | None = None
    liquidity_need: Decimal | None = None
    knows: frozenset[ProductKind] = frozenset()
    investor_class: InvestorClass | None = None


@dataclass(frozen=True)
class Standing:
    """The tolerance that counts, with the assessment it comes from and the tolerance that counted before."""

    answers: Answers
    before: Tolerance | None

    @property
    def assessed_on(self) -> date:
        return self.answers.at.date()

    def holds(self, rule: AssessmentRule, today: date) -> bool:
        """Whether it still counts on that day."""
        return 0 <= (today - self.assessed_on).days <= rule.days


def standing(assessments: Sequence[Answers], rule: AssessmentRule, today: date) -> Standing | None:
    """The result that stands on that day, whether or not it still holds; None where there was no assessment."""
    made = sorted((one for one in assessments if one.at.date() <= today), key=lambda one: one.at)
    found: Standing | None = None
    for number, answers in enumerate(made):
        counts = within_limits(made[:number], rule, answers.at.date())
        if found is None or counts or answers.tolerance <= found.answers.tolerance:
            found = Standing(answers, found.answers.tolerance if found else None)
    return found


def within_limits(made: Sequence[Answers], rule: AssessmentRule, day: date) -> bool:
    """Whether one more assessment on that day would count."""
    days = [one.at.date() for one in made]
    on_day = sum(one == day for one in days)
    in_a_year = sum(0 <= (day - one).days < rule.days for one in days)
    return (rule.a_day is None or on_day < rule.a_day) and (rule.in_a_year is None or in_a_year < rule.in_a_year)


def next_assessment(assessments: Sequence[Answers], rule: AssessmentRule, today: date) -> date:
    """The first day, from today, on which one more assessment would count."""
    made = [one for one in assessments if one.at.date() <= today]
    return next(day for n in count() if within_limits(made, rule, day := today + timedelta(days=n)))
