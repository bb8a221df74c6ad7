"""Who may be contacted today, about what and how: limits, consents and colleagues (service standard contact-limits)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt
from sqlalchemy import Select, select

from assistant.care.signals.ground import CALLED, Ground, Note, Person
from assistant.care.signals.rules import ContactKind, SignalKind
from assistant.care.signals.signal import Signal
from assistant.care.working_days import WorkingDays, working_days
from knowledge.crm.codes import Channel, Consent, TaskKind, TaskState
from knowledge.crm.tables import Offer, Task

CONTACTS = (TaskKind.CALL, TaskKind.VISIT, TaskKind.GESTURE)
"""Tasks in which the customer is spoken to."""


class HoldReason(StrEnum):
    """Why a customer is not contacted today. The words for them stand under `hold`."""

    COLLEAGUE = "colleague"
    MARKETING_LIMIT = "marketing_limit"
    NO_CONSENT = "no_consent"
    DAY_OFF = "day_off"


class ContactLimits(BaseModel):
    """The limits of `contact_limits.yaml`; its comments say what each means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    colleague_days: PositiveInt
    marketing_a_week: PositiveInt
    marketing_a_month: PositiveInt
    no_marketing_on: frozenset[int]


@dataclass(frozen=True)
class Hold:
    """`note` is the colleague's contact, `offered` how many offers fill the limit since the day `since`."""

    reason: HoldReason
    note: Note | None = None
    offered: int = 0
    since: date | None = None


@dataclass(frozen=True)
class Planned:
    """A contact that a colleague has on their list: the task, whose it is, and its day."""

    task: str
    employee: str
    on: date


@cache
def contact_limits() -> ContactLimits:
    file = Path(__file__).with_name("contact_limits.yaml")
    return ContactLimits.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))


def is_day_off(day: date) -> bool:
    """Whether nobody is addressed with an offer on that day (3.2)."""
    return day.weekday() in contact_limits().no_marketing_on or working_days().is_holiday(day)


def marketing_hold(
    limits: ContactLimits, calendar: WorkingDays, today: date, consents: frozenset[str], offered: Sequence[date]
) -> Hold | None:
    """What forbids a marketing contact today; `offered` are the days of offers since `first_day_of_limits`."""
    if today.weekday() in limits.no_marketing_on or calendar.is_holiday(today):
        return Hold(HoldReason.DAY_OFF)
    if not consents & set(Consent):
        return Hold(HoldReason.NO_CONSENT)
    for since, most in ((_monday(today), limits.marketing_a_week), (today.replace(day=1), limits.marketing_a_month)):
        number = len({day for day in offered if day >= since})
        if number >= most:
            return Hold(HoldReason.MARKETING_LIMIT, offered=number, since=since)
    return None


def first_day_of_limits(today: date) -> date:
    """The first day of the week and the month over which offers are counted."""
    return min(_monday(today), today.replace(day=1))


def planned_by_others(customer: str, employee: str, on: date, limits: ContactLimits) -> Select[Task]:
    """Contacts with a customer that others than that employee plan so near to a day that only one may be made
    (3.3), the first on top."""
    apart = timedelta(days=limits.colleague_days - 1)
    return (
        select(Task)
        .where(
            Task.customer_id == customer,
            Task.employee_id != employee,
            Task.state == TaskState.OPEN,
            Task.kind.in_(CONTACTS),
            Task.due_on.between(on - apart, on + apart),
        )
        .order_by(Task.due_on, Task.id)
    )


class Admission:
    """Decides for one day, over all customers of a ground."""

    def __init__(self, ground: Ground, limits: ContactLimits) -> None:
        self._ground, self._limits = ground, limits
        self._colleagues = self._colleagues_contacts()
        self._offers = self._offers_of_month()
        self._planned = self._planned_by_colleagues()

    def hold_of_all(self, person: Person) -> Hold | None:
        """What forbids any contact: a colleague has just had one."""
        note = self._colleagues.get(person.id)
        return Hold(HoldReason.COLLEAGUE, note) if note else None

    def hold(self, person: Person, signal: Signal) -> Hold | None:
        """What forbids to speak of this signal today. Service and care are not limited in number (1.2)."""
        if self._ground.rule(signal.kind).contact is not ContactKind.MARKETING:
            return None
        offered, ground = self._offers.get(person.id, []), self._ground
        return marketing_hold(self._limits, ground.calendar, ground.today, person.consents, offered)

    def planned_beside(self, person: Person) -> Planned | None:
        """The first contact that somebody else than the customer's own manager plans for these days. It forbids
        nothing: the own manager decides who makes it (3.3)."""
        return self._planned.get(person.id)

    def channel(self, person: Person, signals: Sequence[Signal]) -> Channel:
        """How to reach the customer: by phone if they agreed to it, else by a message, else through the app.

        Below gold a birthday alone is a message (5.2).
        """
        greeting = all(signal.kind is SignalKind.BIRTHDAY for signal in signals) and person.tier not in CALLED
        order = (Consent.SMS, Consent.EMAIL) if greeting else (Consent.PHONE, Consent.SMS, Consent.EMAIL)
        return next((Channel(consent) for consent in order if consent in person.consents), Channel.APP)

    def _colleagues_contacts(self) -> Mapping[str, Note]:
        """The newest contact of these days that somebody else than the customer's own manager had."""
        since = self._ground.today - timedelta(days=self._limits.colleague_days)
        found = {}
        for note in self._ground.notes:
            person = self._ground.people.get(note.customer)
            if person and note.at.date() > since and note.employee and note.employee != person.manager:
                found[note.customer] = note
        return found

    def _planned_by_colleagues(self) -> Mapping[str, Planned]:
        ground, found = self._ground, dict[str, Planned]()
        rows = ground.lookups.rows(
            select(Task.id, Task.customer_id, Task.employee_id, Task.due_on)
            .where(
                Task.state == TaskState.OPEN,
                Task.kind.in_(CONTACTS),
                Task.due_on.between(ground.today, ground.today + timedelta(days=self._limits.colleague_days - 1)),
                ground.seen(Task.customer_id),
            )
            .order_by(Task.due_on, Task.id)
        )
        for id, customer, employee, due_on in rows:
            person = ground.people.get(customer or "")
            if person and employee and due_on and employee != person.manager:
                found.setdefault(person.id, Planned(id, employee, due_on))
        return found

    def _offers_of_month(self) -> Mapping[str, list[date]]:
        """The days of this week and month on which each customer was offered something, by anyone."""
        today = self._ground.today
        rows = self._ground.lookups.rows(
            select(Offer.customer_id, Offer.offered_on).where(
                Offer.offered_on >= first_day_of_limits(today),
                Offer.offered_on <= today,
                self._ground.seen(Offer.customer_id),
            )
        )
        days: dict[str, list[date]] = defaultdict(list)
        for customer, day in rows:
            days[customer].append(day)
        return days


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
