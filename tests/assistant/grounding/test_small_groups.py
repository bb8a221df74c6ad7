"""No average may be told from which what is known of one customer out of view could be computed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding.small_groups import tellable

ORDER = ("peers", "branch", "bank")
Member = tuple[bool, bool, bool]
"""In the peer group, in the branch, in the asker's view. All are in the bank."""
MEMBERS = st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=40)


def groups(members: list[Member]) -> dict[str, list[int]]:
    """The members of each group that are out of view, as ones among all those out of view."""
    unseen = [(peer, branch) for peer, branch, seen in members if not seen]
    return {
        "peers": [int(peer) for peer, _ in unseen],
        "branch": [int(branch) for _, branch in unseen],
        "bank": [1 for _ in unseen],
    }


@given(MEMBERS, st.integers(2, 6))
def test_what_is_told_together_never_gives_away_one_customer(members: list[Member], least: int) -> None:
    sums = groups(members)
    told = tellable({group: sum(row) for group, row in sums.items()}, ORDER, least)
    if not told or not sums["bank"]:
        return
    known = np.array([sums[group] for group in told])
    rank = np.linalg.matrix_rank(known)
    for one in range(known.shape[1]):
        alone = np.eye(known.shape[1])[one]
        assert np.linalg.matrix_rank(np.vstack([known, alone])) > rank, (told, members)


@given(MEMBERS, st.integers(2, 6))
def test_no_group_is_told_with_a_few_out_of_view(members: list[Member], least: int) -> None:
    numbers = {group: sum(row) for group, row in groups(members).items()}
    for group in tellable(numbers, ORDER, least):
        assert numbers[group] == 0 or numbers[group] >= least


def test_who_sees_everybody_is_told_everything() -> None:
    assert tellable(dict.fromkeys(ORDER, 0), ORDER, 5) == set(ORDER)


def test_what_is_told_first_can_keep_another_back() -> None:
    """Twenty are out of view in the bank, eighteen of them in the branch: the difference would tell about two."""
    assert tellable({"branch": 18, "bank": 20}, ORDER, 5) == {"branch"}
    assert tellable({"branch": 15, "bank": 20}, ORDER, 5) == {"branch", "bank"}
    assert tellable({"peers": 4, "bank": 20}, ORDER, 5) == {"bank"}


def test_numbers_that_do_not_fit_are_not_told() -> None:
    """More in view than members: somebody has moved since the average was taken."""
    assert tellable({"peers": -1, "bank": 20}, ORDER, 5) == {"bank"}
