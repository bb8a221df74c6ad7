"""The answer comes in the language of the question, whatever script the names in it have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.intents import _vocabulary
from assistant.understanding.language import language_of
from prompts import LANGUAGES

WORDS = _vocabulary()[1]


def language(masked: str, original: str | None = None, before: str = "en") -> str:
    return language_of(original or masked, masked, WORDS, before)


@pytest.mark.parametrize(
    "masked, expected",
    [
        ("{customer}有多少存款", "zh"),
        ("{customer}的loan还有多少", "zh"),
        ("幫我查一下{customer}", "zh"),
        ("What does {customer} hold?", "en"),
        ("and {period}?", "en"),
        ("loans of {customer}", "en"),
        ("¿Qué cuentas tiene {customer}?", "es"),
        ("que cuentas tiene {customer}", "es"),
        ("prestamos de {customer}", "es"),
        ("¿y {period}?", "es"),
        ("cuéntame", "es"),
        ("把邮箱更新为 the.office@mail.example", "zh"),
        ("escribe a the.office@mail.example", "es"),
    ],
)
def test_the_words_around_the_names_decide(masked: str, expected: str) -> None:
    assert language(masked) == expected


@pytest.mark.parametrize("before", LANGUAGES)
def test_a_mere_name_is_answered_in_the_language_spoken_before(before: str) -> None:
    assert language("{customer}", "James Carter", before) == before
    assert language("2", "2", before) == before


def test_chinese_names_do_not_make_a_question_chinese() -> None:
    assert language("What does {customer} hold?", "What does 王建国 hold?") == "en"
    assert language("¿Qué tiene {customer}?", "¿Qué tiene 王建国?") == "es"


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_no_text_is_too_strange(text: str, before: str) -> None:
    assert language(text, text, before) in LANGUAGES
