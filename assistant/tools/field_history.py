"""Who changed a field of a customer's file, when, from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from assistant.grounding.claims import written_figure
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerField, CustomerId, Desk
from knowledge.crm.lineage import SourceValue
from knowledge.crm.tables import Customer, Employee

SHOWN = 20


@dataclass(frozen=True)
class Change:
    """One word of one system: `changed_by` is the employee, or the import that brought it."""

    field: str
    as_of: Figure | None
    recorded_on: Figure
    previous: Figure | None
    value: Figure | None
    system: Figure
    changed_by: Figure


@dataclass(frozen=True)
class FieldHistory:
    name: Figure
    label: str | None
    changes: list[Change]
    count: Figure
    more: bool


async def field_history(desk: Desk, customer: CustomerId, field: CustomerField | None = None) -> FieldHistory:
    """The history of a field of a customer's file (phone, address, key contact ...), newest first: who changed it,
    when, from what to what, and which system says so; of all fields if none is named."""
    row = await desk.customer(customer)
    said = [SourceValue.customer_id == row.id, SourceValue.recorded_at < desk.tomorrow]
    if field:
        said.append(SourceValue.field == field)
    rows = await desk.reader.scalars(
        select(SourceValue).where(*said).order_by(SourceValue.recorded_at.desc(), SourceValue.id.desc()).limit(SHOWN)
    )
    count = await desk.reader.scalar(select(func.count(SourceValue.id)).where(*said)) or 0
    people = await desk.reader.scalars(select(Employee).where(Employee.id.in_({one.recorded_by for one in rows})))
    employees = {one.id: one for one in people}
    source = f"source_value?customer={row.id}" + (f"&field={field}" if field else "")
    return FieldHistory(
        name=desk.ledger.customer(row),
        label=desk.ledger.label(field) if field else None,
        changes=[_change(desk, row, one, employees) for one in rows],
        count=desk.ledger.number(row.id, "changes", count, "count", source),
        more=count > SHOWN,
    )


def _change(desk: Desk, row: Customer, said: SourceValue, employees: Mapping[str, Employee]) -> Change:
    ledger, source = desk.ledger, f"source_value/{said.id}"

    def value(measure: str, text: str | None) -> Figure | None:
        return written_figure(ledger, row.id, measure, said.field, text, row.currency, source) if text else None

    employee = employees.get(said.recorded_by)
    return Change(
        field=ledger.label(said.field),
        as_of=ledger.day(row.id, "as_of", said.as_of, source) if said.as_of else None,
        recorded_on=ledger.day(row.id, "recorded_at", said.recorded_at.date(), source),
        previous=value("previous", said.previous),
        value=value("value", said.value),
        system=ledger.code(row.id, "system", "system", said.system, source),
        changed_by=ledger.employee(employee)
        if employee
        else ledger.code(row.id, "recorded_by", "system", said.recorded_by, source),
    )
