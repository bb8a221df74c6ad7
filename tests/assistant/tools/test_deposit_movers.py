"""Who moved most, against the sum of all bookings of all customers."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest

from assistant.tools.deposit_movers import DepositMovers, Direction, deposit_movers, periods_at_hand
from assistant.tools.desk import Period
from assistant.tools.tool import values_of
from knowledge.insight.parameters import read_parameters
from knowledge.intake.calendar_format import add_months
from prompts import render
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, RawBank, money
from tests.assistant.tools.test_deposit_changes import check_arithmetic

AUTUMN = Period(date(2026, 9, 1), date(2026, 11, 20))
MIDDLE_OF_MONTHS = Period(date(2026, 9, 17), date(2026, 10, 20))
SINCE_AUGUST = Period(date(2026, 8, 1), AS_OF)


def changes(raw: RawBank, employee: str, period: Period) -> dict[str, dict[str, int]]:
    """Every change in view: the sums of the bookings on a customer's deposits, by currency."""
    rows = raw.rows(
        'SELECT a.customer_id AS customer, t.currency, SUM(t.amount) AS amount FROM "transaction" t'
        " JOIN account a ON a.id = t.account_id WHERE a.kind IN ('deposit', 'term_deposit')"
        " AND t.booked_on BETWEEN ? AND ? GROUP BY 1, 2",
        str(period.start), str(period.end),
    )  # fmt: skip
    seen = raw.seen_by(employee)
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        if row["customer"] in seen:
            sums[row["customer"]][row["currency"]] = row["amount"]
    return sums


def in_yuan(amounts: dict[str, int]) -> Decimal:
    rates = read_parameters().exchange
    return sum(((money(amount) * rates[currency]).quantize(Decimal("0.01")) for currency, amount in amounts.items()),
               Decimal(0))  # fmt: skip


def check(raw: RawBank, employee: str, period: Period, result: DepositMovers, limit: int) -> None:
    sign = 1 if result.fell else -1
    all_changes = changes(raw, employee, period)
    amounts = {id: sign * in_yuan(own) for id, own in all_changes.items()}
    largest = sorted(amount for amount in amounts.values() if amount < 0)[:limit]
    listed = [amounts[mover.name.fact.subject] for mover in result.movers]
    # Turned into yuan at either end, the two differ by what is rounded away.
    assert all(abs(one - other) <= Decimal("0.02") for one, other in zip(listed, largest, strict=True))
    for mover in result.movers:
        check_arithmetic(mover.change)
        id, unit = mover.name.fact.subject, mover.change.change.fact.unit
        told = Decimal(str(mover.change.change.value))
        assert abs(told - (money(all_changes[id][unit]) if unit != "CNY" else in_yuan(all_changes[id]))) <= Decimal(
            "0.02"
        )
        assert raw.customers[id]["name"] == mover.name.value


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, MANAGERS[0], MANAGERS[2]])
async def test_they_are_the_largest_of_all_in_view(
    office_of: OfficeOf, raw: RawBank, employee: str, direction: Direction
) -> None:
    office = await office_of(employee)
    result = await deposit_movers(office.desk(), MIDDLE_OF_MONTHS, direction)
    assert result.movers
    check(raw, employee, MIDDLE_OF_MONTHS, result, 10)


@pytest.mark.parametrize("limit, shown", [(1, 1), (3, 3), (0, 1), (-4, 1), (999, 50)])
async def test_as_many_as_asked_but_never_more_than_fifty(office: Office, raw: RawBank, limit: int, shown: int) -> None:
    result = await deposit_movers(office.desk(), AUTUMN, limit=limit)
    assert len(result.movers) == shown
    check(raw, HEAD_OFFICE, AUTUMN, result, shown)


async def test_where_no_period_is_named(office: Office, raw: RawBank) -> None:
    result = await deposit_movers(office.desk())
    assert (result.start.value, result.end.value) == (SINCE_AUGUST.start, SINCE_AUGUST.end)
    check(raw, HEAD_OFFICE, SINCE_AUGUST, result, 10)


