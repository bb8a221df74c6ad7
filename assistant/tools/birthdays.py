"""Whose birthday falls in a period."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from assistant.care.lunar import lunar_birthday_in
from assistant.care.signals.occasions import birthday_in, noted
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Period, Topic
from knowledge.crm.codes import CustomerKind
from knowledge.crm.tables import Customer

SHOWN = 20
DEFAULT_DAYS = 30
YEAR = 365.2425
"""Days; a birthday of either calendar lies within weeks of a whole number of years after the day of birth."""


@dataclass(frozen=True)
class BirthdayLine:
    falls_on: Figure
    name: Figure
    turns: Figure
    tier: Figure | None
    phone: Figure | None


@dataclass(frozen=True)
class Birthdays:
    start: Figure
    end: Figure
    lines: list[BirthdayLine]
    count: Figure
    more: bool
    lunar: bool


async def birthdays(desk: Desk, period: Period | None = None, topic: Topic | None = None) -> Birthdays:
    """Customers whose birthday falls in a period (default: the next 30 days), soonest first, with the
    age they reach; by the Chinese calendar where the question (`topic`) asks for lunar birthdays. Who was born on 29
    February is congratulated on the 28th in other years."""
    lunar = bool(topic and noted("lunar", topic))
    period = period or Period(desk.today, desk.today + timedelta(days=DEFAULT_DAYS))
    people = await desk.reader.rows(
        select(Customer.id, Customer.birth_date).where(
            Customer.kind == CustomerKind.PERSON, Customer.birth_date.is_not(None), Customer.closed_on.is_(None)
        )
    )
    coming = sorted(
        (day, id)
        for id, born in people
        if born and (day := (lunar_birthday_in if lunar else birthday_in)(born, period.start, period.end)) is not None
    )
    shown = coming[:SHOWN]
    rows = await desk.reader.scalars(select(Customer).where(Customer.id.in_([id for _, id in shown])))
    customers = {c.id: c for c in rows}
    return Birthdays(
        start=desk.ledger.day("period", "from", period.start, "period"),
        end=desk.ledger.day("period", "to", period.end, "period"),
        lines=[_line(desk, customers[id], day, lunar) for day, id in shown],
        lunar=lunar,
        count=desk.ledger.number(
            "birthdays",
            "count",
            len(coming),
            "count",
            f"customer?{'lunar_birthday' if lunar else 'birthday'}={period.start}..{period.end}",
        ),
        more=len(coming) > SHOWN,
    )


def _line(desk: Desk, customer: Customer, day: date, lunar: bool) -> BirthdayLine:
    ledger, source = desk.ledger, f"customer/{customer.id}"
    born = customer.birth_date or day
    return BirthdayLine(
        falls_on=ledger.day(customer.id, "lunar_birthday" if lunar else "birthday", day, source),
        name=ledger.customer(customer),
        turns=ledger.number(customer.id, "turns", round((day - born).days / YEAR), "years", source),
        tier=ledger.code(customer.id, "tier", "tier", customer.tier, source) if customer.tier else None,
        phone=ledger.words(customer.id, "phone", customer.phone, source) if customer.phone else None,
    )
