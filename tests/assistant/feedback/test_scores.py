"""The two scores, against answers counted one by one and against worked examples."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from statistics import mean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import SurveyRulesError
from assistant.feedback.scores import Change, change, score_of
from assistant.feedback.survey_rules import SHIPPED, read_surveys
from knowledge.crm.codes import SurveyKind

SATISFACTION, RECOMMENDATION = SurveyKind
RULES = read_surveys()
ENOUGH = RULES.fewest_answers
ratings = st.lists(st.integers(1, 5), min_size=ENOUGH, max_size=60)
likelihoods = st.lists(st.integers(0, 10), min_size=ENOUGH, max_size=60)


@settings(max_examples=60)
@given(ratings)
def test_satisfaction_is_the_share_of_fours_and_fives(answers: list[int]) -> None:
    score = score_of(SATISFACTION, Counter(answers), RULES)
    assert score.value is not None
    assert score.low_limit is not None
    assert score.high_limit is not None
    share = sum(answer in (4, 5) for answer in answers) / len(answers)
    assert float(score.value) == pytest.approx(100 * share, abs=0.051)
    assert 0 <= score.low_limit <= score.value <= score.high_limit <= 100
    assert float(score.mean or 0) == pytest.approx(mean(answers), abs=0.0051)


@settings(max_examples=60)
@given(likelihoods)
def test_recommendation_is_promoters_less_detractors(answers: list[int]) -> None:
    score = score_of(RECOMMENDATION, Counter(answers), RULES)
    drawn = [1 if answer >= 9 else -1 if answer <= 6 else 0 for answer in answers]
    assert score.value is not None
    assert float(score.value) == pytest.approx(100 * mean(drawn), abs=0.051)
    error = pstdev(drawn) / len(drawn) ** 0.5
    if not error:
        assert (score.low_limit, score.high_limit) == (None, None)
        return
    assert score.low_limit is not None
    assert score.high_limit is not None
    assert float(score.low_limit) == pytest.approx(max(-100, 100 * (mean(drawn) - 1.959964 * error)), abs=0.06)
    assert -100 <= score.low_limit <= score.value <= score.high_limit <= 100


@settings(max_examples=60)
@given(ratings, likelihoods, st.integers(0, 4), st.integers(0, 10))
def test_a_better_answer_lowers_no_score(rated: list[int], likely: list[int], start: int, further: int) -> None:
    for kind, answers, top in ((SATISFACTION, rated, 5), (RECOMMENDATION, likely, 10)):
        better = [min(top, answers[start % len(answers)] + further), *answers[1:]]
        worse = [answers[start % len(answers)], *answers[1:]]
        values = [score_of(kind, Counter(each), RULES).value for each in (worse, better)]
        assert values[0] is not None
        assert values[1] is not None
        assert values[0] <= values[1]


def test_worked_examples() -> None:
    """Wilson's limits of 81 of 100 are 0.7222 and 0.8749; 50 promoters and 20 detractors of 100 are 30 points, of which
    the standard error is sqrt((0.7 - 0.09) / 100) = 7.81 points."""
    satisfied = score_of(SATISFACTION, {5: 40, 4: 41, 2: 19}, RULES)
    assert (satisfied.value, satisfied.low_limit, satisfied.high_limit) == (
        Decimal("81.0"), Decimal("72.2"), Decimal("87.5"),
    )  # fmt: skip
    recommending = score_of(RECOMMENDATION, {10: 30, 9: 20, 7: 30, 3: 20}, RULES)
    assert (recommending.value, recommending.low_limit, recommending.high_limit) == (
        Decimal("30.0"), Decimal("14.7"), Decimal("45.3"),
    )  # fmt: skip


@pytest.mark.parametrize("kind, given", [(SATISFACTION, 5), (RECOMMENDATION, 10)])
def test_too_few_answers_tell_no_score(kind: SurveyKind, given: int) -> None:
    few = score_of(kind, {given: ENOUGH - 1}, RULES)
    assert (few.answers, few.good, few.value, few.mean, few.low_limit) == (ENOUGH - 1, ENOUGH - 1, None, None, None)
    enough = score_of(kind, {given: ENOUGH}, RULES)
    assert enough.value == 100
    assert change(enough, few, RULES) is Change.TOO_FEW
    assert score_of(kind, {}, RULES).answers == 0
    with pytest.raises(ValueError, match="is not from"):
        score_of(kind, {11: 30}, RULES)


def test_a_change_is_told_only_beyond_chance() -> None:
    for kind, good, low in ((SATISFACTION, 5, 1), (RECOMMENDATION, 10, 0)):
        many, few, less = (score_of(kind, {good: n, low: 100 - n}, RULES) for n in (80, 50, 78))
        assert change(many, few, RULES) is Change.UP
        assert change(few, many, RULES) is Change.DOWN
        assert change(many, less, RULES) is Change.UNCLEAR


@pytest.mark.parametrize(
    "shipped, wrong",
    [("highest: 5", "highest: 10"), ("good: 4", "good: 2"), ("lowest: 1", "lowest: -1"), ("95", "100"),
     ("satisfaction:", "happiness:")],
)  # fmt: skip
def test_a_banks_own_rules_are_checked(tmp_path: Path, shipped: str, wrong: str) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    (tmp_path / "surveys.yaml").write_text(text.replace("fewest_answers: 20", "fewest_answers: 5"), encoding="utf-8")
    assert read_surveys(tmp_path).fewest_answers == 5
    (tmp_path / "surveys.yaml").write_text(text.replace(shipped, wrong, 1), encoding="utf-8")
    with pytest.raises(SurveyRulesError):
        read_surveys(tmp_path)
