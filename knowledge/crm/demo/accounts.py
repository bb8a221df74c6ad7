"""Accounts of money: demand and term deposits, and how what is bought and redeemed passes through them."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from knowledge.crm.codes import AccountState, Channel, ProductKind, TransactionKind
from knowledge.crm.demo.catalogue import catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.passbook import Passbook
from knowledge.crm.demo.period import YEAR_DAYS, add_months
from knowledge.crm.demo.sheets import Row, money
from knowledge.crm.tables import Account

_DEMAND_PRODUCT = {"person": "P-DEMAND", "company": "P-DEMAND-CO", "public_body": "P-DEMAND-CO"}


@dataclass(frozen=True)
class Opened:
    """An account's row in the sheets, where its end is entered later, and what its bookings need of it."""

    row: Row
    id: str
    currency: str
    opened_on: date
    rate: Decimal | None

    def end(self, day: date, state: AccountState = AccountState.CLOSED) -> None:
        self.row["closed_on"] = day
        self.row["state"] = state.value


def open_account(
    making: Making, client: Client, product_id: str, opened_on: date, *, rate: Decimal | None = None,
    matures_on: date | None = None, limit: int | None = None, instalment: int | None = None,
    state: AccountState = AccountState.ACTIVE,
) -> Opened:  # fmt: skip
    """Adds the account's row; one opened after the demand account is linked to it."""
    product = catalogue()[product_id]
    number = making.sheets.count("account")
    rate = product.rate if rate is None else rate
    account_id = f"A{number:06d}"
    client.product_kinds.append(product.kind)
    owner = client.demand.account_id if client.has_demand else None
    making.sheets.add(
        Account, id=account_id, customer_id=client.id, product_id=product_id, branch_id=client.branch_id,
        kind=product.kind.value, number=f"62000009{number * 7919 % 100_000_000:08d}", currency=product.currency,
        opened_on=opened_on, matures_on=matures_on, rate=rate,
        credit_limit=None if limit is None else money(limit),
        instalment=None if instalment is None else money(instalment), state=state.value, linked_account_id=owner,
    )  # fmt: skip
    return Opened(making.sheets.sheet(Account)[-1], account_id, product.currency, opened_on, rate)


def passbook(
    making: Making, client: Client, account: Opened, opening: int = 0, *, owed: bool = False, interest: bool = False
) -> Passbook:
    """The bookings of that account; `opening` counts only if it was open before the period."""
    early = account.opened_on < making.period.start
    return Passbook(
        account.id, account.currency, making.period, making.words(client), opened_on=account.opened_on,
        opening=opening if early else 0, owed=owed, interest=account.rate if interest else None,
    )  # fmt: skip


def demand_account(making: Making, client: Client, opening: int, opened_on: date | None = None) -> Opened:
    """The everyday account; one opened within the period starts with `opening` paid in."""
    account = open_account(making, client, _DEMAND_PRODUCT[client.kind], opened_on or client.since)
    client.demand = passbook(making, client, account, opening, interest=True)
    if (opened_on or client.since) >= making.period.start:
        _first_money(making, client, client.demand, opened_on or client.since, opening)
    return account


def foreign_account(making: Making, client: Client, product_id: str, opening: int) -> Passbook:
    """A demand deposit in another currency."""
    account = open_account(making, client, product_id, client.since)
    book = passbook(making, client, account, opening, interest=True)
    if client.since >= making.period.start:
        _first_money(making, client, book, client.since, opening)
    return book


def _first_money(making: Making, client: Client, book: Passbook, day: date, cents: int) -> None:
    words = making.words(client)
    bank = client.rng.choice(words.other_banks)
    book.book(
        day, cents, TransactionKind.TRANSFER_IN, channel=Channel.APP, counterparty=client.name, bank=bank,
        purpose=words.own_transfer,
    )  # fmt: skip


