"""Learning from messages that nobody labelled: labels spread to messages that are alike.

Label spreading on a graph of nearest neighbours (Zhou, Bousquet, Lal, Weston, Schölkopf: Learning with Local and
Global Consistency, NIPS 2003), begun with what a classifier of the labelled ones guesses. A new message takes part by
its neighbours (Delalleau, Bengio, Le Roux: Efficient Non-Parametric Function Induction, AISTATS 2005).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

NEIGHBOURS = 15
WIDTH = 0.15
"""How fast a neighbour counts less, by cosine distance."""
NEAR = 0.07
"""The same for a new message."""
STAYS = 0.3
"""What a message keeps of its own first guess at each step."""
OWN = 0.4
"""What a new message keeps."""
STEPS = 30
ROWS_A_BLOCK = 1_000


@dataclass(frozen=True)
class Neighbourhood:
    """Messages as unit rows, and each one's share in each label after spreading."""

    rows: Floats
    shares: Floats

    @classmethod
    def of(cls, labelled: Floats, given: Floats, others: Floats, guesses: Floats) -> "Neighbourhood":
        """`given`: a row for each labelled message, 1 for its label; `guesses`: probabilities of the others."""
        rows = np.concatenate([labelled, others])
        return cls(rows, spread(neighbours(rows), np.concatenate([given, guesses])))

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "Neighbourhood | None":
        """From `as_arrays`; None where nothing was spread."""
        if "near" not in arrays:
            return None
        return cls(np.asarray(arrays["near"], dtype=np.float32), np.asarray(arrays["shares_near"], dtype=np.float32))

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        return {"near": self.rows.astype(np.float16), "shares_near": self.shares.astype(np.float16)}

    def mixed(self, rows: Floats, guesses: Floats) -> Floats:
        """Probabilities of new messages: their neighbours' shares, and their own guesses."""
        alike = rows @ self.rows.T
        near = min(NEIGHBOURS, len(self.rows))
        places = np.argpartition(-alike, near - 1, axis=1)[:, :near]
        weights = np.exp((np.take_along_axis(alike, places, axis=1) - 1) / NEAR)
        shares = np.einsum("ij,ijk->ik", weights / weights.sum(axis=1, keepdims=True), self.shares[places])
        return np.asarray((1 - OWN) * shares + OWN * guesses, dtype=np.float32)


def spread(graph: csr_matrix, first: Floats) -> Floats:
    """Each message's share in each label, a row of sum 1, after `first` has spread over `graph`."""
    shares = first
    for _ in range(STEPS):
        shares = np.asarray((1 - STAYS) * (graph @ shares) + STAYS * first, dtype=np.float32)
    # A label that many messages are near to would take its neighbours' as well.
    shares = shares / np.sqrt(np.maximum(shares.sum(axis=0) / shares.sum(), 1e-6))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), dtype=np.float32)


def neighbours(meanings: Floats) -> csr_matrix:
    """Each message with its nearest ones, either way, normalised on both sides; `meanings` are unit vectors."""
    many = len(meanings)
    near = min(NEIGHBOURS, many - 1)
    columns = np.empty((many, near), dtype=np.intp)
    alike = np.empty((many, near), dtype=np.float32)
    for start in range(0, many, ROWS_A_BLOCK):
        block = meanings[start : start + ROWS_A_BLOCK] @ meanings.T
        block[np.arange(len(block)), start + np.arange(len(block))] = -np.inf
        nearest = np.argpartition(-block, near - 1, axis=1)[:, :near]
        columns[start : start + len(block)] = nearest
        alike[start : start + len(block)] = np.take_along_axis(block, nearest, axis=1)
    rows = np.repeat(np.arange(many), near)
    weights = np.exp((alike.ravel() - 1) / WIDTH)
    one_way = csr_matrix((weights, (rows, columns.ravel())), shape=(many, many))
    both = one_way.maximum(one_way.T)
    scale = 1 / np.sqrt(np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1e-12))
    return csr_matrix(both.multiply(scale[:, None]).multiply(scale[None, :]), dtype=np.float32)
