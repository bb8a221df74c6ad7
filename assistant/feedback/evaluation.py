"""How well a classifier judges messages: what a bank looks at before it relies on one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score

from assistant.feedback.classifier import Floats

BINS = 15
"""Bins of equal width for the expected calibration error (Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural
Networks, ICML 2017)."""
COVERAGES = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True)
class Covered:
    """If the surest `share` of the messages is decided by the machine and the rest by a person: how many it gets right,
    and from which confidence on it decides."""

    share: float
    accuracy: float
    least_confidence: float


@dataclass(frozen=True)
class Evaluation:
    """Of messages with a known label. `calibration_error` is expected, between 0 and 1."""

    rows: int
    accuracy: float
    macro_f1: float
    calibration_error: float
    coverage: tuple[Covered, ...]


def evaluate(confidence: Floats, labels: Sequence[str], truth: Sequence[str]) -> Evaluation:
    """`labels` were given with that `confidence`. A label of `truth` that was never learnt counts as missed."""
    right = np.asarray(labels, dtype=np.str_) == np.asarray(truth, dtype=np.str_)
    return Evaluation(
        rows=len(right),
        accuracy=float(right.mean()),
        macro_f1=float(
            f1_score(list(truth), list(labels), labels=sorted(set(truth)), average="macro", zero_division=0.0)
        ),
        calibration_error=calibration_error(confidence, right),
        coverage=tuple(_covered(confidence, right)),
    )


def calibration_error(confidence: Floats, right: Sequence[bool] | np.ndarray) -> float:
    """By how much confidence and accuracy differ, on average over the messages."""
    held = np.asarray(right, dtype=np.float64)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == one].mean() - held[bins == one].mean()) * (bins == one).sum() for one in set(bins)]
    return float(sum(gaps) / len(held))


def _covered(confidence: Floats, right: np.ndarray) -> list[Covered]:
    order = np.argsort(-confidence, kind="stable")
    found = []
    for share in COVERAGES:
        surest = order[: max(1, round(share * len(order)))]
        found.append(Covered(share, float(right[surest].mean()), float(confidence[surest[-1]])))
    return found
