"""A message to a customer, drafted for a person to approve."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from assistant.care.contact_limits import HoldReason, contact_limits, first_day_of_limits, marketing_hold
from assistant.care.message_drafts import channel_for, compose, language_for
from assistant.care.signals.occasions import birthday_in
from assistant.care.working_days import working_days
from assistant.grounding import figures
from assistant.grounding.ledger import Figure
from assistant.proposals.approve_message import ApproveMessage
from assistant.recommend.conduct import breaches
from assistant.tools.create_task import Maturing, call_day, described, maturing
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.understanding.drafting import Occasion, channel_wanted, event_of, is_brief, language_wanted, occasion_of
from knowledge.crm.codes import Consent
from knowledge.crm.tables import Account, Contact, Customer, Employee, Offer, Product
from prompts import message_phrase, proposal_words, word

AHEAD_DAYS = 366


@dataclass(frozen=True)
class MessageDraft:
    """What is drafted, or why it is not: `refused` is a reason in words, `consents` the channels agreed to.

    `day` is the occasion's, `maturity` the deposit that it is about; `lines` are the draft as it can be approved.
    """

    name: Figure
    occasion: str | None
    channel: str | None
    language: str | None
    day: Figure | None
    maturity: Maturing | None
    refused: str | None
    consents: list[Figure]
    subject: Figure | None
    lines: list[Figure]


@dataclass(frozen=True)
class Matter:
    """What an occasion is about: its day, the deposit, what the draft's words need, or why there is no draft."""

    day: Figure | None = None
    maturity: Maturing | None = None
    values: tuple[tuple[str, str], ...] = ()
    refused: str | None = None
    send_on: date | None = None


async def message_draft(desk: Desk, told: Told, customer: CustomerId, period: Period | None = None) -> MessageDraft:
    """Drafts a message to a customer (birthday, holiday, maturity, invitation; text message, e-mail or phone script),
    in the customer's language unless another is asked for. The asker approves it; nothing is sent. Held to the
    customer's consents and the limits of contact."""
    row = await desk.customer(customer)
    occasion, wanted = occasion_of(told), channel_wanted(told)
    if occasion is None:
        return await _refused(desk, row, None, "no_occasion")
    channel = channel_for(row, occasion, wanted)
    if channel is None:
        return await _refused(desk, row, occasion, "no_consent")
    language = language_for(row, language_wanted(told))
    matter = await _matter(desk, row, occasion, told, period, language, channel)
    if matter.refused:
        return await _refused(desk, row, occasion, matter.refused)
    sender = await desk.reader.get(Employee, desk.scope.employee_id)
    values = dict(matter.values) | {"manager": sender.name if sender else ""}
    draft = compose(occasion, channel, language, row, values, brief=is_brief(told))
    if breaches(f"{draft.subject or ''} {draft.text}"):
        return await _refused(desk, row, occasion, "conduct")
    said = {"name": row.name, "occasion": word("occasion", occasion, desk.language),
            "channel": word("channel", channel, desk.language)}  # fmt: skip
    write = ApproveMessage(
        customer=row.id,
        occasion=occasion,
        channel=channel,
        send_on=max(matter.send_on or desk.today, desk.today),
        subject=draft.subject,
        text=draft.text,
        task_title=proposal_words("approve_message", "task_title", desk.language, said)[:200],
    )
    await desk.propose(write, row.id)
    return MessageDraft(
        name=desk.ledger.customer(row),
        occasion=said["occasion"],
        channel=said["channel"],
        language=word("language", language, desk.language),
        day=matter.day,
        maturity=matter.maturity,
        refused=None,
        consents=[],
        subject=_words(desk, write, draft.subject) if draft.subject else None,
        lines=[_words(desk, write, line) for line in draft.text.splitlines() if line],
    )


def _words(desk: Desk, write: ApproveMessage, words: str) -> Figure:
    """Words of the draft, which rest on the customer's file."""
    source = f"customer?id={write.customer}&message={write.occasion}&channel={write.channel}"
    return desk.ledger.words(write.customer, "draft", words, source)


async def _refused(desk: Desk, row: Customer, occasion: Occasion | None, why: str) -> MessageDraft:
    source = f"customer/{row.id}"
    return MessageDraft(
        name=desk.ledger.customer(row),
        occasion=desk.ledger.label(occasion, "occasion") if occasion else None,
        channel=None,
        language=None,
        day=None,
        maturity=None,
        refused=desk.ledger.label(why, "draft_refused"),
        consents=[
            desk.ledger.code(row.id, "consent", "channel", one, source) for one in Consent if one in row.consents
        ],
        subject=None,
        lines=[],
    )


