"""The customer's portrait: who they are, how they are served, and what the file does not know."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.grounding.claims import Claim, contested
from assistant.grounding.ledger import Figure, Ledger
from assistant.tools.desk import CustomerId, Desk
from knowledge.crm.customer_file import CustomerFile
from knowledge.crm.tables import Customer
from knowledge.quality.expectations import expectations, missing_fields


@dataclass(frozen=True)
class Trait:
    """One line of a portrait: the field's name as people call it, and its value. Where systems contradict each
    other, `claims` is what each of them says, and no value is shown as the one that holds."""

    label: str
    value: Figure
    claims: list[Claim] = field(default_factory=list)


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
    which fields of the file are empty; a field on which systems contradict each other with all they say."""
    file = await desk.file(customer)
    row = file.customer
    ledger, source = desk.ledger, f"customer/{row.id}"
    assessed = row.tolerance_assessed_on
    return Portrait(
        name=ledger.customer(row),
        traits=_traits(desk, file),
        assessed_on=ledger.day(row.id, "tolerance_assessed_on", assessed, source) if assessed else None,
        assessment_expired=assessed is not None
        and (desk.today - assessed).days > expectations().limits.assessment_days,
        interests=[ledger.code(row.id, "interest", "interest", i, source) for i in row.interests],
        consents=[ledger.code(row.id, "consent", "consent", c, source) for c in row.consents],
        missing=[ledger.code(row.id, "missing", "field", field, source) for field in missing_fields(row)],
    )


def _traits(desk: Desk, file: CustomerFile) -> list[Trait]:
    row, ledger = file.customer, desk.ledger
    source = f"customer/{row.id}"
    claims = {conflict.field: contested(ledger, row, conflict).claims for conflict in file.conflicts}
    values: dict[str, Figure | None] = {
        "number": ledger.words(row.id, "number", row.id, source),
        "kind": ledger.code(row.id, "kind", "customer_kind", row.kind, source),
        "sex": ledger.code(row.id, "sex", "sex", row.sex, source) if row.sex else None,
        "birth_date": ledger.day(row.id, "birth_date", row.birth_date, source) if row.birth_date else None,
        "age": _age(ledger, row, desk.today) if "birth_date" not in claims else None,
        "tier": ledger.code(row.id, "tier", "tier", row.tier, source) if row.tier else None,
        "tolerance": ledger.code(row.id, "tolerance", "tolerance", row.tolerance, source) if row.tolerance else None,
        "branch": ledger.unit(file.branch) if file.branch else None,
        "manager": ledger.employee(file.manager) if file.manager else None,
        "customer_since": ledger.day(row.id, "customer_since", row.customer_since, source)
        if row.customer_since
        else None,
        "income": _income(ledger, row.id, row.income, row.currency, source),
    }
    for name in ("phone", "email", "address", "city", "region", "owning_group", "credit_rating", "key_contact"):
        written = getattr(row, name)
        values[name] = ledger.words(row.id, name, written, source) if written else None
    for name in ("occupation", "education", "industry", "economic_nature", "qualification_grade"):
        code = getattr(row, name)
        values[name] = ledger.code(row.id, name, name, code, source) if code else None
    return [
        Trait(ledger.label(field), value, claims.get(field, [])) for field, value in values.items() if value is not None
    ]


def _age(ledger: Ledger, row: Customer, today: date) -> Figure | None:
    if row.birth_date is None:
        return None
    born = row.birth_date
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return ledger.number(row.id, "age", years, "years", f"customer/{row.id}")


def _income(ledger: Ledger, subject: str, income: Decimal | None, currency: str, source: str) -> Figure | None:
    return ledger.money(subject, "income", income, currency, source) if income is not None else None
