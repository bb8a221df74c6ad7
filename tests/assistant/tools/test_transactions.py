"""Bookings by period, account and amount, against the rows."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.tools.desk import AccountId, CustomerId, Period
from assistant.tools.transactions import SHOWN, Transactions, transactions
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, RawBank, Row, money

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


def bookings(raw: RawBank, customer: str, today: date = AS_OF) -> list[Row]:
    return raw.rows(
        'SELECT t.* FROM "transaction" t JOIN account a ON a.id = t.account_id WHERE a.customer_id = ?'
        " AND booked_on <= ? ORDER BY booked_on DESC, t.id DESC",
        customer, str(today),
    )  # fmt: skip


def check(raw: RawBank, result: Transactions, rows: list[Row]) -> None:
    assert result.count.value == len(rows)
    assert result.more == (len(rows) > SHOWN)
    assert len(result.bookings) == min(len(rows), SHOWN)
    for line, row in zip(result.bookings, rows, strict=False):
        assert line.amount.fact.source == f"transaction/{row['id']}"
        assert (line.amount.value, line.amount.fact.unit) == (money(row["amount"]), row["currency"])
        assert (str(line.booked_on.value), line.kind.value) == (row["booked_on"], row["kind"])
        assert (line.counterparty.value if line.counterparty else None) == (row["counterparty"] or None)
        assert (line.purpose.value if line.purpose else None) == (row["purpose"] or None)
        assert line.account.value == raw.account[row["account_id"]]["number"]


@pytest.mark.parametrize("today", [AS_OF, date(2026, 3, 1), date(2024, 11, 5), date(2024, 10, 31)], ids=str)
async def test_the_latest_up_to_today(office: Office, raw: RawBank, today: date) -> None:
    for customer in raw.sample(6, seed=today.day):
        check(raw, await transactions(office.desk(today), CustomerId(customer)), bookings(raw, customer, today))


async def test_of_a_period(office: Office, raw: RawBank) -> None:
    for customer in raw.sample(6, seed=11):
        rows = [row for row in bookings(raw, customer) if "2026-10-01" <= row["booked_on"] <= "2026-10-31"]
        check(raw, await transactions(office.desk(), CustomerId(customer), period=OCTOBER), rows)


@pytest.mark.parametrize("least", [Decimal("0.01"), Decimal("5000"), Decimal("450000"), Decimal("99999999")])
async def test_from_an_amount_upwards_in_or_out(office: Office, raw: RawBank, least: Decimal) -> None:
    for customer in raw.sample(2, seed=5):
        rows = [row for row in bookings(raw, customer) if abs(row["amount"]) >= least * 100]
        check(raw, await transactions(office.desk(), CustomerId(customer), at_least=least), rows)


async def test_of_one_account_all_conditions_together(office: Office, raw: RawBank) -> None:
    for customer in raw.sample(4, seed=6):
        account = raw.by_owner[customer][0]["id"]
        rows = [
            row
            for row in bookings(raw, customer)
            if row["account_id"] == account and row["booked_on"][:7] == "2026-10" and abs(row["amount"]) >= 100_000
        ]
        asked = transactions(office.desk(), CustomerId(customer), AccountId(account), OCTOBER, Decimal(1000))
        check(raw, await asked, rows)


async def test_the_account_of_another_customer_shows_nothing(office: Office, raw: RawBank) -> None:
    foreign = raw.by_owner["C000003"][0]["id"]
    result = await transactions(office.desk(), CustomerId("C000001"), AccountId(foreign))
    assert (result.bookings, result.count.value) == ([], 0)
