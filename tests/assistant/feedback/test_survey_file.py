"""Files of a survey tool: every row is an answer, or named with what is wrong with it."""

from datetime import date
from pathlib import Path

import pytest

from assistant.commands.answers import TakenAnswer, answer_lines
from assistant.errors import FeedbackError
from assistant.feedback.survey_file import AnswerRow, read_answers
from assistant.feedback.survey_intake import AnswerReceipt, Taken
from knowledge.crm.codes import Channel, SurveyKind

HEAD = "customer,email,kind,score,comment,date,channel\n"


def rows(tmp_path: Path, text: str | bytes, kind: SurveyKind | None = None) -> list[AnswerRow]:
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_answers(file, kind))


def test_a_row_is_an_answer(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "﻿" + HEAD + 'C1,,NPS,9.0,"Rápidos, amables",2026-11-18T23:30:00+01:00,phone\n')
    assert row.answer is not None
    told = (row.answer.kind, row.answer.score, row.answer.answered_on, row.answer.comment, row.answer.channel)
    assert told == (SurveyKind.RECOMMENDATION, 9, date(2026, 11, 18), "Rápidos, amables", Channel.PHONE)
    assert row.answer.number == "C1"


def test_each_bad_row_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    wrong = ["C1,,,4,,2026-11-18,", "C1,,smile,4,,2026-11-18,", ",,csat,4,,2026-11-18,", "C1,,csat,,,2026-11-18,",
             "C1,,csat,four,,2026-11-18,", "C1,,csat,4.5,,2026-11-18,", "C1,,csat,-1,,2026-11-18,", "C1,,csat,4,,,",
             "C1,,csat,4,,yesterday,", "C1,,csat,4,,2026-11-18,owl", "C1,,csat,4,,2026-11-18,,too,many"]  # fmt: skip
    found = rows(tmp_path, HEAD + "\n".join(["C1,,csat,4,,2026-11-18,", *wrong, ",a@b.c,csat,4,,2026-11-18,"]))
    assert [row.answer is None for row in found] == [False, *[True] * len(wrong), False]
    assert all(row.fault and row.place.startswith("a.csv, line ") for row in found if row.answer is None)


def test_the_kind_of_rows_that_name_none_can_be_told(tmp_path: Path) -> None:
    (row,) = rows(tmp_path, "customer,score,date\nC1,5,2026-11-18\n", SurveyKind.SATISFACTION)
    assert row.answer is not None
    assert row.answer.kind is SurveyKind.SATISFACTION


def test_the_same_file_has_the_same_keys_and_equal_rows_have_their_own(tmp_path: Path) -> None:
    text = HEAD + "C1,,csat,4,,2026-11-18,\n" * 2
    keys = [[row.answer.key for row in rows(tmp_path, text) if row.answer] for _ in range(2)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"customer,kind\nC1,csat\n", b"\0" * 50])
def test_what_is_no_such_file_is_refused_whole(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FeedbackError):
        rows(tmp_path, content)


def test_low_scores_with_words_are_named_for_filing() -> None:
    def taken(line: int, how: Taken, is_low: bool, has_words: bool) -> TakenAnswer:
        return TakenAnswer(f"a.csv, line {line}", AnswerReceipt(str(line), how, is_low, has_words))

    lines = list(
        answer_lines(
            [
                taken(2, Taken.INVITED, is_low=True, has_words=True),
                taken(3, Taken.UNINVITED, is_low=True, has_words=False),
                taken(4, Taken.KNOWN, is_low=True, has_words=True),
                TakenAnswer("a.csv, line 5", None, "it has no score"),
            ]
        )
    )
    assert lines == [
        "a.csv, line 5: not taken in, it has no score",
        "2 added (1 of them to an invitation), 1 known already, 1 not taken in",
        "1 low scores with words, which may be filed as cases: a.csv, line 2",
    ]
