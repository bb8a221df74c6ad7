"""Clusters of records that are one customer: pairs joined from the heaviest on, never across a contradiction."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

BINDING = float("inf")
"""The weight of a link that holds always: a person said so, or the store already counts both as one customer."""


class Link(NamedTuple):
    one: int
    other: int
    weight: float


def components(count: int, ones: NDArray[np.int32], others: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each record 0..count-1 the smallest record that links lead to, itself when there is none."""
    links = coo_array((np.ones(len(ones), dtype=np.int8), (ones, others)), shape=(count, count))
    labels = connected_components(links, directed=False)[1]
    smallest = np.full(count, count, dtype=np.int32)
    np.minimum.at(smallest, labels, np.arange(count, dtype=np.int32))
    found: NDArray[np.int32] = smallest[labels]
    return found


def kept_apart(
    records: Iterable[int],
    links: Iterable[Link],
    contradicting: Iterable[tuple[int, int]],
    decided: Iterable[tuple[int, int]],
) -> list[list[int]]:
    """The records of one component in clusters that hold no pair that contradicts or was decided to be different.

    Links are followed from the heaviest on; one that would bring together what must stay apart is left out, so a
    chain breaks where it is weakest. Links of equal weight are followed in the order of their records. What binding
    links join stays together in spite of contradictions, not of decisions.
    """
    decided, links = list(decided), sorted(links, key=lambda link: (-link.weight, link.one, link.other))
    cluster = {record: {record} for record in records}
    _follow(cluster, [link for link in links if link.weight == BINDING], decided)
    foes = [(one, other) for one, other in contradicting if cluster[one] is not cluster[other]]
    _follow(cluster, links, [*foes, *decided])
    return sorted({id(group): sorted(group) for group in cluster.values()}.values())


def _follow(cluster: dict[int, set[int]], links: Iterable[Link], apart: Iterable[tuple[int, int]]) -> None:
    foes: dict[int, set[int]] = defaultdict(set)
    for one, other in apart:
        foes[one].add(other)
        foes[other].add(one)
    for link in links:
        group, joining = cluster[link.one], cluster[link.other]
        if group is joining or any(foes[record] & joining for record in group):
            continue
        group |= joining
        for record in joining:
            cluster[record] = group
