"""Loans with equal monthly instalments: what is owed falls by the principal, the interest is the bank's."""

from datetime import date
from decimal import Decimal

from knowledge.crm.codes import AccountState, Channel, CustomerKind, TransactionKind
from knowledge.crm.demo.accounts import open_account, passbook
from knowledge.crm.demo.catalogue import catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.passbook import Passbook
from knowledge.crm.demo.period import add_months


def instalment_of(cents: int, rate: Decimal, months: int) -> int:
    """The equal monthly instalment of a loan, rounded up to a hundredth so that the last one is smaller."""
    monthly = rate / 1200
    growth = (1 + monthly) ** months
    return int(cents * monthly * growth / (growth - 1)) + 1


def loan(
    making: Making, client: Client, product_id: str, opened_on: date, cents: int, months: int, missed: int = 0
) -> int:
    """A loan paid out to the demand account and paid back from it; the last `missed` instalments were not paid.

    Returns what was owed of late in cents.
    """
    product = catalogue()[product_id]
    rate = product.rate or Decimal(0)
    instalment = instalment_of(cents, rate, months)
    matures_on = add_months(opened_on, months)
    if matures_on < making.period.start:
        return 0
    state = AccountState.IN_ARREARS if missed else AccountState.RUNNING
    account = open_account(
        making, client, product_id, opened_on, matures_on=matures_on, limit=cents, instalment=instalment, state=state
    )
    due_days = [add_months(opened_on, n) for n in range(1, months + 1)]
    paid_days = [day for day in due_days if day <= making.period.as_of]
    schedule = _schedule(cents, rate, instalment, paid_days[: len(paid_days) - missed], months)
    earlier = sum(principal for day, principal, _ in schedule if day < making.period.start)
    book = passbook(making, client, account, earlier - cents, owed=True)
    _pay_out(making, client, book, opened_on, cents, product.names[client.language])
    _pay_back(making, client, book, [part for part in schedule if part[0] >= making.period.start], product_id)
    if matures_on <= making.period.as_of and not missed:
        book.closed_on = matures_on
        account.end(matures_on, AccountState.REPAID)
    return book.settle(making.sheets)


def _schedule(cents: int, rate: Decimal, instalment: int, days: list[date], months: int) -> list[tuple[date, int, int]]:
    """Day, principal and interest of each instalment paid."""
    owed, parts = cents, []
    for number, day in enumerate(days, start=1):
        interest = int(owed * rate / 1200)
        principal = owed if number == months else min(owed, instalment - interest)
        parts.append((day, principal, interest))
        owed -= principal
    return parts


def _pay_out(making: Making, client: Client, book: Passbook, day: date, cents: int, name: str) -> None:
    words = making.words(client)
    book.book(day, -cents, TransactionKind.TRANSFER_OUT, counterparty=client.name, purpose=words.disbursement)
    client.demand.book(day, cents, TransactionKind.TRANSFER_IN, counterparty=name, purpose=words.disbursement)
    purpose = words.supplies if client.kind is CustomerKind.COMPANY else name
    client.demand.book(
        day, -cents * 9 // 10, TransactionKind.TRANSFER_OUT, channel=Channel.BRANCH,
        bank=client.rng.choice(words.other_banks), purpose=purpose,
    )  # fmt: skip


def _pay_back(
    making: Making, client: Client, book: Passbook, parts: list[tuple[date, int, int]], product_id: str
) -> None:
    words = making.words(client)
    name = catalogue()[product_id].names[client.language]
    for day, principal, interest in parts:
        book.book(day, principal, TransactionKind.LOAN_PAYMENT, counterparty=client.name, purpose=words.principal)
        client.demand.book(
            day, -(principal + interest), TransactionKind.LOAN_PAYMENT, counterparty=name, purpose=words.instalment,
            due=True,
        )  # fmt: skip
