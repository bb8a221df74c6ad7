"""An invitation to rate the bank, or to say whether one would recommend it, drafted for a person to approve."""

from dataclasses import dataclass, field

from assistant.care.case_messages import OCCASIONS, channel_of_consents, rating_draft
from assistant.care.message_drafts import Draft, language_for
from assistant.feedback.survey_answers import held_back
from assistant.grounding.ledger import Figure
from assistant.proposals.invite_feedback import InviteFeedback
from assistant.recommend.conduct import breaches
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.understanding.drafting import channel_wanted, language_wanted
from assistant.understanding.surveying import kinds_in
from knowledge.crm.codes import Consent, SurveyKind
from knowledge.crm.tables import Customer, Employee
from prompts import proposal_words, word


@dataclass(frozen=True)
class Invited:
    """What is drafted, or why it is not: `refused` is a reason in words, `consents` the channels agreed to."""

    name: Figure
    kind: str
    refused: str | None = None
    consents: list[Figure] = field(default_factory=list)
    channel: str | None = None
    language: str | None = None
    subject: Figure | None = None
    lines: list[Figure] = field(default_factory=list)


async def survey_invitation(desk: Desk, told: Told, customer: CustomerId, period: Period | None = None) -> Invited:
    """Drafts an invitation to a customer to rate the bank from 1 to 5, or to say from 0 to 10 how likely they would
    recommend it, in the customer's language. The asker approves it; nothing is sent. Held to the customer's consents
    and the limits of surveys: not asked within the last 90 days, no open complaint."""
    row, rules = await desk.customer(customer), desk.cases.rules
    kind = next(iter(kinds_in(told)[-1:]), SurveyKind.SATISFACTION)
    held = await desk.reader.together(lambda own: held_back(own, row.id, rules, desk.today))
    channel = channel_wanted(told) or channel_of_consents(row)
    if held or channel is None or channel not in row.consents:
        return _refused(desk, row, kind, held or "no_consent")
    language = language_for(row, language_wanted(told))
    sender = await desk.reader.get(Employee, desk.scope.employee_id)
    draft = rating_draft(row, channel, kind, language, sender.name if sender else "")
    if breaches(f"{draft.subject or ''} {draft.text}"):
        return _refused(desk, row, kind, "conduct")
    write = _write(desk, row, kind, channel, draft, period)
    await desk.propose(write, row.id)
    source = f"customer?id={row.id}&message={write.occasion}&channel={channel}"
    return Invited(
        name=desk.ledger.customer(row), kind=desk.ledger.label(kind, "survey_kind"),
        channel=word("channel", channel, desk.language), language=word("language", language, desk.language),
        subject=desk.ledger.words(row.id, "draft", draft.subject, source) if draft.subject else None,
        lines=[desk.ledger.words(row.id, "draft", line, source) for line in draft.text.splitlines() if line],
    )  # fmt: skip


def _write(
    desk: Desk, row: Customer, kind: SurveyKind, channel: Consent, draft: Draft, period: Period | None
) -> InviteFeedback:
    occasion, on = OCCASIONS[kind], period.start if period else desk.today
    said = {"name": row.name, "occasion": word("occasion", occasion, desk.language),
            "channel": word("channel", channel, desk.language)}  # fmt: skip
    return InviteFeedback(
        customer=row.id, survey_kind=kind, occasion=occasion, channel=channel, send_on=max(on, desk.today),
        subject=draft.subject, text=draft.text,
        task_title=proposal_words("invite_feedback", "task_title_general", desk.language, said)[:200],
    )  # fmt: skip


def _refused(desk: Desk, row: Customer, kind: SurveyKind, why: str) -> Invited:
    source = f"customer/{row.id}"
    consents = [desk.ledger.code(row.id, "consent", "channel", one, source) for one in Consent if one in row.consents]
    return Invited(
        name=desk.ledger.customer(row), kind=desk.ledger.label(kind, "survey_kind"),
        refused=desk.ledger.label(why, "draft_refused"), consents=consents if why == "no_consent" else [],
    )  # fmt: skip
