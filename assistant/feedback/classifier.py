"""A classifier of messages that a bank trains on its own cases: linear, with calibrated probabilities.

It learns from a handful of examples a class, in any of the languages, as from thousands. Confidence is set on messages
that were held out while learning: of what is said with 0.8, eight in ten are right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, vstack
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from assistant.feedback.message_features import MEANING, MessageFeatures, plain
from assistant.feedback.self_training import neighbours, spread
from knowledge.embeddings import Vectors

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

FEW = 20
"""Below this many examples a label, on average, what learns well from few is taken."""
PENALTY, PENALTY_FEW = 0.3, 10.0
"""Inverse strengths of regularisation: of the support vector machine, of the logistic regression."""
SHRINKAGE, DISCRIMINANT = 0.6, 0.1
"""Of the linear discriminant: how far its covariance is drawn to the identity, and how much its score counts."""
KEPT = (0.7, 0.85)
"""The share of unlabelled messages, the surest, that are learnt from in each round."""
FOLDS, ENOUGH_HELD_OUT, SEED = 5, 300, 7
SOFTEST, SHARPEST = 0.1, 20.0
SHARPNESS = 1.0
"""What is taken for it before it is known."""
LABELLED_WEIGHT, SPREAD_WEIGHT = 3.0, 0.5
"""What a labelled message and one with a spread label count, where both are learnt from."""
UNSEEN = -100.0
NEAREST = 3
WORDS = 3


class TooFewLabels(ValueError):
    """There is nothing to tell apart, or nothing to learn from."""


@dataclass(frozen=True)
class Guess:
    """The likeliest label. `familiar` is how much like the nearest messages learnt it is, from 0 to 1: a message about
    something else can be sure of its label among those there are. `words` decided for it."""

    label: str
    confidence: float
    familiar: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Labelled:
    """Messages with what is needed to learn from them; `truth` counts in the order of the labels."""

    meanings: Floats
    rows: csr_matrix
    truth: Places

    def at(self, places: Places) -> "Labelled":
        return Labelled(self.meanings[places], self.rows[places], self.truth[places])


@dataclass(frozen=True)
class Unlabelled:
    meanings: Floats
    rows: csr_matrix


class MessageClassifier:
    """Learns once and is not changed after."""

    def __init__(
        self, labels: Sequence[str], features: MessageFeatures, weights: Floats, offsets: Floats, sharpness: float,
        known: Floats, held_out_accuracy: float | None = None,
    ) -> None:  # fmt: skip
        self.labels = tuple(labels)
        self._features, self._weights, self._offsets = features, weights, offsets
        self._sharpness, self._known = sharpness, known
        self.held_out_accuracy = held_out_accuracy

    @classmethod
    def learn(
        cls, vectors: Vectors, texts: Sequence[str], labels: Sequence[str],
        unlabelled: tuple[Vectors, Sequence[str]] | None = None, hints: int = 0,
    ) -> "MessageClassifier":  # fmt: skip
        """Learns from messages and their vectors. Raises TooFewLabels for fewer than two labels. The last `hints` of
        them are no messages (a label's own name): they are learnt from, but confidence is not set on them.

        `unlabelled` are further messages of the same kind: with few examples a class, knowing how customers write
        helps as much as twice the examples.
        """
        names, truth = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
        if len(names) < 2:
            raise TooFewLabels("there are no two labels to tell apart")
        known = [plain(text) for text in texts]
        more_vectors, more_texts = unlabelled or (np.zeros((0, vectors.shape[1]), np.float32), ())
        more = [plain(text) for text in more_texts]
        features = MessageFeatures.of(np.concatenate([vectors, more_vectors]), [*known, *more])
        meanings = features.meanings(vectors)
        learnt = Labelled(meanings, features.rows(meanings, known), truth)
        beside = None
        if more:
            further = features.meanings(more_vectors)
            beside = Unlabelled(further, features.rows(further, more))
        sharpness, accuracy = _held_out(learnt, beside, len(names), hints)
        weights, offsets = _fitted(learnt, beside, len(names))
        return cls([str(name) for name in names], features, weights, offsets, sharpness, meanings, accuracy)

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "MessageClassifier":
        """From `as_arrays`."""
        features = MessageFeatures.restored(arrays)
        weights, offsets, known = (np.asarray(arrays[n], dtype=np.float32) for n in ("weights", "offsets", "known"))
        return cls(arrays["labels"].tolist(), features, weights, offsets, float(arrays["sharpness"].item()), known)

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything that was learnt, for a file that holds no code."""
        return {
            **self._features.as_arrays(),
            "labels": np.asarray(self.labels, dtype=np.str_),
            "weights": self._weights.astype(np.float16),
            "offsets": self._offsets,
            "sharpness": np.asarray(self._sharpness, dtype=np.float32),
            "known": self._known.astype(np.float16),
        }

    def probabilities(self, vectors: Vectors, texts: Sequence[str]) -> Floats:
        """One row a message, one column a label in the order of `labels`."""
        meanings = self._features.meanings(vectors)
        return self._likely(self._features.rows(meanings, [plain(text) for text in texts]))

    def familiarity(self, vectors: Vectors) -> Floats:
        """How much like the nearest ones that were learnt each message is."""
        return self._familiar(self._features.meanings(vectors))

    def guesses(self, vectors: Vectors, texts: Sequence[str]) -> list[Guess]:
        """The likeliest label of each message."""
        meanings = self._features.meanings(vectors)
        rows = self._features.rows(meanings, [plain(text) for text in texts])
        likely = self._likely(rows)
        familiar = self._familiar(meanings)
        others = self._weights.mean(axis=0)
        return [
            Guess(
                self.labels[best], float(likely[place, best]), float(familiar[place]),
                self._features.deciding(rows[[place]], self._weights[best] - others, WORDS),
            )
            for place, best in enumerate(likely.argmax(axis=1))
        ]  # fmt: skip

    def _likely(self, rows: csr_matrix) -> Floats:
        return _raised(_scores(self._weights, self._offsets, rows), self._sharpness)

    def _familiar(self, meanings: Floats) -> Floats:
        near = meanings @ self._known.T
        count = min(NEAREST, near.shape[1])
        nearest = np.partition(near, -count, axis=1)[:, -count:].mean(axis=1)
        return np.asarray(np.clip(nearest, 0, 1), dtype=np.float32)


def _fitted(learnt: Labelled, beside: Unlabelled | None, many: int) -> tuple[Floats, Floats]:
    """Weights and offsets, one row a label. Learns from the labelled messages; where there are others, from both."""
    if beside is None:
        return _first(learnt, many)
    weights, offsets = _first(learnt, many)
    given = np.eye(many, dtype=np.float32)[learnt.truth]
    graph = neighbours(np.concatenate([learnt.meanings, beside.meanings]))
    for kept in KEPT:
        guesses = _raised(_scores(weights, offsets, beside.rows), SHARPNESS)
        places, labels = spread(graph, given, guesses, kept)
        both = vstack([learnt.rows, beside.rows[places]])
        counts = np.concatenate([np.full(len(given), LABELLED_WEIGHT), np.full(len(places), SPREAD_WEIGHT)])
        model = LogisticRegression(C=PENALTY_FEW, max_iter=60, tol=1e-3)
        truth = np.concatenate([learnt.truth, labels])
        weights, offsets = _of_all(model.fit(both, truth, sample_weight=counts), many)
    return weights, offsets


def _first(learnt: Labelled, many: int) -> tuple[Floats, Floats]:
    """Of many examples a label, a support vector machine. Of few, a logistic regression and a linear discriminant,
    which knows how messages vary within a label: their scores add up."""
    present = np.unique(learnt.truth)
    if len(learnt.truth) >= FEW * len(present):
        return _of_all(LinearSVC(C=PENALTY).fit(learnt.rows, learnt.truth), many)
    weights, offsets = _of_all(
        LogisticRegression(C=PENALTY_FEW, max_iter=150, tol=1e-3).fit(learnt.rows, learnt.truth), many
    )
    if len(learnt.truth) < 2 * len(present):
        return weights, offsets
    discriminant = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=SHRINKAGE)
    own, own_offsets = _of_all(discriminant.fit(learnt.meanings, learnt.truth), many)
    weights[:, : own.shape[1]] += DISCRIMINANT * own / MEANING
    return weights, offsets + DISCRIMINANT * own_offsets


