"""What changed on the deposits, against the running balances of the bookings."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.tools.deposit_changes import CurrencyChange, deposit_changes, span
from assistant.tools.desk import CustomerId, Desk, Period
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, RawBank, money


def periods(seed: int, count: int) -> list[Period]:
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        start = date(2024, 12, 1) + timedelta(days=chance.randrange(650))
        found.append(Period(start, min(start + timedelta(days=chance.randrange(80)), AS_OF)))
    return found


def check_arithmetic(change: CurrencyChange) -> None:
    before, after, by = (cast(Decimal, f.value) for f in (change.before, change.after, change.change))
    assert by == after - before
    assert change.direction == ("up" if by > 0 else "down" if by < 0 else "same")
    assert (change.percent is None) == (before == 0)
    if change.percent:
        assert abs(cast(Decimal, change.percent.value) - by / before * 100) <= Decimal("0.05")


async def check(office: Office, raw: RawBank, customer: str, period: Period) -> None:
    result = await deposit_changes(office.desk(), CustomerId(customer), period)
    first, last = period.start - timedelta(days=1), period.end
    before, after = raw.deposits(customer, first), raw.deposits(customer, last)
    booked = raw.booked(customer, period.start, period.end)
    said = {change.after.fact.unit: change for change in result.changes}
    assert {c for c in after if before.get(c) or after[c]} <= set(said), customer
    for currency, change in said.items():
        check_arithmetic(change)
        assert change.before.value == money(before.get(currency, 0)), (customer, period)
        assert change.after.value == money(after.get(currency, 0)), (customer, period)
        assert change.change.value == money(sum(row["amount"] for row in booked if row["currency"] == currency))
    amounts = sorted(row["amount"] for row in booked)
    out, into = [a for a in amounts if a < 0], [a for a in reversed(amounts) if a > 0]
    assert [line.amount.value for line in result.outgoing] == [money(a) for a in out[:5]]
    assert [line.amount.value for line in result.incoming] == [money(a) for a in into[:5]]


@pytest.mark.parametrize("seed", range(3))
async def test_both_ends_and_the_difference_are_those_of_the_bookings(office: Office, raw: RawBank, seed: int) -> None:
    for customer, period in zip(raw.sample(4, seed), periods(seed, 15), strict=True):
        await check(office, raw, customer, period)


async def test_a_deposit_opened_in_the_running_month_counts_from_its_day(office: Office, raw: RawBank) -> None:
    opened = [
        row
        for row in raw.accounts
        if row["kind"] == "term_deposit" and "2026-10-02" <= row["opened_on"] <= "2026-10-19"
    ][:4]
    assert opened
    for row in opened:
        day = date.fromisoformat(row["opened_on"])
        await check(office, raw, row["customer_id"], Period(day, date(2026, 10, 20)))
        await check(office, raw, row["customer_id"], Period(date(2026, 10, 1), day))


async def test_before_the_first_balance_nothing_is_claimed(office: Office) -> None:
    period = Period(date(2024, 3, 1), date(2024, 9, 15))
    result = await deposit_changes(office.desk(), CustomerId("C000001"), period)
    assert (result.changes, result.outgoing, result.incoming) == ([], [], [])


async def test_the_story_of_the_restaurant_is_among_the_largest_amounts_out(office: Office, raw: RawBank) -> None:
    largest = raw.rows(
        'SELECT a.customer_id, t.booked_on FROM "transaction" t JOIN account a ON a.id = t.account_id'
        " WHERE a.customer_id <= 'C000011' AND t.amount = -45000000 AND a.kind = 'deposit'"
    )
    assert largest
    for row in largest:
        day = date.fromisoformat(row["booked_on"])
        period = Period(day - timedelta(days=20), day + timedelta(days=20))
        result = await deposit_changes(office.desk(), CustomerId(row["customer_id"]), period)
        assert Decimal("-450000.00") in [line.amount.value for line in result.outgoing]


@given(today=st.dates(date(1999, 1, 1), date(2099, 12, 31)))
def test_where_no_period_is_named_it_is_whole_months_up_to_today(today: date) -> None:
    start, end = span(Desk(*[cast(object, None)] * 4, today), None)  # type: ignore[arg-type]
    assert end == today
    assert start.day == 1
    assert (today.year - start.year) * 12 + today.month - start.month == 3


@given(today=st.dates(), start=st.dates(), end=st.dates())
def test_no_period_begins_or_ends_in_the_future(today: date, start: date, end: date) -> None:
    first, last = span(Desk(*[cast(object, None)] * 4, today), Period(start, end))  # type: ignore[arg-type]
    assert first == min(start, today)
    assert last == min(end, today)
