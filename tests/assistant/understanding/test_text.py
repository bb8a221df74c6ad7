"""The plain text keeps every place, so that a mention found in it stands there in the question too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.text import PlainText, blanked, key_of
from knowledge.crm.names import fold


@pytest.mark.parametrize(
    "text, plain",
    [
        ("María García", "maria garcia"),
        ("張麗的貸款", "张丽的贷款"),
        ("ＡＢＣ１２３", "abc123"),
        ("¿Qué?", "¿que?"),
        ("，。", ",。"),
        ("MÜLLER", "muller"),
        ("ﬁ", "ﬁ"),
        ("Straße", "straße"),
    ],
)
def test_plain_text_is_bare(text: str, plain: str) -> None:
    assert PlainText.of(text).plain == plain


@given(st.text(max_size=300))
def test_places_agree(text: str) -> None:
    plain = PlainText.of(text)
    assert len(plain.plain) == len(plain.original) == len(text)
    for token in plain.tokens():
        assert plain.plain[token.start : token.end] == token.text


@pytest.mark.parametrize(
    "name", ["María García López", "O'Brien", "王建国", "Smith-Jones", "Bodegas Alhambra Asia, S.L."]
)
def test_tokens_make_the_key_that_the_store_holds(name: str) -> None:
    assert key_of(PlainText.of(name).tokens()) == fold(name)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_blanking_keeps_every_other_place(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    left = blanked(text, [(start, end)])
    assert len(left) == len(text)
    assert left[:start] == text[:start]
    assert left[end:] == text[end:]
    assert not left[start:end].strip()
