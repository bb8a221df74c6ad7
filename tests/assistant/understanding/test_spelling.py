"""Slips of the fingers are undone; what is merely another word is left as it was written."""

import pytest

from assistant.understanding.spelling import Spelling, without_calendar_slips

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


@pytest.mark.parametrize(
    "typed, read",
    [
        ("whose deposits mature next mnoth", "whose deposits mature next month"),
        ("desde agoto", "desde agosto"),
        ("call her tomorow", "call her tomorrow"),
        ("los del viernse", "los del viernes"),
        ("augusto y junior", "augusto y junior"),
        ("Mnoth", "Mnoth"),
        ("months, weeks", "months, weeks"),
    ],
)
def test_days_and_months_are_read_with_their_slips_and_names_left_alone(typed: str, read: str) -> None:
    assert without_calendar_slips(typed) == read
