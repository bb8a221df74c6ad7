"""How a person's money moves month by month: pay, household, cards, cash, and the turns a life takes."""

from datetime import date, timedelta
from enum import StrEnum

from knowledge.crm.codes import Channel, TransactionKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.portraits import portraits
from knowledge.crm.demo.sheets import money
from knowledge.crm.tables import StandingOrder

_SPENDING_SEASON = (1.25, 1.3, 0.9, 0.9, 1.0, 1.0, 1.0, 1.0, 1.0, 1.15, 1.2, 1.15)
_LARGE_PAYMENT = 200_000
_PAY_DAYS = (5, 8, 10, 12, 15, 25, 28)


class Turn(StrEnum):
    """What happened to a person's money within the period, besides the ordinary."""

    NONE = "none"
    PAY_STOPPED = "pay_stopped"
    LARGE_WITHDRAWAL = "large_withdrawal"
    LEAVING = "leaving"
    WINNING_BACK = "winning_back"


def draw_turn(client: Client) -> Turn:
    turns = list(Turn)
    return client.rng.choices(turns, (84, 3, 6, 4, 3))[0]


def live(making: Making, client: Client, turn: Turn, debts: int) -> None:
    """Books the period on the demand account; `debts` cents a month go to loans and cards."""
    monthly = int((client.income or 3_600_000) * 0.8 / 12)
    pay_stops = making.period.ago(client.rng.randint(60, 200)) if turn is Turn.PAY_STOPPED else None
    earn(making, client, monthly, pay_stops)
    budget = max(monthly // 8, int(monthly * client.rng.uniform(0.72, 0.99)) - debts)
    spend(making, client, budget)
    _take_turn(making, client, turn)


def earn(making: Making, client: Client, monthly: int, stops: date | None = None) -> None:
    """A salary with a year-end bonus, a pension, or the takings of an own business; nothing from `stops` on."""
    rng, words, book = client.rng, making.words(client), client.demand
    business = client.occupation in portraits().own_business
    pay_day = timedelta(days=rng.choice(_PAY_DAYS) - 1)
    for month in making.period.months_from(max(client.since, making.period.start).replace(day=1)):
        day = month + pay_day
        if stops and day >= stops:
            return
        if client.retired:
            book.book(day, monthly, TransactionKind.PENSION, counterparty=words.pension, purpose=words.pension)
        elif business:
            for _ in range(2):
                cents = int(monthly / 2 * rng.uniform(0.5, 1.5))
                takings = month + timedelta(days=rng.randrange(28))
                book.book(takings, cents, TransactionKind.TRANSFER_IN, channel=Channel.APP,
                          counterparty=rng.choice(words.buyers), purpose=words.shop)  # fmt: skip
        elif client.occupation != "student":
            book.book(day, monthly, TransactionKind.SALARY, counterparty=client.employer, purpose=words.salary)
            if month.month == 1:
                book.book(day + timedelta(days=2), int(monthly * rng.uniform(0.5, 2.5)), TransactionKind.SALARY,
                          counterparty=client.employer, purpose=words.bonus)  # fmt: skip


def spend(making: Making, client: Client, budget: int) -> None:
    """A month's budget in cents goes out by standing order, bills, card, cash and help to the family."""
    rng, words, book = client.rng, making.words(client), client.demand
    order = _standing_order(making, client, int(budget * rng.uniform(0.1, 0.3))) if rng.random() < 0.45 else None
    bill = rng.choice(words.households[:-1])
    payments = rng.choice((1, 1, 1, 2))
    bill_months = rng.choice((0, 1))
    helps = rng.random() < 0.2
    for month in making.period.months_from(max(client.since, making.period.start).replace(day=1)):
        season = _SPENDING_SEASON[month.month - 1]
        if order:
            book.book(month + timedelta(days=order[0]), -order[1], TransactionKind.HOUSEHOLD,
                      counterparty=order[2], purpose=order[2])  # fmt: skip
        if month.month % 2 == bill_months:
            book.book(month + timedelta(days=rng.randrange(28)), -int(budget * rng.uniform(0.04, 0.12)),
                      TransactionKind.HOUSEHOLD, channel=Channel.APP, counterparty=bill)  # fmt: skip
        for _ in range(payments):
            cents = int(budget * 0.45 * season / payments * rng.uniform(0.5, 1.5))
            merchant = rng.choice(words.merchants if cents < _LARGE_PAYMENT else words.large_merchants)
            book.book(month + timedelta(days=rng.randrange(28)), -cents, TransactionKind.CARD_PAYMENT,
                      counterparty=merchant)  # fmt: skip
        if rng.random() < 0.3:
            book.book(month + timedelta(days=rng.randrange(28)), -_hundreds(budget * rng.uniform(0.1, 0.5)),
                      TransactionKind.CASH_OUT, channel=Channel.ATM, purpose=words.cash)  # fmt: skip
        if helps and rng.random() < 0.6:
            book.book(month + timedelta(days=rng.randrange(28)), -_hundreds(budget * rng.uniform(0.1, 0.4)),
                      TransactionKind.TRANSFER_OUT, channel=Channel.APP, counterparty=rng.choice(words.people),
                      bank=rng.choice(words.other_banks), purpose=words.allowance)  # fmt: skip


def _hundreds(cents: float) -> int:
    return int(cents) // 10_000 * 10_000


def _standing_order(making: Making, client: Client, cents: int) -> tuple[int, int, str] | None:
    """Day of the month (from 0), cents and purpose of a monthly payment."""
    cents = _hundreds(cents)
    if not cents:
        return None
    words = making.words(client)
    purpose = client.rng.choice(words.standing_orders)
    order_standing(making, client, cents, purpose)
    return client.rng.randrange(28), cents, purpose


def order_standing(making: Making, client: Client, cents: int, purpose: str) -> None:
    making.sheets.add(
        StandingOrder, id=making.sheets.number("S", 5), account_id=client.demand.account_id,
        amount=money(cents), currency="CNY", purpose=purpose, counterparty=purpose,
        counterparty_bank=client.rng.choice(making.words(client).other_banks),
    )  # fmt: skip


def _take_turn(making: Making, client: Client, turn: Turn) -> None:
    rng, words, book, period = client.rng, making.words(client), client.demand, making.period
    if turn is Turn.LARGE_WITHDRAWAL:
        cents = max(3_000_000, int(client.wealth * rng.uniform(0.15, 0.4)) // 1_000_000 * 1_000_000)
        day = period.ago(rng.randint(15, 330))
        book.book(day, -cents, TransactionKind.CASH_OUT, channel=Channel.BRANCH, purpose=rng.choice(words.large))
    elif turn is Turn.LEAVING:
        bank = rng.choice(words.other_banks)
        for number in range(4):
            cents = _hundreds(client.wealth * rng.uniform(0.04, 0.12))
            book.book(period.ago(20 + number * 29 + rng.randrange(9)), -cents, TransactionKind.TRANSFER_OUT,
                      channel=Channel.APP, counterparty=client.name, bank=bank, purpose=words.to_own)  # fmt: skip
    elif turn is Turn.WINNING_BACK:
        for _ in range(rng.choice((1, 2))):
            cents = _hundreds(client.wealth * rng.uniform(0.1, 0.5))
            book.book(period.ago(rng.randint(5, 200)), cents, TransactionKind.TRANSFER_IN, channel=Channel.APP,
                      counterparty=client.name, bank=rng.choice(words.other_banks),
                      purpose=words.own_transfer)  # fmt: skip
