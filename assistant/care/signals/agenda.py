"""What was agreed or is owed: complaints near their limit, tasks that fall due, next steps that were promised."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select

from assistant.care.signals.ground import Ground
from assistant.care.signals.rules import SignalKind
from assistant.care.signals.signal import Evidence, Signal
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackKind, TaskState
from knowledge.crm.names import fold
from knowledge.crm.tables import Feedback, Task

LONGEST_WEEKEND = 15
"""Calendar days within which the rule's working days lie."""


def complaints(ground: Ground) -> Iterator[Signal]:
    """Open complaints from the rule's working days before the day on which they have to be answered."""
    rule = ground.rule(SignalKind.COMPLAINT)
    rows = ground.lookups.rows(
        select(Feedback.id, Feedback.customer_id, Feedback.due_on, Feedback.cause).where(
            Feedback.state.in_(OPEN_FEEDBACK),
            Feedback.kind == FeedbackKind.COMPLAINT,
            Feedback.customer_id.is_not(None),
            Feedback.due_on <= ground.today + timedelta(days=max(rule.before) + LONGEST_WEEKEND),
            ground.seen(Feedback.customer_id),
        )
    )
    for id, customer, due_on, cause in rows:
        if due_on is None or customer is None or customer not in ground.people:
            continue
        source = f"feedback/{id}"
        evidence = [Evidence("day", "due_on", due_on, "date", source)]
        if cause:
            evidence.append(Evidence("detail", "cause", cause, "text", source, vocabulary="feedback_cause"))
        raised_on = ground.calendar.back(due_on, max(rule.before))
        yield Signal(
            SignalKind.COMPLAINT, customer, due_on, raised_on, rule.until(raised_on), source, tuple(evidence), due_on
        )


def tasks(ground: Ground) -> Iterator[Signal]:
    """Open tasks about a customer, from the day on which they fall due; the manager's own, not a colleague's."""
    rule = ground.rule(SignalKind.TASK)
    rows = ground.lookups.rows(
        select(Task.id, Task.customer_id, Task.employee_id, Task.title, Task.due_on).where(
            Task.state == TaskState.OPEN,
            Task.due_on <= ground.today,
            Task.due_on >= ground.today - timedelta(days=rule.window or 0),
            Task.customer_id.is_not(None),
            ground.seen(Task.customer_id),
        )
    )
    for id, customer, employee, title, due_on in rows:
        person = ground.people.get(customer or "")
        if person is None or due_on is None or employee != person.manager:
            continue
        source = f"task/{id}"
        evidence = (
            Evidence("day", "due_on", due_on, "date", source),
            Evidence("detail", "title", title, "text", source),
        )
        yield Signal(SignalKind.TASK, person.id, due_on, due_on, rule.until(due_on), source, evidence, due_on)


def promises(ground: Ground) -> Iterator[Signal]:
    """What the newest contact with a customer said comes next, from the day that it named."""
    rule = ground.rule(SignalKind.PROMISE)
    newest = {note.customer: note for note in ground.notes}
    coming = [note for note in newest.values() if note.next_on and note.next_step and note.customer in ground.people]
    listed = _listed(ground, [note.next_on for note in coming if note.next_on])
    for note in coming:
        if note.next_on is None or not note.next_step:
            continue
        if any(_is_of(task, note.next_step, note.next_on) for task in listed.get(note.customer, ())):
            continue
        source, day = f"contact/{note.id}", note.next_on
        if day <= note.at.date():
            continue
        evidence = (
            Evidence("day", "next_on", day, "date", source),
            Evidence("detail", "next_step", note.next_step, "text", source),
        )
        yield Signal(
            SignalKind.PROMISE, note.customer, day, day, _until(rule.until(day), ground), source, evidence, day
        )


Listed = tuple[str, str, date | None]
"""A task: its state, its title and its day."""


def _listed(ground: Ground, days: Sequence[date]) -> Mapping[str, list[Listed]]:
    """Tasks of customers from the first of those days on that are settled or still to come: what they stand for is
    not forgotten."""
    if not days:
        return {}
    rows = ground.lookups.rows(
        select(Task.customer_id, Task.state, Task.title, Task.due_on).where(
            or_(Task.state != TaskState.OPEN, Task.due_on > ground.today),
            Task.due_on >= min(days),
            Task.customer_id.is_not(None),
            ground.seen(Task.customer_id),
        )
    )
    found: dict[str, list[Listed]] = defaultdict(list)
    for customer, state, title, due_on in rows:
        found[customer or ""].append((state, title, due_on))
    return found


def _is_of(task: Listed, step: str, day: date) -> bool:
    """Whether a task is this step: settled on its day, or named in its words, whatever the day it was put off to."""
    state, title, due_on = task
    return (state != TaskState.OPEN and due_on == day) or (bool(title) and fold(title) in fold(step))


def _until(last: date, ground: Ground) -> date:
    """A promise is kept on the next working day where its window ends on a day off."""
    return last if last == date.max else ground.calendar.on_or_after(last)
