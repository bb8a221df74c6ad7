"""What decided is shown without the words that are in every sentence, but with what it denies."""

import pytest

from assistant.feedback.function_words import telling


@pytest.mark.parametrize(
    "words, told",
    [
        ("the", None), ("the app", "app"), ("angry about the", "angry"), ("with me", None), ("app", "app"),
        ("not", "not"), ("not work", "not work"), ("isn t", "isn t"), ("t working", "t working"), ("t", None),
        ("la", None), ("esta", None), ("mas", None), ("que", None), ("mi transferencia", "transferencia"),
        ("nadie me", "nadie"), ("no ha", "no ha"), ("sin respuesta", "sin respuesta"),
        ("的", None), ("的服", None), ("我们", None), ("诉我", None), ("在我", None), ("打不", None), ("直没", None),
        ("不到", "不到"), ("没有", "没有"), ("没", "没"), ("到账", "到账"), ("服务", "服务"),
    ],
)  # fmt: skip
def test_function_words_are_left_out_and_denials_are_not(words: str, told: str | None) -> None:
    assert telling(words) == told
