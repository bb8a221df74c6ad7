"""Who moved most, against the sum of all bookings of all customers."""

from collections import defaultdict
from datetime import date
from typing import cast

import pytest

from assistant.tools.deposit_movers import DepositMovers, Direction, deposit_movers
from assistant.tools.desk import Period
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, RawBank, money
from tests.assistant.tools.test_deposit_changes import check_arithmetic

AUTUMN = Period(date(2026, 9, 1), date(2026, 11, 20))
MIDDLE_OF_MONTHS = Period(date(2026, 9, 17), date(2026, 10, 20))
SINCE_AUGUST = Period(date(2026, 8, 1), AS_OF)


def changes(raw: RawBank, employee: str, period: Period) -> dict[tuple[str, str], int]:
    """Every change in view: the sum of the bookings on a customer's deposits in a currency."""
    rows = raw.rows(
        'SELECT a.customer_id AS customer, t.currency, SUM(t.amount) AS amount FROM "transaction" t'
        " JOIN account a ON a.id = t.account_id WHERE a.kind IN ('deposit', 'term_deposit')"
        " AND t.booked_on BETWEEN ? AND ? GROUP BY 1, 2",
        str(period.start), str(period.end),
    )  # fmt: skip
    seen = raw.seen_by(employee)
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        if row["customer"] in seen:
            sums[row["customer"], row["currency"]] += row["amount"]
    return sums


def check(raw: RawBank, employee: str, period: Period, result: DepositMovers, limit: int) -> None:
    sign = 1 if result.fell else -1
    all_changes = changes(raw, employee, period)
    in_yuan = [amount for (_, currency), amount in all_changes.items() if currency == "CNY"]
    largest = sorted(sign * amount for amount in in_yuan if sign * amount < 0)[:limit]
    assert [mover.change.change.value for mover in result.movers] == [money(sign * amount) for amount in largest]
    for mover in result.movers:
        check_arithmetic(mover.change)
        key = (mover.name.fact.subject, mover.change.change.fact.unit)
        assert mover.change.change.value == money(all_changes[key])
        assert raw.customers[key[0]]["name"] == mover.name.value


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
