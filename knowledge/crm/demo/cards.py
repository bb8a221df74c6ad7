"""Credit cards: purchases through the month, the whole debt paid from the demand account in the next."""

from datetime import date, timedelta

from knowledge.crm.codes import Channel, TransactionKind
from knowledge.crm.demo.accounts import open_account, passbook
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making

_REPAID_ON = 19


def credit_card(making: Making, client: Client, product_id: str, opened_on: date, limit: int, monthly: int) -> int:
    """A card on which about `monthly` cents are spent a month. Returns what was owed of late in cents."""
    period, rng, words = making.period, client.rng, making.words(client)
    account = open_account(making, client, product_id, opened_on, limit=limit)
    spent = min(limit // 2, int(monthly * rng.uniform(0.6, 1.4)))
    book = passbook(making, client, account, -spent, owed=True)
    if opened_on >= period.start:
        spent = 0
    for month in period.months_from(max(opened_on, period.start).replace(day=1)):
        repaid_on = month + timedelta(days=_REPAID_ON)
        if spent and repaid_on <= period.as_of:
            book.book(
                repaid_on, spent, TransactionKind.TRANSFER_IN, counterparty=client.name, purpose=words.card_repayment
            )
            client.demand.book(
                repaid_on, -spent, TransactionKind.TRANSFER_OUT, channel=Channel.APP, counterparty=account.id,
                purpose=words.card_repayment, due=True,
            )  # fmt: skip
        spent = 0
        for _ in range(rng.choice((1, 2, 2, 3))):
            day = month + timedelta(days=rng.randrange(28))
            cents = min(limit // 4, max(900, int(monthly * rng.uniform(0.15, 0.8))))
            if max(opened_on, period.start) <= day <= period.as_of:
                spent += cents
                merchant = rng.choice(words.merchants)
                book.book(day, -cents, TransactionKind.CARD_PAYMENT, channel=Channel.APP, counterparty=merchant)
    return book.settle(making.sheets)
