"""What is told of a survey: the score, its scale, the customer's words; and which results are asked for."""

from decimal import Decimal

import pytest

from assistant.feedback.survey_counts import Grouping
from assistant.understanding.surveying import grouping_in, kinds_asked, kinds_in, rating_in, speaks_of_surveys
from knowledge.crm.codes import SurveyKind
from prompts import examples

SATISFACTION, RECOMMENDATION = SurveyKind


@pytest.mark.parametrize(
    "told, score, out_of, comment",
    [
        ("she gave us 4 out of 5", "4", 5, None),
        ("record her survey answer: 9 of 10, 'quick and friendly'", "9", 10, "quick and friendly"),
        ("Olivia Bennett rated us three of five because it's slow", "3", 5, "because it's slow"),
        ("her NPS is 7/10", "7", 10, None),
        ("he scored us 4.5 out of 5", "4.5", 5, None),
        ("she gave 12 of 10", "12", 10, None),
        ("on 3 November she gave us a 4", "4", None, None),
        ("she rated us ten", "10", None, None),
        ("she called on 3 of November", None, None, None),
        ("record her survey answer", None, None, None),
        ("she gave us 5 stars: “great advice”", "5", None, "great advice"),
        ("她给我们打了4分，满分5分", "4", 5, None),
        ("满分10分她给了9分，说“很热情”", "9", 10, "很热情"),
        ("张丽五分制打了三分，嫌慢", "3", 5, "嫌慢"),
        ("登记她的评价：10分里给了6分", "6", 10, None),
        ("她打了八分", "8", None, None),
        ("她给我们4分（5分制）", "4", 5, None),
        ("等了30分钟", None, None, None),
        ("nos dio un 4 de 5", "4", 5, None),
        ("registra su respuesta: 9 sobre 10, «rápido y amable»", "9", 10, "rápido y amable"),
        ("nos puntuó con un seis", "6", None, None),
        ("valoró la atención con tres sobre cinco: muy lento", "3", 5, "muy lento"),
        ("le dio 5 estrellas", "5", None, None),
        ("estuvo 3 de noviembre en la oficina", None, None, None),
        ("nos puso un 4 de 5: apúntalo", "4", 5, None),
        ("she gave us 9 of 10: quick and friendly, note it", "9", 10, "quick and friendly"),
        ("她给了我们5分里的4分，登记一下", "4", 5, None),
    ],
)  # fmt: skip
def test_a_rating_is_read(told: str, score: str | None, out_of: int | None, comment: str | None) -> None:
    rating = rating_in(told)
    if score is None:
        assert rating is None
        return
    assert rating is not None
    assert (rating.score, rating.out_of, rating.comment) == (Decimal(score), out_of, comment)


@pytest.mark.parametrize(
    "asked, kinds, grouping",
    [
        ("how satisfied are customers this quarter", (SATISFACTION, RECOMMENDATION), None),
        ("NPS by branch against last quarter", (RECOMMENDATION,), Grouping.BRANCH),
        ("CSAT per channel", (SATISFACTION,), Grouping.CHANNEL),
        ("what do detractors say", (RECOMMENDATION,), None),
        ("各支行的NPS", (RECOMMENDATION,), Grouping.BRANCH),
        ("按产品看满意度得分", (SATISFACTION,), Grouping.PRODUCT),
        ("本季度客户满意度怎么样", (SATISFACTION, RECOMMENDATION), None),
        ("qué dicen los detractores", (RECOMMENDATION,), None),
        ("índice de satisfacción por canal", (SATISFACTION,), Grouping.CHANNEL),
    ],
)  # fmt: skip
def test_results_are_narrowed(asked: str, kinds: tuple[SurveyKind, ...], grouping: Grouping | None) -> None:
    assert (kinds_asked(asked), grouping_in(asked)) == (kinds, grouping)


def test_the_kind_is_told_by_words() -> None:
    assert kinds_in("ask her how likely she is to recommend us") == (RECOMMENDATION,)
    assert kinds_in("问问她愿不愿意推荐我们") == (RECOMMENDATION,)
    assert kinds_in("pregúntale si nos recomendaría") == (RECOMMENDATION,)
    assert kinds_in("she is satisfied and would recommend us") == (SATISFACTION, RECOMMENDATION)
    assert kinds_in("invite her to rate us") == ()


@pytest.mark.parametrize("ability", ["record_answer", "survey_results"])
def test_every_question_of_surveys_has_a_word_of_them(ability: str) -> None:
    questions = [question for asked in examples()[ability].values() for question in asked]
    assert [question for question in questions if not speaks_of_surveys(question)] == []


@pytest.mark.parametrize(
    "other", ["ponme al día de Ana Roca, la veo a las cinco", "今年收到多少条建议", "how many suggestions this year"]
)
def test_what_has_no_word_of_surveys_is_about_something_else(other: str) -> None:
    assert not speaks_of_surveys(other)
