"""What customers complained of, and what is still open."""

from dataclasses import dataclass

from sqlalchemy import func, select

from assistant.feedback.survey_counts import last_answers
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.record_answer import AnswerLine, answer_line
from knowledge.crm.codes import OPEN_FEEDBACK
from knowledge.crm.tables import Customer, Feedback

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
class FeedbackCases:
    name: Figure | None
    open: list[FeedbackLine]
    open_count: Figure
    resolved_count: Figure
    earlier: list[FeedbackLine]
    ratings: list[AnswerLine]
    more: bool


async def feedback(desk: Desk, customer: CustomerId | None = None) -> FeedbackCases:
    """Open complaints and other feedback, of one customer or of all in view, most urgent first, and how
    many were resolved before; of one customer also what was complained of earlier and what was done, and how they last
    rated the bank in a survey."""
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
    owners = {
        c.id: c
        for c in await desk.reader.scalars(
            select(Customer).where(Customer.id.in_({case.customer_id for case in cases if case.customer_id}))
        )
    }
    subject = row.id if row else "feedback"
    source = f"feedback?customer={row.id}" if row else "feedback?"
    return FeedbackCases(
        name=desk.ledger.customer(row) if row else None,
        open=[feedback_line(desk, case, owners.get(case.customer_id or "")) for case in cases],
        open_count=desk.ledger.number(subject, "open_feedback", counts.get(True, 0), "count", f"{source}&open"),
        resolved_count=desk.ledger.number(
            subject, "resolved_feedback", counts.get(False, 0), "count", f"{source}&resolved"
        ),
        earlier=await _earlier(desk, row) if row else [],
        ratings=await _ratings(desk, row) if row else [],
        more=counts.get(True, 0) > SHOWN,
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