def _of_all(model: LinearSVC | LogisticRegression | LinearDiscriminantAnalysis, many: int) -> tuple[Floats, Floats]:
    """Weights and offsets of every label, of two labels too; one that the model has not seen scores as little as there
    is."""
    own, own_offsets = np.asarray(model.coef_, dtype=np.float32), np.asarray(model.intercept_, dtype=np.float32)
    if len(own) == 1:
        own, own_offsets = np.concatenate([-own / 2, own / 2]), np.concatenate([-own_offsets / 2, own_offsets / 2])
    weights, offsets = np.zeros((many, own.shape[1]), dtype=np.float32), np.full(many, UNSEEN, dtype=np.float32)
    weights[model.classes_], offsets[model.classes_] = own, own_offsets
    return weights, offsets


def _scores(weights: Floats, offsets: Floats, rows: csr_matrix) -> Floats:
    return np.asarray(rows @ weights.T, dtype=np.float32) + offsets


def _held_out(learnt: Labelled, beside: Unlabelled | None, many: int, hints: int) -> tuple[float, float | None]:
    """The sharpness under which held-out messages are likeliest, and how many of them are right; None where no label
    has two messages."""
    scores, truth = list[Floats](), list[Places]()
    for kept, held_out in _folds(learnt.truth, hints):
        scores.append(_scores(*_fitted(learnt.at(kept), beside, many), learnt.rows[held_out]))
        truth.append(learnt.truth[held_out])
        if sum(map(len, truth)) >= ENOUGH_HELD_OUT:
            break
    if not scores:
        return SHARPNESS, None
    all_scores, all_truth = np.concatenate(scores), np.concatenate(truth)

    def surprise(sharpness: float) -> float:
        right = _raised(all_scores, sharpness)[np.arange(len(all_truth)), all_truth]
        return -float(np.log(np.maximum(right, 1e-9)).mean())

    sharpness = float(minimize_scalar(surprise, bounds=(SOFTEST, SHARPEST), method="bounded").x)
    return sharpness, float((all_scores.argmax(axis=1) == all_truth).mean())


def _folds(truth: Places, hints: int) -> Iterator[tuple[Places, Places]]:
    """Folds in which every label stays: one with a single message is never held out, nor are the last `hints`."""
    messages = truth[: len(truth) - hints]
    counts = np.bincount(messages, minlength=int(truth.max()) + 1)
    several = np.flatnonzero(counts[messages] > 1)
    alone = np.setdiff1d(np.arange(len(truth)), several)
    if not len(several):
        return
    parts = int(min(FOLDS, counts[counts > 1].min()))
    for kept, held_out in StratifiedKFold(parts, shuffle=True, random_state=SEED).split(several, truth[several]):
        yield np.sort(np.concatenate([several[kept], alone])), several[held_out]


def _raised(scores: Floats, sharpness: float) -> Floats:
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
