"""Month-end balances follow from bookings in whatever order a day's bookings come."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.intake.mapping import Balances
from knowledge.intake.month_balances import derive_balances
from tests.knowledge.intake.balances_by_hand import Booking, MonthBalance, by_hand

FIRST = date(2024, 1, 10)
amounts = st.integers(-500_00, 500_00).filter(bool).map(lambda cents: Decimal(cents) / 100)
histories = st.lists(st.tuples(st.integers(0, 80), amounts), min_size=1, max_size=25)
small = st.integers(-3, 3).map(lambda units: Decimal(units))
unruly = st.lists(
    st.builds(
        Booking,
        booked_on=st.integers(0, 40).map(lambda day: FIRST + timedelta(days=day)),
        amount=small,
        balance_after=st.none() | small,
    ),
    min_size=1,
    max_size=14,
)
"""Bookings with balances that are missing or do not follow from each other: every rule of the chain is needed."""
reused = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)


@pytest.fixture
def staging() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        for schema in ("store", "merged", "gone", "derived"):
            connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute('CREATE TABLE store.balance (account_id VARCHAR, month DATE, "end" BIGINT, average BIGINT)')
        yield connection


def derived(
    staging: duckdb.DuckDBPyConnection, accounts: list[list[Booking]], rule: Balances
) -> list[list[MonthBalance]]:
    """The balances of several accounts by what an import runs."""
    staging.execute("DROP TABLE IF EXISTS merged.balance; DROP TABLE IF EXISTS gone.balance")
    staging.execute(
        "CREATE TABLE derived.booking "
        "(id VARCHAR, account_id VARCHAR, booked_on DATE, amount BIGINT, balance_after BIGINT)"
    )
    rows = [
        (f"t{place:03}", str(number), one.booked_on, _cents(one.amount), _cents(one.balance_after))
        for number, bookings in enumerate(accounts)
        for place, one in enumerate(bookings)
    ]
    staging.executemany("INSERT INTO derived.booking VALUES (?, ?, ?, ?, ?)", rows)
    derive_balances(staging, rule)
    found: list[list[MonthBalance]] = [[] for _ in accounts]
    for account, month, end, average in staging.execute(
        'SELECT account_id, month, "end", average FROM merged.balance ORDER BY ALL'
    ).fetchall():
        found[int(account)].append(MonthBalance(month, Decimal(end) / 100, Decimal(average) / 100))
    return found


def _cents(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)


def months(staging: duckdb.DuckDBPyConnection, bookings: list[Booking], until: date) -> list[MonthBalance]:
    return derived(staging, [bookings], Balances(until=until))[0]


def booked(history: list[tuple[int, Decimal]]) -> list[Booking]:
    """Bookings in their true order, each with the balance after it."""
    balance, bookings = Decimal(0), []
    for day, amount in sorted(history, key=lambda entry: entry[0]):
        balance += amount
        bookings.append(Booking(FIRST + timedelta(days=day), amount, balance))
    return bookings


@reused
@given(histories, st.randoms(use_true_random=False))
def test_a_months_end_and_average_are_those_of_its_days(
    staging: duckdb.DuckDBPyConnection, history: list[tuple[int, Decimal]], random: Random
) -> None:
    bookings = booked(history)
    by_day: dict[date, Decimal] = {}
    balance: Decimal | None = None
    until = FIRST + timedelta(days=90)
    for offset in range(91):
        day = FIRST + timedelta(days=offset)
        balance = next((one.balance_after for one in reversed(bookings) if one.booked_on == day), balance)
        if balance is not None:
            by_day[day] = balance
    # The first day is told by its own chain alone; a day whose amounts cancel out there has no one end.
    first_day = [one for one in bookings if one.booked_on == bookings[0].booked_on]
    if len(first_day) > 1:
        bookings = [Booking(one.booked_on, one.amount, one.balance_after) for one in bookings[len(first_day) - 1 :]]
        by_day = {day: end for day, end in by_day.items() if day >= bookings[0].booked_on}
    shuffled = list(bookings)
    random.shuffle(shuffled)
    of_month: dict[tuple[int, int], list[Decimal]] = {}
    for day, end in by_day.items():
        of_month.setdefault((day.year, day.month), []).append(end)
    expected = [(ends[-1], (sum(ends, Decimal(0)) / len(ends)).quantize(Decimal("0.01"))) for ends in of_month.values()]
    assert [(one.end, one.average) for one in months(staging, shuffled, until)] == expected


@reused
@given(st.lists(unruly, min_size=1, max_size=12), st.integers(0, 50).map(lambda day: FIRST + timedelta(days=day)))
def test_sets_of_rows_and_one_booking_after_the_other_give_the_same(
    staging: duckdb.DuckDBPyConnection, accounts: list[list[Booking]], until: date
) -> None:
    assert derived(staging, accounts, Balances(until=until)) == [by_hand(bookings, until) for bookings in accounts]
    own = [by_hand(bookings, max(one.booked_on for one in bookings)) for bookings in accounts]
    assert derived(staging, accounts, Balances(until="last_booking")) == own
    last = max(one.booked_on for bookings in accounts for one in bookings)
    of_all = [by_hand(bookings, last) for bookings in accounts]
    assert derived(staging, accounts, Balances(until="last_booking_of_all")) == of_all


def test_a_day_is_read_as_a_chain_and_not_in_the_order_of_the_file(staging: duckdb.DuckDBPyConnection) -> None:
    day = date(1996, 9, 6)
    withdrawn_last = [
        Booking(day, Decimal("-36000.00"), Decimal("77580.00")),
        Booking(day, Decimal("41759.00"), Decimal("113580.00")),
    ]
    assert [one.end for one in months(staging, withdrawn_last, day)] == [Decimal("77580.00")]


def test_amounts_are_added_up_where_no_balance_was_noted(staging: duckdb.DuckDBPyConnection) -> None:
    bookings = [
        Booking(date(2024, 1, 1), Decimal(5), None),
        Booking(date(2024, 1, 2), Decimal(7), Decimal(100)),
        Booking(date(2024, 1, 3), Decimal(-1), None),
    ]
    assert months(staging, bookings, date(2024, 1, 3)) == [
        MonthBalance(date(2024, 1, 3), Decimal(99), Decimal("99.50"))
    ]


def test_without_any_noted_balance_there_is_none(staging: duckdb.DuckDBPyConnection) -> None:
    assert months(staging, [Booking(FIRST, Decimal(5), None)], FIRST) == []


def test_the_running_month_carries_its_last_known_day(staging: duckdb.DuckDBPyConnection) -> None:
    [balance] = months(staging, [Booking(FIRST, Decimal(5), Decimal(5))], FIRST + timedelta(days=3))
    assert balance == MonthBalance(date(2024, 1, 13), Decimal(5), Decimal("5.00"))


def test_bookings_after_the_end_are_left_out(staging: duckdb.DuckDBPyConnection) -> None:
    later = [Booking(FIRST, Decimal(5), Decimal(5)), Booking(FIRST + timedelta(days=9), Decimal(1), Decimal(6))]
    assert [one.end for one in months(staging, later, FIRST)] == [Decimal(5)]
    assert months(staging, later, FIRST - timedelta(days=1)) == []
