"""Kernel ridge regression on how alike messages are, in what they mean and how they are worded.

What messages of one label differ in says little, so those directions count less (the covariance within labels, drawn to
the identity, as in regularised discriminant analysis: Friedman, JASA 84, 1989). Learnt in closed form; the part of the
words is linear, so that it can be said which of them decided.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

# Chosen on two folds of public messages, see docs/triage.md.
STEEPNESS = 3.0
"""How fast messages stop being alike, by cosine."""
PENALTY = 0.1
WORDING, HALF = 0.45, 50
"""What likeness in words and letters counts beside likeness in meaning, and the examples a label at which it counts
half of that: of few examples' words, few are their label's."""
SHRINKAGE = 0.96
"""How far the covariance within labels is drawn to the identity."""
DIRECTIONS, SEED = 128, 7


@dataclass(frozen=True)
class Directions:
    """`axes` (a column each) along which messages of one label differ most, and the share of each that is taken off."""

    axes: Floats
    shares: Floats

    @classmethod
    def within(cls, meanings: Floats, truth: Places) -> "Directions":
        """Of labelled messages; none where no label has two."""
        counts = np.bincount(truth)
        sums = np.zeros((len(counts), meanings.shape[1]), dtype=np.float32)
        np.add.at(sums, truth, meanings)
        apart = meanings - (sums / np.maximum(counts, 1)[:, None])[truth]
        mean = float(np.square(apart).sum()) / apart.size
        many = min(DIRECTIONS, *apart.shape)
        if mean < 1e-9:
            return cls(np.zeros((meanings.shape[1], 0), dtype=np.float32), np.zeros(0, dtype=np.float32))
        _, lengths, axes = randomized_svd(apart, many, random_state=SEED)
        spread = lengths**2 / len(apart)
        left = np.sqrt(SHRINKAGE * mean / ((1 - SHRINKAGE) * spread + SHRINKAGE * mean))
        return cls(np.asarray(axes.T, dtype=np.float32), np.asarray(1 - left, dtype=np.float32))

    def quieted(self, meanings: Floats) -> Floats:
        """Unit rows in which these directions count less."""
        rows = meanings - ((meanings @ self.axes) * self.shares) @ self.axes.T
        return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)


@dataclass(frozen=True)
class Ridge:
    """What was learnt: the messages (quieted), what each adds to each label, and the same by words and letters."""

    directions: Directions
    known: Floats
    added: Floats
    by_wording: Floats

    @classmethod
    def learn(cls, meanings: Floats, wording: csr_matrix, truth: Places, labels: int) -> "Ridge":
        """`truth` counts from 0 to below `labels`; a label that has no message scores lowest everywhere."""
        directions = Directions.within(meanings, truth)
        known = directions.quieted(meanings)
        alike = _alike(known, known)
        examples = len(truth) / labels
        counts = WORDING * examples / (examples + HALF)
        alike += counts * np.asarray((wording @ wording.T).todense(), dtype=np.float32)
        alike[np.diag_indices(len(alike))] += PENALTY
        wanted = np.full((len(truth), labels), -1, dtype=np.float32)
        wanted[np.arange(len(truth)), truth] = 1
        solved = cho_solve(cho_factor(alike, overwrite_a=True, check_finite=False), wanted, check_finite=False)
        added = np.asarray(solved, dtype=np.float32)
        return cls(directions, known, added, np.asarray(counts * (wording.T @ added).T, dtype=np.float32))

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "Ridge":
        """From `as_arrays`."""
        names = ("axes", "shares", "known", "added", "by_wording")
        axes, shares, known, added, by_wording = (np.asarray(arrays[name], dtype=np.float32) for name in names)
        return cls(Directions(axes, shares), known, added, by_wording)

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        return {
            "axes": self.directions.axes,
            "shares": self.directions.shares,
            "known": self.known.astype(np.float16),
            "added": self.added,
            "by_wording": self.by_wording.astype(np.float16),
        }

    def scores(self, quieted: Floats, wording: csr_matrix) -> Floats:
        """About 1 for a label that a message has and -1 for one that it has not. `quieted` as `directions` makes it."""
        return np.asarray(_alike(quieted, self.known) @ self.added + wording @ self.by_wording.T, dtype=np.float32)


def _alike(some: Floats, others: Floats) -> Floats:
    found = some @ others.T
    found -= 1
    found *= np.float32(STEEPNESS)
    return np.asarray(np.exp(found, out=found), dtype=np.float32)
