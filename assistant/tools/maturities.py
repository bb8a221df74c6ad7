"""What matures in a period: term deposits, wealth products and loans."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import and_, func, or_, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Desk, Period
from assistant.tools.holdings import balance_of
from knowledge.crm.codes import DEPOSIT_KINDS, INVESTMENT_KINDS, AccountState
from knowledge.crm.holdings import Holding, balances_on, products_by_id
from knowledge.crm.tables import Account, Customer

SHOWN = 20
DEFAULT_DAYS = 30
DEFAULT_DAYS_OF_ONE = 365


@dataclass(frozen=True)
class MaturityLine:
    matures_on: Figure
    name: Figure
    product: Figure
    balance: Figure | None
    rate: Figure | None


@dataclass(frozen=True)
class Maturities:
    start: Figure
    end: Figure
    lines: list[MaturityLine]
    count: Figure
    more: bool


async def maturities(desk: Desk, period: Period | None = None, customer: CustomerId | None = None) -> Maturities:
    """Deposits and investments that mature, or matured, in a period (default: the next 30 days; a year for
    one customer), of one customer or of all customers in view, soonest first."""
    ahead = timedelta(days=DEFAULT_DAYS_OF_ONE if customer else DEFAULT_DAYS)
    period = period or Period(desk.today, desk.today + ahead)
    conditions = [
        Account.matures_on >= period.start,
        Account.matures_on <= period.end,
        Account.kind.in_((*DEPOSIT_KINDS, *INVESTMENT_KINDS)),
        Account.opened_on <= desk.today,
        or_(
            and_(Account.closed_on.is_(None), Account.state != AccountState.CLOSED),
            Account.closed_on > desk.today,
            Account.closed_on >= Account.matures_on,
        ),
    ]
    if customer is not None:
        conditions.append(Account.customer_id == (await desk.customer(customer)).id)
    accounts = await desk.reader.scalars(
        select(Account).where(*conditions).order_by(Account.matures_on, Account.id).limit(SHOWN)
    )
    count = await desk.reader.scalar(select(func.count(Account.id)).where(*conditions)) or 0
    source = f"account?matures_on={period.start}..{period.end}" + (f"&customer={customer}" if customer else "")
    return Maturities(
        start=desk.ledger.day("period", "from", period.start, "period"),
        end=desk.ledger.day("period", "to", period.end, "period"),
        lines=await _lines(desk, list(accounts)),
        count=desk.ledger.number("maturities", "count", count, "count", source),
        more=count > SHOWN,
    )


async def _lines(desk: Desk, accounts: list[Account]) -> list[MaturityLine]:
    owners = {
        c.id: c
        for c in await desk.reader.scalars(select(Customer).where(Customer.id.in_({a.customer_id for a in accounts})))
    }
    products = await products_by_id(desk.reader, [a.product_id for a in accounts if a.product_id])
    balances = await _balances(desk, accounts)
    lines = []
    for account in accounts:
        if account.matures_on is None:
            continue
        product = products.get(account.product_id or "")
        source = f"account/{account.id}"
        lines.append(
            MaturityLine(
                matures_on=desk.ledger.day(account.id, "matures_on", account.matures_on, source),
                name=desk.ledger.customer(owners[account.customer_id]),
                product=desk.ledger.product(product)
                if product
                else desk.ledger.code(account.id, "kind", "product_kind", account.kind, source),
                balance=balance_of(desk, Holding.of(account, products, balances)),
                rate=desk.ledger.percent(account.id, "rate", account.rate, source)
                if account.rate is not None
                else None,
            )
        )
    return lines


async def _balances(desk: Desk, accounts: list[Account]) -> dict[str, tuple[Decimal, date]]:
    """The last balance of each account; of one that has matured, the last before it was paid out."""
    by_day: dict[date, list[str]] = defaultdict(list)
    for account in accounts:
        paid_out = min(account.matures_on or date.max, account.closed_on or date.max)
        by_day[min(desk.today, paid_out - timedelta(days=1))].append(account.id)
    balances: dict[str, tuple[Decimal, date]] = {}
    for day, ids in by_day.items():
        balances |= await balances_on(desk.reader, ids, day)
    return balances
