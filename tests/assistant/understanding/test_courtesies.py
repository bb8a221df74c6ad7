"""What is said around a question is not read, and what is nothing else stays a greeting."""

import pytest

from assistant.understanding.courtesies import without_courtesies


@pytest.mark.parametrize(
    "said, left",
    [
        ("morning, who should I ring first?", "who should I ring first?"),
        ("{customer}'s balance dropped I think, check that for me", "{customer}'s balance dropped I think"),
        ("Okay so what does {customer} owe? thanks!", "so what does {customer} owe"),
        ("早上好，今天有什么要紧的", "今天有什么要紧的"),
        ("{customer}的存款是不是少了，帮我看看", "{customer}的存款是不是少了"),
        ("buenos días, ¿qué debe {customer}?", "¿qué debe {customer}?"),
        ("creo que a {customer} le han bajado los saldos, míramelo", "creo que a {customer} le han bajado los saldos"),
    ],
)
def test_greetings_and_thanks_are_not_read(said: str, left: str) -> None:
    assert without_courtesies(said) == left


@pytest.mark.parametrize("said", ["hello", "hi, thanks", "谢谢", "早上好", "buenas", "muchas gracias"])
def test_a_mere_greeting_stays_one(said: str) -> None:
    assert without_courtesies(said) == said


@pytest.mark.parametrize("said", ["早期还款怎么办", "right now who is overdue", "highest balances", "holanda trade"])
def test_words_that_begin_like_a_greeting_are_read(said: str) -> None:
    assert without_courtesies(said) == said
