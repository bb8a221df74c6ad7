"""What may be told together must not let what is known of one customer out of view be computed."""

from collections import Counter
from collections.abc import Collection, Iterable
from decimal import Decimal
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.grounding.small_groups import Tellable, rounded, rounding_step, tellable
from knowledge.crm.members import Outside

PEERS = ("a", "b", "c", "d")
Member = tuple[str, bool, bool]
"""Peer group, whether in the asker's branch, whether in the asker's view."""
MEMBERS = st.lists(st.tuples(st.sampled_from(PEERS), st.booleans(), st.booleans()), max_size=40)
CELLS = st.dictionaries(
    st.sampled_from(PEERS), st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=4
)
LEAST = 5


def outside_of(members: Iterable[Member], own_peers: Collection[str] = ()) -> Outside:
    unseen = [(peer, here) for peer, here, seen in members if not seen]
    cells = Counter(unseen)
    peers = {peer: (cells[peer, True], cells[peer, False]) for peer in PEERS}
    return Outside(len(unseen), sum(here for _, here in unseen), peers, frozenset(own_peers))


def told_sums(outside: Outside, told: Tellable) -> tuple[NDArray[np.float64], list[int]]:
    """One row for each average told, one column for each kind of customer out of view, and how many there are of it."""
    columns = [(peer, here) for peer in outside.peers for here in (True, False)]
    numbers = [outside.peers[peer][0 if here else 1] for peer, here in columns]
    rows = [[1.0 for _ in columns]] if told.bank else []
    rows += [[float(here) for _, here in columns]] if told.branch else []
    rows += [[float(peer == group) for peer, _ in columns] for group in sorted(told.peers)]
    kept = [place for place, number in enumerate(numbers) if number]
    return np.array(rows).reshape(len(rows), len(columns))[:, kept], [numbers[place] for place in kept]


@given(MEMBERS, st.frozensets(st.sampled_from(PEERS)), st.integers(2, 6))
def test_no_combination_of_what_is_told_is_one_customers_value(
    members: list[Member], askable: frozenset[str], least: int
) -> None:
    outside = outside_of(members, askable)
    sums, numbers = told_sums(outside, tellable(outside, least))
    known = np.repeat(sums, numbers, axis=1)
    if not known.size:
        return
    rank = np.linalg.matrix_rank(known)
    for one in np.eye(known.shape[1]):
        assert np.linalg.matrix_rank(np.vstack([known, one])) > rank


@settings(max_examples=400)
@given(CELLS, st.frozensets(st.sampled_from(PEERS)))
def test_no_combination_is_about_a_few(cells: dict[str, tuple[int, int]], askable: frozenset[str]) -> None:
    """Every set of kinds of customers that is small: is there a combination that holds nobody else?"""
    outside = Outside(sum(map(sum, cells.values())), sum(here for here, _ in cells.values()), cells, askable)
    sums, numbers = told_sums(outside, tellable(outside, LEAST))
    if not sums.size:
        return
    rank = np.linalg.matrix_rank(sums)
    for size in range(1, min(len(numbers), LEAST)):
        for few in combinations(range(len(numbers)), size):
            if sum(numbers[place] for place in few) < LEAST:
                others = [place for place in range(len(numbers)) if place not in few]
                assert np.linalg.matrix_rank(sums[:, others]) == rank if others else rank == 0


@given(MEMBERS, st.integers(2, 6))
def test_the_bank_and_the_branch_are_told_whatever_else_is_asked(members: list[Member], least: int) -> None:
    """What may be told must not depend on the question, or two questions would tell what one may not."""
    outside = outside_of(members)
    alone = tellable(Outside(outside.bank, outside.branch, {}), least)
    for askable in ((), PEERS[:1], PEERS):
        told = tellable(outside_of(members, askable), least)
        assert (told.bank, told.branch) == (alone.bank, alone.branch)


def test_who_sees_everybody_is_told_everything() -> None:
    assert tellable(Outside(0, 0, dict.fromkeys(PEERS, (0, 0)), frozenset(PEERS)), LEAST) == Tellable(
        True, True, frozenset(PEERS)
    )


def test_what_is_told_first_can_keep_another_back() -> None:
    """Twenty are out of view in the bank, eighteen of them in the branch: the difference would tell about two."""
    assert not tellable(Outside(20, 18, {}), LEAST).branch
    assert tellable(Outside(20, 15, {}), LEAST).branch
    assert not tellable(Outside(20, 4, {}), LEAST).branch


def test_the_last_peer_group_is_not_told_by_difference() -> None:
    """Three of one peer group are out of view: it is kept back, and with it the smallest other, whose difference to the
    bank would be those three."""
    cells = {"a": (0, 3), "b": (0, 30), "c": (0, 9)}
    assert tellable(Outside(42, None, cells, frozenset("abc")), LEAST).peers == {"b"}
    assert tellable(Outside(43, None, {**cells, "d": (0, 2)}, frozenset("abcd")), LEAST).peers == {"b", "c"}


def test_a_branch_that_is_nearly_a_peer_group_is_told_without_it() -> None:
    """All but two of the branch are of one peer group, and all of that group are in the branch."""
    cells = {"a": (30, 0), "b": (2, 40)}
    told = tellable(Outside(72, 32, cells, frozenset("ab")), LEAST)
    assert told.bank
    assert told.branch
    assert told.peers == frozenset()


def test_numbers_that_do_not_fit_are_not_told() -> None:
    """More in view than members: somebody has moved since the average was taken."""
    assert tellable(Outside(20, None, {"a": (0, -1), "b": (0, 21)}, frozenset("ab")), LEAST) == Tellable(
        True, False, frozenset()
    )
    assert tellable(Outside(-1, -1, {}), LEAST) == Tellable(False, False, frozenset())


VALUES = st.lists(st.decimals(-10_000_000, 10_000_000, places=2), min_size=2, max_size=60)
TENTH = Decimal(10)


@given(VALUES, st.data())
def test_nobodys_value_follows_to_within_a_tenth_of_the_largest(values: list[Decimal], data: st.DataObject) -> None:
    """Even who knows every other value: as much as a tenth of the largest more or less, and the same is told."""
    average, largest = sum(values) / len(values), max(map(abs, values))
    step = rounding_step(largest, len(values), TENTH)
    told = rounded(average, step)
    assert abs(told - average) <= step / 2
    one = data.draw(st.integers(0, len(values) - 1))
    known = sum(values) - values[one]
    lowest, highest = ((told + sign * step / 2) * len(values) - known for sign in (-1, 1))
    assert highest - lowest >= largest / 5
    assert step == 0 or lowest <= values[one] <= highest


@given(VALUES, st.decimals(-10_000_000, 10_000_000, places=2))
def test_who_comes_between_two_days_does_not_show(values: list[Decimal], comer: Decimal) -> None:
    """The averages of two days, both rounded, leave the value of one who came in between open by a fifth at least."""
    after = [*values, comer]
    open_by = Decimal(0)
    for group in (values, after):
        step = rounding_step(max(map(abs, group)), len(group), TENTH)
        open_by += step * len(group)
    assert open_by >= abs(comer) / 5


def test_steps_are_ones_twos_and_fives() -> None:
    assert rounding_step(Decimal("330531.31"), 1965, TENTH) == 50
    assert rounding_step(Decimal(100), 1965, TENTH) == Decimal("0.02")
    assert rounding_step(Decimal(100), 20, TENTH) == 1
    assert rounding_step(Decimal(0), 20, TENTH) == 0
    assert rounded(Decimal("6215.9465"), Decimal(50)) == 6200
