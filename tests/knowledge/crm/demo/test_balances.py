"""Every balance follows from its bookings, to the cent."""

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from knowledge.crm.demo.daily_balance import DailyBalance
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.period import Period

Bookings = dict[str, list[tuple[str, int, int]]]
Months = dict[str, list[tuple[str, int, int]]]


@pytest.fixture(scope="session")
def bookings(demo_engine: Engine) -> Bookings:
    """Day, amount and balance after, in hundredths, per account in the order of booking."""
    found: Bookings = defaultdict(list)
    with demo_engine.connect() as connection:
        query = (
            'SELECT account_id, booked_on, amount, balance_after FROM "transaction" ORDER BY account_id, booked_on, id'
        )
        for account, day, amount, after in connection.execute(text(query)):
            found[account].append((day, amount, after))
    return found


@pytest.fixture(scope="session")
def months(demo_engine: Engine) -> Months:
    found: Months = defaultdict(list)
    with demo_engine.connect() as connection:
        query = 'SELECT account_id, month, "end", average FROM balance ORDER BY account_id, month'
        for account, month, end, average in connection.execute(text(query)):
            found[account].append((month, end, average))
    return found


def accounts(engine: Engine, *kinds: str) -> list[str]:
    with engine.connect() as connection:
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        return list(connection.execute(text(f"SELECT id FROM account WHERE kind IN ({listed}) ORDER BY id")).scalars())


@pytest.mark.parametrize("kinds, sign", [(("deposit", "term_deposit"), 1), (("loan", "card"), -1)])
def test_month_ends_follow_from_bookings(
    demo_engine: Engine, bookings: Bookings, months: Months, kinds: tuple[str, ...], sign: int
) -> None:
    for account in accounts(demo_engine, *kinds):
        by_month: dict[str, int] = defaultdict(int)
        for day, amount, _ in bookings[account]:
            by_month[day[:7]] += amount
        assert months[account], account
        for (_, before, _), (month, end, _) in pairwise(months[account]):
            assert end == before + sign * by_month[month[:7]], (account, month)
        assert by_month.keys() <= {month[:7] for month, *_ in months[account]}


@pytest.mark.parametrize("kinds, sign", [(("deposit", "term_deposit"), 1), (("loan", "card"), -1)])
def test_the_balance_after_each_booking_is_right(
    demo_engine: Engine, bookings: Bookings, kinds: tuple[str, ...], sign: int
) -> None:
    for account in accounts(demo_engine, *kinds):
        for (_, _, before), (day, amount, after) in pairwise(bookings[account]):
            assert after == before + sign * amount, (account, day)
            assert after >= 0, (account, day)


def test_averages_are_means_over_the_days(demo_engine: Engine, bookings: Bookings, months: Months) -> None:
    for account in accounts(demo_engine, "deposit")[::9]:
        booked = dict.fromkeys((day for day, *_ in bookings[account]), 0)
        booked.update((day, after) for day, _, after in bookings[account])
        first = bookings[account][0] if bookings[account] else None
        level = first[2] - first[1] if first else months[account][0][1]
        for month, end, average in months[account]:
            last = date.fromisoformat(month)
            total = 0
            for number in range(last.day):
                level = booked.get(str(last.replace(day=1) + timedelta(days=number)), level)
                total += level
            assert level == end
            assert abs(average - total / last.day) <= 0.5, (account, month)


def test_the_months_are_whole(months: Months) -> None:
    ends = [str(end) for end in Period.until(date(2026, 11, 20)).month_ends]
    assert ends[0] == "2024-11-30"
    assert ends[-2:] == ["2026-10-31", "2026-11-20"]
    for account, rows in months.items():
        listed = [month for month, *_ in rows]
        assert listed == ends[ends.index(listed[0]) : ends.index(listed[-1]) + 1], account


def test_what_is_matured_or_repaid_is_at_zero(demo_engine: Engine, months: Months) -> None:
    with demo_engine.connect() as connection:
        ended = connection.execute(
            text(
                "SELECT id FROM account WHERE state IN ('closed', 'repaid') OR matures_on <= '2026-11-20' "
                "AND kind = 'term_deposit'"
            )
        ).scalars()
        closed = list(ended)
    assert len(closed) > 500
    assert {months[account][-1][1] for account in closed} == {0}


def test_loans_in_arrears_owe_more_than_agreed(demo_engine: Engine) -> None:
    """They have paid fewer instalments than fell due; running loans have paid them all."""
    query = """
        SELECT a.state, a.id, count(t.id) FROM account a
        LEFT JOIN "transaction" t ON t.account_id = a.id AND t.kind = 'loan_payment' AND t.booked_on > '2026-10-20'
        WHERE a.kind = 'loan' AND a.opened_on <= '2026-09-20' AND a.state IN ('running', 'in_arrears') GROUP BY 1, 2
    """
    with demo_engine.connect() as connection:
        rows = connection.execute(text(query)).all()
    assert {count for state, _, count in rows if state == "running"} == {1}
    assert {count for state, _, count in rows if state == "in_arrears"} == {0}


def test_every_date_reconciles(composed: Making) -> None:
    """On a leap day and on a year's end too, over all accounts of money and debt."""
    kinds = {row["id"]: row["kind"] for row in composed.sheets.rows["account"]}
    sums: dict[object, int] = defaultdict(int)
    for row in composed.sheets.rows["transaction"]:
        month = row["booked_on"]
        assert isinstance(month, date)
        assert month <= composed.period.as_of
        sums[row["account_id"], month.year, month.month] += _cents(row["amount"])
    checked = 0
    for before, after in pairwise(composed.sheets.rows["balance"]):
        if before["account_id"] == after["account_id"] and kinds[after["account_id"]] in ("deposit", "loan", "card"):
            month = after["month"]
            assert isinstance(month, date)
            sign = 1 if kinds[after["account_id"]] == "deposit" else -1
            moved = sums[after["account_id"], month.year, month.month]
            assert _cents(after["end"]) == _cents(before["end"]) + sign * moved
            checked += 1
    assert checked > 40_000


def _cents(amount: object) -> int:
    return int(str(amount).replace(".", ""))


@given(
    opening=st.integers(0, 10**9),
    moves=st.lists(st.tuples(st.integers(0, 75), st.integers(-(10**8), 10**8)), max_size=12),
    as_of=st.dates(date(2023, 1, 1), date(2027, 12, 31)),
)
def test_daily_balance_is_the_mean_of_its_days(opening: int, moves: list[tuple[int, int]], as_of: date) -> None:
    ends = Period.until(as_of).month_ends[-3:]
    first = ends[0].replace(day=1)
    days = (as_of - first).days + 1
    moves = sorted((day, cents) for day, cents in moves if day < days)
    daily = DailyBalance(opening, first.toordinal(), ends)
    for day, cents in moves:
        daily.advance(first.toordinal() + day)
        daily.cents += cents
    daily.finish()
    for end, last, average in daily.months:
        spent = [(end.replace(day=1) - first).days + number for number in range(end.day)]
        levels = [opening + sum(cents for day, cents in moves if day <= number) for number in spent]
        assert last == levels[-1]
        assert abs(average - sum(levels) / len(levels)) <= 0.51
