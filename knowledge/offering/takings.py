"""What people like them take: item-item neighbourhoods over holdings and traits.

Each item that a customer has raises or lowers the chance of a product by its lift, P(product | item) / P(product),
smoothed by a number of customers who behave like all; the lifts multiply upon the product's share of all customers
(naive Bayes). Traits (tier, tolerance, age band) are items that nobody can be offered; they carry a customer with one
account.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Numbers = NDArray[np.float64]
PRIOR = 20.0
"""Customers like all others that are added to those who have an item: a handful makes no neighbourhood."""
TINY = 1e-6


@dataclass(frozen=True)
class Neighbour:
    """The item that speaks most for a product: of `members` customers who have it, `share` (0 to 1) have the product
    too."""

    item: str
    share: float
    members: int


@dataclass(frozen=True)
class Takings:
    """What was learnt: of each item (rows) with each product (columns) the logarithm of the lift and the share of those
    who have both; `members` have the item, `shares` of all customers have the product."""

    items: tuple[str, ...]
    products: tuple[str, ...]
    lifts: Numbers
    together: Numbers
    members: Numbers
    shares: Numbers

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {item: row for row, item in enumerate(self.items)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {product: column for column, product in enumerate(self.products)}

    @classmethod
    def learn(cls, had: Sequence[Set[str]], products: Sequence[str]) -> "Takings":
        """`had` is what each customer has, traits included; `products` are the items that can be offered."""
        items = tuple(sorted({item for one in had for item in one} | set(products)))
        matrix = _matrix(had, items)
        columns = [items.index(product) for product in products]
        both = np.asarray((matrix.T @ matrix[:, columns]).todense(), dtype=np.float64)
        members = np.asarray(matrix.sum(axis=0), dtype=np.float64).ravel()
        shares = members[columns] / max(len(had), 1)
        likely = (both + PRIOR * shares) / (members[:, None] + PRIOR)
        lifts = np.log(likely + TINY) - np.log(shares + TINY)
        return cls(items, tuple(products), lifts, both / np.maximum(members, 1.0)[:, None], members, shares)

    def scores(self, had: Sequence[Set[str]]) -> Numbers:
        """Per customer and product how likely it is that they take it, 0 to 1; only their order is to be relied on,
        because the items are not independent. 0 for what they have already."""
        found = np.log(self.shares + TINY) + np.asarray(_matrix(had, self.items) @ self.lifts)
        scores = np.exp(np.minimum(found, 0.0))
        for row, own in enumerate(had):
            scores[row, [self._columns[item] for item in own if item in self._columns]] = 0.0
        return np.asarray(scores, dtype=np.float64)

    def neighbour(self, had: Set[str], product: str, least: int) -> Neighbour | None:
        """The product among what they have that speaks most for another, where at least so many customers have it."""
        column = self._columns[product]
        rows = [self._rows[item] for item in had if item in self._columns]
        telling = [row for row in rows if self.members[row] >= least and self.lifts[row, column] > 0]
        best = max(telling, key=lambda row: (self.lifts[row, column], -row), default=None)
        if best is None:
            return None
        return Neighbour(self.items[best], float(self.together[best, column]), int(self.members[best]))


def _matrix(had: Iterable[Set[str]], items: Sequence[str]) -> csr_matrix:
    place, rows, columns, count = {item: column for column, item in enumerate(items)}, list[int](), list[int](), 0
    for own in had:
        known = [place[item] for item in sorted(own) if item in place]
        rows += [count] * len(known)
        columns += known
        count += 1
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, len(items)))
