"""How a customer's debt changed over a period: loans and cards at both ends, and what was paid."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import select

from assistant.grounding.ledger import Figure
from assistant.tools.deposit_changes import CurrencyChange, currency_change, span
from assistant.tools.desk import CustomerId, Desk, Period
from assistant.tools.transactions import BookingLine, booking_lines
from knowledge.crm.codes import DEBT_KINDS, TransactionKind
from knowledge.crm.holdings import balances_on
from knowledge.crm.scoped_session import FEW
from knowledge.crm.tables import Account, Transaction

PAYMENTS_SHOWN = 6


@dataclass(frozen=True)
class LoanChanges:
    name: Figure
    start: Figure
    end: Figure
    changes: list[CurrencyChange]
    payments: list[BookingLine]


async def loan_changes(desk: Desk, customer: CustomerId, period: Period | None = None) -> LoanChanges:
    """How the debt of a customer (loans and cards) changed over a period (default: about the last three months),
    with the payments made on it. Month-end balances: the nearest at or before each end."""
    row = await desk.customer(customer)
    start, end = span(desk, period)
    own = select(Account).where(Account.customer_id == row.id).execution_options(**FEW)
    accounts = {a.id: a for a in await desk.reader.scalars(own)}
    debts = {id: a for id, a in accounts.items() if a.kind in DEBT_KINDS}
    before = await _debt(desk, debts, start - timedelta(days=1))
    after = await _debt(desk, debts, end)
    payments = await desk.reader.scalars(
        select(Transaction)
        .where(
            Transaction.account_id.in_(accounts),
            Transaction.kind == TransactionKind.LOAN_PAYMENT,
            Transaction.amount < 0,
            Transaction.booked_on >= start,
            Transaction.booked_on <= end,
        )
        .order_by(Transaction.booked_on.desc(), Transaction.id)
        .limit(PAYMENTS_SHOWN)
        .execution_options(**FEW)
    )
    return LoanChanges(
        name=desk.ledger.customer(row),
        start=desk.ledger.day(row.id, "from", start, "period"),
        end=desk.ledger.day(row.id, "to", end, "period"),
        changes=[
            currency_change(
                desk, row.id, "debts", c, before.get(c, (Decimal(0), start)), after.get(c, (Decimal(0), end))
            )
            for c in sorted(set(before) | set(after))
        ],
        payments=booking_lines(desk, payments, accounts),
    )


async def _debt(desk: Desk, debts: dict[str, Account], on: date) -> dict[str, tuple[Decimal, date]]:
    """Debt per currency at the last month end up to that day."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    days: dict[str, date] = {}
    for account_id, (balance, month) in (await balances_on(desk.reader, list(debts), on)).items():
        currency = debts[account_id].currency
        sums[currency] += balance
        days[currency] = max(month, days.get(currency, month))
    return {currency: (amount, days[currency]) for currency, amount in sums.items()}
