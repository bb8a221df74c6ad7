"""What is said of a task: done, needless or put off, until when, and which one is meant."""

from datetime import date

import pytest

from assistant.understanding.settling import Outcome, day_put_off_to, most_alike, outcome_of

TODAY = date(2026, 11, 20)  # a Friday


@pytest.mark.parametrize(
    "told, outcome, day",
    [
        ("that is done", Outcome.DONE, None),
        ("done: called him", Outcome.DONE, None),
        ("done, he moved his deposit and is happy", Outcome.DONE, None),
        ("任务完成了", Outcome.DONE, None),
        ("tarea hecha", Outcome.DONE, None),
        ("postpone the call to Monday", Outcome.POSTPONED, date(2026, 11, 23)),
        ("move Monday's visit to Friday", Outcome.POSTPONED, date(2026, 11, 27)),
        ("put it off until 1 December", Outcome.POSTPONED, date(2026, 12, 1)),
        ("把任务推迟到下周三", Outcome.POSTPONED, date(2026, 11, 25)),
        ("aplaza la tarea al lunes", Outcome.POSTPONED, date(2026, 11, 23)),
        ("postpone it", Outcome.POSTPONED, None),
        ("postpone it a week", Outcome.POSTPONED, date(2026, 11, 27)),
        ("推迟两天", Outcome.POSTPONED, date(2026, 11, 22)),
        ("aplázala una semana", Outcome.POSTPONED, date(2026, 11, 27)),
        ("the task is no longer needed", Outcome.DROPPED, None),
        ("取消这个任务", Outcome.DROPPED, None),
        ("la tarea ya no hace falta", Outcome.DROPPED, None),
    ],
)
def test_what_becomes_of_it(told: str, outcome: Outcome, day: date | None) -> None:
    assert outcome_of(told) is outcome
    if outcome is Outcome.POSTPONED:
        assert day_put_off_to(told, TODAY) == day


@pytest.mark.parametrize(
    "told, meant",
    [
        ("the call about the deposit is done", ["A"]),
        ("sent the papers, done", ["B"]),
        ("拜访的任务完成了", ["C"]),
        ("that is done", []),
    ],
)
def test_a_word_of_the_title_says_which(told: str, meant: list[str]) -> None:
    titles = [("Call about the deposit", "A"), ("Papers to be signed", "B"), ("拜访客户", "C")]
    assert most_alike(told, titles) == meant
