"""A case of feedback that is worked on, waits, is resolved, closed, reopened or needs more time, as the asker tells."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.care.case_messages import OCCASION, channel_of_consents, satisfaction_draft
from assistant.care.working_days import working_days
from assistant.feedback.states import ANSWERED, FOLLOWS, after
from assistant.feedback.survey_answers import held_back
from assistant.grounding.ledger import Figure
from assistant.proposals.invite_feedback import InviteFeedback
from assistant.proposals.settle_feedback import SettleFeedback
from assistant.tools.desk import Cases, CustomerId, Desk, Told
from assistant.tools.feedback import FeedbackLine, feedback_line
from assistant.understanding.casework import Outcome, is_of_complaint, numbers_in, outcome_of, paid_in, resolution_of
from knowledge.crm.codes import OPEN_FEEDBACK, FeedbackKind, FeedbackState
from knowledge.crm.tables import Customer, Employee, Feedback
from knowledge.insight.parameters import read_parameters
from prompts import proposal_words, word

SHOWN = 8
STATES = {
    Outcome.REOPENED: FeedbackState.REOPENED, Outcome.WAITING: FeedbackState.WAITING,
    Outcome.IN_PROGRESS: FeedbackState.IN_PROGRESS, Outcome.CLOSED: FeedbackState.CLOSED,
    Outcome.RESOLVED: FeedbackState.RESOLVED,
}  # fmt: skip


@dataclass(frozen=True)
class SettledFeedback:
    """`chosen` is the case that is meant; None where that is not clear, and `cases` are those that it may be.
    `not_told`: it is not said what was done, which a case that is closed needs. `unfit`: it cannot come from its state
    into the one asked for; `to_reopen`: unless it is reopened first."""

    name: Figure | None
    chosen: FeedbackLine | None
    not_told: bool
    cases: list[FeedbackLine]
    more: bool
    unfit: bool = False
    to_reopen: bool = False


async def settle_feedback(
    desk: Desk, told: Told, customer: CustomerId | None = None, cases: Cases | None = None
) -> SettledFeedback:
    """Proposes to bring a case of feedback into another state: worked on, waiting for the customer, resolved, closed
    (with what was done and what was refunded), reopened, or given more time as complex. Nothing is written before the
    asker has said yes."""
    row = await desk.customer(customer) if customer is not None else None
    outcome = outcome_of(told)
    meant = await cases_meant(desk, told, row, cases or (), _from(outcome))
    name = desk.ledger.customer(row) if row else None
    lines = await case_lines(desk, meant[:SHOWN])
    if len(meant) != 1:
        return SettledFeedback(name, None, False, lines, len(meant) > SHOWN)
    case = meant[0]
    if case.state not in _from(outcome):
        to_reopen = case.state in ANSWERED and STATES.get(outcome) not in ANSWERED
        return SettledFeedback(name, lines[0], False, [], False, unfit=True, to_reopen=to_reopen)
    whose = await whose_case(desk, case)
    write = _write(case, whose, told, outcome)
    await desk.propose(write, whose.id if whose else None)
    if whose and write.state is FeedbackState.CLOSED and not write.takes_longer:
        await _ask_satisfaction(desk, case, whose)
    not_told = write.state in ANSWERED and not (write.resolution or case.resolution)
    return SettledFeedback(name, lines[0], not_told, [], False)


def _from(outcome: Outcome) -> Sequence[FeedbackState]:
    """The states from which a case may come to that."""
    if outcome is Outcome.COMPLEX:
        return OPEN_FEEDBACK
    return [state for state in FeedbackState if STATES[outcome] in FOLLOWS[state]]


def _write(case: Feedback, customer: Customer | None, told: str, outcome: Outcome) -> SettleFeedback:
    state = FeedbackState(case.state) if outcome is Outcome.COMPLEX else STATES[outcome]
    paid = paid_in(told) if state in ANSWERED else None
    base = customer.currency if customer else read_parameters().currency
    return SettleFeedback(
        case=case.id,
        state=state,
        resolution=resolution_of(told) if state in ANSWERED else None,
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
    """The cases that may be meant: those that are numbered, in whatever state, and no other where a number is not
    found; else those of the customer, else those that the conversation has shown, else the asker's own; of them those
    in such a state, and the open ones where there are any."""
    received = select(Feedback).where(Feedback.received_at < desk.tomorrow)
    numbers = numbers_in(told)
    if numbers:
        ids = {form for number in numbers for form in number.forms}
        numbered = await desk.reader.scalars(received.where(Feedback.id.in_(ids)).order_by(Feedback.id))
        if numbered or any(number.certain for number in numbers):
            return numbered
    urgent = (Feedback.state.not_in(OPEN_FEEDBACK), Feedback.due_on.is_(None), Feedback.due_on, Feedback.id)
    ordered = received.order_by(*urgent).limit(SHOWN + 1)
    among = await desk.reader.scalars(ordered.where(Feedback.id.in_(shown))) if shown else []
    if customer:
        own = [case for case in among if case.customer_id == customer.id]
        return _fitting(
            own or await desk.reader.scalars(ordered.where(Feedback.customer_id == customer.id)), states, told
        )
    still_open = [state for state in states if state in OPEN_FEEDBACK]
    owned = ordered.where(Feedback.owner_id == desk.scope.employee_id, Feedback.state.in_(still_open or states))
    return _fitting(among, states, told) or await desk.reader.scalars(owned)


def _fitting(cases: Sequence[Feedback], states: Sequence[FeedbackState], told: str) -> Sequence[Feedback]:
    """Of some cases the complaints where one is spoken of, those in such a state, and the open ones; a single one in
    whatever state."""
    if is_of_complaint(told):
        cases = [case for case in cases if case.kind == FeedbackKind.COMPLAINT] or cases
    fit = [case for case in cases if case.state in states]
    return [case for case in fit if case.state in OPEN_FEEDBACK] or fit or (cases if len(cases) == 1 else [])


async def whose_case(desk: Desk, case: Feedback) -> Customer | None:
    """The case's customer, where the asker sees them."""
    return await desk.reader.get(Customer, case.customer_id) if case.customer_id else None


async def case_lines(desk: Desk, cases: Sequence[Feedback]) -> list[FeedbackLine]:
    ids = {one.customer_id for one in cases if one.customer_id}
    customers = {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return [feedback_line(desk, one, customers.get(one.customer_id or "")) for one in cases]