async def test_its_movers_agree_with_the_changes_of_each(office: Office, raw: RawBank) -> None:
    result = await deposit_movers(office.desk(), AUTUMN, Direction.RISE, 4)
    for mover in result.movers:
        on = (AUTUMN.start.replace(month=8, day=31), AUTUMN.end)
        currency = mover.change.after.fact.unit
        before, after = (raw.deposits(mover.name.fact.subject, day).get(currency, 0) for day in on)
        assert cast(object, (mover.change.before.value, mover.change.after.value)) == (money(before), money(after))


THIS_MONTH, LAST_MONTH = Period(date(2026, 11, 1), date(2026, 11, 30)), Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("period", [None, THIS_MONTH, LAST_MONTH], ids=str)
@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH])
async def test_of_many_customers_the_lists_say_the_same(
    office_of: OfficeOf, monkeypatch: pytest.MonkeyPatch, employee: str, period: Period | None, direction: Direction
) -> None:
    """A large bank's are listed by the newest run; a small one's are looked through."""
    office = await office_of(employee)
    looked_through = await deposit_movers(office.desk(), period, direction, 25)
    monkeypatch.setattr("knowledge.crm.whole_view.MANY", 0)
    listed = await deposit_movers(office.desk(), period, direction, 25)
    assert not listed.nearest
    assert [mover.name.value for mover in listed.movers] == [mover.name.value for mover in looked_through.movers]
    assert (listed.start.value, listed.end.value) == (looked_through.start.value, looked_through.end.value)
    for one, other in zip(listed.movers, looked_through.movers, strict=True):
        assert one.change.change.value == other.change.change.value
    assert len(listed.movers) == 25


async def test_of_many_customers_the_nearest_period_at_hand_is_told(
    office: Office, raw: RawBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.crm.whole_view.MANY", 0)
    result = await deposit_movers(office.desk(), MIDDLE_OF_MONTHS)
    assert result.nearest
    assert (result.start.value, result.end.value) == (LAST_MONTH.start, LAST_MONTH.end)
    check(raw, HEAD_OFFICE, LAST_MONTH, result, 10)
    assert "nearest" in render("deposit_movers", "en", values_of(result))


async def test_where_no_event_explains_it_the_largest_booking_does(office_of: OfficeOf, raw: RawBank) -> None:
    office, bookings = await office_of(BRANCH), 0
    for direction, largest in ((Direction.FALL, "MIN"), (Direction.RISE, "MAX")):
        result = await deposit_movers(office.desk(), AUTUMN, direction, 20)
        for mover in result.movers:
            assert not (mover.reasons and mover.booking)
            if mover.booking:
                told, change = (Decimal(str(figure.value)) for figure in (mover.booking.amount, mover.change.change))
                assert mover.booking.amount.fact.unit != "CNY" or abs(told) >= abs(change) / 10
                expected = raw.one(
                    f'SELECT {largest}(t.amount) FROM "transaction" t JOIN account a ON a.id = t.account_id '
                    "WHERE a.customer_id = ? AND a.kind IN ('deposit', 'term_deposit') AND t.booked_on BETWEEN ? AND ?",
                    mover.name.fact.subject, str(AUTUMN.start), str(AUTUMN.end),
                )  # fmt: skip
                assert mover.booking.amount.value == money(expected)
                bookings += 1
    assert bookings > 10


@pytest.mark.parametrize("days", range(0, 63, 7))
def test_the_periods_at_hand_follow_one_another(days: int) -> None:
    today = date(2026, 11, 20)
    at_hand = periods_at_hand(today, days)
    running, month, quarter = (at_hand[part] for part in ("running", "month", "quarter"))
    assert month.end + timedelta(days=1) == running.start
    assert running.end == quarter.end == today
    assert (today - month.end).days == days
    assert add_months(quarter.start, 3) == running.start
