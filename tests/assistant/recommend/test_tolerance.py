"""Which assessment counts: a year, two a day, eight in twelve months, and no way round it by asking again."""

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.recommend.rule_pack import Tolerance, read_pack
from assistant.recommend.tolerance import Answers, standing, within_limits

RULE = read_pack("cn").assessment
TODAY = date(2026, 11, 20)


def made(*at_and_class: tuple[datetime, str]) -> list[Answers]:
    return [Answers(f"a{n}", at, Tolerance(tolerance)) for n, (at, tolerance) in enumerate(at_and_class)]


def tolerance(assessments: list[Answers], today: date = TODAY) -> str | None:
    found = standing(assessments, RULE, today)
    return found.answers.tolerance.value if found and found.holds(RULE, today) else None


def test_it_holds_a_year_to_the_day() -> None:
    for day, held in ((date(2025, 11, 20), "C3"), (date(2025, 11, 19), None), (date(2026, 11, 21), None)):
        assert tolerance(made((datetime(day.year, day.month, day.day, 10), "C3"))) == held
    leap = made((datetime(2024, 2, 29, 10), "C2"))
    assert tolerance(leap, date(2025, 2, 28)) == "C2"
    assert tolerance(leap, date(2025, 3, 1)) is None


def test_a_third_one_on_a_day_does_not_raise_what_stands() -> None:
    day = datetime(2026, 11, 2, 9)
    first, second = (day, "C2"), (day + timedelta(hours=1), "C3")
    assert tolerance(made(first, second)) == "C3"
    assert tolerance(made(first, second, (day + timedelta(hours=2), "C5"))) == "C3"
    assert tolerance(made(first, second, (day + timedelta(hours=2), "C1"))) == "C1"
    assert tolerance(made(first, second, (day + timedelta(days=1), "C5"))) == "C5"


def test_a_ninth_one_in_a_year_does_not_raise_what_stands() -> None:
    start = datetime(2026, 1, 5, 9)
    eight = [(start + timedelta(days=20 * n), "C2") for n in range(8)]
    ninth = start + timedelta(days=200)
    assert tolerance(made(*eight, (ninth, "C4"))) == "C2"
    assert tolerance(made(*eight[1:], (ninth, "C4"))) == "C4"
    assert not within_limits(made(*eight), RULE, ninth.date())
    assert within_limits(made(*eight), RULE, date(2027, 1, 5))


DAYS = st.datetimes(datetime(2025, 10, 1), datetime(2026, 11, 30))
MADE = st.lists(st.tuples(DAYS, st.sampled_from(list(Tolerance))), max_size=14)


@settings(max_examples=120, deadline=None)
@given(rows=MADE, repeated=st.lists(st.sampled_from(list(Tolerance)), max_size=6))
def test_asking_again_on_the_same_day_never_raises_it_beyond_the_first_two(
    rows: list[tuple[datetime, Tolerance]], repeated: list[Tolerance]
) -> None:
    day = datetime(2026, 11, 20, 8)
    before = made(*((at, one.value) for at, one in rows if at < day))
    again = made(*((day + timedelta(minutes=n), one.value) for n, one in enumerate(repeated)))
    first_two, all_of_them = standing([*before, *again[:2]], RULE, TODAY), standing([*before, *again], RULE, TODAY)
    if first_two and all_of_them:
        assert all_of_them.answers.tolerance <= max(first_two.answers.tolerance, Tolerance.C1)


@settings(max_examples=120, deadline=None)
@given(rows=MADE)
def test_a_result_that_stands_was_made_within_the_limits_or_lowered_what_stood(
    rows: list[tuple[datetime, Tolerance]],
) -> None:
    assessments = made(*((at, one.value) for at, one in rows))
    found = standing(assessments, RULE, TODAY)
    if found and found.before and found.answers.tolerance > found.before:
        earlier = [one for one in assessments if one.at < found.answers.at]
        day = found.assessed_on
        assert sum(one.at.date() == day for one in earlier) < 2
        assert sum(0 <= (day - one.at.date()).days < 365 for one in earlier) < 8
