"""A classifier of messages that a bank trains on its own cases, with calibrated probabilities.

It learns from a handful of examples a class, in any of the languages, as from thousands. Confidence is set on messages
that were held out while learning: of what is said with 0.8, eight in ten are right.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import expit

from assistant.feedback.message_features import MessageFeatures, plain
from assistant.feedback.ridge import Ridge
from assistant.feedback.self_training import Neighbourhood
from knowledge.embeddings import Vectors

Floats = NDArray[np.float32]
Places = NDArray[np.intp]

MOST = 12_000
"""Messages that are learnt from at most, all labels alike: how alike they are is kept for each pair while learning."""
FOLDS, SEED = 5, 7
ENOUGH_HELD_OUT, ENOUGH_BESIDE = 1_500, 300
"""Messages on which confidence is set; fewer where others are learnt from beside them, which takes its time."""
SHARPNESS = 8.0
"""What scores are raised by before labels spread."""
NEAREST = 3
WORDS = 3


@dataclass(frozen=True)
class Confidence:
    """How often a label is right whose score leads the next by a margin (Platt: Probabilistic Outputs for Support
    Vector Machines, 1999). The margin tells it better than a probability of all labels does."""

    slope: float = 8.0
    offset: float = -0.6

    @classmethod
    def measured(cls, margins: Floats, right: NDArray[np.bool_]) -> "Confidence":
        """On messages that were held out; as many of each kind as one more would make sure are taken for it."""
        wrong = len(right) - right.sum()
        target = np.where(right, (right.sum() + 1) / (right.sum() + 2), 1 / (wrong + 2))

        def surprise(form: NDArray[np.float64]) -> float:
            sure = form[0] * margins + form[1]
            return float((np.logaddexp(0, sure) - target * sure).mean())

        slope, offset = minimize(surprise, (1.0, 0.0), bounds=((1e-3, None), (None, None)), method="L-BFGS-B").x
        return cls(float(slope), float(offset))

    def of(self, margins: Floats, labels: int) -> Floats:
        """Between chance and 1."""
        return np.asarray(np.maximum(expit(self.slope * margins + self.offset), 1 / labels), dtype=np.float32)


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
class Messages:
    """What is needed to learn from messages, or to judge them."""

    meanings: Floats
    wording: csr_matrix

    def at(self, places: Places) -> "Messages":
        return Messages(self.meanings[places], self.wording[places])


@dataclass(frozen=True)
class Learnt:
    """What was learnt of labelled messages and, if there were any, of others."""

    likeness: Ridge
    neighbourhood: Neighbourhood | None

    @classmethod
    def of(cls, messages: Messages, truth: Places, beside: Messages | None, labels: int) -> "Learnt":
        likeness = Ridge.learn(messages.meanings, messages.wording, truth, labels)
        if beside is None:
            return cls(likeness, None)
        quieted = likeness.directions.quieted(beside.meanings)
        guesses = _raised(likeness.scores(quieted, beside.wording))
        given = np.eye(labels, dtype=np.float32)[truth]
        return cls(likeness, Neighbourhood.of(likeness.known, given, quieted, guesses))

    def scores(self, messages: Messages) -> Floats:
        """A row a message: how much speaks for each label."""
        quieted = self.likeness.directions.quieted(messages.meanings)
        scores = self.likeness.scores(quieted, messages.wording)
        if self.neighbourhood is None:
            return scores
        mixed = self.neighbourhood.mixed(quieted, _raised(scores))
        return np.asarray(np.log(np.maximum(mixed, 1e-6)), dtype=np.float32)

    def familiar(self, meanings: Floats) -> Floats:
        near = self.likeness.directions.quieted(meanings) @ self.likeness.known.T
        count = min(NEAREST, near.shape[1])
        nearest = np.partition(near, -count, axis=1)[:, -count:].mean(axis=1)
        return np.asarray(np.clip(nearest, 0, 1), dtype=np.float32)


class MessageClassifier:
    """Learns once and is not changed after."""

    def __init__(
        self, labels: Sequence[str], features: MessageFeatures, learnt: Learnt, confidence: Confidence,
        held_out_accuracy: float | None = None,
    ) -> None:  # fmt: skip
        self.labels = tuple(labels)
        self._features, self._learnt, self._confidence = features, learnt, confidence
        self.held_out_accuracy = held_out_accuracy

    @classmethod
    def learn(
        cls, vectors: Vectors, texts: Sequence[str], labels: Sequence[str],
        unlabelled: tuple[Vectors, Sequence[str]] | None = None, hints: int = 0,
    ) -> "MessageClassifier":  # fmt: skip
        """Learns from messages and their vectors. Raises TooFewLabels for fewer than two labels. The last `hints` of
        them are no messages (a label's own name): they are learnt from, but confidence is not set on them.

        `unlabelled` are further messages of the same kind: with few examples a class, knowing how customers write
        helps.
        """
        names, truth = np.unique(np.asarray(labels, dtype=np.str_), return_inverse=True)
        if len(names) < 2:
            raise TooFewLabels("there are no two labels to tell apart")
        kept = _at_most(truth, hints)
        truth = truth[kept]
        known = [plain(texts[place]) for place in kept]
        more_vectors, more_texts = unlabelled or (vectors[:0], ())
        more = [plain(text) for text in more_texts]
        features = MessageFeatures.of(np.concatenate([vectors[kept], more_vectors]), [*known, *more])
        messages = Messages(features.meanings(vectors[kept]), features.wording(known))
        beside = Messages(features.meanings(more_vectors), features.wording(more)) if more else None
        confidence, accuracy = _held_out(messages, truth, beside, len(names), hints)
        learnt = Learnt.of(messages, truth, beside, len(names))
        return cls([str(name) for name in names], features, learnt, confidence, accuracy)

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "MessageClassifier":
        """From `as_arrays`."""
        learnt = Learnt(Ridge.restored(arrays), Neighbourhood.restored(arrays))
        slope, offset = np.asarray(arrays["confidence"], dtype=np.float64).tolist()
        return cls(arrays["labels"].tolist(), MessageFeatures.restored(arrays), learnt, Confidence(slope, offset))

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        """Everything that was learnt, for a file that holds no code."""
        near = self._learnt.neighbourhood
        return {
            **self._features.as_arrays(),
            **self._learnt.likeness.as_arrays(),
            **(near.as_arrays() if near else {}),
            "labels": np.asarray(self.labels, dtype=np.str_),
            "confidence": np.asarray([self._confidence.slope, self._confidence.offset]),
        }

    def judged(self, vectors: Vectors, texts: Sequence[str]) -> tuple[Places, Floats]:
        """The place of the likeliest label in `labels` and its confidence, one each a message."""
        return self._best(self._seen(vectors, texts))

    def familiarity(self, vectors: Vectors) -> Floats:
        """How much like the nearest ones that were learnt each message is."""
        return self._learnt.familiar(self._features.meanings(vectors))

    def guesses(self, vectors: Vectors, texts: Sequence[str]) -> list[Guess]:
        """The likeliest label of each message."""
        seen = self._seen(vectors, texts)
        best, sure = self._best(seen)
        familiar = self._learnt.familiar(seen.meanings)
        weights = self._learnt.likeness.by_wording
        others = weights.mean(axis=0)
        return [
            Guess(
                self.labels[one], float(sure[place]), float(familiar[place]),
                self._features.deciding(seen.wording[[place]], weights[one] - others, WORDS),
            )
            for place, one in enumerate(best)
        ]  # fmt: skip

    def _best(self, seen: Messages) -> tuple[Places, Floats]:
        scores = self._learnt.scores(seen)
        return scores.argmax(axis=1), self._confidence.of(_margins(scores), len(self.labels))

    def _seen(self, vectors: Vectors, texts: Sequence[str]) -> Messages:
        return Messages(self._features.meanings(vectors), self._features.wording([plain(text) for text in texts]))


def _at_most(truth: Places, hints: int) -> Places:
    """Places of what is learnt from: all, or as many of each label as make `MOST`, the hints always."""
    messages = len(truth) - hints
    if messages <= MOST:
        return np.arange(len(truth))
    shuffled = np.random.default_rng(SEED).permutation(messages)
    by_label = shuffled[np.argsort(truth[shuffled], kind="stable")]
    firsts = np.searchsorted(truth[by_label], truth[by_label])
    turn = np.argsort(np.arange(messages) - firsts, kind="stable")
    return np.concatenate([np.sort(by_label[turn[:MOST]]), np.arange(messages, len(truth))])


def _held_out(
    messages: Messages, truth: Places, beside: Messages | None, labels: int, hints: int
) -> tuple[Confidence, float | None]:
    """Confidence as held-out messages bear it out, and how many of them are right; None where no label has two."""
    margins, right = list[Floats](), list[NDArray[np.bool_]]()
    for kept, held_out in _folds(truth, hints):
        scores = Learnt.of(messages.at(kept), truth[kept], beside, labels).scores(messages.at(held_out))
        margins.append(_margins(scores))
        right.append(scores.argmax(axis=1) == truth[held_out])
        if sum(map(len, right)) >= (ENOUGH_HELD_OUT if beside is None else ENOUGH_BESIDE):
            break
    if not margins:
        return Confidence(), None
    found = np.concatenate(right)
    return Confidence.measured(np.concatenate(margins), found), float(found.mean())


def _margins(scores: Floats) -> Floats:
    """By how much the best label of each row leads the next."""
    first = np.partition(scores, -2, axis=1)[:, -2:]
    return np.asarray(first[:, 1] - first[:, 0], dtype=np.float32)


def _folds(truth: Places, hints: int) -> Iterator[tuple[Places, Places]]:
    """Folds in which every label stays, however few it has: one with a single message is never held out, nor are the
    last `hints`."""
    messages = truth[: len(truth) - hints]
    counts = np.bincount(messages, minlength=int(truth.max()) + 1)
    several = np.flatnonzero(counts[messages] > 1)
    if not len(several):
        return
    shuffled = np.random.default_rng(SEED).permutation(several)
    in_turn = shuffled[np.argsort(truth[shuffled], kind="stable")]
    parts = min(FOLDS, len(several))
    for part in range(parts):
        held_out = np.sort(in_turn[part::parts])
        yield np.setdiff1d(np.arange(len(truth)), held_out), held_out


def _raised(scores: Floats) -> Floats:
    """Probabilities to begin with, by one sharpness."""
    raised = np.exp(SHARPNESS * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)
