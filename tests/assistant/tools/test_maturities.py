"""What matures, complete and in order, against the rows."""

from datetime import date, timedelta

import pytest

from assistant.tools.desk import CustomerId, Period
from assistant.tools.maturities import SHOWN, maturities
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, DEPOSITS, HEAD_OFFICE, INVESTMENTS, MANAGERS, RawBank, Row, money


def maturing(raw: RawBank, customers: set[str], period: Period, today: date) -> list[Row]:
    """The accounts that mature in the period, as it was known today: none that was closed early."""
    found = []
    for row in raw.accounts:
        if row["customer_id"] not in customers or row["kind"] not in (*DEPOSITS, *INVESTMENTS):
            continue
        if not row["matures_on"] or not str(period.start) <= row["matures_on"] <= str(period.end):
            continue
        paid_out_in_time = row["closed_on"] is not None and row["closed_on"] >= row["matures_on"]
        if raw.open_on(row, today) or (paid_out_in_time and row["opened_on"] <= str(today)):
            found.append(row)
    return sorted(found, key=lambda row: (row["matures_on"], row["id"]))


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, *MANAGERS])
@pytest.mark.parametrize(
    "today, first, last",
    [(AS_OF, 0, 30), (AS_OF, 0, 0), (AS_OF, 41, 100), (AS_OF, -50, -20), (date(2026, 10, 1), 0, 30)],
)
async def test_all_that_mature_in_the_period_and_in_order(
    office_of: OfficeOf, raw: RawBank, employee: str, today: date, first: int, last: int
) -> None:
    office = await office_of(employee)
    period = Period(today + timedelta(days=first), today + timedelta(days=last))
    expected = maturing(raw, raw.seen_by(employee), period, today)
    result = await maturities(office.desk(today), period)
    assert result.count.value == len(expected)
    assert result.more == (len(expected) > SHOWN)
    said = [(str(line.matures_on.value), line.name.fact.subject) for line in result.lines]
    assert said == [(row["matures_on"], row["customer_id"]) for row in expected[:SHOWN]]


async def test_where_no_period_is_named_it_is_a_month_of_all_and_a_year_of_one(office: Office, raw: RawBank) -> None:
    everyone = await maturities(office.desk())
    assert (everyone.start.value, everyone.end.value) == (AS_OF, AS_OF + timedelta(days=30))
    year = Period(AS_OF, AS_OF + timedelta(days=365))
    for customer in raw.sample(10, seed=3):
        result = await maturities(office.desk(), None, CustomerId(customer))
        expected = maturing(raw, {customer}, year, AS_OF)
        assert [str(line.matures_on.value) for line in result.lines] == [row["matures_on"] for row in expected]
        assert result.count.value == len(expected)


async def test_the_amount_is_what_lies_on_the_account(office: Office, raw: RawBank) -> None:
    period = Period(AS_OF + timedelta(days=1), AS_OF + timedelta(days=30))
    result = await maturities(office.desk(), period)
    expected = maturing(raw, set(raw.customers), period, AS_OF)
    assert result.lines
    for line, row in zip(result.lines, expected, strict=False):
        balance = raw.balance(row["id"], AS_OF)
        assert (line.balance.value if line.balance else None) == (money(balance[0]) if balance else None)


async def test_what_has_matured_shows_what_was_paid_out(office: Office, raw: RawBank) -> None:
    period = Period(date(2026, 10, 1), date(2026, 10, 31))
    result = await maturities(office.desk(), period)
    assert result.lines
    for line, row in zip(result.lines, maturing(raw, set(raw.customers), period, AS_OF), strict=False):
        assert line.balance is not None
        assert line.balance.value == money(raw.standing_at(row["id"], date(2026, 9, 30)))


async def test_the_term_deposit_of_the_story_comes_due(office: Office) -> None:
    result = await maturities(office.desk(), None, CustomerId("C000001"))
    assert any(line.balance and line.balance.value == 300_000 for line in result.lines)
