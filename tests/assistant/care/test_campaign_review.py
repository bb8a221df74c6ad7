"""Reviews of campaigns: published examples, properties of the intervals, and groups of which little can be said."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.care.campaign_review import (
    NoCost,
    NoUplift,
    Review,
    Tally,
    Telling,
    Uplift,
    newcombe,
    review,
    wilson,
)
from knowledge.crm.money import Money

sizes = st.integers(1, 2000)
counted = sizes.flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size)))
NEARLY = 1e-9


def group(
    took: int | None, size: int, *, control: bool = False, cost: Money | None = None, accepted: int = 0,
    won: Mapping[str, Decimal] | None = None, whole: int | None = None,
) -> Tally:  # fmt: skip
    return Tally(
        name="control" if control else "treated",
        control=control,
        size=size,
        whole_size=size if whole is None else whole,
        unscreened=0,
        reached=0,
        accepted=accepted,
        took=took,
        won=won or {},
        cost=cost,
    )


def reviewed(*tallies: Tally) -> Review:
    return review(tallies, confidence=95, smallest=30)


def uplift_of(treated: tuple[int, int], control: tuple[int, int]) -> Uplift:
    uplift = reviewed(group(*treated), group(*control, control=True)).uplift
    assert uplift
    return uplift


@pytest.mark.parametrize(
    "successes, size, low, high",
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_newcombes_table(successes: int, size: int, low: float, high: float) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3."""
    assert wilson(successes, size, 95) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    "table, low, high",
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombes_table(
    table: tuple[int, int, int, int], low: float, high: float
) -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10."""
    assert newcombe(*table, 95) == pytest.approx((low, high), abs=5e-5)


@given(counted, st.sampled_from([80, 90, 95, 99]))
def test_a_share_lies_in_its_interval(group: tuple[int, int], confidence: int) -> None:
    low, high = wilson(*group, confidence)
    assert -NEARLY <= low <= group[0] / group[1] + NEARLY
    assert group[0] / group[1] - NEARLY <= high <= 1 + NEARLY


@given(counted)
def test_more_certainty_needs_a_wider_interval(group: tuple[int, int]) -> None:
    (low, high), (lower, higher) = wilson(*group, 90), wilson(*group, 99)
    assert lower <= low + NEARLY
    assert high <= higher + NEARLY


@given(counted, counted)
def test_a_difference_lies_in_its_interval_which_turns_with_it(one: tuple[int, int], other: tuple[int, int]) -> None:
    low, high = newcombe(*one, *other, 95)
    difference = one[0] / one[1] - other[0] / other[1]
    assert -1 - NEARLY <= low <= difference + NEARLY
    assert difference - NEARLY <= high <= 1 + NEARLY
    assert newcombe(*other, *one, 95) == pytest.approx((-high, -low))


@given(st.integers(0, 200))
def test_what_is_the_same_in_both_groups_is_no_effect(took: int) -> None:
    uplift = uplift_of((took, 200), (took, 200))
    assert uplift.difference.value == 0
    assert uplift.telling is Telling.UNCLEAR


@given(counted, counted)
def test_an_effect_is_told_only_where_the_interval_leaves_out_zero(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    uplift = uplift_of(one, other)
    low, high = newcombe(*one, *other, 95)
    told = {Telling.MORE: low > 0, Telling.LESS: high < 0}
    assert told.get(uplift.telling, low <= 0 <= high)


def test_a_group_of_nobody_has_no_share() -> None:
    found = reviewed(group(0, 5), group(0, 0, control=True))
    assert found.groups[1].conversion is None
    assert (found.uplift, found.no_uplift) == (None, NoUplift.NO_CONTROL)


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (6, 5), (-1, 5)])
def test_what_is_no_proportion_is_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(*shape, 95)


def test_small_groups_are_said_to_be_too_small() -> None:
    assert uplift_of((4, 20), (1, 10)).telling is Telling.TOO_FEW
    assert uplift_of((40, 200), (36, 200)).telling is Telling.UNCLEAR
    assert uplift_of((60, 200), (20, 200)).telling is Telling.MORE
    assert uplift_of((20, 200), (60, 200)).telling is Telling.LESS


def test_there_is_no_uplift_without_both_groups_and_a_product() -> None:
    assert reviewed(group(5, 50)).no_uplift is NoUplift.NO_CONTROL
    assert reviewed(group(5, 50, control=True)).no_uplift is NoUplift.NO_TREATED
    assert reviewed(group(None, 50), group(None, 50, control=True)).no_uplift is NoUplift.NO_PRODUCT
    assert reviewed().groups == []


def test_cost_per_result_is_in_the_currency_of_the_cost() -> None:
    (one,) = reviewed(group(3, 50, cost=Money(Decimal(1000), "EUR"))).groups
    assert one.cost_per_result == Money(Decimal("333.33"), "EUR")
    for tally, why in (
        (group(3, 50), NoCost.UNKNOWN),
        (group(0, 50, cost=Money(Decimal(1000), "EUR")), NoCost.NO_RESULT),
        (group(3, 50, whole=60, cost=Money(Decimal(1000), "EUR")), NoCost.PARTLY_SEEN),
    ):
        (one,) = reviewed(tally).groups
        assert (one.cost_per_result, one.no_cost) == (None, why)


def test_without_a_product_a_yes_to_the_invitation_is_the_result() -> None:
    (one,) = reviewed(group(None, 40, accepted=10, cost=Money(Decimal(500), "CNY"))).groups
    assert one.conversion
    assert one.conversion.value == Decimal("25.00")
    assert one.cost_per_result == Money(Decimal("50.00"), "CNY")


money = st.decimals(0, 10**9, places=2)


@given(st.lists(st.tuples(st.sampled_from(["CNY", "EUR", "USD"]), money, money), min_size=1, max_size=6))
def test_currencies_are_never_added_up(rows: list[tuple[str, Decimal, Decimal]]) -> None:
    found = reviewed(*(group(1, 1, cost=Money(cost, code), won={code: won}) for code, cost, won in rows))
    for sums, place in ((found.costs, 1), (found.won, 2)):
        assert set(sums) == {row[0] for row in rows}
        for code, total in sums.items():
            assert total == sum((Decimal(str(row[place])) for row in rows if row[0] == code), Decimal(0))
