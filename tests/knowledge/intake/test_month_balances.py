"""Month-end balances follow from bookings in whatever order a day's bookings come."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from knowledge.intake.month_balances import Booking, MonthBalance, day_ends, month_balances

FIRST = date(2024, 1, 10)
amounts = st.integers(-500_00, 500_00).filter(bool).map(lambda cents: Decimal(cents) / 100)
histories = st.lists(st.tuples(st.integers(0, 80), amounts), min_size=1, max_size=25)


def booked(history: list[tuple[int, Decimal]]) -> list[Booking]:
    """Bookings in their true order, each with the balance after it."""
    balance, bookings = Decimal(0), []
    for day, amount in sorted(history, key=lambda entry: entry[0]):
        balance += amount
        bookings.append(Booking(FIRST + timedelta(days=day), amount, balance))
    return bookings


@given(histories, st.randoms(use_true_random=False))
def test_a_months_end_and_average_are_those_of_its_days(history: list[tuple[int, Decimal]], random: Random) -> None:
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
    months: dict[tuple[int, int], list[Decimal]] = {}
    for day, end in by_day.items():
        months.setdefault((day.year, day.month), []).append(end)
    expected = [(ends[-1], (sum(ends, Decimal(0)) / len(ends)).quantize(Decimal("0.01"))) for ends in months.values()]
    assert [(one.end, one.average) for one in month_balances(shuffled, until)] == expected


def test_a_day_is_read_as_a_chain_and_not_in_the_order_of_the_file() -> None:
    day = date(1996, 9, 6)
    withdrawn_last = [
        Booking(day, Decimal("-36000.00"), Decimal("77580.00")),
        Booking(day, Decimal("41759.00"), Decimal("113580.00")),
    ]
    assert list(day_ends(withdrawn_last)) == [(day, Decimal("77580.00"))]


def test_amounts_are_added_up_where_no_balance_was_noted() -> None:
    bookings = [
        Booking(date(2024, 1, 1), Decimal(5), None),
        Booking(date(2024, 1, 2), Decimal(7), Decimal(100)),
        Booking(date(2024, 1, 3), Decimal(-1), None),
    ]
    assert list(day_ends(bookings)) == [(date(2024, 1, 2), Decimal(100)), (date(2024, 1, 3), Decimal(99))]


def test_without_any_noted_balance_there_is_none() -> None:
    assert month_balances([Booking(FIRST, Decimal(5), None)], FIRST) == []


def test_the_running_month_carries_its_last_known_day() -> None:
    [balance] = month_balances([Booking(FIRST, Decimal(5), Decimal(5))], FIRST + timedelta(days=3))
    assert balance == MonthBalance(date(2024, 1, 13), Decimal(5), Decimal("5.00"))


def test_bookings_after_the_end_are_left_out() -> None:
    later = [Booking(FIRST, Decimal(5), Decimal(5)), Booking(FIRST + timedelta(days=9), Decimal(1), Decimal(6))]
    assert [one.end for one in month_balances(later, FIRST)] == [Decimal(5)]
    assert month_balances(later, FIRST - timedelta(days=1)) == []
