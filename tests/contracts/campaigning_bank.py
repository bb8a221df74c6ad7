"""A bank with two managers whose customers may be addressed about a deposit: for campaigns on both databases."""

from datetime import date
from decimal import Decimal

from knowledge.crm.codes import Consent, CustomerKind, ProductKind, Role
from knowledge.crm.product_score import ProductScore
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Customer, Employee, Product, Unit

TODAY = date(2026, 11, 20)
DEPOSIT = "P-TD"
OF_ANA = tuple(f"A{number}" for number in range(10))
OF_BEN = tuple(f"B{number}" for number in range(4))


async def fill(store: CrmStore) -> None:
    """`ana` and `ben` are managers in the north, `boss` leads it; `eva` is a manager in the south."""
    async with store.writing() as session:
        for unit in ("north", "south"):
            session.add(Unit(id=unit, kind="branch", name=unit))
        await session.flush()
        for id, unit, role in (
            ("ana", "north", Role.MANAGER), ("ben", "north", Role.MANAGER), ("boss", "north", Role.BRANCH),
            ("eva", "south", Role.MANAGER),
        ):  # fmt: skip
            session.add(Employee(id=id, unit_id=unit, role=role, name=id.title()))
        session.add(
            Product(
                id=DEPOSIT,
                kind=ProductKind.TERM_DEPOSIT,
                name="Steady deposit",
                currency="CNY",
                rate=Decimal("1.5"),
                term_months=12,
                customer_kinds=list(CustomerKind),
                on_sale_from=date(2026, 1, 1),
            )
        )
        await session.flush()
        for manager, ids in (("ana", OF_ANA), ("ben", OF_BEN)):
            session.add_all(_customer(id, manager) for id in ids)
        await session.flush()
        for place, id in enumerate((*OF_ANA, *OF_BEN)):
            likely = Decimal(60 - place)
            session.add(
                ProductScore(customer_id=id, product_id=DEPOSIT, as_of=TODAY, taken_alike=likely, acceptance=likely)
            )


def _customer(id: str, manager: str) -> Customer:
    return Customer(
        id=id,
        kind=CustomerKind.PERSON,
        name=f"Client {id}",
        birth_date=date(1980, 5, 4),
        currency="CNY",
        manager_id=manager,
        branch_id="north",
        tier="gold",
        consents=[Consent.PHONE],
        customer_since=date(2020, 1, 1),
    )
