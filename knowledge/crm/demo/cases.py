"""The customers whose stories are told in `cases.yaml`, brought into the bank by the same means as all others."""

from dataclasses import field
from datetime import date
from decimal import Decimal
from functools import cache

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import (
    Channel,
    CustomerKind,
    FeedbackCause,
    FeedbackKind,
    FeedbackState,
    Mood,
    Severity,
    TaskKind,
    TaskState,
    TransactionKind,
)
from knowledge.crm.demo.accounts import demand_account, holding, term_deposit
from knowledge.crm.demo.business_flows import administer, trade
from knowledge.crm.demo.catalogue import catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.contacts import ContactWords, write_contact, write_task
from knowledge.crm.demo.feedback import FeedbackText, write_feedback
from knowledge.crm.demo.loans import loan
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.money_flows import earn, spend
from knowledge.crm.demo.period import add_months
from knowledge.crm.demo.portraits import portraits, tier_of
from knowledge.crm.demo.sources import contradict, write_source_value
from knowledge.crm.demo.wordlist import STRICT, read_words


@dataclass(frozen=True, config=STRICT)
class TermCase:
    product: str
    matures_in: int
    amount: Decimal


@dataclass(frozen=True, config=STRICT)
class HoldingCase:
    product: str
    days_ago: int
    amount: Decimal


@dataclass(frozen=True, config=STRICT)
class LoanCase:
    product: str
    days_ago: int
    amount: Decimal
    months: int


@dataclass(frozen=True, config=STRICT)
class BookingCase:
    days_ago: int
    amount: Decimal
    kind: TransactionKind
    channel: Channel | None = None
    counterparty: str | None = None
    bank: str | None = None
    purpose: str | None = None


@dataclass(frozen=True, config=STRICT)
class ContactCase:
    days_ago: int
    channel: Channel
    mood: Mood
    purpose: str
    content: str
    result: str
    next: str | None = None
    next_in: int | None = None


@dataclass(frozen=True, config=STRICT)
class TaskCase:
    kind: TaskKind
    title: str
    due_in: int
    state: TaskState = TaskState.OPEN


@dataclass(frozen=True, config=STRICT)
class FeedbackCase:
    days_ago: int
    channel: Channel
    cause: FeedbackCause
    kind: FeedbackKind
    severity: Severity
    state: FeedbackState
    text: str
    settled_days: int | None = None
    resolution: str | None = None


@dataclass(frozen=True, config=STRICT)
class HistoryCase:
    field: str
    value: str
    system: str
    days_ago: int


@dataclass(frozen=True, config=STRICT)
class ConflictCase:
    """What another system than the core one says of a field."""

    field: str
    value: str
    system: str
    days_ago: int


@dataclass(frozen=True, config=STRICT)
class Case:
    """One told customer. Amounts are yuan, days count from the as-of date."""

    name: str
    branch: str
    manager: str
    language: str
    since_days: int
    income: Decimal
    demand: Decimal
    latin: str | None = None
    kind: CustomerKind = CustomerKind.PERSON
    sex: str | None = None
    age: int | None = None
    birthday_in: int = 0
    occupation: str | None = None
    employer: str | None = None
    retired: bool = False
    education: str | None = None
    industry: str | None = None
    economic_nature: str | None = None
    credit_rating: str | None = None
    key_contact: str | None = None
    tolerance: str | None = None
    assessed_days_ago: int = 0
    interests: list[str] = field(default_factory=list)
    consents: list[str] = field(default_factory=list)
    habit: str = "ordinary"
    spends: float = 0.9
    pay_stops_days_ago: int | None = None
    trade_stops_days_ago: int | None = None
    term_deposits: list[TermCase] = field(default_factory=list)
    holdings: list[HoldingCase] = field(default_factory=list)
    loans: list[LoanCase] = field(default_factory=list)
    bookings: list[BookingCase] = field(default_factory=list)
    contacts: list[ContactCase] = field(default_factory=list)
    tasks: list[TaskCase] = field(default_factory=list)
    feedback: list[FeedbackCase] = field(default_factory=list)
    history: list[HistoryCase] = field(default_factory=list)
    conflicts: list[ConflictCase] = field(default_factory=list)


@cache
def cases() -> list[Case]:
    return read_words("cases.yaml", list[Case])


