"""A case's clock stands still while the bank waits, starts anew when it is reopened, and no state leads nowhere."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.care.working_days import working_days
from assistant.feedback.case_rules import CaseRules
from assistant.feedback.clock import Pause
from assistant.feedback.deadline_rules import Span
from assistant.feedback.states import ANSWERED, FOLLOWS, after, deadlines_of, pauses_of
from knowledge.crm.casework import FeedbackChange
from knowledge.crm.codes import FeedbackState
from knowledge.crm.tables import Feedback

RECEIVED = date(2026, 11, 2)
MORNING = datetime.combine(RECEIVED, time(9))
days_later = st.integers(0, 60)


def case(rules: str | None = "eu 2026.1", **fields: object) -> Feedback:
    given: dict[str, object] = {"kind": "complaint", "about": "payments", "state": "new", "due_on": RECEIVED, **fields}
    return Feedback(id="F1", received_at=datetime.combine(RECEIVED, time(9)), deadline_rules=rules, **given)


def changes(*moves: tuple[FeedbackState, int]) -> list[FeedbackChange]:
    return [
        FeedbackChange(
            id=str(n), feedback_id="F1", state=state, at=datetime.combine(RECEIVED, time(9)) + timedelta(days)
        )
        for n, (state, days) in enumerate(moves)
    ]


def test_every_state_can_be_left_and_reached() -> None:
    assert set(FOLLOWS) == set(FeedbackState)
    reached = {state for states in FOLLOWS.values() for state in states}
    assert reached == set(FeedbackState) - {FeedbackState.NEW}
    assert all(FOLLOWS.values())
    assert all(FeedbackState.REOPENED in FOLLOWS[state] for state in ANSWERED)


@given(moves=st.lists(st.tuples(st.sampled_from(FeedbackState), days_later), max_size=8))
def test_pauses_are_when_the_bank_waits_and_do_not_overlap(moves: list[tuple[FeedbackState, int]]) -> None:
    ordered = sorted(moves, key=lambda move: move[1])
    pauses = pauses_of(changes(*ordered))
    assert len(pauses) == sum(state is FeedbackState.WAITING for state, _ in ordered)
    for one, other in pairwise(pauses):
        assert one.until is not None
        assert one.since <= one.until <= other.since
    assert all(pause.until for pause in pauses[:-1])


@given(wait=st.integers(0, 40), resumed=st.integers(0, 40))
def test_waiting_never_brings_a_deadline_nearer(wait: int, resumed: int) -> None:
    rules, today = CaseRules.read("eu"), RECEIVED + timedelta(90)
    plain = deadlines_of(case(), [], rules, today)
    moves = changes((FeedbackState.WAITING, wait), (FeedbackState.IN_PROGRESS, wait + resumed))
    waited = deadlines_of(case(), moves, rules, today)
    assert waited.standard >= plain.standard
    assert waited.statutory == plain.statutory, "the law's clock does not stop for the customer"


def test_a_reopened_case_gets_a_second_look() -> None:
    moves = changes((FeedbackState.CLOSED, 7), (FeedbackState.REOPENED, 17))
    again = deadlines_of(case(), moves, CaseRules.read(), date(2026, 11, 20))
    assert (again.limit, again.statutory) == (date(2026, 11, 26), None)
    assert all(one.on >= date(2026, 11, 19) for one in again.telling)


def test_another_systems_deadline_is_kept() -> None:
    stored = case(rules=None, due_on=date(2026, 11, 30))
    assert deadlines_of(stored, [], CaseRules.read(), date(2026, 11, 20)).limit == date(2026, 11, 30)


@pytest.mark.parametrize("span, end", [((5, "business"), date(2026, 11, 9)), ((5, "calendar"), date(2026, 11, 7))])
def test_the_first_day_does_not_count(span: tuple[int, str], end: date) -> None:
    days, counted = span
    assert after(RECEIVED, Span.model_validate({"days": days, "counted": counted}), working_days()) == end
    assert pauses_of([]) == ()
    assert Pause(RECEIVED).covers(RECEIVED, RECEIVED)
