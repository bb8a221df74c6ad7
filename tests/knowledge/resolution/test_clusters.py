"""Clusters never hold what must stay apart, and lose no record."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.resolution.clusters import BINDING, Link, components, kept_apart

PAIR = st.sampled_from(list(combinations(range(8), 2)))
PAIRS = st.lists(PAIR, max_size=8)
LINKS = st.lists(st.builds(lambda pair, weight: Link(*pair, weight), PAIR, st.integers(-5, 40)), max_size=20)


@given(LINKS, PAIRS, PAIRS)
def test_no_cluster_holds_what_must_stay_apart(
    links: list[Link], contradicting: list[tuple[int, int]], decided: list[tuple[int, int]]
) -> None:
    clusters = kept_apart(range(8), links, contradicting, decided)
    assert sorted(record for cluster in clusters for record in cluster) == list(range(8))
    for one, other in contradicting + decided:
        assert not any(one in cluster and other in cluster for cluster in clusters)


@given(LINKS)
def test_without_contradictions_clusters_are_the_components(links: list[Link]) -> None:
    ones, others = (np.array([link[side] for link in links], dtype=np.int32) for side in (0, 1))
    found = components(8, ones, others)
    assert {min(cluster): cluster for cluster in kept_apart(range(8), links, [], [])} == {
        int(label): [record for record in range(8) if found[record] == label] for label in sorted(set(found))
    }


@given(LINKS, PAIRS)
def test_the_order_of_links_does_not_matter(links: list[Link], apart: list[tuple[int, int]]) -> None:
    assert kept_apart(range(8), links, apart, []) == kept_apart(range(8), links[::-1], apart[::-1], [])


def test_a_chain_breaks_at_its_weakest_link() -> None:
    assert kept_apart("", [], [], []) == []
    assert kept_apart(range(3), [Link(0, 1, 9.0), Link(1, 2, 20.0)], [(0, 2)], []) == [[0], [1, 2]]


def test_what_is_bound_stays_together_unless_a_person_decides() -> None:
    bound = [Link(0, 1, BINDING)]
    assert kept_apart(range(2), bound, [(0, 1)], []) == [[0, 1]]
    assert kept_apart(range(2), bound, [], [(0, 1)]) == [[0], [1]]
