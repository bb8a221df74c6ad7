"""How similar cases were solved, and a personal reply to a case for a person to approve."""

from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta
from sqlalchemy import or_, select

from assistant.care.case_messages import channel_of_consents
from assistant.care.message_drafts import language_for, salutation_of
from assistant.feedback.incidents import incident_rules
from assistant.feedback.replies import ANSWERED_BY, NOT_SATISFIED, STANDARD, Ground, Reply, reply
from assistant.feedback.states import deadlines_of
from assistant.grounding.ledger import Figure, Quotation
from assistant.proposals.reply_feedback import ReplyFeedback
from assistant.recommend.conduct import breaches
from assistant.tools.desk import Cases, CustomerId, Desk, Told
from assistant.tools.due_cases import changes_of
from assistant.tools.feedback import FeedbackLine
from assistant.tools.settle_feedback import case_lines, cases_meant, whose_case
from assistant.understanding.drafting import channel_wanted, is_brief, language_wanted
from knowledge.crm.casework import FeedbackReply
from knowledge.crm.codes import OPEN_FEEDBACK, Channel, Consent, FeedbackKind, FeedbackState
from knowledge.crm.tables import Customer, Employee, Feedback
from prompts import proposal_words, word

SHOWN = 8
WRITTEN = (Channel.EMAIL, Channel.WEB, Channel.APP, Channel.SMS)
"""Channels of which the text is the customer's own; what a colleague tells of a call is not quoted to the customer."""
SIMILAR = 3
PERSONAL = "4.2"
"""The clause that every reply is personal."""


@dataclass(frozen=True)
class RepliedCase:
    """`chosen` is the case that is meant; None where that is not clear, and `cases` are those that it may be. `similar`
    are settled cases like it, with what was done; `refused` is why there is no draft, in words."""

    name: Figure | None
    chosen: FeedbackLine | None
    cases: list[FeedbackLine]
    similar: list[FeedbackLine] = field(default_factory=list)
    clauses: list[Quotation] = field(default_factory=list)
    refused: str | None = None
    channel: str | None = None
    language: str | None = None
    subject: Figure | None = None
    lines: list[Figure] = field(default_factory=list)


async def reply_draft(
    desk: Desk, told: Told, customer: CustomerId | None = None, cases: Cases | None = None
) -> RepliedCase:
    """Drafts a personal reply to a case of feedback: it takes up the case, the customer's history and the clauses of
    the service standard, in the customer's language, unlike the last one they got; and shows how similar cases were
    solved. The asker approves it; nothing is sent."""
    row = await desk.customer(customer) if customer is not None else None
    name = desk.ledger.customer(row) if row else None
    meant = await cases_meant(desk, told, row, cases or (), tuple(FeedbackState))
    if len(meant) != 1:
        return RepliedCase(name, None, await case_lines(desk, meant[:SHOWN]))
    case = meant[0]
    whose = await whose_case(desk, case)
    similar = await _similar(desk, case)
    lines = await case_lines(desk, [case, *similar])
    clauses = await _clauses(desk)
    channel = (channel_wanted(told) or channel_of_consents(whose)) if whose else None
    if whose is None or channel is None or channel not in whose.consents:
        why = desk.ledger.label("no_consent" if whose else "no_case_customer", "draft_refused")
        return RepliedCase(name, lines[0], [], lines[1:], clauses, why)
    language = language_for(whose, language_wanted(told) or whose.language or case.language)
    drafted = await _drafted(desk, case, whose, language, brief=is_brief(told))
    if drafted is None:
        why = desk.ledger.label("conduct", "draft_refused")
        return RepliedCase(name, lines[0], [], lines[1:], clauses, why)
    write = _write(desk, case, whose, channel, language, drafted)
    await desk.propose(write, whose.id)
    source = f"feedback?id={case.id}&message=reply"
    return RepliedCase(
        name=name, chosen=lines[0], cases=[], similar=lines[1:], clauses=clauses,
        channel=word("channel", channel, desk.language), language=word("language", language, desk.language),
        subject=desk.ledger.words(case.id, "draft", drafted.subject, source),
        lines=[desk.ledger.words(case.id, "draft", line, source) for line in drafted.text.splitlines() if line],
    )  # fmt: skip


