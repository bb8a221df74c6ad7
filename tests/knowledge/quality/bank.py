"""A store with a handful of customers, each with what its test needs."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from knowledge.crm.lineage import Conflict, SourceRecord
from knowledge.crm.schema import migrate
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Customer, CustomerName, Employee, Unit

TODAY = date(2026, 11, 20)
WHOLE: dict[str, Any] = {
    "kind": "person", "name": "Ana Roca", "sex": "F", "birth_date": date(1980, 5, 1), "phone": "138 0000 1111",
    "email": "ana@mail.example", "address": "Mayor 1", "city": "Madrid", "region": "Madrid", "occupation": "teacher",
    "education": "master", "income": 90_000, "currency": "CNY", "manager_id": "m1", "branch_id": "b1",
    "tier": "gold", "tolerance": "C2", "tolerance_assessed_on": date(2026, 5, 1), "customer_since": date(2010, 1, 1),
    "interests": [], "consents": [],
}  # fmt: skip
"""A file without a fault."""


def filled(url: str, *customers: dict[str, Any], conflicts: int = 0) -> None:
    """Writes the customers C1, C2 ... ; the first `conflicts` of them are contested in their phone."""
    migrate(url)
    engine = bulk_engine(url)
    with engine.begin() as connection:
        connection.execute(insert(Unit), [{"id": id, "kind": "branch", "name": id} for id in ("b1", "b2")])
        connection.execute(
            insert(Employee),
            [{"id": id, "unit_id": unit, "role": "manager", "name": id} for id, unit in (("m1", "b1"), ("m2", "b2"))],
        )
        nothing = dict.fromkeys(Customer.__table__.columns.keys())
        rows = [nothing | WHOLE | {"id": f"C{number}"} | given for number, given in enumerate(customers, start=1)]
        connection.execute(insert(Customer), rows)
        connection.execute(
            insert(CustomerName), [{"customer_id": row["id"], "key": "ana roca", "form": "full"} for row in rows]
        )
        for number in range(1, conflicts + 1):
            connection.execute(insert(Conflict), [_conflict(f"C{number}")])
            connection.execute(insert(SourceRecord), [_record(f"C{number}", "core"), _record(f"C{number}", "credit")])
    engine.dispose()


def _conflict(customer: str) -> dict[str, Any]:
    claims = [
        {"system": "core", "value": "138 0000 1111", "as_of": "2025-01-01", "record_id": customer},
        {"system": "credit", "value": "13900002222", "as_of": "2026-03-01", "record_id": f"credit-{customer}"},
    ]
    return {"customer_id": customer, "field": "phone", "claims": claims, "state": "open", "found_on": date(2026, 3, 2)}


def _record(customer: str, system: str) -> dict[str, Any]:
    return {
        "id": customer if system == "core" else f"{system}-{customer}", "customer_id": customer, "system": system,
        "number": customer, "as_of": date(2020, 1, 1) if system == "credit" else date(2026, 11, 1), "dates": {},
        "recorded_at": datetime(2026, 11, 2), "kind": "person", "name": "Ana Roca", "currency": "CNY",
        "phone": "13900002222" if system == "credit" else "138 0000 1111", "interests": [], "consents": [],
    }  # fmt: skip
