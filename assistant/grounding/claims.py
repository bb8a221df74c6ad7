"""Contested fields: what each system says of a customer, with no silent winner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from assistant.grounding.ledger import Figure, Ledger
from knowledge.crm.codes import ConflictState
from knowledge.crm.field_text import Value, from_text
from knowledge.crm.lineage import Conflict
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer

VOCABULARIES = {
    "kind": "customer_kind", "sex": "sex", "tier": "tier", "tolerance": "tolerance", "occupation": "occupation",
    "education": "education", "industry": "industry", "economic_nature": "economic_nature",
    "qualification_grade": "qualification_grade",
}  # fmt: skip
"""Fields that hold a code, and where its words stand."""
SHOWN_AS = {"age": "birth_date", "birthday": "birth_date", "turns": "birth_date", "branch": "branch_id",
            "manager": "manager_id"}  # fmt: skip
"""Measures that follow from a field of another name."""
MERELY_CALLED = ("name",)
"""Who is spoken of stands in every answer; which name is right is told where the file itself is asked about."""


@dataclass(frozen=True)
class Claim:
    """What one system says, and since when."""

    value: Figure
    system: Figure
    as_of: Figure | None


@dataclass(frozen=True)
class Contested:
    """A field on which systems contradict each other: its name as people call it, and every claim."""

    customer: Figure
    label: str
    found_on: Figure
    claims: list[Claim]


def field_figure(
    ledger: Ledger, subject: str, measure: str, field: str, value: Value, currency: str, source: str
) -> Figure:
    """The value of a customer's field as the asker's language writes it: a day, money, a code's word, plain words."""
    if isinstance(value, date):
        return ledger.day(subject, measure, value, source)
    if isinstance(value, Decimal):
        return ledger.money(subject, measure, value, currency, source)
    if field in VOCABULARIES:
        return ledger.code(subject, measure, VOCABULARIES[field], value, source)
    return ledger.words(subject, measure, value, source)


async def open_conflicts(reader: Reader, customers: Sequence[str]) -> Sequence[Conflict]:
    """The contradictions about these customers that nobody has settled yet."""
    return await reader.scalars(
        select(Conflict)
        .where(Conflict.customer_id.in_(customers), Conflict.state == ConflictState.OPEN.value)
        .order_by(Conflict.customer_id, Conflict.field, Conflict.id)
        .execution_options(**FEW)
    )


def contested(ledger: Ledger, customer: Customer, conflict: Conflict) -> Contested:
    """A conflict with its claims as figures, newest claim first; each leads to the conflict's row."""
    source = f"conflict/{conflict.id}"
    claims = sorted(conflict.claims, key=lambda claim: str(claim.get("as_of") or ""), reverse=True)
    return Contested(
        customer=ledger.customer(customer),
        label=ledger.label(conflict.field),
        found_on=ledger.day(customer.id, "found_on", conflict.found_on, source),
        claims=[
            Claim(
                value=written_figure(
                    ledger, customer.id, conflict.field, conflict.field, claim["value"], customer.currency, source
                ),
                system=ledger.code(customer.id, "system", "system", claim["system"], source),
                as_of=ledger.day(customer.id, "as_of", date.fromisoformat(claim["as_of"]), source)
                if claim.get("as_of")
                else None,
            )
            for claim in claims
        ],
    )


def written_figure(
    ledger: Ledger, subject: str, measure: str, field: str, text: str, currency: str, source: str
) -> Figure:
    """A value that is kept as text. What cannot be read as the field's type is shown as it was written."""
    try:
        value = from_text(field, text)
    except ValueError:
        return ledger.words(subject, measure, text, source)
    return field_figure(ledger, subject, measure, field, value, currency, source)


def written_text(field: str, text: str, currency: str, language: str) -> str:
    """A value that is kept as text, as people read it."""
    return written_figure(Ledger(language, date.min), "", field, field, text, currency, "").text


async def contested_in_answer(reader: Reader, ledger: Ledger, since: int) -> list[Contested]:
    """The contested fields among the facts put on the ledger from number `since` on that no claim beside them
    tells of. Every answer that shows a customer's field goes through here."""
    facts = ledger.facts[since:]
    shown = {
        (fact.subject, SHOWN_AS.get(fact.measure, fact.measure))
        for fact in facts
        if fact.source == f"customer/{fact.subject}" and fact.measure not in MERELY_CALLED
    }
    if not shown:
        return []
    told = {fact.source for fact in facts}
    conflicts = [
        conflict
        for conflict in await open_conflicts(reader, sorted({subject for subject, _ in shown}))
        if (conflict.customer_id, conflict.field) in shown and f"conflict/{conflict.id}" not in told
    ]
    if not conflicts:
        return []
    concerned = select(Customer).where(Customer.id.in_({c.customer_id for c in conflicts}))
    rows = await reader.scalars(concerned.execution_options(**FEW))
    customers = {row.id: row for row in rows}
    return [contested(ledger, customers[conflict.customer_id], conflict) for conflict in conflicts]
