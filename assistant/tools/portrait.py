"""The customer's portrait: who they are, how they are served, and what the file does not know."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.grounding.ledger import Figure, Ledger
from assistant.tools.desk import CustomerId, Desk
from knowledge.crm.codes import CustomerKind
from knowledge.crm.tables import Customer, Employee, Unit

ASSESSMENT_DAYS = 365
"""A risk assessment is valid for one year (service standard `suitability-rules`)."""

EXPECTED_OF_PERSONS = ("phone", "email", "address", "birth_date", "occupation", "education", "income", "tolerance")
EXPECTED_OF_COMPANIES = (
    "phone",
    "address",
    "industry",
    "owning_group",
    "economic_nature",
    "credit_rating",
    "qualification_grade",
    "key_contact",
)


@dataclass(frozen=True)
class Trait:
    """One line of a portrait: the field's name as people call it, and its value."""

    label: str
    value: Figure


@dataclass(frozen=True)
class Portrait:
    name: Figure
    traits: list[Trait]
    assessed_on: Figure | None
    assessment_expired: bool
    interests: list[Figure]
    consents: list[Figure]
    missing: list[Figure]


async def portrait(desk: Desk, customer: CustomerId) -> Portrait:
    """Who a customer is: age, city, work, tier, risk tolerance, manager, interests, consents, and
    which fields of the file are empty."""
    row = await desk.customer(customer)
    ledger, source = desk.ledger, f"customer/{row.id}"
    assessed = row.tolerance_assessed_on
    return Portrait(
        name=ledger.customer(row),
        traits=await _traits(desk, row),
        assessed_on=ledger.day(row.id, "tolerance_assessed_on", assessed, source) if assessed else None,
        assessment_expired=assessed is not None and (desk.today - assessed).days > ASSESSMENT_DAYS,
        interests=[ledger.code(row.id, "interest", "interest", i, source) for i in row.interests],
        consents=[ledger.code(row.id, "consent", "consent", c, source) for c in row.consents],
        missing=[ledger.code(row.id, "missing", "field", field, source) for field in missing_fields(row)],
    )


def missing_fields(customer: Customer) -> list[str]:
    """The fields that a file of this kind should have and this one does not."""
    expected = EXPECTED_OF_PERSONS if customer.kind == CustomerKind.PERSON else EXPECTED_OF_COMPANIES
    return [field for field in expected if getattr(customer, field) is None]


async def _traits(desk: Desk, row: Customer) -> list[Trait]:
    branch = await desk.reader.get(Unit, row.branch_id) if row.branch_id else None
    manager = await desk.reader.get(Employee, row.manager_id) if row.manager_id else None
    ledger, source = desk.ledger, f"customer/{row.id}"
    values: dict[str, Figure | None] = {
        "number": ledger.words(row.id, "number", row.id, source),
        "kind": ledger.code(row.id, "kind", "customer_kind", row.kind, source),
        "sex": ledger.code(row.id, "sex", "sex", row.sex, source) if row.sex else None,
        "birth_date": ledger.day(row.id, "birth_date", row.birth_date, source) if row.birth_date else None,
        "age": _age(ledger, row, desk.today),
        "tier": ledger.code(row.id, "tier", "tier", row.tier, source) if row.tier else None,
        "tolerance": ledger.code(row.id, "tolerance", "tolerance", row.tolerance, source) if row.tolerance else None,
        "branch": ledger.unit(branch) if branch else None,
        "manager": ledger.employee(manager) if manager else None,
        "customer_since": ledger.day(row.id, "customer_since", row.customer_since, source)
        if row.customer_since
        else None,
        "income": _income(ledger, row.id, row.income, row.currency, source),
    }
    for field in ("phone", "email", "city", "owning_group", "credit_rating", "key_contact"):
        written = getattr(row, field)
        values[field] = ledger.words(row.id, field, written, source) if written else None
    for field in ("occupation", "education", "industry", "economic_nature", "qualification_grade"):
        code = getattr(row, field)
        values[field] = ledger.code(row.id, field, field, code, source) if code else None
    return [Trait(ledger.label(field), value) for field, value in values.items() if value is not None]


def _age(ledger: Ledger, row: Customer, today: date) -> Figure | None:
    if row.birth_date is None:
        return None
    born = row.birth_date
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return ledger.number(row.id, "age", years, "years", f"customer/{row.id}")


def _income(ledger: Ledger, subject: str, income: Decimal | None, currency: str, source: str) -> Figure | None:
    return ledger.money(subject, "income", income, currency, source) if income is not None else None
