"""What was said to a customer, and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk
from knowledge.crm.tables import Contact, Employee

SHOWN = 5


@dataclass(frozen=True)
class ContactLine:
    at: Figure
    channel: Figure
    employee: Figure | None
    purpose: Figure | None
    content: Figure | None
    result: Figure | None
    mood: Figure | None
    next_step: Figure | None
    next_on: Figure | None


@dataclass(frozen=True)
class Contacts:
    name: Figure
    contacts: list[ContactLine]
    days_since: Figure | None
    count: Figure


async def contacts(desk: Desk, customer: CustomerId) -> Contacts:
    """The latest contacts with a customer: when, how, by whom, what was said, result, mood, next step."""
    row = await desk.customer(customer)
    before = (Contact.customer_id == row.id, Contact.at < desk.tomorrow)
    newest = await desk.reader.scalars(
        select(Contact).where(*before).order_by(Contact.at.desc(), Contact.id.desc()).limit(SHOWN)
    )
    count = await desk.reader.scalar(select(func.count(Contact.id)).where(*before)) or 0
    days = (desk.today - newest[0].at.date()).days if newest else None
    return Contacts(
        name=desk.ledger.customer(row),
        contacts=await contact_lines(desk, newest),
        days_since=desk.ledger.number(row.id, "days_since_contact", days, "days", f"contact/{newest[0].id}")
        if days is not None
        else None,
        count=desk.ledger.number(row.id, "contacts", count, "count", f"contact?customer={row.id}"),
    )


async def contact_lines(desk: Desk, newest: Sequence[Contact]) -> list[ContactLine]:
    people = await desk.reader.scalars(
        select(Employee).where(Employee.id.in_({c.employee_id for c in newest if c.employee_id}))
    )
    employees = {e.id: e for e in people}
    return [_line(desk, contact, employees.get(contact.employee_id or "")) for contact in newest]


def _line(desk: Desk, contact: Contact, employee: Employee | None) -> ContactLine:
    ledger, source = desk.ledger, f"contact/{contact.id}"

    def words(measure: str) -> Figure | None:
        written = getattr(contact, measure)
        return ledger.words(contact.id, measure, written, source, contact.at.date()) if written else None

    return ContactLine(
        at=ledger.day(contact.id, "at", contact.at.date(), source),
        channel=ledger.code(contact.id, "channel", "channel", contact.channel, source),
        employee=ledger.employee(employee) if employee else None,
        purpose=words("purpose"),
        content=words("content"),
        result=words("result"),
        mood=ledger.code(contact.id, "mood", "mood", contact.mood, source) if contact.mood else None,
        next_step=words("next_step"),
        next_on=ledger.day(contact.id, "next_on", contact.next_on, source) if contact.next_on else None,
    )
