"""Who the asker's customers are."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk
from assistant.tools.find_customer import Found, described
from knowledge.crm.codes import CustomerKind, Tier
from knowledge.crm.tables import Customer

SHOWN = 20


@dataclass(frozen=True)
class Group:
    label: Figure
    count: Figure


@dataclass(frozen=True)
class MyCustomers:
    count: Figure
    by_kind: list[Group]
    by_tier: list[Group]
    customers: list[Found]
    more: bool


async def my_customers(desk: Desk, tier: Tier | None = None, kind: CustomerKind | None = None) -> MyCustomers:
    """The customers in the asker's view: how many, by kind and by tier, and the first of them by tier;
    of one tier or kind if asked."""
    conditions: list[ColumnElement[bool]] = [Customer.closed_on.is_(None)]
    if tier:
        conditions.append(Customer.tier == tier)
    if kind:
        conditions.append(Customer.kind == kind)
    kinds = await desk.reader.rows(
        select(Customer.kind, func.count(Customer.id)).where(*conditions).group_by(Customer.kind)
    )
    tiers = await desk.reader.rows(
        select(Customer.tier, func.count(Customer.id)).where(*conditions).group_by(Customer.tier)
    )
    ids = [
        id
        for _, id in sorted(
            (-list(Tier).index(Tier(own)) if own else 1, id)
            for id, own in await desk.reader.rows(select(Customer.id, Customer.tier).where(*conditions))
        )
    ][:SHOWN]
    rows = {c.id: c for c in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    total = sum(number for _, number in kinds)
    source = f"customer?manager_or_unit={desk.scope.employee_id}" + (f"&tier={tier}" if tier else "")
    return MyCustomers(
        count=desk.ledger.number("customers", "count", total, "count", source),
        by_kind=_groups(desk, "customer_kind", dict(kinds), source),
        by_tier=_groups(desk, "tier", {code: number for code, number in tiers if code}, source),
        customers=await described(desk, [rows[id] for id in ids]),
        more=total > SHOWN,
    )


def _groups(desk: Desk, vocabulary: str, numbers: dict[str, int], source: str) -> list[Group]:
    return [
        Group(
            desk.ledger.code("customers", vocabulary, vocabulary, code, source),
            desk.ledger.number("customers", f"count_{code}", number, "count", f"{source}&{vocabulary}={code}"),
        )
        for code, number in sorted(numbers.items(), key=lambda pair: -pair[1])
    ]
