"""Slips of the fingers are undone; what is merely another word is left as it was written."""

import pytest

from assistant.understanding.spelling import Spelling

SPELLING = Spelling(
    ["show the deposits of {customer}", "overdue complaints", "ayuda con los depósitos", "my year so far", "存款变化"]
)


@pytest.mark.parametrize(
    "written, meant",
    [
        ("depostis of {customer}", "deposits of {customer}"),
        ("overdu complaints", "overdue complaints"),
        ("overduue compliants", "overdue complaints"),
        ("AYDUA", "ayuda"),
    ],
)
def test_a_letter_left_out_doubled_or_exchanged_is_put_right(written: str, meant: str) -> None:
    assert SPELLING.corrected(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        "show the deposits",
        "Depósitos, ¿no?",
        "bear fear",
        "so fra",
        "reposits",
        "{custmer}",
        "存款變化",
        "",
    ],
)
def test_other_words_short_ones_mentions_and_chinese_stay(written: str) -> None:
    assert SPELLING.corrected(written) == written
