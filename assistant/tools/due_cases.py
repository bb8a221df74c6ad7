"""The queue of feedback: what is due or over its deadline, what comes near it, what waits for the customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select

from assistant.feedback.clock import Deadlines, Standing, standing, told_by
from assistant.feedback.deadline_rules import Level
from assistant.feedback.states import deadlines_of
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Period
from assistant.tools.feedback import FeedbackLine, feedback_line
from knowledge.crm.casework import FeedbackChange
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackState, Role
from knowledge.crm.tables import Customer, Employee, Feedback

SHOWN = 10
AHEAD = timedelta(days=14)
"""Days ahead in which deadlines may be near."""
MOST = 200
LEVELS = {Role.BRANCH: Level.BRANCH, Role.HEAD_OFFICE: Level.HEAD_OFFICE}


@dataclass(frozen=True)
class DueLine:
    """A case, who owns it, and how it stands; `told` is who should have been told by now that its deadline is near."""

    case: FeedbackLine
    owner: Figure | None
    limit: Figure
    standing: str
    told: list[str]


@dataclass(frozen=True)
class DueCases:
    """`due` are those due by `day` or over it, `near` those of which the asker is told, though they are due later."""

    day: Figure
    due: list[DueLine]
    near: list[DueLine]
    open_count: Figure
    overdue_count: Figure
    waiting_count: Figure
    unowned_count: Figure
    more: bool


async def due_cases(desk: Desk, period: Period | None = None) -> DueCases:
    """The queue of open feedback in view, the asker's own or their branch's: what has to be answered today or by the
    end of a period, what is over its deadline, whose deadline is near so that the asker is told, what waits for the
    customer, and what nobody owns."""
    horizon = period.end if period and period.end >= desk.today else desk.today
    rows = await desk.reader.scalars(
        select(Feedback)
        .where(*_open(desk), Feedback.due_on <= max(horizon, desk.today + AHEAD))
        .order_by(Feedback.due_on, Feedback.id)
        .limit(MOST)
    )
    changes = await changes_of(desk, rows)
    timed = [(row, deadlines_of(row, changes[row.id], desk.cases.rules, desk.today)) for row in rows]
    due = [one for one in timed if one[1].limit <= horizon]
    level = LEVELS.get(desk.scope.role, Level.OWNER)
    near = [one for one in timed if one[1].limit > horizon and level in told_by(one[1], desk.today)]
    customers, owners = await _people(desk, [row for row, _ in (*due[:SHOWN], *near[:SHOWN])])

    def line(row: Feedback, deadlines: Deadlines) -> DueLine:
        owner = owners.get(row.owner_id or "")
        return DueLine(
            case=feedback_line(desk, row, customers.get(row.customer_id or "")),
            owner=desk.ledger.employee(owner) if owner else None,
            limit=desk.ledger.day(row.id, "due_on", deadlines.limit, _source(desk, row, deadlines)),
            standing=desk.ledger.label(standing(deadlines, desk.today), "standing"),
            told=[desk.ledger.label(one, "level") for one in Level if one in told_by(deadlines, desk.today)],
        )

    overdue = sum(standing(one, desk.today) in (Standing.OVER_STANDARD, Standing.OVER_STATUTORY) for _, one in due)
    return DueCases(
        day=desk.ledger.day("feedback", "due_by", horizon, "period"),
        due=[line(*one) for one in due[:SHOWN]],
        near=[line(*one) for one in near[:SHOWN]],
        open_count=await _count(desk, "open_feedback", "open"),
        overdue_count=desk.ledger.number("feedback", "overdue_feedback", overdue, "count", "feedback?&overdue"),
        waiting_count=await _count(desk, "waiting_feedback", "waiting", Feedback.state == FeedbackState.WAITING),
        unowned_count=await _count(desk, "unowned_feedback", "unowned", Feedback.owner_id.is_(None)),
        more=len(due) > SHOWN or len(near) > SHOWN,
    )


def _source(desk: Desk, row: Feedback, deadlines: Deadlines) -> str:
    """The row, or the rules where its clock has moved on since."""
    rules = desk.cases.rules.deadlines
    stored = deadlines.limit == row.due_on
    return f"feedback/{row.id}" if stored else f"deadlines/{rules.code}/{rules.version}"


def _open(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    return Feedback.state.in_(OPEN_FEEDBACK), Feedback.received_at < desk.tomorrow


async def _count(desk: Desk, measure: str, what: str, *conditions: ColumnElement[bool]) -> Figure:
    number = await desk.reader.scalar(select(func.count(Feedback.id)).where(*_open(desk), *conditions))
    return desk.ledger.number("feedback", measure, number or 0, "count", f"feedback?&{what}")


async def changes_of(desk: Desk, cases: Sequence[Feedback]) -> Mapping[str, list[FeedbackChange]]:
    """The changes of state of each case, in the order in which they were made."""
    own = select(FeedbackChange).where(FeedbackChange.feedback_id.in_([case.id for case in cases]))
    found: dict[str, list[FeedbackChange]] = defaultdict(list)
    for change in await desk.reader.scalars(own.order_by(FeedbackChange.at, FeedbackChange.id)):
        found[change.feedback_id].append(change)
    return found


async def _people(desk: Desk, cases: Sequence[Feedback]) -> tuple[dict[str, Customer], dict[str, Employee]]:
    customers = {case.customer_id for case in cases if case.customer_id}
    owners = {case.owner_id for case in cases if case.owner_id}
    return (
        {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(customers)))},
        {one.id: one for one in await desk.reader.scalars(select(Employee).where(Employee.id.in_(owners)))},
    )