def _write(
    desk: Desk, case: Feedback, customer: Customer, channel: Consent, language: str, drafted: Reply
) -> ReplyFeedback:
    said = {"name": customer.name, "case": case.id, "channel": word("channel", channel, desk.language)}
    return ReplyFeedback(
        customer=customer.id, case=case.id, language=language, occasion="reply", channel=channel, send_on=desk.today,
        subject=drafted.subject[:200] if channel is Consent.EMAIL else None, text=drafted.text[:4000],
        task_title=proposal_words("reply_feedback", "task_title", desk.language, said)[:200],
    )  # fmt: skip


async def _drafted(desk: Desk, case: Feedback, customer: Customer, language: str, *, brief: bool) -> Reply | None:
    """The reply; without the customer's own words where these may not be said, None where it may not be said at all.
    A brief one leaves these and the customer's history out."""
    changes = (await changes_of(desk, [case]))[case.id]
    sender = await desk.reader.get(Employee, desk.scope.employee_id)
    standard = await desk.library.passage(f"{STANDARD}.{language}/{NOT_SATISFIED}")
    before = await desk.reader.scalar(
        select(Feedback.received_at)
        .where(
            Feedback.customer_id == customer.id,
            Feedback.kind == FeedbackKind.COMPLAINT,
            Feedback.received_at < case.received_at,
            Feedback.id != case.id,
        )
        .order_by(Feedback.received_at.desc())
        .limit(1)
    )
    last = await desk.reader.scalar(
        select(FeedbackReply.text)
        .join(Feedback, Feedback.id == FeedbackReply.feedback_id)
        .where(Feedback.customer_id == customer.id)
        .order_by(FeedbackReply.at.desc(), FeedbackReply.id)
        .limit(1)
    )
    due = deadlines_of(case, changes, desk.cases.rules, desk.today).limit if case.due_on else None
    ground = Ground(
        case=case, today=desk.today, due=due,
        salutation=salutation_of(customer, language), manager=sender.name if sender else "",
        before=before.date() if before and not brief else None,
        since=customer.customer_since.year if customer.customer_since and not brief else None,
        standard=standard.title if standard else None,
    )  # fmt: skip
    ways = (True, False) if case.channel in WRITTEN and not brief else (False,)
    drafts = (reply(ground, language, last, quoting=quoting) for quoting in ways)
    return next((one for one in drafts if not breaches(f"{one.subject} {one.text}")), None)


async def _similar(desk: Desk, case: Feedback) -> list[Feedback]:
    """Settled cases in view that are like it and of which it is known what was done, the most alike first."""
    rules = incident_rules()
    since = case.received_at - relativedelta(months=rules.similar_months)
    same = [Feedback.cause == case.cause] if case.cause else []
    same += [Feedback.about == case.about] if case.about else []
    settled = (Feedback.state.not_in(OPEN_FEEDBACK), Feedback.resolution.is_not(None), Feedback.id != case.id,
               Feedback.received_at >= since, Feedback.received_at < desk.tomorrow,
               or_(Feedback.kind == case.kind, *same))  # fmt: skip
    newest = select(Feedback).where(*settled).order_by(Feedback.received_at.desc(), Feedback.id).limit(rules.most)
    rows = await desk.reader.scalars(newest)
    alike = await desk.cases.alike(case.text, [row.text for row in rows])
    ranked = sorted(zip(alike, rows, strict=True), key=lambda one: (-one[0], one[1].id))
    return [row for value, row in ranked if value >= rules.similar][:SIMILAR]


async def _clauses(desk: Desk) -> list[Quotation]:
    """What the reply is held to, in the asker's language."""
    ids = [f"{STANDARD}.{desk.language}/{number}" for number in (ANSWERED_BY, PERSONAL, NOT_SATISFIED)]
    found = [await desk.library.passage(id) for id in ids]
    return [desk.ledger.cite(passage) for passage in found if passage]
