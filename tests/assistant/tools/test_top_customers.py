"""The largest customers, against the last balances of all accounts."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from assistant.tools.top_customers import top_customers
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import (
    AS_OF,
    BRANCH,
    DEPOSITS,
    HEAD_OFFICE,
    INVESTMENTS,
    MANAGERS,
    SERVICE_DESK,
    RawBank,
    money,
)

Sums = dict[str, tuple[int, int]]


def sums(raw: RawBank, employee: str, on: date, currency: str = "CNY") -> Sums:
    """Deposits and investments of each customer in view, in hundredths."""
    last = raw.rows(
        'SELECT account_id, MAX(month) AS month, "end" FROM balance WHERE month <= ? GROUP BY account_id', str(on)
    )
    seen = raw.seen_by(employee)
    parts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in last:
        account = raw.account[row["account_id"]]
        if account["customer_id"] in seen and account["currency"] == currency:
            parts[account["customer_id"]][0] += row["end"] if account["kind"] in DEPOSITS else 0
            parts[account["customer_id"]][1] += row["end"] if account["kind"] in INVESTMENTS else 0
    return {customer: (deposits, investments) for customer, (deposits, investments) in parts.items()}


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, *MANAGERS])
@pytest.mark.parametrize("day", [AS_OF, date(2026, 10, 20), date(2025, 3, 1)], ids=str)
async def test_they_are_in_order_and_nobody_larger_is_left_out(
    office_of: OfficeOf, raw: RawBank, employee: str, day: date
) -> None:
    office = await office_of(employee)
    result = await top_customers(office.desk(day))
    everyone = sums(raw, employee, day)
    largest = sorted((-sum(parts), customer) for customer, parts in everyone.items())[:10]
    assert [line.name.fact.subject for line in result.lines] == [customer for _, customer in largest]
    assert [line.rank.value for line in result.lines] == list(range(1, 11))
    for line in result.lines:
        deposits, investments = everyone[line.name.fact.subject]
        assert (line.deposits.value, line.investments.value) == (money(deposits), money(investments))
        assert line.total.value == money(deposits + investments)
        assert line.name.value == raw.customers[line.name.fact.subject]["name"]


@pytest.mark.parametrize("limit, shown", [(1, 1), (25, 25), (0, 1), (-3, 1), (1000, 50)])
async def test_as_many_as_asked_but_never_more_than_fifty(office: Office, limit: int, shown: int) -> None:
    result = await top_customers(office.desk(), limit)
    assert len(result.lines) == shown


async def test_the_currency_is_the_one_of_most_accounts(office: Office, raw: RawBank) -> None:
    result = await top_customers(office.desk())
    assert result.currency is not None
    assert result.as_of is not None
    assert result.currency.value == Counter(row["currency"] for row in raw.accounts).most_common(1)[0][0]
    assert str(result.as_of.value) == raw.one("SELECT MAX(month) FROM balance")


async def test_before_the_first_balance_there_is_nobody(office_of: OfficeOf) -> None:
    office = await office_of(HEAD_OFFICE)
    assert (await top_customers(office.desk(date(2020, 1, 1)))).lines == []
    desk = await office_of(SERVICE_DESK)
    assert (await top_customers(desk.desk())).lines == []
