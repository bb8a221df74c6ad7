"""How the money of companies and public bodies moves: sales by season, suppliers, payroll, taxes, budgets."""

from datetime import date, timedelta

from knowledge.crm.codes import Channel, TransactionKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.companies import industry
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.money_flows import order_standing

_TAX_MONTHS = (1, 4, 7, 10)


def trade(making: Making, client: Client, stops: date | None = None) -> None:
    """A company's months: what it takes in and pays out; from `stops` on its buyers pay elsewhere."""
    rng, words, book = client.rng, making.words(client), client.demand
    yearly = client.income or 100_000_000
    season = industry(client.industry).season
    buyers = rng.sample(words.buyers, 2)
    suppliers = rng.sample(words.suppliers, 2)
    margin = rng.uniform(0.9, 1.0)
    rent = max(100_000, yearly // 600 // 100_000 * 100_000)
    order_standing(making, client, rent, words.households[-1])
    for month in making.period.months_from(max(client.since, making.period.start).replace(day=1)):
        sales = yearly * season[month.month - 1] // 100
        for buyer in buyers:
            day = month + timedelta(days=rng.randrange(28))
            if not (stops and day >= stops):
                book.book(day, int(sales / 2 * rng.uniform(0.6, 1.4)), TransactionKind.TRANSFER_IN,
                          channel=Channel.WEB, counterparty=buyer, purpose=words.sales)  # fmt: skip
        for supplier in suppliers:
            book.book(month + timedelta(days=rng.randrange(28)),
                      -int(sales * 0.33 * margin * rng.uniform(0.7, 1.3)), TransactionKind.TRANSFER_OUT,
                      channel=Channel.WEB, counterparty=supplier, bank=rng.choice(words.other_banks),
                      purpose=words.supplies)  # fmt: skip
        book.book(month + timedelta(days=14), -int(yearly * 0.02 * margin), TransactionKind.TRANSFER_OUT,
                  channel=Channel.WEB, purpose=words.payroll)  # fmt: skip
        book.book(month, -rent, TransactionKind.HOUSEHOLD, counterparty=words.households[-1],
                  purpose=words.households[-1])  # fmt: skip
        if month.month in _TAX_MONTHS:
            book.book(month + timedelta(days=17), -int(sales * 0.2), TransactionKind.TRANSFER_OUT,
                      channel=Channel.WEB, purpose=words.tax)  # fmt: skip
            book.book(month + timedelta(days=20), -20_000, TransactionKind.FEE, purpose=words.fee)


def administer(making: Making, client: Client) -> None:
    """A public body's months: a budget every quarter, payroll and running expenses every month."""
    rng, words, book = client.rng, making.words(client), client.demand
    yearly = client.income or 100_000_000
    for month in making.period.months_from(max(client.since, making.period.start).replace(day=1)):
        if month.month in _TAX_MONTHS:
            book.book(month + timedelta(days=6), int(yearly / 4 * rng.uniform(0.9, 1.1)),
                      TransactionKind.TRANSFER_IN, counterparty=words.budget, purpose=words.budget)  # fmt: skip
        book.book(month + timedelta(days=9), -int(yearly * 0.045), TransactionKind.TRANSFER_OUT,
                  channel=Channel.WEB, purpose=words.payroll)  # fmt: skip
        for _ in range(3):
            book.book(month + timedelta(days=rng.randrange(28)), -int(yearly * 0.012 * rng.uniform(0.5, 1.5)),
                      TransactionKind.TRANSFER_OUT, channel=Channel.WEB, counterparty=rng.choice(words.suppliers),
                      purpose=words.expenses)  # fmt: skip