def make_case(making: Making, case: Case) -> Client:
    client = _client(making, case)
    _money(making, case, client)
    _file(making, case, client)
    return client


def _cents(yuan: Decimal) -> int:
    return int(yuan * 100)


def _client(making: Making, case: Case) -> Client:
    period, client_id = making.period, making.sheets.number("C", 6)
    number, place = int(client_id[1:]), portraits().cities[case.branch]
    rng = making.rng(client_id)
    return Client(
        client_id, case.kind, case.name, case.latin, case.language, case.branch, case.manager,
        since=period.ago(case.since_days), rng=rng, income=_cents(case.income), employer=case.employer,
        retired=case.retired, sex=case.sex,
        birth_date=None if case.age is None else period.born(case.age, case.birthday_in),
        phone=f"1990000{number:04d}", email=f"customer{number:06d}@mail.example",
        address=f"{rng.choice(portraits().streets[case.branch])}{rng.randint(1, 300)}号", city=place["city"],
        region=place["region"], occupation=case.occupation, education=case.education, industry=case.industry,
        economic_nature=case.economic_nature, credit_rating=case.credit_rating, key_contact=case.key_contact,
        tolerance=case.tolerance,
        tolerance_assessed_on=period.ago(case.assessed_days_ago) if case.tolerance else None,
        interests=case.interests, consents=case.consents, planted=True,
    )  # fmt: skip


def _money(making: Making, case: Case, client: Client) -> None:
    period = making.period
    demand_account(making, client, _cents(case.demand))
    for term in case.term_deposits:
        opened_on = add_months(period.ahead(term.matures_in), -(catalogue()[term.product].term or 0))
        client.worth += term_deposit(making, client, term.product, opened_on, _cents(term.amount))[1]
    for held in case.holdings:
        client.worth += holding(making, client, held.product, period.ago(held.days_ago), _cents(held.amount))
    for owed in case.loans:
        loan(making, client, owed.product, period.ago(owed.days_ago), _cents(owed.amount), owed.months)
    _live(making, case, client)
    for booking in case.bookings:
        client.demand.book(
            period.ago(booking.days_ago), _cents(booking.amount), booking.kind, channel=booking.channel,
            counterparty=booking.counterparty, bank=booking.bank, purpose=booking.purpose, due=True,
        )  # fmt: skip
    client.worth += client.demand.settle(making.sheets)
    client.tier = tier_of(client).value


def _live(making: Making, case: Case, client: Client) -> None:
    period = making.period
    if client.kind is CustomerKind.COMPANY:
        stops = None if case.trade_stops_days_ago is None else period.ago(case.trade_stops_days_ago)
        trade(making, client, stops)
    elif client.kind is CustomerKind.PUBLIC_BODY:
        administer(making, client)
    elif case.habit == "ordinary":
        monthly = int(_cents(case.income) * 0.8 / 12)
        stops = None if case.pay_stops_days_ago is None else period.ago(case.pay_stops_days_ago)
        earn(making, client, monthly, stops)
        spend(making, client, int(monthly * case.spends))


def _file(making: Making, case: Case, client: Client) -> None:
    """Contacts, tasks, feedback, field history, and what systems do not agree on."""
    period = making.period
    for contact in case.contacts:
        words = ContactWords(contact.purpose, contact.content, contact.result, contact.next)
        next_on = None if contact.next_in is None else period.ahead(contact.next_in)
        write_contact(making, client, period.ago(contact.days_ago), contact.channel, words, contact.mood, next_on)
    for task in case.tasks:
        write_task(making, client, task.kind, task.title, period.ahead(task.due_in), task.state)
    for each in case.feedback:
        about = FeedbackText(each.cause, each.kind, [each.severity], {})
        write_feedback(
            making, client, about, each.text, period.ago(each.days_ago), each.channel, each.state,
            resolution=each.resolution, resolved_on=_settled(period.ago(each.days_ago), each.settled_days),
        )  # fmt: skip
    for value in case.history:
        day = period.ago(value.days_ago)
        write_source_value(making, client, value.field, value.value, value.system, day, case.manager)
    for said in case.conflicts:
        contradict(making, client, said.field, said.value, said.system, period.ago(said.days_ago))


def _settled(received_on: date, days: int | None) -> date | None:
    return None if days is None else date.fromordinal(received_on.toordinal() + days)
