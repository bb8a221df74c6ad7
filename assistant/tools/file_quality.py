"""What is missing, contradictory or cannot be right in one customer's file."""

from dataclasses import dataclass

from sqlalchemy import case, select

from assistant.grounding.claims import Contested, contested, field_figure, open_conflicts
from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk
from knowledge.crm.codes import CustomerKind
from knowledge.crm.tables import Customer
from knowledge.quality.expectations import expectations, missing_fields, missing_inputs
from knowledge.quality.measure import share
from knowledge.quality.rules import rules


@dataclass(frozen=True)
class Unsound:
    """A recorded value that cannot be right or no longer holds, and why; `since` is the day it rests on."""

    label: str
    value: Figure
    reason: str
    since: Figure | None


@dataclass(frozen=True)
class FileQuality:
    name: Figure
    completeness: Figure
    missing: list[Figure]
    inputs: list[Figure]
    conflicts: list[Contested]
    unsound: list[Unsound]


async def file_quality(desk: Desk, customer: CustomerId) -> FileQuality:
    """What a customer's file lacks by field name, where systems contradict each other with both values, their
    systems and dates, and which values cannot be right or have run out (phone, e-mail, birth date, income,
    risk assessment)."""
    row = await desk.customer(customer)
    ledger, source = desk.ledger, f"customer/{row.id}"
    missing, asked = missing_fields(row), len(expectations().expected[CustomerKind(row.kind)])
    filled = share(asked - len(missing), asked)
    assert filled is not None
    return FileQuality(
        name=ledger.customer(row),
        completeness=ledger.percent(row.id, "completeness", filled, f"customer?id={row.id}&expected"),
        missing=[ledger.code(row.id, "missing", "field", field, source) for field in missing],
        inputs=[
            ledger.code(row.id, "segmentation_input", "segmentation", name, f"customer?id={row.id}&{name}")
            for name in missing_inputs(row)
        ],
        conflicts=[contested(ledger, row, conflict) for conflict in await open_conflicts(desk.reader, [row.id])],
        unsound=await _unsound(desk, row),
    )


async def _unsound(desk: Desk, row: Customer) -> list[Unsound]:
    checks = rules(Customer, desk.today)
    (broken,) = await desk.reader.rows(
        select(*(case((rule.broken, 1), else_=0) for rule in checks)).where(Customer.id == row.id)
    )
    ledger, source = desk.ledger, f"customer/{row.id}"
    dated = row.tolerance_assessed_on
    return [
        Unsound(
            label=ledger.label(rule.field),
            value=field_figure(ledger, row.id, rule.field, rule.field, getattr(row, rule.field), row.currency, source),
            reason=ledger.label(rule.code, "rule"),
            since=ledger.day(row.id, "tolerance_assessed_on", dated, source)
            if rule.field == "tolerance" and dated
            else None,
        )
        for rule, hit in zip(checks, broken, strict=True)
        if hit
    ]
