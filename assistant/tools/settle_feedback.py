"""A case of feedback that is worked on, waits, is resolved, closed, reopened or needs more time, as the asker tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.care.case_messages import OCCASION, channel_of_consents, satisfaction_draft
from assistant.care.working_days import working_days
from assistant.feedback.states import after
from assistant.feedback.survey_answers import held_back
from assistant.grounding.ledger import Figure
from assistant.proposals.invite_feedback import InviteFeedback
from assistant.proposals.settle_feedback import SettleFeedback
from assistant.tools.desk import Cases, CustomerId, Desk, Told
from assistant.tools.feedback import FeedbackLine, feedback_line
from assistant.understanding.casework import Outcome, numbers_in, outcome_of, paid_in, resolution_of
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackState
from knowledge.crm.tables import Customer, Employee, Feedback
from knowledge.insight.parameters import read_parameters
from prompts import proposal_words, word

SHOWN = 8
SETTLED = (FeedbackState.RESOLVED, FeedbackState.CLOSED)
STATES = {
    Outcome.REOPENED: FeedbackState.REOPENED, Outcome.WAITING: FeedbackState.WAITING,
    Outcome.IN_PROGRESS: FeedbackState.IN_PROGRESS, Outcome.CLOSED: FeedbackState.CLOSED,
    Outcome.RESOLVED: FeedbackState.RESOLVED,
}  # fmt: skip


@dataclass(frozen=True)
class SettledFeedback:
    """`chosen` is the case that is meant; None where that is not clear, and `cases` are those that it may be.
    `not_told`: it is not said what was done, which a case that is closed needs."""

    name: Figure | None
    chosen: FeedbackLine | None
    not_told: bool
    cases: list[FeedbackLine]
    more: bool


async def settle_feedback(
    desk: Desk, told: Told, customer: CustomerId | None = None, cases: Cases | None = None
) -> SettledFeedback:
    """Proposes to bring a case of feedback into another state: worked on, waiting for the customer, resolved, closed
    (with what was done and what was refunded), reopened, or given more time as complex. Nothing is written before the
    asker has said yes."""
    row = await desk.customer(customer) if customer is not None else None
    outcome = outcome_of(told)
    meant = await cases_meant(desk, told, row, cases or (), SETTLED if outcome is Outcome.REOPENED else OPEN_FEEDBACK)
    name = desk.ledger.customer(row) if row else None
    if len(meant) != 1:
        return SettledFeedback(name, None, False, await case_lines(desk, meant[:SHOWN]), len(meant) > SHOWN)
    case = meant[0]
    whose = await whose_case(desk, case)
    write = _write(case, whose, told, outcome)
    await desk.propose(write, whose.id if whose else None)
    if whose and write.state is FeedbackState.CLOSED and not write.takes_longer:
        await _ask_satisfaction(desk, case, whose)
    (line,) = await case_lines(desk, meant)
    not_told = write.state in SETTLED and not (write.resolution or case.resolution)
    return SettledFeedback(name, line, not_told, [], False)


def _write(case: Feedback, customer: Customer | None, told: str, outcome: Outcome) -> SettleFeedback:
    state = FeedbackState(case.state) if outcome is Outcome.COMPLEX else STATES[outcome]
    paid = paid_in(told) if state in SETTLED else None
    base = customer.currency if customer else read_parameters().currency
    return SettleFeedback(
        case=case.id,
        state=state,
        resolution=resolution_of(told) if state in SETTLED else None,
        redress=paid.amount if paid else None,
        redress_currency=(paid.currency or base) if paid else None,
        cause=case.cause,
        takes_longer=outcome is Outcome.COMPLEX,
    )


async def _ask_satisfaction(desk: Desk, case: Feedback, customer: Customer) -> None:
    """Proposes the invitation to say how satisfied they are, some working days after closing (complaint-handling 6.2);
    not to somebody whom no channel may reach, who was asked shortly before, or who has another complaint open."""
    rules, channel = desk.cases.rules, channel_of_consents(customer)
    held = await desk.reader.together(lambda own: held_back(own, customer.id, rules, desk.today, case.id))
    if channel is None or held:
        return
    sender = await desk.reader.get(Employee, desk.scope.employee_id)
    draft = satisfaction_draft(customer, channel, case.id, sender.name if sender else "")
    said = {"name": customer.name, "case": case.id, "channel": word("channel", channel, desk.language)}
    write = InviteFeedback(
        customer=customer.id, case=case.id, occasion=OCCASION, channel=channel,
        send_on=after(desk.today, rules.handling.satisfaction_after, working_days()),
        subject=draft.subject, text=draft.text,
        task_title=proposal_words("invite_feedback", "task_title", desk.language, said)[:200],
    )  # fmt: skip
    await desk.propose(write, customer.id, follows=True)


async def cases_meant(
    desk: Desk, told: str, customer: Customer | None, shown: Sequence[str], states: Sequence[FeedbackState]
) -> Sequence[Feedback]:
    """The cases that may be meant: those that are numbered, and no other where a number is not found; else those of the
    customer, else those that the conversation has shown; of them those in such a state."""
    numbers = numbers_in(told)
    if numbers:
        numbered = await desk.reader.scalars(select(Feedback).where(Feedback.id.in_(numbers)).order_by(Feedback.id))
        if numbered or any(letter.isdigit() for number in numbers for letter in number):
            return numbered
    possible = select(Feedback).where(Feedback.state.in_(states), Feedback.received_at < desk.tomorrow)
    ordered = possible.order_by(Feedback.due_on.is_(None), Feedback.due_on, Feedback.id).limit(SHOWN + 1)
    among = await desk.reader.scalars(ordered.where(Feedback.id.in_(shown))) if shown else []
    if customer:
        own = [case for case in among if case.customer_id == customer.id]
        return own or await desk.reader.scalars(ordered.where(Feedback.customer_id == customer.id))
    return among or await desk.reader.scalars(ordered.where(Feedback.owner_id == desk.scope.employee_id))


async def whose_case(desk: Desk, case: Feedback) -> Customer | None:
    """The case's customer, where the asker sees them."""
    return await desk.reader.get(Customer, case.customer_id) if case.customer_id else None


async def case_lines(desk: Desk, cases: Sequence[Feedback]) -> list[FeedbackLine]:
    ids = {one.customer_id for one in cases if one.customer_id}
    customers = {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return [feedback_line(desk, one, customers.get(one.customer_id or "")) for one in cases]
