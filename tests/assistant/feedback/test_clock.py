"""Deadlines of cases: what the law and the bank's promise come to, and that nothing moves them the wrong way."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.care.working_days import WorkingDays, working_days
from assistant.errors import DeadlineRulesError
from assistant.feedback.clock import Deadlines, Pause, Standing, TimedCase, due, standing, told_by, told_until
from assistant.feedback.deadline_rules import (
    FOLDER,
    Clock,
    DeadlineRules,
    Level,
    deadline_codes,
    read_deadlines,
)
from knowledge.crm.codes import FeedbackKind

LATER = date(2027, 12, 31)
COMPLAINT = FeedbackKind.COMPLAINT

days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
kinds = st.sampled_from(FeedbackKind)
packs = st.sampled_from(deadline_codes()).map(read_deadlines)


@st.composite
def cases(draw: st.DrawFn) -> TimedCase:
    received = draw(days)
    starts = draw(st.lists(st.integers(0, 40), max_size=3))
    pauses = tuple(
        Pause(received + timedelta(days=start), received + timedelta(days=start + draw(st.integers(0, 20))))
        for start in starts
    )
    product = draw(st.sampled_from((None, "payments", "loan")))
    return TimedCase(received, draw(kinds), product, draw(st.booleans()), draw(st.booleans()), pauses)


def plain_week() -> WorkingDays:
    return WorkingDays(version="plain", weekend=frozenset({5, 6}), holidays={})


def _due(code: str, case: TimedCase, today: date = LATER) -> Deadlines:
    return due(read_deadlines(code), case, working_days(), today)


@pytest.mark.parametrize(
    "complex_case, approved, statutory",
    [(False, False, date(2026, 3, 18)), (True, False, date(2026, 4, 2)), (True, True, date(2026, 5, 2))],
)
def test_china_gives_15_days_30_if_complex_and_30_more_with_approval(
    complex_case: bool, approved: bool, statutory: date
) -> None:
    found = _due("cn", TimedCase(date(2026, 3, 3), COMPLAINT, complex=complex_case, approved=approved))
    assert found.statutory == statutory
    assert found.extendable_to == (None if approved else date(2026, 5, 2))
    assert found.standard == statutory


def test_an_approval_without_a_complex_case_extends_nothing() -> None:
    case = TimedCase(date(2026, 3, 3), COMPLAINT, approved=True)
    assert _due("cn", case).statutory == date(2026, 3, 18)


def test_the_union_gives_payments_15_business_days_over_weekends_and_holidays() -> None:
    found = due(read_deadlines("eu"), TimedCase(date(2026, 3, 3), COMPLAINT, "payments"), plain_week(), LATER)
    assert found.statutory == date(2026, 3, 24)
    # National Day closes the bank from the 1st to the 7th of October; the 10th is worked instead.
    found = _due("eu", TimedCase(date(2026, 9, 28), COMPLAINT, "payments"))
    assert found.statutory == date(2026, 10, 23)


def test_the_union_sets_no_deadline_for_a_complaint_about_a_loan_nor_for_a_question() -> None:
    assert _due("eu", TimedCase(date(2026, 3, 3), COMPLAINT, "loan")).statutory is None
    assert _due("eu", TimedCase(date(2026, 3, 3), FeedbackKind.QUESTION, "payments")).statutory is None


def test_a_pause_stops_the_promise_but_not_the_law() -> None:
    paused = (Pause(date(2026, 3, 5), date(2026, 3, 10)),)
    found = due(read_deadlines("eu"), TimedCase(date(2026, 3, 3), COMPLAINT, "payments", pauses=paused),
                plain_week(), LATER)  # fmt: skip
    assert (found.standard, found.statutory) == (date(2026, 3, 27), date(2026, 3, 24))
    assert found.limit == date(2026, 3, 24)


def test_a_pause_that_runs_moves_the_promise_day_by_day() -> None:
    case = TimedCase(date(2026, 3, 2), COMPLAINT, pauses=(Pause(date(2026, 3, 4)),))
    rules = read_deadlines("own")
    ends = [due(rules, case, plain_week(), date(2026, 3, day)).standard for day in (3, 4, 5, 6)]
    assert ends == [date(2026, 3, 16), date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 19)]


def test_how_a_case_stands_and_who_was_told() -> None:
    found = _due("cn", TimedCase(date(2026, 3, 3), COMPLAINT))
    stands = {day: standing(found, date(2026, 3, day)) for day in (4, 13, 18, 19)}
    assert stands == {
        4: Standing.ON_TIME, 13: Standing.NEAR, 18: Standing.DUE_TODAY, 19: Standing.OVER_STATUTORY,
    }  # fmt: skip
    assert told_by(found, date(2026, 3, 15)) == {Level.OWNER, Level.BRANCH}
    assert told_by(found, date(2026, 3, 12)) == frozenset()


def test_an_overdue_promise_is_told_from_an_overdue_law() -> None:
    found = _due("own", TimedCase(date(2026, 3, 2), FeedbackKind.QUESTION))
    assert standing(found, found.standard + timedelta(days=1)) is Standing.OVER_STANDARD


@given(packs, cases())
def test_every_deadline_lies_after_the_receipt_and_who_is_told_is_told_before_it(
    rules: DeadlineRules, case: TimedCase
) -> None:
    found = due(rules, case, working_days(), LATER)
    assert found.confirm_by > case.received
    assert found.limit > case.received
    assert all(case.received <= one.on < found.limit for one in found.telling)
    assert list(found.telling) == sorted(found.telling, key=lambda one: one.on)
    assert found.statutory is None or found.limit <= found.statutory


@given(packs, cases(), st.integers(0, 30), st.integers(0, 15))
def test_another_pause_never_brings_a_deadline_forward(
    rules: DeadlineRules, case: TimedCase, start: int, length: int
) -> None:
    since = case.received + timedelta(days=start)
    longer = TimedCase(case.received, case.kind, case.product, case.complex, case.approved,
                       (*case.pauses, Pause(since, since + timedelta(days=length))))  # fmt: skip
    before, after = (due(rules, one, working_days(), LATER) for one in (case, longer))
    assert after.standard >= before.standard
    if Clock.STATUTORY not in rules.pauses_stop:
        assert after.statutory == before.statutory


@given(packs, cases())
def test_a_complex_or_approved_case_never_has_less_time(rules: DeadlineRules, case: TimedCase) -> None:
    steps = [(False, False), (True, False), (True, True)]
    ends = [
        due(rules, TimedCase(case.received, case.kind, case.product, *step, case.pauses), working_days(), LATER)
        for step in steps
    ]
    for less, more in pairwise(ends):
        assert more.limit >= less.limit
        assert (more.statutory is None) == (less.statutory is None)
        assert more.extendable_to is None or more.statutory is None or more.extendable_to > more.statutory


@given(days, kinds)
def test_business_days_are_those_that_numpy_counts(received: date, kind: FeedbackKind) -> None:
    rules = read_deadlines("eu")
    found = due(rules, TimedCase(received, kind, "payments"), plain_week(), LATER)
    counted = np.busday_count(received + timedelta(days=1), found.standard + timedelta(days=1))
    assert (counted, np.is_busday(found.standard)) == (rules.standard[kind].days, True)


@given(days, st.integers(1, 30))
def test_who_receives_later_answers_no_earlier(received: date, later: int) -> None:
    for code in deadline_codes():
        first, second = (_due(code, TimedCase(day, COMPLAINT)) for day in (received, received + timedelta(days=later)))
        assert second.limit >= first.limit


def test_a_bank_puts_its_own_rules_beside_its_data(tmp_path: Path) -> None:
    text = (FOLDER / "own.yaml").read_text(encoding="utf-8").replace("{days: 10,", "{days: 7,")
    (tmp_path / "deadlines.yaml").write_text(text, encoding="utf-8")
    assert read_deadlines("cn", tmp_path).standard[COMPLAINT].days == 7
    assert read_deadlines("cn").standard[COMPLAINT].days == 15


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"standard": {"complaint": {"days": 10, "counted": "business"}}}, "standard lacks"),
        ({"confirmed": {"days": 0, "counted": "business"}}, "greater than 0"),
        ({"statutory": [{"kinds": ["complaint"], "simple": {"days": 9, "counted": "calendar"},
                         "complex": {"days": 8, "counted": "calendar"}}]}, "no shorter"),
        ({"unheard": 1}, "unheard"),
    ],
)  # fmt: skip
def test_wrong_rules_are_refused_by_name(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    content = yaml.safe_load((FOLDER / "own.yaml").read_text(encoding="utf-8")) | change
    (tmp_path / "deadlines.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(DeadlineRulesError, match=reason):
        read_deadlines("own", tmp_path)


def test_an_unknown_pack_names_those_that_there_are() -> None:
    with pytest.raises(DeadlineRulesError, match="cn, eu, own"):
        read_deadlines("mars")


@given(packs, cases(), st.sampled_from(Level), st.integers(0, 90))
def test_whoever_is_told_by_today_is_told_of_the_deadlines_up_to_a_day(
    rules: DeadlineRules, case: TimedCase, level: Level, passed: int
) -> None:
    today = case.received + timedelta(days=passed)
    found, until = due(rules, case, working_days(), today), told_until(rules, level, working_days(), today)
    assert (level in told_by(found, today)) == (until is not None and found.limit <= until)
