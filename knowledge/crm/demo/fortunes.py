"""The whole money of one customer: everyday account, savings, debts, and the worth that decides the tier."""

from datetime import date, timedelta
from decimal import Decimal

from knowledge.crm.codes import Channel, CustomerKind, PartyRole, TransactionKind
from knowledge.crm.demo.accounts import demand_account, foreign_account
from knowledge.crm.demo.business_flows import administer, trade
from knowledge.crm.demo.cards import credit_card
from knowledge.crm.demo.catalogue import catalogue
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.loans import instalment_of, loan
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.money_flows import Turn, draw_turn, live
from knowledge.crm.demo.period import add_months
from knowledge.crm.demo.portraits import tier_of
from knowledge.crm.demo.savings import save
from knowledge.crm.tables import AccountParty

_PERSON_LOANS = {"P-L-MORT": (3.5, 240), "P-L-CAR": (0.7, 36), "P-L-CONS": (0.35, 24), "P-L-SHOP": (0.8, 36)}
_COMPANY_LOANS = {"P-L-WC": (0.12, 24), "P-L-EQUIP": (0.25, 60)}
_YUAN_OF = {"P-DEMAND-USD": 7, "P-DEMAND-EUR": 8}


def make_fortune(making: Making, client: Client) -> None:
    """Opens and runs all accounts of the customer, then enters worth and tier."""
    account = demand_account(making, client, int(client.wealth * client.rng.uniform(0.12, 0.45)))
    client.worth = save(making, client)
    if client.kind is CustomerKind.PERSON:
        _run_household(making, client)
    elif client.kind is CustomerKind.COMPANY:
        _company_loan(making, client)
        trade(making, client)
    else:
        administer(making, client)
    if client.branch_id == "shanghai" and not client.closed_on and client.rng.random() < 0.2:
        _foreign_money(making, client)
    if client.closed_on:
        _leave(making, client)
        account.end(client.closed_on)
    client.worth += client.demand.settle(making.sheets)
    client.tier = tier_of(client).value


def _run_household(making: Making, client: Client) -> None:
    turn = draw_turn(client)
    debts = _person_loan(making, client, turn) + _cards(making, client)
    live(making, client, turn, debts)
    if len(client.product_kinds) == 1 and client.rng.random() < 0.12:
        client.closed_on = _closing_day(making, client)


def _closing_day(making: Making, client: Client) -> date | None:
    day = making.period.ago(client.rng.randint(20, 420))
    return day if day > client.since + timedelta(days=60) else None


def _person_loan(making: Making, client: Client, turn: Turn) -> int:
    """One person in five has a loan. Returns its monthly instalment in cents."""
    rng = client.rng
    age_fits = not client.retired and client.occupation != "student"
    if not age_fits or rng.random() > 0.3:
        return 0
    product_id = rng.choice(list(_PERSON_LOANS))
    factor, months = _PERSON_LOANS[product_id]
    cents = int((client.income or 5_000_000) * factor * rng.uniform(0.5, 1.3)) // 1_000_000 * 1_000_000
    minimum = catalogue()[product_id].minimum or 0
    if cents < minimum * 100:
        return 0
    opened_on = making.period.day_in(rng, max(client.since, making.period.ago(min(31 * months * 4 // 3, 2100))),
                                     making.period.ago(25))  # fmt: skip
    missed = rng.randint(1, 4) if turn is Turn.PAY_STOPPED or rng.random() < 0.04 else 0
    if add_months(opened_on, missed + 1) > making.period.as_of:
        missed = 0
    loan(making, client, product_id, opened_on, cents, months, missed)
    return instalment_of(cents, catalogue()[product_id].rate or Decimal(0), months)


def _cards(making: Making, client: Client) -> int:
    """One person in four has a credit card, a few have two. Returns what is spent on them a month in cents."""
    rng, income = client.rng, client.income or 0
    if rng.random() > 0.24 or income < 6_000_000:
        return 0
    spent = 0
    for number in range(2 if rng.random() < 0.12 else 1):
        product_id = "P-C-STD" if number else _card_for(income)
        limit = max(1_000_000, income // 6 // 500_000 * 500_000)
        monthly = int(income * rng.uniform(0.01, 0.02))
        opened_on = making.period.day_in(rng, client.since, making.period.ago(30))
        credit_card(making, client, product_id, opened_on, limit, monthly)
        spent += monthly
    return spent


def _card_for(income: int) -> str:
    return "P-C-PLAT" if income > 60_000_000 else "P-C-GOLD" if income > 20_000_000 else "P-C-STD"


def _company_loan(making: Making, client: Client) -> None:
    rng = client.rng
    if rng.random() > 0.38:
        return
    product_id = rng.choice(list(_COMPANY_LOANS))
    factor, months = _COMPANY_LOANS[product_id]
    cents = int((client.income or 0) * factor * rng.uniform(0.5, 1.5)) // 10_000_000 * 10_000_000
    if cents < (catalogue()[product_id].minimum or 0) * 100:
        return
    opened_on = making.period.day_in(rng, max(client.since, making.period.ago(months * 40)), making.period.ago(40))
    missed = rng.randint(1, 3) if rng.random() < 0.06 and opened_on < making.period.ago(150) else 0
    loan(making, client, product_id, opened_on, cents, months, missed)


def _foreign_money(making: Making, client: Client) -> None:
    """A dollar or euro account with something coming in from abroad now and then."""
    rng, words = client.rng, making.words(client)
    product_id = "P-DEMAND-EUR" if client.language == "es" else "P-DEMAND-USD"
    book = foreign_account(making, client, product_id, int(client.wealth * rng.uniform(0.01, 0.04)))
    for month in making.period.months_from(max(client.since, making.period.start)):
        if rng.random() < 0.4:
            cents = int((client.income or 10_000_000) / 12 * rng.uniform(0.01, 0.05))
            kind = rng.choice((TransactionKind.TRANSFER_IN, TransactionKind.TRANSFER_OUT))
            signed = cents if kind is TransactionKind.TRANSFER_IN else -cents
            book.book(month + timedelta(days=rng.randrange(28)), signed, kind, channel=Channel.WEB,
                      counterparty=rng.choice(words.buyers), bank=rng.choice(words.other_banks))  # fmt: skip
    client.worth += book.settle(making.sheets) * _YUAN_OF[product_id]


def _leave(making: Making, client: Client) -> None:
    """The customer closes the everyday account and takes the money to another bank."""
    words = making.words(client)
    bank = client.rng.choice(words.other_banks)
    client.demand.close(client.closed_on or making.period.as_of, TransactionKind.TRANSFER_OUT, client.name, bank,
                        words.closing)  # fmt: skip


def marry(making: Making, owner: Client, spouse: Client) -> None:
    """The spouse may use the owner's everyday account; both live at one address."""
    spouse.address = owner.address
    making.sheets.add(
        AccountParty, account_id=owner.demand.account_id, customer_id=spouse.id, role=PartyRole.AUTHORISED.value
    )
