"""Multinomial logistic regression on dense features; the descent is scipy's L-BFGS."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STEEPEST = 1e-4
"""Where the loss, a mean over the rows, is no steeper than this in any weight, it has been learnt."""
MOST_STEPS = 400


@dataclass(frozen=True)
class Learnt:
    """`features @ weights + bias` are the scores of the labels, in the order of `labels`."""

    labels: list[str]
    weights: Floats
    bias: Floats


def learn(features: Floats, labels: Sequence[str], strength: float) -> Learnt:
    """Multinomial, each label weighing the same however many rows it has. `strength` is the inverse of the
    penalty on large weights, for the sum of the losses of all rows."""
    from scipy.optimize import minimize

    names, truth = np.unique(np.asarray(labels), return_inverse=True)
    share = (1 / (len(names) * np.bincount(truth)[truth])).astype(np.float32)
    penalty = np.float32(1 / (strength * len(labels)))
    rows = np.arange(len(labels))
    shape = (features.shape[1] + 1, len(names))

    def loss_and_slope(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        learnt = flat.reshape(shape).astype(np.float32)
        scores = features @ learnt[:-1] + learnt[-1]
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        sums = likely.sum(axis=1)
        loss = float(share @ (np.log(sums) - scores[rows, truth]))
        likely *= (share / sums)[:, None]
        likely[rows, truth] -= share
        slope = np.vstack([features.T @ likely + penalty * learnt[:-1], likely.sum(axis=0, keepdims=True)])
        return loss + 0.5 * float(penalty) * float(np.vdot(learnt[:-1], learnt[:-1])), slope.ravel().astype(np.float64)

    options = {"gtol": STEEPEST, "ftol": 1e-9, "maxiter": MOST_STEPS}
    found = minimize(loss_and_slope, np.zeros(np.prod(shape)), jac=True, method="L-BFGS-B", options=options)
    learnt = found.x.reshape(shape).astype(np.float32)
    return Learnt([str(name) for name in names], learnt[:-1], learnt[-1])
