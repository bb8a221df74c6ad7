"""Logistic regression for thousands of features and some tens of labels: a second, where general solvers take ten."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Slope = Callable[[Floats], tuple[float, Floats]]
"""The loss at some weights, and where it rises."""

STEEPEST = 1e-4
"""Where the loss, a mean over the rows, is no steeper than this in any weight, it has been learnt."""
MOST_STEPS = 400
REMEMBERED_STEPS = 10
DESCENT = 1e-4
"""Share of the descent that the slope promises and that a step must bring."""


@dataclass(frozen=True)
class Learnt:
    """`features @ weights + bias` are the scores of the labels, in the order of `labels`."""

    labels: list[str]
    weights: Floats
    bias: Floats


def learn(features: Floats, labels: Sequence[str], strength: float) -> Learnt:
    """Multinomial, each label weighing the same however many rows it has. `strength` is the inverse of the
    penalty on large weights, for the sum of the losses of all rows."""
    names, truth = np.unique(np.asarray(labels), return_inverse=True)
    share = (1 / (len(names) * np.bincount(truth)[truth])).astype(np.float32)
    penalty = np.float32(1 / (strength * len(labels)))
    rows = np.arange(len(labels))

    def slope(learnt: Floats) -> tuple[float, Floats]:
        scores = features @ learnt[:-1] + learnt[-1]
        scores -= scores.max(axis=1, keepdims=True)
        likely = np.exp(scores)
        sums = likely.sum(axis=1)
        loss = float(share @ (np.log(sums) - scores[rows, truth]))
        likely *= (share / sums)[:, None]
        likely[rows, truth] -= share
        rising = np.vstack([features.T @ likely + penalty * learnt[:-1], likely.sum(axis=0, keepdims=True)])
        return loss + 0.5 * float(penalty) * _dot(learnt[:-1], learnt[:-1]), rising

    learnt = _lowest(slope, np.zeros((features.shape[1] + 1, len(names)), dtype=np.float32))
    return Learnt([str(name) for name in names], learnt[:-1], learnt[-1])


def _lowest(slope: Slope, start: Floats) -> Floats:
    """L-BFGS: down the slope, bent by what the last steps told of its curvature."""
    place, steps = start, deque[tuple[Floats, Floats]](maxlen=REMEMBERED_STEPS)
    loss, rising = slope(place)
    for _ in range(MOST_STEPS):
        if float(np.abs(rising).max()) <= STEEPEST:
            break
        direction = -_bent(rising, steps)
        promised = _dot(direction, rising)
        length = 1.0 if steps else 1.0 / _dot(rising, rising) ** 0.5
        next_loss, next_rising = slope(place + np.float32(length) * direction)
        while next_loss > loss + DESCENT * length * promised and length > 1e-6:
            length /= 2
            next_loss, next_rising = slope(place + np.float32(length) * direction)
        step, change = np.float32(length) * direction, next_rising - rising
        if _dot(step, change) > 0:
            steps.append((step, change))
        place, loss, rising = place + step, next_loss, next_rising
    return place


def _bent(rising: Floats, steps: Sequence[tuple[Floats, Floats]]) -> Floats:
    """The slope times the inverse curvature, as the steps taken and the changes of slope on them tell it."""
    bent, shares = rising.copy(), []
    for step, change in reversed(steps):
        shares.append(_dot(step, bent) / _dot(step, change))
        bent -= np.float32(shares[-1]) * change
    if steps:
        step, change = steps[-1]
        bent *= np.float32(_dot(step, change) / _dot(change, change))
    for (step, change), share in zip(steps, reversed(shares), strict=True):
        bent += np.float32(share - _dot(change, bent) / _dot(step, change)) * step
    return bent


def _dot(one: Floats, other: Floats) -> float:
    return float(np.vdot(one, other))
