"""Who has waited too long for a call."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from assistant.care.rhythm import contact_rhythm
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk
from knowledge.crm.codes import Tier
from knowledge.crm.tables import Contact, Customer

SHOWN = 15


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


async def neglected(desk: Desk, tier: Tier | None = None) -> Neglected:
    """Customers who were not contacted within the days that their tier's standard asks for, the best
    tiers and the longest waits first."""
    rhythm = contact_rhythm().days
    last = await desk.reader.rows(
        select(Contact.customer_id, func.max(Contact.at))
        .where(Contact.at < desk.tomorrow)
        .group_by(Contact.customer_id)
    )
    contacted: dict[str, datetime] = dict(last)
    conditions = [Customer.closed_on.is_(None), Customer.tier.in_([tier] if tier else list(rhythm))]
    people = await desk.reader.rows(select(Customer.id, Customer.tier, Customer.customer_since).where(*conditions))
    order = list(Tier)
    waiting = []
    for id, code, since in people:
        known_since = contacted[id].date() if id in contacted else since or date.min
        own, days = Tier(code or Tier.STANDARD), (desk.today - known_since).days
        if days > rhythm[own]:
            waiting.append((-order.index(own), -days, id))
    waiting.sort()
    rows = await desk.reader.scalars(select(Customer).where(Customer.id.in_([id for _, _, id in waiting[:SHOWN]])))
    customers = {c.id: c for c in rows}
    return Neglected(
        lines=[_line(desk, customers[id], contacted.get(id)) for _, _, id in waiting[:SHOWN]],
        count=desk.ledger.number("customers", "neglected", len(waiting), "count", "contact?latest&out_of_rhythm"),
        more=len(waiting) > SHOWN,
    )


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
