"""Feedback of a customer that the asker tells of, triaged and proposed for the queue."""

from dataclasses import dataclass

from sqlalchemy import select

from assistant.care.working_days import working_days
from assistant.feedback.clock import due
from assistant.feedback.new_case import Incoming, prepared
from assistant.grounding.ledger import Figure
from assistant.proposals.file_feedback import FileFeedback
from assistant.tools.desk import CustomerId, Desk, Told
from assistant.tools.feedback import FeedbackLine, feedback_line
from assistant.tools.triage import DecisionLine, Dues, because, decision_lines, dues_of, why_lines
from assistant.understanding.filing import REPORTED_BY, means_a_note, message_of, tells_nothing
from assistant.understanding.telling import channel_of
from knowledge.crm.codes import Channel
from knowledge.crm.tables import Contact, Customer, Feedback


@dataclass(frozen=True)
class Filed:
    """`no_message`: it is not said what the customer says. `repeated`: the customer complained so often that this one
    is grave for that alone. `incident` is a case of the same incident; `why` is why a person has to look."""

    name: Figure | None
    no_message: bool
    decisions: list[DecisionLine]
    why: list[str]
    repeated: bool
    owner: Figure | None
    dues: Dues | None
    incident: FeedbackLine | None


async def file_feedback(desk: Desk, told: Told, customer: CustomerId | None = None) -> Filed:
    """Proposes to file a complaint, suggestion, praise, question or request of a customer, or of somebody unknown, as
    the asker tells it: triaged, with its owner, its deadlines and the case of the same incident. Nothing is written
    before the asker has said yes."""
    row = await desk.customer(customer) if customer is not None else None
    name = desk.ledger.customer(row) if row else None
    note = await _note(desk, row) if row and means_a_note(told) else None
    if note is None and (tells_nothing(told) or means_a_note(told)):
        return Filed(name, True, [], [], False, None, None, None)
    message = _incoming(desk, told, row, note)
    made = await prepared(desk.cases, desk.reader, message)
    lines, rules = decision_lines(desk, made.triage), desk.cases.rules.deadlines
    owner = desk.ledger.employee(made.owner) if made.owner else None
    write = FileFeedback.of(
        made.case, owner.text if owner else None, because(lines), made.incident.id if made.incident else None
    )
    await desk.propose(write, row.id if row else None)
    return Filed(
        name=name,
        no_message=False,
        decisions=lines,
        why=why_lines(desk, made.triage),
        repeated=made.case.judged["severity"].get("rule") == "repeated",
        owner=owner,
        dues=dues_of(desk, due(rules, made.case.timed, working_days(), desk.today)),
        incident=feedback_line(desk, made.incident, await _whose(desk, made.incident)) if made.incident else None,
    )


def _incoming(desk: Desk, told: str, customer: Customer | None, note: Contact | None) -> Incoming:
    """What is filed: the contact's note with its channel and its day, else what is told today."""
    unit = desk.scope.home or None
    if note is not None:
        channel = Channel(note.channel)
        return Incoming(note.content or "", channel, min(note.at.date(), desk.today), customer, unit=unit)
    said = channel_of(told)
    channel = said if said in REPORTED_BY else Channel.CHAT
    return Incoming(message_of(told), channel, desk.today, customer, unit=unit)


async def _note(desk: Desk, customer: Customer) -> Contact | None:
    """The customer's newest contact that something was noted of."""
    noted = (Contact.customer_id == customer.id, Contact.at < desk.tomorrow, Contact.content.is_not(None))
    return await desk.reader.scalar(select(Contact).where(*noted).order_by(Contact.at.desc(), Contact.id).limit(1))


async def _whose(desk: Desk, case: Feedback) -> Customer | None:
    """The case's customer, where the asker sees them."""
    return await desk.reader.get(Customer, case.customer_id) if case.customer_id else None
