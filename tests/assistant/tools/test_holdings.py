"""Holdings and their totals, against the rows."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from assistant.tools.desk import AccountId, CustomerId
from assistant.tools.holdings import Holdings, holdings
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, DEBTS, DEPOSITS, INVESTMENTS, RawBank, Row, money

DAYS = (AS_OF, date(2026, 10, 20), date(2026, 3, 1), date(2025, 2, 28))


def held(raw: RawBank, customer: str, on: date) -> list[Row]:
    used = {row["account_id"] for row in raw.rows("SELECT * FROM account_party WHERE customer_id = ?", customer)}
    rows = raw.by_owner[customer] + [raw.account[id] for id in used]
    return [row for row in rows if raw.open_on(row, on)]


def totals(raw: RawBank, customer: str, on: date, kinds: tuple[str, ...]) -> dict[str, Decimal]:
    sums: dict[str, int] = defaultdict(int)
    for row in held(raw, customer, on):
        balance = raw.balance(row["id"], on)
        if row["customer_id"] == customer and row["kind"] in kinds and balance:
            sums[row["currency"]] += balance[0]
    return {currency: money(amount) for currency, amount in sums.items()}


def lines(raw: RawBank, customer: str, on: date) -> set[tuple[object, ...]]:
    found = set()
    for row in held(raw, customer, on):
        balance = raw.balance(row["id"], on)
        rate = None if row["rate"] is None else Decimal(row["rate"]) / 10_000
        found.add(
            (row["number"], money(balance[0]) if balance else None, rate, row["matures_on"],
             row["customer_id"] != customer)
        )  # fmt: skip
    return found


def said(result: Holdings) -> set[tuple[object, ...]]:
    return {
        (
            line.number.value,
            line.balance.value if line.balance else None,
            line.rate.value if line.rate else None,
            str(line.matures_on.value) if line.matures_on else None,
            line.authorised_only,
        )
        for line in result.accounts
    }


@pytest.mark.parametrize("day", DAYS, ids=str)
async def test_accounts_and_totals_are_those_of_the_rows(office: Office, raw: RawBank, day: date) -> None:
    for customer in raw.sample(8, seed=day.toordinal()):
        result = await holdings(office.desk(day), CustomerId(customer))
        assert said(result) == lines(raw, customer, day), customer
        assert len(result.accounts) == len(lines(raw, customer, day))
        for printed, kinds in (
            (result.deposits, DEPOSITS), (result.investments, INVESTMENTS), (result.debts, DEBTS),
        ):  # fmt: skip
            assert {f.fact.unit: f.value for f in printed} == totals(raw, customer, day, kinds), customer
        months = [b[1] for row in held(raw, customer, day) if (b := raw.balance(row["id"], day))]
        assert (str(result.as_of.value) if result.as_of else None) == max(months, default=None)


async def test_an_account_of_another_is_shown_as_such_and_counts_for_its_owner_alone(
    office: Office, raw: RawBank
) -> None:
    for party in raw.rows("SELECT * FROM account_party ORDER BY account_id LIMIT 8"):
        user, account = party["customer_id"], raw.account[party["account_id"]]
        result = await holdings(office.desk(), CustomerId(user))
        assert [line.authorised_only for line in result.accounts if line.number.value == account["number"]] == [True]
        assert {f.fact.unit: f.value for f in result.deposits} == totals(raw, user, AS_OF, DEPOSITS)


async def test_an_account_closed_since_was_still_open_on_the_day(office: Office, raw: RawBank) -> None:
    day = date(2026, 10, 20)
    closed = [row for row in raw.accounts if row["closed_on"] and str(day) < row["closed_on"]][:6]
    assert closed
    for row in closed:
        result = await holdings(office.desk(day), CustomerId(row["customer_id"]))
        (line,) = [line for line in result.accounts if line.number.value == row["number"]]
        assert line.state is None
        after = await holdings(office.desk(), CustomerId(row["customer_id"]))
        assert row["number"] not in {line.number.value for line in after.accounts}


async def test_one_account_alone(office: Office, raw: RawBank) -> None:
    wanted = next(row for row in raw.by_owner["C000001"] if raw.open_on(row, AS_OF))
    result = await holdings(office.desk(), CustomerId("C000001"), AccountId(wanted["id"]))
    assert [line.number.value for line in result.accounts] == [wanted["number"]]


async def test_the_account_of_another_customer_is_not_shown_under_this_one(office: Office, raw: RawBank) -> None:
    foreign = next(row for row in raw.by_owner["C000003"] if raw.open_on(row, AS_OF))
    result = await holdings(office.desk(), CustomerId("C000001"), AccountId(foreign["id"]))
    assert result.accounts == []
    assert result.deposits == []
