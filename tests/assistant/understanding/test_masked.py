"""Places of a masked question, and the words of the asker that they stand for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.masked import Masked

QUESTION = "What does Zhang Li hold, and what came in last month?"
PLACES = [
    (QUESTION.index(words), QUESTION.index(words) + len(words), name)
    for words, name in (("Zhang Li", "customer"), ("last month", "period"))
]


def test_mentions_are_replaced_by_what_they_are() -> None:
    assert Masked.of(QUESTION, PLACES).text == "What does {customer} hold, and what came in {period}?"


@pytest.mark.parametrize("part", ["What does {customer} hold", "what came in {period}", "{customer}", "and what"])
def test_a_part_is_found_again_in_the_asker_s_words(part: str) -> None:
    masked = Masked.of(QUESTION, PLACES)
    start = masked.text.index(part)
    found = masked.origin(start, start + len(part))
    assert found == part.replace("{customer}", "Zhang Li").replace("{period}", "last month")


@given(
    words=st.lists(st.text("ab ", min_size=1, max_size=5), min_size=1, max_size=6),
    mentioned=st.lists(st.booleans(), min_size=6, max_size=6),
    cut=st.integers(0, 6),
)
def test_cut_between_words_nothing_is_lost(words: list[str], mentioned: list[bool], cut: int) -> None:
    places, at = [], 0
    for word, mention in zip(words, mentioned, strict=False):
        places += [(at, at + len(word), "customer")] if mention else []
        at += len(word)
    masked = Masked.of("".join(words), places)
    shown = ["{customer}" if mention else word for word, mention in zip(words, mentioned, strict=False)]
    middle = len("".join(shown[:cut]))
    assert masked.origin(0, middle) == "".join(words[:cut])
    assert masked.origin(0, middle) + masked.origin(middle, len(masked.text)) == masked.original
