"""What triage has learnt: from the taxonomy's examples and from cases that people labelled or corrected.

Everything is kept in `triage/` of the home folder: the labelled cases as JSON lines, and what was learnt of them as
arrays, which hold no code and are made again whenever an example, a case, the engine or this recipe changes.
"""

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from filelock import FileLock
from threadpoolctl import threadpool_limits

from assistant.errors import TriageError
from assistant.feedback.classifier import MessageClassifier, TooFewLabels
from assistant.feedback.embedded import Progress, embedded
from assistant.feedback.labelled_file import read_labelled
from assistant.feedback.taxonomy import DECISIONS, Decision, Taxonomy, read_taxonomy
from knowledge.embeddings import Embeddings

FOLDER = "triage"
CASES = "cases.jsonl"
RECIPE = "4"
MANY = 2_000
"""Messages from which on several threads are worth it; of fewer they wait for one another, most on a busy machine."""

Cases = dict[str, dict[str, str]]
"""By text, what people decided: decision -> label."""


@dataclass(frozen=True)
class TrainingReport:
    """What was learnt of one decision. `rows` are cases and examples; `accuracy` is of those held out while learning,
    None where there were none."""

    decision: Decision
    rows: int
    labels: int
    accuracy: float | None


def train(
    embeddings: Embeddings, home: Path, file: Path, *, text: str = "text", unlabelled: Path | None = None,
    progress: Progress | None = None,
) -> list[TrainingReport]:  # fmt: skip
    """Learns from the columns `kind`, `cause` and `product` of a file, beside what was given before; the newest label
    of a text counts. Raises TriageError if the file cannot be used or names a code that the taxonomy does not have."""
    taxonomy = read_taxonomy(home)
    given = read_labelled(file, text, [], DECISIONS)
    if not given.labels:
        raise TriageError(file=file.name, reason=f"has none of the columns {', '.join(DECISIONS)}")
    for decision in DECISIONS:
        unknown = sorted(set(given.labels.get(decision, ())) - {""} - taxonomy.codes(decision))
        if unknown:
            known = ", ".join(sorted(taxonomy.codes(decision)))
            raise TriageError(file=file.name, reason=f"{decision} {', '.join(unknown)} is none of {known}")
    more = read_labelled(unlabelled, text, []).texts if unlabelled else ()
    folder = home / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(folder / "training.lock"):
        cases = _cases(home)
        for place, words in enumerate(given.texts):
            decided = {decision: labels[place] for decision, labels in given.labels.items() if labels[place]}
            cases[words] = {**cases.get(words, {}), **decided}
        wanted = _learnable(taxonomy, cases)
        learnt = {decision: _learnt(embeddings, pairs, more, progress) for decision, pairs in wanted.items()}
        _write(folder / CASES, _lines(cases))
        for decision, classifier in learnt.items():
            _keep(classifier, folder, decision, _key(embeddings, wanted[decision]))
    return [
        TrainingReport(one, len(wanted[one]), len(own.labels), own.held_out_accuracy) for one, own in learnt.items()
    ]


def opened_classifiers(embeddings: Embeddings, taxonomy: Taxonomy, home: Path) -> dict[Decision, MessageClassifier]:
    """A classifier for each decision that has examples: from the home folder, or learnt now and kept there."""
    cases, folder, found = _cases(home), home / FOLDER, dict[Decision, MessageClassifier]()
    for decision, pairs in _learnable(taxonomy, cases).items():
        key = _key(embeddings, pairs)
        classifier = _kept(folder, decision, key)
        if classifier is None:
            classifier = _learnt(embeddings, pairs, (), None)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _keep(classifier, folder, decision, key)
        found[decision] = classifier
    return found


def _learnt(
    embeddings: Embeddings, pairs: Sequence[tuple[str, str]], more: Sequence[str], progress: Progress | None
) -> MessageClassifier:
    texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
    beside = (embedded(embeddings, more, progress), more) if more else None
    messages = embedded(embeddings, texts, progress)
    try:
        with threadpool_limits(1 if len(texts) + len(more) < MANY else None, "blas"):
            return MessageClassifier.learn(messages, texts, labels, beside)
    except TooFewLabels as error:
        raise TriageError(file=FOLDER, reason=str(error)) from None


def _learnable(taxonomy: Taxonomy, cases: Cases) -> dict[Decision, list[tuple[str, str]]]:
    """The decisions for which there is anything to tell apart, with their messages and labels."""
    found = {decision: _pairs(taxonomy, cases, decision) for decision in DECISIONS}
    return {decision: pairs for decision, pairs in found.items() if len({label for _, label in pairs}) > 1}


def _pairs(taxonomy: Taxonomy, cases: Cases, decision: Decision) -> list[tuple[str, str]]:
    """Examples and cases; a label that the taxonomy no longer has is left out."""
    known = taxonomy.codes(decision)
    own = [(text, decided[decision]) for text, decided in cases.items() if decided.get(decision) in known]
    return [*taxonomy.examples(decision), *own]


def _cases(home: Path) -> Cases:
    file = home / FOLDER / CASES
    if not file.is_file():
        return {}
    try:
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return {str(row.pop("text")): dict(row) for row in rows}
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise TriageError(file=file.name, reason=f"cannot be read: {error}") from None


def _lines(cases: Cases) -> bytes:
    rows = (json.dumps({"text": text, **decided}, ensure_ascii=True) for text, decided in cases.items())
    return "".join(f"{row}\n" for row in rows).encode()


def _kept(folder: Path, decision: Decision, key: str) -> MessageClassifier | None:
    file = folder / f"{decision}.npz"
    if not file.is_file():
        return None
    try:
        with np.load(file, allow_pickle=False) as arrays:
            return MessageClassifier.restored(arrays) if str(arrays["key"]) == key else None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise TriageError(file=file.name, reason=f"cannot be read, delete it: {error}") from None


def _keep(classifier: MessageClassifier, folder: Path, decision: Decision, key: str) -> None:
    with NamedTemporaryFile(dir=folder, prefix=f"{decision}.", suffix=".partial", delete=False) as partial:
        np.savez(partial, allow_pickle=False, key=np.asarray(key), **classifier.as_arrays())
    os.replace(partial.name, folder / f"{decision}.npz")


def _write(file: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=file.parent, prefix=f"{file.name}.", suffix=".partial", delete=False) as partial:
        partial.write(content)
    os.replace(partial.name, file)


def _key(embeddings: Embeddings, pairs: Sequence[tuple[str, str]]) -> str:
    text = json.dumps([RECIPE, embeddings.name, *pairs], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
