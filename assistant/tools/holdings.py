"""What a customer holds: accounts, balances, and the totals that they add up to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.grounding.ledger import Figure
from assistant.tools.desk import AccountId, CustomerId, Desk
from knowledge.crm.codes import DEBT_KINDS, DEPOSIT_KINDS, INVESTMENT_KINDS
from knowledge.crm.holdings import Holding
from knowledge.crm.tables import Account


@dataclass(frozen=True)
class AccountLine:
    """One account as it is shown."""

    product: Figure
    number: Figure
    balance: Figure | None
    rate: Figure | None
    matures_on: Figure | None
    state: Figure | None
    authorised_only: bool


@dataclass(frozen=True)
class Holdings:
    name: Figure
    accounts: list[AccountLine]
    deposits: list[Figure]
    investments: list[Figure]
    debts: list[Figure]
    as_of: Figure | None


async def holdings(desk: Desk, customer: CustomerId, account: AccountId | None = None) -> Holdings:
    """All open accounts, cards, loans and investments of a customer with balances, and the totals of
    deposits, investments and debts per currency; or one account alone."""
    file = await desk.file(customer)
    row = file.customer
    held = [
        holding
        for holding in file.holdings
        if holding.is_open(desk.today) and (account is None or holding.account.id == account)
    ]
    dates = [h.balance_on for h in held if h.balance_on]
    return Holdings(
        name=desk.ledger.customer(row),
        accounts=[account_line(desk, holding) for holding in held],
        deposits=total(desk, row.id, "deposits", held, DEPOSIT_KINDS),
        investments=total(desk, row.id, "investments", held, INVESTMENT_KINDS),
        debts=total(desk, row.id, "debts", held, DEBT_KINDS),
        as_of=desk.ledger.day(row.id, "balances_as_of", max(dates), f"balance?customer={row.id}") if dates else None,
    )


def account_line(desk: Desk, holding: Holding) -> AccountLine:
    account, ledger, source = holding.account, desk.ledger, f"account/{holding.account.id}"
    return AccountLine(
        product=ledger.product(holding.product)
        if holding.product
        else ledger.code(account.id, "kind", "product_kind", account.kind, source),
        number=ledger.words(account.id, "number", account.number, source),
        balance=balance_of(desk, holding),
        rate=ledger.percent(account.id, "rate", account.rate, source) if account.rate is not None else None,
        matures_on=ledger.day(account.id, "matures_on", account.matures_on, source) if account.matures_on else None,
        state=state_of(desk, account),
        authorised_only=holding.authorised_only,
    )


def state_of(desk: Desk, account: Account) -> Figure | None:
    """The account's state; None on a day before it was closed, because the state of that day is not kept."""
    if account.closed_on is not None and account.closed_on > desk.today:
        return None
    return desk.ledger.code(account.id, "state", "account_state", account.state, f"account/{account.id}")


def balance_of(desk: Desk, holding: Holding) -> Figure | None:
    """The account's last balance as a figure, traced to its row; None where there is none."""
    if holding.balance is None or holding.balance_on is None:
        return None
    account = holding.account
    source = f"balance/{account.id}/{holding.balance_on}"
    return desk.ledger.money(account.id, "balance", holding.balance, account.currency, source, holding.balance_on)


def total(desk: Desk, subject: str, measure: str, held: Sequence[Holding], kinds: Sequence[str]) -> list[Figure]:
    """The sum per currency of the customer's own accounts of those kinds, each currency by itself."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    days: dict[str, date] = {}
    for holding in held:
        if holding.account.kind in kinds and not holding.authorised_only and holding.balance is not None:
            sums[holding.account.currency] += holding.balance
            days[holding.account.currency] = max(
                holding.balance_on or desk.today, days.get(holding.account.currency, desk.today.min)
            )
    source = f"balance?customer={subject}&kind={','.join(kinds)}"
    return [
        desk.ledger.money(subject, measure, amount, currency, f"{source}&currency={currency}", days[currency])
        for currency, amount in sorted(sums.items())
    ]
