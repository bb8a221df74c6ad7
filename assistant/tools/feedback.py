"""What customers complained of, and what is still open."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select

from assistant.feedback.survey_counts import last_answers
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk, Topic
from assistant.tools.record_answer import AnswerLine, answer_line
from assistant.understanding.case_numbers import find_cases
from knowledge.crm.codes import OPEN_FEEDBACK
from knowledge.crm.tables import Customer, Employee, Feedback

SHOWN = 10
EARLIER = 3
"""Resolved cases of one customer that are told of, the newest first."""


@dataclass(frozen=True)
class FeedbackLine:
    number: Figure
    name: Figure | None
    received_on: Figure
    channel: Figure
    kind: Figure
    cause: Figure | None
    severity: Figure | None
    text: Figure
    state: Figure
    due_on: Figure | None
    overdue: bool
    resolved_on: Figure | None
    resolution: Figure | None


@dataclass(frozen=True)
class NumberedCase:
    case: FeedbackLine
    owner: Figure | None


@dataclass(frozen=True)
class FeedbackCases:
    """`by_number`: cases were asked for by their numbers, and `numbered` are those that are there."""

    name: Figure | None
    open: list[FeedbackLine]
    open_count: Figure
    resolved_count: Figure
    earlier: list[FeedbackLine]
    ratings: list[AnswerLine]
    more: bool
    by_number: bool = False
    numbered: list[NumberedCase] = field(default_factory=list)


async def feedback(desk: Desk, customer: CustomerId | None = None, asked: Topic | None = None) -> FeedbackCases:
    """Open complaints and other feedback, of one customer or of all in view, most urgent first, and how
    many were resolved before; of one customer also what was complained of earlier and what was done, and how they last
    rated the bank in a survey. A case whose number is said: how it stands and who owns it."""
    numbers = await find_cases(desk.reader, asked) if asked else []
    row = await desk.customer(customer) if customer is not None else None
    received = [Feedback.received_at < desk.tomorrow]
    if row:
        received.append(Feedback.customer_id == row.id)
    is_open = Feedback.state.in_(OPEN_FEEDBACK)
    cases = await desk.reader.scalars(
        select(Feedback)
        .where(*received, is_open)
        .order_by(Feedback.due_on.is_(None), Feedback.due_on, Feedback.id)
        .limit(SHOWN)
    )
    states = await desk.reader.rows(select(is_open, func.count(Feedback.id)).where(*received).group_by(is_open))
    counts: dict[bool, int] = {bool(open_case): number for open_case, number in states}
    customers, _ = await people_of(desk, cases)
    subject = row.id if row else "feedback"
    source = f"feedback?customer={row.id}" if row else "feedback?"
    return FeedbackCases(
        name=desk.ledger.customer(row) if row else None,
        open=[feedback_line(desk, case, customers.get(case.customer_id or "")) for case in cases],
        open_count=desk.ledger.number(subject, "open_feedback", counts.get(True, 0), "count", f"{source}&open"),
        resolved_count=desk.ledger.number(
            subject, "resolved_feedback", counts.get(False, 0), "count", f"{source}&resolved"
        ),
        earlier=await _earlier(desk, row) if row else [],
        ratings=await _ratings(desk, row) if row else [],
        more=counts.get(True, 0) > SHOWN,
        by_number=bool(numbers),
        numbered=await _numbered(desk, {form for number in numbers for form in number.forms}) if numbers else [],
    )


async def _numbered(desk: Desk, ids: Collection[str]) -> list[NumberedCase]:
    known = select(Feedback).where(Feedback.id.in_(ids), Feedback.received_at < desk.tomorrow)
    cases = await desk.reader.scalars(known.order_by(Feedback.id).limit(SHOWN))
    customers, owners = await people_of(desk, cases)
    return [
        NumberedCase(
            case=feedback_line(desk, case, customers.get(case.customer_id or "")),
            owner=desk.ledger.employee(owners[case.owner_id]) if case.owner_id in owners else None,
        )
        for case in cases
    ]


async def people_of(desk: Desk, cases: Sequence[Feedback]) -> tuple[dict[str, Customer], dict[str, Employee]]:
    """The customers in view and the owners of cases, by their ids."""
    customers = {case.customer_id for case in cases if case.customer_id}
    owners = {case.owner_id for case in cases if case.owner_id}
    return (
        {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(customers)))},
        {one.id: one for one in await desk.reader.scalars(select(Employee).where(Employee.id.in_(owners)))},
    )


async def _earlier(desk: Desk, customer: Customer) -> list[FeedbackLine]:
    done = (Feedback.customer_id == customer.id, Feedback.received_at < desk.tomorrow,
            Feedback.state.not_in(OPEN_FEEDBACK))  # fmt: skip
    newest = select(Feedback).where(*done).order_by(Feedback.received_at.desc(), Feedback.id).limit(EARLIER)
    return [feedback_line(desk, case, None) for case in await desk.reader.scalars(newest)]


async def _ratings(desk: Desk, customer: Customer) -> list[AnswerLine]:
    rows = await desk.reader.together(lambda own: last_answers(own, customer.id, desk.today))
    return [answer_line(desk, row) for row in rows]


def feedback_line(desk: Desk, case: Feedback, customer: Customer | None) -> FeedbackLine:
    ledger, source = desk.ledger, f"feedback/{case.id}"
    return FeedbackLine(
        number=ledger.words(case.id, "number", case.id, source),
        name=ledger.customer(customer) if customer else None,
        received_on=ledger.day(case.id, "received_on", case.received_at.date(), source),
        channel=ledger.code(case.id, "channel", "channel", case.channel, source),
        kind=ledger.code(case.id, "kind", "feedback_kind", case.kind, source),
        cause=ledger.code(case.id, "cause", "feedback_cause", case.cause, source) if case.cause else None,
        severity=ledger.code(case.id, "severity", "severity", case.severity, source) if case.severity else None,
        text=ledger.words(case.id, "text", case.text, source, case.received_at.date()),
        state=ledger.code(case.id, "state", "feedback_state", case.state, source),
        due_on=ledger.day(case.id, "due_on", case.due_on, source) if case.due_on else None,
        overdue=case.state in OPEN_FEEDBACK and case.due_on is not None and case.due_on < desk.today,
        resolved_on=ledger.day(case.id, "resolved_on", case.resolved_on, source) if case.resolved_on else None,
        resolution=ledger.words(case.id, "resolution", case.resolution, source) if case.resolution else None,
    )