def term_deposit(
    making: Making, client: Client, product_id: str, opened_on: date, cents: int, rate: Decimal | None = None
) -> tuple[date, int]:
    """A term deposit from the demand account and back at its maturity. Returns maturity and recent worth in cents.

    One that ended before the period is left out.
    """
    product = catalogue()[product_id]
    rate = rate or product.rate or Decimal(0)
    months = product.term or 0
    matures_on = add_months(opened_on, months)
    if matures_on < making.period.start:
        return matures_on, 0
    account = open_account(making, client, product_id, opened_on, rate=rate, matures_on=matures_on)
    book = passbook(making, client, account, cents)
    words = making.words(client)
    name = product.names[client.language]
    book.book(opened_on, cents, TransactionKind.TRANSFER_IN, counterparty=client.name, purpose=words.deposit_opened)
    client.demand.book(
        opened_on, -cents, TransactionKind.TRANSFER_OUT, channel=client.rng.choice((Channel.APP, Channel.BRANCH)),
        counterparty=name, purpose=words.deposit_opened, due=True,
    )  # fmt: skip
    if matures_on <= making.period.as_of:
        interest = int(cents * rate * (matures_on - opened_on).days / 100 / YEAR_DAYS)
        book.book(matures_on, interest, TransactionKind.INTEREST, purpose=words.interest)
        book.close(matures_on, TransactionKind.TRANSFER_OUT, client.name, None, words.deposit_matured)
        client.demand.book(
            matures_on, cents + interest, TransactionKind.TRANSFER_IN, counterparty=name, purpose=words.deposit_matured
        )
        account.end(matures_on)
    return matures_on, book.settle(making.sheets)


def holding(
    making: Making, client: Client, product_id: str, opened_on: date, cents: int, redeem_on: date | None = None
) -> int:
    """A fund, wealth product, insurance or metal that is bought, moves with the market and may be redeemed.

    Returns its recent worth in cents.
    """
    period, product = making.period, catalogue()[product_id]
    words = making.words(client)
    matures_on = add_months(opened_on, product.term) if product.term else None
    if product.kind is ProductKind.WEALTH and matures_on and matures_on <= period.as_of:
        redeem_on = matures_on
    if redeem_on and redeem_on < period.start:
        return 0
    account = open_account(making, client, product_id, opened_on, matures_on=matures_on)
    paying_days = _paying_days(making, product.kind, opened_on)
    book = passbook(making, client, account, cents * sum(day < period.start for day in paying_days))
    name = product.names[client.language]
    paid = TransactionKind.INSURANCE_PREMIUM if product.kind is ProductKind.INSURANCE else TransactionKind.PURCHASE
    purpose = words.premium if product.kind is ProductKind.INSURANCE else words.bought
    for day in paying_days:
        book.book(day, cents, paid, channel=Channel.APP, purpose=purpose)
        client.demand.book(day, -cents, paid, channel=Channel.APP, counterparty=name, purpose=purpose, due=True)
    for end, factor in zip(period.month_ends, making.moves(product_id), strict=True):
        if end >= opened_on and not (redeem_on and end >= redeem_on):
            book.revalue(end, factor)
    if redeem_on and redeem_on <= period.as_of:
        book.close(redeem_on, TransactionKind.REDEMPTION, client.name, None, words.sold)
        account.end(redeem_on)
    worth = book.settle(making.sheets)
    if book.paid_out:
        client.demand.book(
            redeem_on or period.as_of, book.paid_out, TransactionKind.REDEMPTION, counterparty=name, purpose=words.sold
        )
    return worth


def _paying_days(making: Making, kind: ProductKind, opened_on: date) -> list[date]:
    """Once for what is bought; every year for insurance."""
    if kind is not ProductKind.INSURANCE:
        return [opened_on]
    years = range((making.period.as_of - opened_on + timedelta(days=366)).days // 365 + 1)
    return [day for n in years if (day := add_months(opened_on, 12 * n)) <= making.period.as_of]
