"""Who has waited too long for a call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from assistant.care.rhythm import REACHING, contact_rhythm
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk
from knowledge.crm.codes import Tier
from knowledge.crm.measures import Measures
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Contact, Customer
from knowledge.crm.whole_view import ALL, WholeView, customers_in_order, many_in_view

SHOWN = 15
LISTED, COUNTED = "longest_neglected", "neglected_customers"


@dataclass(frozen=True)
class NeglectedLine:
    """A customer out of rhythm. `days` is None for one who was never contacted."""

    name: Figure
    tier: Figure
    last_contact: Figure | None
    days: Figure | None
    standard: Figure


@dataclass(frozen=True)
class Neglected:
    lines: list[NeglectedLine]
    count: Figure
    more: bool


@dataclass(frozen=True)
class _Found:
    """Who waits, the most pressing first, when each was last spoken with, and how many wait in all."""

    customers: Sequence[Customer]
    contacted: Mapping[str, datetime]
    number: int


async def neglected(desk: Desk, tier: Tier | None = None) -> Neglected:
    """Customers who were not contacted within the days that their tier's standard asks for, the best
    tiers and the longest waits first."""
    found = await desk.reader.together(lambda lookups: _read(lookups, desk, tier))
    return Neglected(
        lines=[_line(desk, customer, found.contacted.get(customer.id)) for customer in found.customers[:SHOWN]],
        count=desk.ledger.number("customers", "neglected", found.number, "count", "contact?latest&out_of_rhythm"),
        more=found.number > SHOWN,
    )


def _read(lookups: Lookups, desk: Desk, tier: Tier | None) -> _Found:
    if many_in_view(lookups):
        measures = Measures.on(lookups, desk.scope, desk.today)
        whole = WholeView.of(measures, LISTED, COUNTED) if measures else None
        if whole:
            return _of_whole(lookups, desk, whole, tier)
    contacted = _contacted(lookups, desk)
    conditions = [Customer.closed_on.is_(None), Customer.tier.in_([tier] if tier else list(contact_rhythm().days))]
    people = lookups.rows(select(Customer.id, Customer.tier, Customer.customer_since).where(*conditions))
    order, waiting = list(Tier), []
    for id, code, since in people:
        own = Tier(code or Tier.STANDARD)
        if (days := _days(desk, contacted.get(id), since)) > contact_rhythm().days[own]:
            waiting.append((-order.index(own), -days, id))
    first = [id for *_, id in sorted(waiting)[:SHOWN]]
    return _Found(customers_in_order(lookups, first, SHOWN), contacted, len(waiting))


def _of_whole(lookups: Lookups, desk: Desk, whole: WholeView, tier: Tier | None) -> _Found:
    """As of the newest run, without those who have been spoken with since."""
    listed = customers_in_order(lookups, whole.places(LISTED, ALL if tier else SHOWN), ALL)
    asked = [customer for customer in listed if tier in (None, customer.tier)]
    contacted = _contacted(lookups, desk, Contact.customer_id.in_([customer.id for customer in asked]))
    waiting = [
        customer
        for customer in asked
        if _days(desk, contacted.get(customer.id), customer.customer_since)
        > contact_rhythm().days[Tier(customer.tier or Tier.STANDARD)]
    ]
    numbers = {of: int(row.value or 0) for (_, of), row in whole.groups(COUNTED).items()}
    return _Found(waiting, contacted, numbers.get(tier, 0) if tier else sum(numbers.values()))


def _contacted(lookups: Lookups, desk: Desk, *of: ColumnElement[bool]) -> dict[str, datetime]:
    """When customers were last spoken with; what was merely sent does not count."""
    last = (
        select(Contact.customer_id, func.max(Contact.at))
        .where(Contact.at < desk.tomorrow, Contact.channel.in_(REACHING), *of)
        .group_by(Contact.customer_id)
    )
    return dict(lookups.rows(last.execution_options(**(FEW if of else {}))))


def _days(desk: Desk, contacted: datetime | None, since: date | None) -> int:
    return (desk.today - (contacted.date() if contacted else since or date.min)).days


def _line(desk: Desk, customer: Customer, last: datetime | None) -> NeglectedLine:
    ledger, source = desk.ledger, f"contact?customer={customer.id}&latest"
    tier = Tier(customer.tier or Tier.STANDARD)
    return NeglectedLine(
        name=ledger.customer(customer),
        tier=ledger.code(customer.id, "tier", "tier", tier, f"customer/{customer.id}"),
        last_contact=ledger.day(customer.id, "last_contact", last.date(), source) if last else None,
        days=ledger.number(customer.id, "days_since_contact", (desk.today - last.date()).days, "days", source)
        if last
        else None,
        standard=ledger.number(
            customer.id, "contact_rhythm", contact_rhythm().days[tier], "days",
            f"contact_rhythm/{contact_rhythm().version}/{tier}",
        ),
    )  # fmt: skip
