"""Customers whose file lacks a field."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, case, func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerField, Desk
from assistant.tools.find_customer import Found, described
from knowledge.crm.codes import DEPOSIT_KINDS, INVESTMENT_KINDS, CustomerKind, Tier
from knowledge.crm.holdings import newest_months
from knowledge.crm.tables import Account, Balance, Customer
from knowledge.quality.expectations import expectations
from knowledge.quality.kept_counts import kept_counts
from knowledge.quality.measure import counts_by_branch, share, staying, total
from knowledge.quality.rules import column

SHOWN = 20
WEIGHED = 1_000
"""Of the highest tiers, as many are put in order by what they hold."""


@dataclass(frozen=True)
class FieldGap:
    """A field that files lack: its name, in how many of them, and what share of those that should have it."""

    field: Figure
    count: Figure
    share: Figure


@dataclass(frozen=True)
class CustomersLacking:
    """`label` is the field asked for; without one `gaps` counts every field and no customers are listed.
    `counted_on` is the day of figures that were not counted anew for the answer."""

    label: str | None
    count: Figure
    of: Figure
    customers: list[Found]
    more: bool
    gaps: list[FieldGap]
    counted_on: Figure | None


async def customers_lacking(
    desk: Desk, field: CustomerField | None = None, tier: Tier | None = None, kind: CustomerKind | None = None
) -> CustomersLacking:
    """Which customers' files lack a field (phone, e-mail, industry ...), the highest tiers first and within a
    tier by what they hold; without a field, how many files lack which."""
    if field is None:
        return await _all_fields(desk)
    asked: list[ColumnElement[bool]] = [staying(desk.today)]
    kinds = [kind] if kind else expectations().kinds_with(field)
    if kinds:
        asked.append(Customer.kind.in_([one.value for one in kinds]))
    if tier:
        asked.append(Customer.tier == tier.value)
    lacking = column(Customer, field).is_(None)
    ((of, count),) = await desk.reader.rows(
        select(func.count(Customer.id), func.coalesce(func.sum(case((lacking, 1), else_=0)), 0)).where(*asked)
    )
    source = f"customer?view={desk.scope.employee_id}" + (f"&tier={tier}" if tier else "") + (
        f"&kind={','.join(kinds)}" if kinds else ""
    )  # fmt: skip
    return CustomersLacking(
        label=desk.ledger.label(field),
        count=desk.ledger.number("customers", "count", count, "count", f"{source}&{field}=none"),
        of=desk.ledger.number("customers", "expected", of, "count", source),
        customers=await described(desk, await _highest(desk, [*asked, lacking])),
        more=count > SHOWN,
        gaps=[],
        counted_on=None,
    )


async def _all_fields(desk: Desk) -> CustomersLacking:
    kept = await kept_counts(desk.reader, desk.scope, desk.today)
    counts = total((kept.branches if kept else await counts_by_branch(desk.reader, desk.today)).values())
    source, day = f"customer?view={desk.scope.employee_id}", kept.as_of if kept else None
    incomplete = sum(counts.missing.values())
    return CustomersLacking(
        label=None,
        count=desk.ledger.number("customers", "missing_values", incomplete, "count", f"{source}&missing", day),
        of=desk.ledger.number("customers", "expected_values", sum(counts.expected.values()), "count", source, day),
        customers=[],
        more=False,
        gaps=field_gaps(desk, counts.missing, counts.expected, source, day),
        counted_on=desk.ledger.day("customers", "counted_on", day, "quality_count?as_of") if day else None,
    )


def field_gaps(
    desk: Desk, missing: dict[str, int], expected: dict[str, int], source: str, day: date | None
) -> list[FieldGap]:
    """The fields that files lack, the most frequent first; `day` is when that was counted, if not today."""
    return [
        FieldGap(
            field=desk.ledger.code("customers", "missing", "field", field, f"{source}&{field}"),
            count=desk.ledger.number("customers", f"missing_{field}", number, "count", f"{source}&{field}=none", day),
            share=desk.ledger.percent(
                "customers", f"share_{field}", share(number, expected[field]) or Decimal(), f"{source}&{field}", day
            ),
        )
        for field, number in sorted(missing.items(), key=lambda gap: (-gap[1], gap[0]))
        if number
    ]


async def _highest(desk: Desk, conditions: Sequence[ColumnElement[bool]]) -> list[Customer]:
    """The first of them by tier, then by what they hold."""
    rank = case({tier.value: number for number, tier in enumerate(Tier)}, value=Customer.tier, else_=-1)
    rows = await desk.reader.rows(
        select(Customer.id, rank).where(*conditions).order_by(rank.desc(), Customer.id).limit(WEIGHED)
    )
    worth = await _worth(desk, [id for id, _ in rows])
    ranked = sorted(rows, key=lambda row: (-row[1], -worth.get(row[0], Decimal()), row[0]))[:SHOWN]
    customers = await desk.reader.scalars(select(Customer).where(Customer.id.in_([id for id, _ in ranked])))
    by_id = {customer.id: customer for customer in customers}
    return [by_id[id] for id, _ in ranked]


async def _worth(desk: Desk, customers: list[str]) -> dict[str, Decimal]:
    """Deposits and investments of each, of all currencies alike: an order, not a figure to show."""
    kinds = and_(Account.kind.in_((*DEPOSIT_KINDS, *INVESTMENT_KINDS)), Account.customer_id.in_(customers))
    newest = newest_months(desk.today, kinds)
    rows = await desk.reader.rows(
        select(Account.customer_id, func.sum(Balance.end))
        .join(Balance, Balance.account_id == Account.id)
        .join(newest, and_(Balance.account_id == newest.c.account_id, Balance.month == newest.c.month))
        .group_by(Account.customer_id)
    )
    return {customer: Decimal(amount) for customer, amount in rows}
