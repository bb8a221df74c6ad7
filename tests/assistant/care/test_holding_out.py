"""Who is held out of a campaign: the same everywhere, as many as asked for, other ones in another campaign."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.care.holding_out import held_out

ids = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=60)
shares = st.decimals(0, 100, places=2)


@given(ids, shares, st.randoms())
def test_the_draw_hangs_on_the_ids_alone(customers: list[str], percent: Decimal, random: Random) -> None:
    drawn, shuffled = held_out("K1", customers, percent), list(customers)
    random.shuffle(shuffled)
    assert held_out("K1", shuffled, percent) == drawn
    assert drawn <= set(customers)
    assert abs(len(drawn) - len(customers) * percent / 100) <= Decimal("0.5")


@given(ids, shares, shares)
def test_a_larger_share_holds_out_the_same_and_more(customers: list[str], one: Decimal, other: Decimal) -> None:
    less, more = sorted((one, other))
    assert held_out("K1", customers, less) <= held_out("K1", customers, more)


def test_a_draw_is_known_and_another_campaigns_differs() -> None:
    customers = [f"C{number:06d}" for number in range(20)]
    fifth = held_out("K-1", customers, Decimal(20))
    assert sorted(fifth) == ["C000000", "C000011", "C000017", "C000019"]
    assert held_out("K-2", customers, Decimal(20)) != fifth


def test_every_place_is_as_likely_to_be_drawn() -> None:
    customers = [f"C{number}" for number in range(10)]
    counts = dict.fromkeys(customers, 0)
    for campaign in range(1000):
        for one in held_out(f"K-{campaign}", customers, Decimal(20)):
            counts[one] += 1
    assert all(150 <= count <= 250 for count in counts.values())


@pytest.mark.parametrize("percent", [Decimal("-0.01"), Decimal("100.01")])
def test_no_share_is_no_draw(percent: Decimal) -> None:
    with pytest.raises(ValueError, match="no share"):
        held_out("K-1", ["C1"], percent)
