"""The largest customers by deposits and investments."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk
from knowledge.crm.codes import DEPOSIT_KINDS, INVESTMENT_KINDS
from knowledge.crm.holdings import newest_months
from knowledge.crm.tables import Account, Balance, Customer

DEFAULT_LIMIT = 10
LONGEST = 50


@dataclass(frozen=True)
class TopLine:
    rank: Figure
    name: Figure
    tier: Figure | None
    deposits: Figure
    investments: Figure
    total: Figure


@dataclass(frozen=True)
class TopCustomers:
    """`currency` is the one ranked by: the one in which customers hold most accounts."""

    lines: list[TopLine]
    currency: Figure | None
    as_of: Figure | None


async def top_customers(desk: Desk, limit: int = DEFAULT_LIMIT) -> TopCustomers:
    """The customers in view with the largest deposits and investments together, largest first, in the
    currency that most accounts are kept in."""
    sums, accounts, newest = await _sums(desk)
    if newest is None:
        return TopCustomers([], None, None)
    currency = max(accounts, key=lambda code: accounts[code])
    totals = sorted(
        ((-sum(parts.values()), id) for (id, code), parts in sums.items() if code == currency),
    )[: min(max(limit, 1), LONGEST)]
    rows = await desk.reader.scalars(select(Customer).where(Customer.id.in_([id for _, id in totals])))
    customers = {c.id: c for c in rows}
    return TopCustomers(
        lines=[
            _line(desk, rank, customers[id], sums[id, currency], currency, newest)
            for rank, (_, id) in enumerate(totals, start=1)
        ],
        currency=desk.ledger.words("ranking", "currency", currency, "account?currency"),
        as_of=desk.ledger.day("ranking", "as_of", newest, "balance?latest"),
    )


async def _sums(desk: Desk) -> tuple[dict[tuple[str, str], dict[str, Decimal]], dict[str, int], date | None]:
    """Sums by (customer, currency) and side, the number of accounts per currency, and the newest month."""
    kinds = Account.kind.in_((*DEPOSIT_KINDS, *INVESTMENT_KINDS))
    newest = newest_months(desk.today, kinds)
    rows = await desk.reader.rows(
        select(
            Account.customer_id,
            Account.currency,
            Account.kind,
            func.sum(Balance.end),
            func.count(Account.id),
            func.max(Balance.month),
        )
        .join(Balance, Balance.account_id == Account.id)
        .join(newest, and_(Balance.account_id == newest.c.account_id, Balance.month == newest.c.month))
        .group_by(Account.customer_id, Account.currency, Account.kind)
    )
    sums: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    counts: dict[str, int] = defaultdict(int)
    for customer, currency, kind, amount, accounts, _ in rows:
        sums[customer, currency]["deposits" if kind in DEPOSIT_KINDS else "investments"] += amount
        counts[currency] += accounts
    return sums, counts, max((row[5] for row in rows), default=None)


def _line(desk: Desk, rank: int, customer: Customer, parts: dict[str, Decimal], currency: str, on: date) -> TopLine:
    ledger, source = desk.ledger, f"balance?customer={customer.id}&currency={currency}&month={on}"

    def money(measure: str, amount: Decimal) -> Figure:
        return ledger.money(customer.id, measure, amount, currency, f"{source}&{measure}", on)

    deposits, investments = parts.get("deposits", Decimal(0)), parts.get("investments", Decimal(0))
    return TopLine(
        rank=ledger.number(customer.id, "rank", rank, "count", source),
        name=ledger.customer(customer),
        tier=ledger.code(customer.id, "tier", "tier", customer.tier, f"customer/{customer.id}")
        if customer.tier
        else None,
        deposits=money("deposits", deposits),
        investments=money("investments", investments),
        total=money("total_assets", deposits + investments),
    )
