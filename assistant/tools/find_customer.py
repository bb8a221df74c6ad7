"""Find customers by name, number or phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import Customers, Desk
from knowledge.crm.tables import Customer, Employee, Unit

SHOWN = 10


@dataclass(frozen=True)
class Found:
    """One customer, with what tells them from others of the same name."""

    name: Figure
    number: Figure
    kind: Figure
    city: Figure | None
    tier: Figure | None
    branch: Figure | None
    manager: Figure | None


@dataclass(frozen=True)
class FindCustomer:
    customers: list[Found]
    count: Figure
    more: bool


async def find_customer(desk: Desk, customers: Customers) -> FindCustomer:
    """Find customers: shows number, kind, city, tier, branch and manager of each that was mentioned."""
    rows = await desk.reader.scalars(select(Customer).where(Customer.id.in_(customers)).order_by(Customer.id))
    source = f"customer?id={','.join(row.id for row in rows[:SHOWN])}"
    count = desk.ledger.number("customers", "found", len(rows), "count", source)
    return FindCustomer(await described(desk, rows[:SHOWN]), count, len(rows) > SHOWN)


async def described(desk: Desk, customers: Sequence[Customer]) -> list[Found]:
    """Customers as they are told apart; their branches and managers by name."""
    units = {u.id: u for u in await desk.reader.scalars(select(Unit))}
    managers = await desk.reader.scalars(
        select(Employee).where(Employee.id.in_({c.manager_id for c in customers if c.manager_id}))
    )
    names = {e.id: e for e in managers}
    found = []
    for customer in customers:
        ledger, source = desk.ledger, f"customer/{customer.id}"
        branch, manager = units.get(customer.branch_id or ""), names.get(customer.manager_id or "")
        found.append(
            Found(
                name=ledger.customer(customer),
                number=ledger.words(customer.id, "number", customer.id, source),
                kind=ledger.code(customer.id, "kind", "customer_kind", customer.kind, source),
                city=ledger.words(customer.id, "city", customer.city, source) if customer.city else None,
                tier=ledger.code(customer.id, "tier", "tier", customer.tier, source) if customer.tier else None,
                branch=ledger.unit(branch) if branch else None,
                manager=ledger.employee(manager) if manager else None,
            )
        )
    return found
