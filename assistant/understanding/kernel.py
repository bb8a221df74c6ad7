"""Learning from examples by their likeness: kernel ridge regression, with its confidence set on examples left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

TRANSLATIONS = 2
"""An example is left out together with this many that are most like it: usually itself in the other languages."""
SHARPEST = 100.0


@dataclass(frozen=True)
class Learnt:
    """`likeness @ coefficients` are the scores of the labels, in the order of `labels`; `sharpness` makes
    probabilities of them."""

    labels: list[str]
    coefficients: Floats
    sharpness: float

    def likely(self, likeness: Floats) -> Floats:
        """The probability of each label for what is so alike to each example."""
        return likely(np.einsum("i,ij->j", likeness, self.coefficients), self.sharpness)


def learn(likeness: Floats, labels: Sequence[str], penalty: float) -> Learnt:
    """Learns from the likeness of each example to each, which it overwrites. Each label weighs the same however many
    examples it has; `penalty` keeps the scores from following each example.

    The sharpness is the one under which examples that were left out are likeliest: a probability of 0.8 is right
    eight times in ten. What is predicted for an example left out has a closed form (Rasmussen and Williams,
    Gaussian Processes for Machine Learning, 2006, 5.4.2), so that nothing is learnt twice.
    """
    from scipy.linalg import cho_factor, cho_solve
    from scipy.linalg.lapack import spotri

    names, truth = np.unique(np.asarray(labels), return_inverse=True)
    left_out = _with_translations(likeness, truth)
    targets = np.eye(len(names), dtype=np.float32)[truth]
    likeness[np.diag_indices(len(truth))] += penalty * np.bincount(truth)[truth] * len(names) / len(truth)
    factor, lower = cho_factor(likeness, lower=True, overwrite_a=True, check_finite=False)
    coefficients = np.asarray(cho_solve((factor, lower), targets, check_finite=False), dtype=np.float32)
    inverse, failed = spotri(factor, lower=True, overwrite_c=True)
    if failed:
        raise ValueError("the examples' likeness cannot be inverted")
    predicted = np.stack([_without(rows, inverse, coefficients, targets) for rows in left_out])
    return Learnt([str(name) for name in names], coefficients, _sharpness(predicted, truth))


def likely(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities, row by row."""
    raised = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def _with_translations(likeness: Floats, truth: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """For each example the places of it and of those of its label that are most like it, its own first."""
    places: dict[int, NDArray[np.intp]] = {}
    for label in range(truth.max() + 1):
        own = np.flatnonzero(truth == label)
        among = likeness[np.ix_(own, own)]
        np.fill_diagonal(among, np.inf)
        nearest = np.argsort(-among, axis=1, kind="stable")[:, : TRANSLATIONS + 1]
        places |= {int(place): own[row] for place, row in zip(own, nearest, strict=True)}
    return [places[place] for place in range(len(truth))]


def _without(rows: NDArray[np.intp], inverse: Floats, coefficients: Floats, targets: Floats) -> Floats:
    """The scores of the first of these examples, had none of them been learnt."""
    down, across = np.maximum.outer(rows, rows), np.minimum.outer(rows, rows)
    block = inverse[down, across].astype(np.float64)
    return np.asarray(targets[rows[0]] - np.linalg.solve(block, coefficients[rows])[0], dtype=np.float32)


def _sharpness(predicted: Floats, truth: NDArray[np.intp]) -> float:
    from scipy.optimize import minimize_scalar

    places = np.arange(len(truth))

    def surprise(sharpness: float) -> float:
        return -float(np.log(np.maximum(likely(predicted, sharpness)[places, truth], 1e-9)).mean())

    return float(minimize_scalar(surprise, bounds=(1.0, SHARPEST), method="bounded").x)
