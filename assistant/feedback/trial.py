"""`rapport feedback evaluate`: one labelled file learnt from, another judged, so that a bank sees its own figures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.errors import TriageError
from assistant.feedback.classifier import MessageClassifier, TooFewLabels
from assistant.feedback.embedded import Progress, embedded
from assistant.feedback.evaluation import Evaluation, evaluate
from assistant.feedback.labelled_file import read_labelled
from knowledge.crm.names import HAN
from knowledge.embeddings import Embeddings

LETTERS_OF_A_NAME = 3


@dataclass(frozen=True)
class Prediction:
    """`row` counts from 1 below the column names. `familiar` is low for a message unlike all that was learnt."""

    row: int
    truth: str
    label: str
    confidence: float
    familiar: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    learnt: int
    unlabelled: int
    labels: int
    skipped: int
    unseen_labels: tuple[str, ...]
    evaluation: Evaluation
    predictions: tuple[Prediction, ...]


def trial(
    embeddings: Embeddings, train: Path, test: Path, *, text: str, label: str, unlabelled: Path | None = None,
    progress: Progress | None = None,
) -> Trial:  # fmt: skip
    """Learns from `train` (and the texts of `unlabelled`), then judges `test`. Raises TriageError for a file that
    cannot be used, or one with fewer than two labels."""
    known, asked = (read_labelled(file, text, [label]) for file in (train, test))
    more = read_labelled(unlabelled, text, []).texts if unlabelled else ()
    names = names_of(known.labels[label])
    learnt = (*known.texts, *names.values())
    try:
        classifier = MessageClassifier.learn(
            embedded(embeddings, learnt, progress), learnt, (*known.labels[label], *names),
            (embedded(embeddings, more, progress), more) if more else None, hints=len(names),
        )  # fmt: skip
    except TooFewLabels as error:
        raise TriageError(file=train.name, reason=str(error)) from None
    guesses = classifier.guesses(embedded(embeddings, asked.texts, progress), asked.texts)
    truth = asked.labels[label]
    confidence = np.asarray([guess.confidence for guess in guesses], dtype=np.float32)
    return Trial(
        learnt=len(known.texts),
        unlabelled=len(more),
        labels=len(classifier.labels),
        skipped=known.skipped + asked.skipped,
        unseen_labels=tuple(sorted(set(truth) - set(classifier.labels))),
        evaluation=evaluate(confidence, [guess.label for guess in guesses], truth),
        predictions=tuple(
            Prediction(row, real, guess.label, round(guess.confidence, 4), round(guess.familiar, 4), guess.words)
            for row, real, guess in zip(asked.places, truth, guesses, strict=True)
        ),
    )


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """Labels that say something by their name, as words: with few examples a class, one more. Two Chinese characters
    say as much as a word."""
    words = {label: " ".join(re.findall(r"[^\W_]+", label)) for label in sorted(set(labels))}
    return {label: name for label, name in words.items() if _says_something(name)}


def _says_something(name: str) -> bool:
    letters = re.findall(r"[^\W\d_]", name)
    return len(letters) >= LETTERS_OF_A_NAME or len(HAN.findall(name)) > 1
