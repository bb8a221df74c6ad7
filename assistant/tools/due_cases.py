"""The queue of feedback: what is due or over its deadline, what comes near it, what waits for the customer."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from assistant.care.working_days import working_days
from assistant.feedback.clock import Deadlines, standing, told_by, told_until
from assistant.feedback.deadline_rules import Level
from assistant.feedback.states import deadlines_of
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Period
from assistant.tools.feedback import FeedbackLine, feedback_line, people_of
from knowledge.crm.casework import FeedbackChange
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackState, Role
from knowledge.crm.tables import Customer, Employee, Feedback

SHOWN = 10
LEVELS = {Role.BRANCH: Level.BRANCH, Role.HEAD_OFFICE: Level.HEAD_OFFICE}
"""Of whose cases beside their own an employee is told by the rules: the branch's, the bank's. Others own theirs."""
TAKES_UP = (Role.MANAGER, Role.SERVICE_DESK)
"""Who would own a case in view that nobody owns yet (service standard complaint-handling, clause 3.4)."""


@dataclass(frozen=True)
class DueLine:
    """A case, who owns it, and how it stands; `told` is who should have been told by now that its deadline is near.
    `limit` is None for a case without a deadline."""

    case: FeedbackLine
    owner: Figure | None
    limit: Figure | None
    standing: str
    told: list[str]


@dataclass(frozen=True)
class DueGroup:
    """All of a kind in view are counted, the most urgent are listed: `more` says whether there are others."""

    count: Figure
    lines: list[DueLine]
    more: bool


@dataclass(frozen=True)
class DueCases:
    """`due` are those due by `day` or over it, `near` those of which the asker is told, though they are due later,
    `undated` those without a deadline, the oldest first."""

    day: Figure
    due: DueGroup
    near: DueGroup
    undated: DueGroup
    open_count: Figure
    overdue_count: Figure
    waiting_count: Figure
    unowned_count: Figure


@dataclass(frozen=True)
class _Timed:
    """A case with its deadlines as they stand today, None where it has none."""

    case: Feedback
    deadlines: Deadlines | None

    @property
    def limit(self) -> date:
        """The day by which it has to be answered, the last of all where there is none."""
        return self.deadlines.limit if self.deadlines else date.max


async def due_cases(desk: Desk, period: Period | None = None) -> DueCases:
    """The queue of open feedback in view, the asker's own or their branch's: what has to be answered today or by the
    end of a period, what is over its deadline, whose deadline is near so that the asker is told, what waits for the
    customer, what nobody owns, and what has no deadline."""
    horizon = period.end if period and period.end >= desk.today else desk.today
    moving, reach = await _moving(desk), _Reach.of(desk)
    lapsed = [one for one in moving if one.limit < desk.today]
    due = [one for one in moving if one.limit <= horizon]
    near = [one for one in moving if one.limit > horizon and reach.covers(one.case, one.limit)]
    stands = _stands(desk)
    overdue = await _number(desk, stands, Feedback.due_on < desk.today) + len(lapsed)
    waits, unowned = Feedback.state == FeedbackState.WAITING, Feedback.owner_id.is_(None)
    return DueCases(
        day=desk.ledger.day("feedback", "due_by", horizon, "period"),
        due=await _group(desk, "due", due, stands, Feedback.due_on <= horizon),
        near=await _group(desk, "near", near, stands, Feedback.due_on > horizon, reach.condition),
        undated=await _group(desk, "undated", [], Feedback.due_on.is_(None)),
        open_count=_count(desk, "open", await _number(desk)),
        overdue_count=_count(desk, "overdue", overdue),
        waiting_count=_count(desk, "waiting", await _number(desk, waits)),
        unowned_count=_count(desk, "unowned", await _number(desk, unowned)),
    )


@dataclass(frozen=True)
class _Reach:
    """Up to which deadline the asker is told of their own cases by now, and of the others in view; None is never."""

    employee: str
    takes_up: bool
    own: date | None
    others: date | None

    @classmethod
    def of(cls, desk: Desk) -> "_Reach":
        def until(level: Level | None) -> date | None:
            return told_until(desk.cases.rules.deadlines, level, working_days(), desk.today) if level else None

        role = desk.scope.role
        return cls(desk.scope.employee_id, role in TAKES_UP, until(Level.OWNER), until(LEVELS.get(role)))

    def covers(self, case: Feedback, limit: date) -> bool:
        is_own = case.owner_id == self.employee or (self.takes_up and case.owner_id is None)
        ends = [self.own if is_own else None, self.others]
        return any(end is not None and limit <= end for end in ends)

    @property
    def condition(self) -> ColumnElement[bool]:
        """As `covers`, for the store."""
        is_own = Feedback.owner_id == self.employee
        if self.takes_up:
            is_own = or_(is_own, Feedback.owner_id.is_(None))
        own = and_(is_own, Feedback.due_on <= self.own) if self.own else false()
        return or_(own, Feedback.due_on <= self.others if self.others else false())


def _stands(desk: Desk) -> ColumnElement[bool]:
    """Whether the stored deadline of a case is the one of today: no clock that stands still moves it, and the rules
    are those that it was set by. What another system filed keeps its day."""
    rules = desk.cases.rules.deadlines
    same = or_(Feedback.deadline_rules.is_(None), Feedback.deadline_rules == f"{rules.code} {rules.version}")
    still = and_(Feedback.state == FeedbackState.WAITING, Feedback.deadline_rules.is_not(None))
    return and_(same, ~still) if rules.pauses_stop else same


async def _moving(desk: Desk) -> list[_Timed]:
    """The other cases, whose deadlines the clock tells."""
    rows = await desk.reader.scalars(select(Feedback).where(*_open(desk), ~_stands(desk), Feedback.due_on.is_not(None)))
    return await _timed(desk, rows)


async def _timed(desk: Desk, cases: Sequence[Feedback]) -> list[_Timed]:
    changes = await changes_of(desk, cases)
    return [
        _Timed(case, deadlines_of(case, changes[case.id], desk.cases.rules, desk.today) if case.due_on else None)
        for case in cases
    ]


async def _group(desk: Desk, what: str, moving: Sequence[_Timed], *conditions: ColumnElement[bool]) -> DueGroup:
    """The cases in the store that meet the conditions and those that move, by their deadlines."""
    number = await _number(desk, *conditions) + len(moving)
    order = (Feedback.due_on, Feedback.received_at, Feedback.id)
    first = select(Feedback).where(*_open(desk), *conditions).order_by(*order).limit(SHOWN)
    timed = await _timed(desk, await desk.reader.scalars(first))
    ranked = sorted([*timed, *moving], key=lambda one: (one.limit, one.case.received_at, one.case.id))
    return DueGroup(_count(desk, what, number), await _lines(desk, ranked[:SHOWN]), number > SHOWN)


async def _lines(desk: Desk, timed: Sequence[_Timed]) -> list[DueLine]:
    customers, owners = await people_of(desk, [one.case for one in timed])
    return [
        _line(desk, one, customers.get(one.case.customer_id or ""), owners.get(one.case.owner_id or ""))
        for one in timed
    ]


def _line(desk: Desk, timed: _Timed, customer: Customer | None, owner: Employee | None) -> DueLine:
    ledger, case, deadlines = desk.ledger, timed.case, timed.deadlines
    told = told_by(deadlines, desk.today) if deadlines else frozenset()
    return DueLine(
        case=feedback_line(desk, case, customer),
        owner=ledger.employee(owner) if owner else None,
        limit=ledger.day(case.id, "due_on", deadlines.limit, _source(desk, case, deadlines)) if deadlines else None,
        standing=ledger.label(standing(deadlines, desk.today) if deadlines else "undated", "standing"),
        told=[ledger.label(one, "level") for one in Level if one in told and (owner or one is not Level.OWNER)],
    )


def _source(desk: Desk, row: Feedback, deadlines: Deadlines) -> str:
    """The row, or the rules where its clock has moved on since."""
    rules = desk.cases.rules.deadlines
    stored = deadlines.limit == row.due_on
    return f"feedback/{row.id}" if stored else f"deadlines/{rules.code}/{rules.version}"


def _open(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    return Feedback.state.in_(OPEN_FEEDBACK), Feedback.received_at < desk.tomorrow


async def _number(desk: Desk, *conditions: ColumnElement[bool]) -> int:
    return await desk.reader.scalar(select(func.count(Feedback.id)).where(*_open(desk), *conditions)) or 0


def _count(desk: Desk, what: str, number: int) -> Figure:
    return desk.ledger.number("feedback", f"{what}_feedback", number, "count", f"feedback?&{what}")


async def changes_of(desk: Desk, cases: Sequence[Feedback]) -> Mapping[str, list[FeedbackChange]]:
    """The changes of state of each case, in the order in which they were made."""
    own = select(FeedbackChange).where(FeedbackChange.feedback_id.in_([case.id for case in cases]))
    found: dict[str, list[FeedbackChange]] = defaultdict(list)
    for change in await desk.reader.scalars(own.order_by(FeedbackChange.at, FeedbackChange.id)):
        found[change.feedback_id].append(change)
    return found
