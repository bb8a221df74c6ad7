"""The states of a case: which may follow which, what stops its clock, and what a change of state changes with it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from assistant.care.working_days import WorkingDays, working_days
from assistant.feedback.case_rules import CaseRules
from assistant.feedback.clock import Deadlines, Pause, TimedCase, due, telling
from assistant.feedback.deadline_rules import Span
from knowledge.crm.casework import FeedbackChange
from knowledge.crm.codes import FeedbackKind, FeedbackState
from knowledge.crm.tables import Feedback

NEW, WORK, WAITING = FeedbackState.NEW, FeedbackState.IN_PROGRESS, FeedbackState.WAITING
REOPENED, RESOLVED, CLOSED = FeedbackState.REOPENED, FeedbackState.RESOLVED, FeedbackState.CLOSED

FOLLOWS: Mapping[FeedbackState, frozenset[FeedbackState]] = {
    NEW: frozenset({WORK, WAITING, RESOLVED, CLOSED}),
    WORK: frozenset({WAITING, RESOLVED, CLOSED}),
    WAITING: frozenset({WORK, RESOLVED, CLOSED}),
    REOPENED: frozenset({WORK, WAITING, RESOLVED, CLOSED}),
    RESOLVED: frozenset({CLOSED, REOPENED}),
    CLOSED: frozenset({REOPENED}),
}
"""Which states may follow a state."""
ANSWERED = (RESOLVED, CLOSED)


def pauses_of(changes: Sequence[FeedbackChange]) -> tuple[Pause, ...]:
    """When the bank waited for the customer, by the changes in the order in which they were made."""
    found, since = [], None
    for change in changes:
        day = change.at.date()
        if since is not None:
            found.append(Pause(since, day))
            since = None
        if change.state == WAITING:
            since = day
    return (*found, Pause(since)) if since else tuple(found)


def deadlines_of(case: Feedback, changes: Sequence[FeedbackChange], rules: CaseRules, today: date) -> Deadlines:
    """The deadlines of a case as they stand today: by the clock for what was filed here, by the stored day for what
    another system filed; of a reopened one, those of the second look, for which the first ones do not count."""
    calendar, received = working_days(), case.received_at.date()
    again = next((change.at.date() for change in reversed(changes) if change.state == REOPENED), None)
    if again is not None:
        limit = after(again, rules.handling.second_look, calendar)
        return Deadlines(limit, limit, None, None, telling(rules.deadlines, again, calendar, limit))
    if case.deadline_rules is None:
        limit = case.due_on or received
        return Deadlines(limit, limit, None, None, telling(rules.deadlines, received, calendar, limit))
    timed = TimedCase(
        received, FeedbackKind(case.kind), case.about, bool(case.is_complex), bool(case.is_extended), pauses_of(changes)
    )
    return due(rules.deadlines, timed, calendar, today)


def after(day: date, span: Span, calendar: WorkingDays) -> date:
    """The day on which that span ends, the first day not counted."""
    if span.counted == "calendar":
        return day + timedelta(days=span.days)
    for _ in range(span.days):
        day = calendar.next_after(day)
    return day


def changed(case: Feedback, state: FeedbackState, by: str | None, at: datetime, note: str | None) -> FeedbackChange:
    """The note of a change that is to be stored with it."""
    return FeedbackChange(
        id=secrets.token_hex(16), feedback_id=case.id, at=at, employee_id=by, from_state=case.state, state=state,
        note=note,
    )  # fmt: skip
