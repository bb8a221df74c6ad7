"""A calibrated probability learnt from the bank's own history, with the reasons that weigh most for each customer.

Gradient boosting of trees (scikit-learn), calibrated by Platt's sigmoid in five folds. A reason is an input without
which the probability would be lower: it is replaced by its usual value among those who stayed, and the fall counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

Features = NDArray[np.float64]
Flags = NDArray[np.bool_]
Probabilities = NDArray[np.float64]

FOLDS = 5
LEAST_POSITIVES = 50
"""Below this many who left, a model learns their names rather than their ways."""
LEAST_KNOWN = 100
"""An input that is known of fewer customers teaches nothing."""
MANY = 20_000
"""Rows from which finer trees do not learn by heart."""
REASONS = 3
LEAST_FALL = 0.005
BINS = 10


@dataclass(frozen=True)
class Evaluation:
    """How good a model is on customers it has not seen: area under the ROC curve, calibration, lift.

    `calibration_error` is the mean gap between what was expected and what happened, over ten equally large
    groups; `lift` is how many times more of the first tenth left than on average.
    """

    rows: int
    positives: int
    auc: float
    calibration_error: float
    brier: float
    lift: float


class TooFewToLearn(ValueError):
    """Too few left, or too few stayed."""


class ScoreModel:
    """Learns from rows of numbers, NaN where nothing is known; `categorical` columns hold codes from 0 on."""

    def __init__(self, names: Sequence[str], categorical: Sequence[str] = (), seed: int = 7) -> None:
        self.names = tuple(names)
        self._categorical = [self.names.index(name) for name in categorical]
        self._seed = seed
        self._usual: Features = np.empty(0)
        self._unknown: Flags = np.empty(0, dtype=np.bool_)
        self._model: CalibratedClassifierCV | None = None

    def fit(self, rows: Features, left: Flags) -> "ScoreModel":
        """Raises TooFewToLearn for fewer than `LEAST_POSITIVES` it happened to, or it did not happen to."""
        if min(int(left.sum()), int((~left).sum())) < LEAST_POSITIVES:
            raise TooFewToLearn(f"it happened to {int(left.sum())} of {len(left)}: too few to learn from")
        self._unknown = (~np.isnan(rows)).sum(axis=0) < LEAST_KNOWN
        rows = self._known(rows)
        fine = len(rows) >= MANY
        trees = HistGradientBoostingClassifier(
            learning_rate=0.05,
            max_iter=300 if fine else 150,
            max_leaf_nodes=16 if fine else 8,
            l2_regularization=1.0,
            min_samples_leaf=30,
            categorical_features=self._categorical or None,
            random_state=self._seed,
        )
        # Shuffled: rows often come in the order of time, and a fold of one season calibrates for that season alone.
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=self._seed)
        self._model = CalibratedClassifierCV(trees, method="sigmoid", cv=folds).fit(rows, left)
        with np.errstate(invalid="ignore"):
            self._usual = np.nanmedian(rows[~left], axis=0)
        return self

    def probabilities(self, rows: Features) -> Probabilities:
        if self._model is None:
            raise RuntimeError("the model has not learnt yet")
        result: Probabilities = self._model.predict_proba(self._known(rows))[:, 1]
        return result

    def _known(self, rows: Features) -> Features:
        """Rows in which an input that is hardly ever known says nothing."""
        return np.where(self._unknown, 0.0, rows)

    def reasons(self, rows: Features) -> list[list[str]]:
        """Per row, the names of the inputs that raise its probability most, the strongest first."""
        base = self.probabilities(rows)
        falls = np.zeros(rows.shape)
        for position in range(rows.shape[1]):
            without = rows.copy()
            without[:, position] = self._usual[position]
            falls[:, position] = base - self.probabilities(without)
        order = np.argsort(-falls, axis=1)[:, :REASONS]
        return [
            [self.names[position] for position in of_row if fall[position] >= LEAST_FALL]
            for of_row, fall in zip(order, falls, strict=True)
        ]


def evaluate(probabilities: Probabilities, left: Flags) -> Evaluation:
    """How well these probabilities told who left. Raises ValueError unless some left and some stayed."""
    tenth = max(1, len(left) // BINS)
    first = np.argsort(-probabilities, kind="stable")[:tenth]
    return Evaluation(
        rows=len(left),
        positives=int(left.sum()),
        auc=float(roc_auc_score(left, probabilities)),
        calibration_error=_calibration_error(probabilities, left),
        brier=float(brier_score_loss(left, probabilities)),
        lift=float(left[first].mean() / left.mean()),
    )


def out_of_fold(model: ScoreModel, rows: Features, left: Flags, seed: int = 7) -> Probabilities:
    """Probabilities for every row from a model that has not seen it, five-fold."""
    result = np.zeros(len(left))
    for learnt, asked in StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(rows, left):
        result[asked] = model.fit(rows[learnt], left[learnt]).probabilities(rows[asked])
    return result


def _calibration_error(probabilities: Probabilities, left: Flags) -> float:
    groups = np.array_split(np.argsort(probabilities, kind="stable"), min(BINS, len(left)))
    gaps = [abs(probabilities[group].mean() - left[group].mean()) * len(group) for group in groups]
    return float(sum(gaps) / len(left))
