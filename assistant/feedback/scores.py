"""The two scores of surveys: how many customers are satisfied, and how many more recommend us than advise against.

Satisfaction (CSAT) is the share of answers in the two upper boxes of a scale of five, beside the mean; its limits are
Wilson's. Recommendation (NPS) is the share of promoters less the share of detractors, in points from -100 to 100 (F. F.
Reichheld, The One Number You Need to Grow, Harvard Business Review 81 (12), 2003). Each answer is a draw of +1, 0 or
-1, so that the variance of the score is (p + d - (p - d)^2) / n and its limits are those of a mean (B. Rocks, Interval
Estimation for the "Net Promoter Score", The American Statistician 70 (4), 2016: the Wald interval). Nothing is read
here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from assistant.care.campaign_review import newcombe, wilson
from assistant.feedback.survey_rules import SurveyRules
from knowledge.crm.codes import SurveyKind

HUNDRED = Decimal(100)
TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")


class Change(StrEnum):
    """A score beside the one before. UNCLEAR: the limits of the difference hold zero; TOO_FEW: one is not told."""

    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Score:
    """Of `answers`, `good` were satisfied or promoters and `low` detractors, or as dissatisfied as that.

    `value` is in percent for satisfaction, in points for recommendation; `low_limit` and `high_limit` hold the true one
    as surely as the rules say. They and `mean`, in the scale's own steps, are None where there are too few answers to
    tell. The limits of a recommendation are None, too, where all answered alike: then the answers show no spread.
    """

    kind: SurveyKind
    answers: int
    good: int
    low: int
    value: Decimal | None = None
    low_limit: Decimal | None = None
    high_limit: Decimal | None = None
    mean: Decimal | None = None

    @property
    def is_told(self) -> bool:
        return self.value is not None


def score_of(kind: SurveyKind, counts: Mapping[int, int], rules: SurveyRules) -> Score:
    """The score of so many answers by what they gave. Raises ValueError for a number that is not on the scale."""
    scale = rules.scales[kind]
    strange = [given for given in counts if not scale.holds(given)]
    if strange:
        raise ValueError(f"{strange[0]} is not from {scale.lowest} to {scale.highest}")
    answers = sum(counts.values())
    good = sum(number for given, number in counts.items() if given >= scale.good)
    low = sum(number for given, number in counts.items() if given <= scale.low)
    if answers < rules.fewest_answers:
        return Score(kind, answers, good, low)
    mean = _rounded(Decimal(sum(given * number for given, number in counts.items())) / answers, HUNDREDTH)
    limits = _limits(kind, good, low, answers, rules.confidence)
    above = good - low if kind is SurveyKind.RECOMMENDATION else good
    value = _rounded(HUNDRED * above / answers, TENTH)
    low_limit, high_limit = limits or (None, None)
    return Score(kind, answers, good, low, value, low_limit, high_limit, mean)


def change(now: Score, before: Score, rules: SurveyRules) -> Change:
    """Whether the score rose or fell by more than chance explains, as surely as the rules say."""
    if not (now.is_told and before.is_told):
        return Change.TOO_FEW
    if now.kind is SurveyKind.RECOMMENDATION:
        difference = _points(now) - _points(before)
        margin = _normal(rules.confidence) * sqrt(_variance(now) + _variance(before))
        low, high = difference - margin, difference + margin
    else:
        low, high = newcombe(now.good, now.answers, before.good, before.answers, rules.confidence)
    return Change.UP if low > 0 else Change.DOWN if high < 0 else Change.UNCLEAR


def _limits(kind: SurveyKind, good: int, low: int, answers: int, confidence: int) -> tuple[Decimal, Decimal] | None:
    if kind is SurveyKind.SATISFACTION:
        least, most = wilson(good, answers, confidence)
        return _tenths(least), _tenths(most)
    score = Score(kind, answers, good, low)
    margin = _normal(confidence) * sqrt(_variance(score))
    if not margin:
        return None
    points = _points(score)
    return _tenths(max(-1.0, points - margin)), _tenths(min(1.0, points + margin))


def _points(score: Score) -> float:
    return (score.good - score.low) / score.answers


def _variance(score: Score) -> float:
    """Of the score, from the answers: the mean square less the square of the mean, over their number. In whole numbers
    as far as they go, so that answers that are all alike leave nothing."""
    difference = score.good - score.low
    return ((score.good + score.low) * score.answers - difference**2) / score.answers**3


def _normal(confidence: int) -> float:
    """How many standard errors to either side hold the true value that surely."""
    return NormalDist().inv_cdf(0.5 + confidence / 200)


def _tenths(share: float) -> Decimal:
    return _rounded(Decimal(share) * HUNDRED, TENTH)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_UP)