async def _matter(
    desk: Desk, row: Customer, occasion: Occasion, told: str, period: Period | None, language: str, channel: Consent
) -> Matter:
    match occasion:
        case Occasion.BIRTHDAY:
            return _birthday(desk, row, channel)
        case Occasion.HOLIDAY:
            return _holiday(desk, language)
        case Occasion.MATURITY:
            return await _maturity(desk, row, period, language)
        case Occasion.INVITATION:
            return await _invitation(desk, row, told, period, language)


def _birthday(desk: Desk, row: Customer, channel: Consent) -> Matter:
    """The next birthday; a call on a day off is made on the working day before (contact limits, clause 5.2)."""
    born = row.birth_date
    day = birthday_in(born, desk.today, desk.today + timedelta(days=AHEAD_DAYS)) if born else None
    if day is None:
        return Matter(refused="no_birthday")
    send_on = working_days().on_or_before(day) if channel is Consent.PHONE else day
    return Matter(desk.ledger.day(row.id, "birthday", day, f"customer/{row.id}"), send_on=send_on)


def _holiday(desk: Desk, language: str) -> Matter:
    """The next holiday that is kept where that language is spoken; greetings go out on the last working day before."""
    found = working_days().next_greeting(language, desk.today)
    if found is None:
        return Matter(refused="no_holiday")
    name, day = found
    send_on = working_days().on_or_before(day - timedelta(days=1))
    shown = desk.ledger.day("holiday", name, day, "period")
    return Matter(shown, values=(("holiday", word("holiday", name, language)),), send_on=send_on)


async def _maturity(desk: Desk, row: Customer, period: Period | None, language: str) -> Matter:
    account = await maturing(desk, row.id, period)
    maturity = await described(desk, account) if account else None
    if account is None or account.matures_on is None or maturity is None:
        return Matter(refused="no_maturity")
    values = (
        ("product", await _product_in(desk, account, language) or maturity.product.text),
        ("day", figures.day(account.matures_on, language)),
        ("amount", _amount(maturity, language)),
    )
    return Matter(maturity.matures_on, maturity, values, send_on=call_day(account.matures_on, desk.today))


def _amount(maturity: Maturing, language: str) -> str:
    """The balance as the customer's language writes it, a gap where none is known."""
    value = maturity.balance.value if maturity.balance else None
    return (
        figures.money(value, maturity.balance.fact.unit, language)
        if maturity.balance and isinstance(value, Decimal)
        else "…"
    )


async def _product_in(desk: Desk, account: Account, language: str) -> str | None:
    """The product's name as the customer's language has it."""
    product = await desk.reader.get(Product, account.product_id) if account.product_id else None
    return (product.names.get(language) or product.name) if product else None


async def _invitation(desk: Desk, row: Customer, told: str, period: Period | None, language: str) -> Matter:
    """An invitation is marketing: held to the limits of offers, and to a colleague's contact of the last days."""
    held = await _held(desk, row)
    if held:
        return Matter(refused=held)
    on = period.start if period and period.start == period.end and period.start >= desk.today else None
    when = message_phrase("when", language).format(day=figures.day(on, language)) if on else ""
    return Matter(values=(("event", event_of(told, desk.today) or message_phrase("event", language)), ("when", when)))


async def _held(desk: Desk, row: Customer) -> str | None:
    limits, today = contact_limits(), desk.today
    since = datetime.combine(today - timedelta(days=limits.colleague_days - 1), time.min)
    colleagues = await desk.reader.scalar(
        select(Contact.id).where(
            Contact.customer_id == row.id, Contact.at >= since, Contact.at < desk.tomorrow,
            Contact.employee_id.is_not(None), Contact.employee_id != (row.manager_id or desk.scope.employee_id),
        )
    )  # fmt: skip
    if colleagues:
        return HoldReason.COLLEAGUE
    offered = await desk.reader.scalars(
        select(Offer.offered_on).where(
            Offer.customer_id == row.id, Offer.offered_on >= first_day_of_limits(today), Offer.offered_on <= today
        )
    )
    hold = marketing_hold(limits, working_days(), today, frozenset(row.consents), offered)
    return hold.reason if hold and hold.reason is not HoldReason.DAY_OFF else None
