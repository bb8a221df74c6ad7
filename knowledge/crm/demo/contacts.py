"""Contacts with customers in the standard form, and the tasks that follow from them."""

from datetime import date, datetime, time, timedelta
from functools import cache

from pydantic.dataclasses import dataclass

from knowledge.crm.codes import Channel, CustomerKind, Mood, ProductKind, TaskKind, TaskState, Tier
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.organisation import organisation
from knowledge.crm.demo.portraits import portraits
from knowledge.crm.demo.wordlist import STRICT, read_words
from knowledge.crm.tables import Contact, Task

_LOOK_BACK = 540


@dataclass(frozen=True, config=STRICT)
class ContactWords:
    purpose: str
    content: str
    result: str
    next: str | None = None


@dataclass(frozen=True, config=STRICT)
class Topic:
    """A reason to talk, told in three languages; the next step is due `next_days` later.

    A topic that `needs` a kind of product fits only customers who have one.
    """

    topic: str
    fits: list[CustomerKind]
    channel: list[Channel]
    mood: list[Mood]
    words: dict[str, ContactWords]
    next_days: int | None = None
    needs: ProductKind | None = None

    def suits(self, client: Client) -> bool:
        return client.kind in self.fits and (self.needs is None or self.needs in client.product_kinds)


@cache
def topics() -> list[Topic]:
    return read_words("contacts.yaml", list[Topic])


def make_contacts(making: Making, client: Client) -> None:
    """Contacts as often as the tier asks, too rarely, or never."""
    rng, period = client.rng, making.period
    spacing = portraits().contact_days[Tier(client.tier or Tier.STANDARD)]
    fate = rng.random()
    if fate < 0.05 or not client.manager_id:
        return
    newest = rng.randint(1, spacing) if fate < 0.83 else int(spacing * rng.uniform(1.1, 2.6))
    days_ago = newest + (period.as_of - (client.closed_on or period.as_of)).days
    first = max(client.since, period.ago(_LOOK_BACK))
    while (day := period.ago(days_ago)) >= first:
        _contact_on(making, client, day)
        days_ago += int(spacing * rng.uniform(0.6, 1.3)) + 1


def _contact_on(making: Making, client: Client, day: date) -> None:
    rng, period = client.rng, making.period
    topic = rng.choice([each for each in topics() if each.suits(client)])
    words = topic.words[client.language]
    next_on = day + timedelta(days=topic.next_days) if topic.next_days else None
    write_contact(
        making, client, day, rng.choice(topic.channel), words, rng.choice(topic.mood), next_on,
        employee_id=_who(making, client, day),
    )  # fmt: skip
    if next_on and words.next and next_on > period.ago(60) and rng.random() < 0.7:
        settled = rng.choice((TaskState.DONE, TaskState.DONE, TaskState.DROPPED))
        state = TaskState.OPEN if next_on > period.ago(12) else settled
        write_task(making, client, TaskKind.CALL, words.next, next_on, state)


def _who(making: Making, client: Client, day: date) -> str | None:
    """The manager of today, or the one of that time where she has left."""
    former = organisation().former_manager(client.branch_id)
    if former and former.left is not None and day < making.period.ago(former.left) and client.id[-1] in "37":
        return former.id
    return client.manager_id


def write_contact(
    making: Making, client: Client, day: date, channel: Channel, words: ContactWords, mood: Mood,
    next_on: date | None = None, employee_id: str | None = None,
) -> None:  # fmt: skip
    """One contact in office hours of that day (Beijing time, kept as UTC)."""
    at = datetime.combine(day, time(client.rng.randint(1, 8), client.rng.randrange(0, 60, 5)))
    making.sheets.add(
        Contact, id=making.sheets.number("K", 6), customer_id=client.id, employee_id=employee_id or client.manager_id,
        at=at, channel=channel.value, purpose=words.purpose, content=words.content, result=words.result,
        mood=mood.value, next_step=words.next, next_on=next_on,
    )  # fmt: skip


def write_task(
    making: Making, client: Client, kind: TaskKind, title: str, due_on: date | None, state: TaskState = TaskState.OPEN
) -> None:
    making.sheets.add(
        Task, id=making.sheets.number("J", 5), employee_id=client.manager_id, customer_id=client.id, kind=kind.value,
        title=title, due_on=due_on, state=state.value,
    )  # fmt: skip
