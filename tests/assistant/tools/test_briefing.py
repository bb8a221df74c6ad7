"""The parts of a briefing say what the single abilities say."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta

import pytest

from assistant.grounding.ledger import Figure
from assistant.tools.briefing import briefing
from assistant.tools.contacts import contacts
from assistant.tools.deposit_changes import deposit_changes
from assistant.tools.desk import CustomerId, Period
from assistant.tools.feedback import feedback
from assistant.tools.holdings import holdings
from assistant.tools.loans import loans
from assistant.tools.maturities import maturities
from assistant.tools.portrait import portrait
from assistant.tools.tasks import tasks
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, TOLD, RawBank


def said(result: object) -> Iterator[object]:
    """Everything a result says, without the ids of the facts."""
    if isinstance(result, Figure):
        yield (result.fact.subject, result.fact.measure, result.value, result.fact.unit, result.fact.source)
    elif isinstance(result, list):
        for item in result:
            yield from said(item)
    elif is_dataclass(result):
        for field in fields(result):
            yield from said(getattr(result, field.name))
    else:
        yield result


@pytest.mark.parametrize("today", [AS_OF, date(2026, 12, 1)], ids=str)
@pytest.mark.parametrize("customer", ["C000001", "C000004", "C000009", "C000010"])
async def test_the_parts_are_what_the_single_abilities_say(office: Office, customer: str, today: date) -> None:
    who = CustomerId(customer)
    whole = await briefing(office.desk(today), who)
    alone = {
        "portrait": await portrait(office.desk(today), who),
        "holdings": await holdings(office.desk(today), who),
        "loans": await loans(office.desk(today), who),
        "deposits": await deposit_changes(office.desk(today), who),
        "maturities": await maturities(office.desk(today), Period(today, today + timedelta(days=60)), who),
        "contacts": await contacts(office.desk(today), who),
        "feedback": await feedback(office.desk(today), who),
        "tasks": await tasks(office.desk(today), None, who),
    }
    for part, result in alone.items():
        assert list(said(getattr(whole, part))) == list(said(result)), part


async def test_a_birthday_within_sixty_days_is_named(office: Office, raw: RawBank) -> None:
    for customer in TOLD:
        born = raw.customers[customer]["birth_date"]
        days = [AS_OF + timedelta(days=n) for n in range(61)]
        near = [day for day in days if born and (day.month, day.day) == (int(born[5:7]), int(born[8:]))]
        result = await briefing(office.desk(), CustomerId(customer))
        assert (result.birthday.value if result.birthday else None) == (near[0] if near else None)
