"""The classifier's learning: labels are told apart, rare ones count as much, and its confidence is what it says."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.understanding.kernel import TRANSLATIONS, learn, likely

Floats = NDArray[np.float32]


def cloud(seed: int, count: int, spread: float = 0.6) -> tuple[Floats, list[str]]:
    """Points around three centres, each with two near copies of itself as an example has its translations."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((3, 8))
    originals = centres[np.arange(count) % 3] + spread * random.standard_normal((count, 8))
    rows = np.repeat(originals, TRANSLATIONS + 1, axis=0) + 0.01 * random.standard_normal((3 * count, 8))
    labels = [f"kind {n % 3}" for n in range(count) for _ in range(TRANSLATIONS + 1)]
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), labels


def alike(rows: Floats, others: Floats) -> Floats:
    return np.asarray(np.exp(2 * (rows @ others.T - 1)), dtype=np.float32)


def test_the_labels_are_told_apart() -> None:
    rows, labels = cloud(5, 60)
    learnt = learn(alike(rows, rows), labels, 0.1)
    read = [learnt.labels[int(learnt.likely(row).argmax())] for row in alike(rows, rows)]
    assert np.mean([one == other for one, other in zip(read, labels, strict=True)]) > 0.95


def test_what_is_predicted_for_an_example_left_out_is_what_learning_without_it_gives() -> None:
    """The closed form against the plain way: leave three out, learn anew, predict."""
    rows, labels = cloud(2, 20)
    truth = np.unique(labels, return_inverse=True)[1]
    weights = 0.1 * np.bincount(truth)[truth] * 3 / len(truth)
    sharpness = learn(alike(rows, rows), labels, 0.1).sharpness
    predicted = np.zeros((len(rows), 3))
    for place in range(len(rows)):
        own = np.flatnonzero(truth == truth[place])
        left_out = own[np.argsort(-alike(rows, rows)[place, own], kind="stable")[: TRANSLATIONS + 1]]
        kept = np.setdiff1d(np.arange(len(rows)), left_out)
        among = alike(rows[kept], rows[kept]).astype(np.float64) + np.diag(weights[kept])
        predicted[place] = alike(rows[[place]], rows[kept]) @ np.linalg.solve(among, np.eye(3)[truth[kept]])
    surprises = [
        -np.log(likely(predicted.astype(np.float32), s)[np.arange(len(rows)), truth]).mean()
        for s in (0.8 * sharpness, sharpness, 1.25 * sharpness)
    ]
    assert surprises[1] == min(surprises)


def test_a_probability_is_as_often_right_as_it_says() -> None:
    rows, labels = cloud(1, 300, spread=1.6)
    learnt = learn(alike(rows[:600], rows[:600]), labels[:600], 0.3)
    chances = np.stack([learnt.likely(row) for row in alike(rows[600:], rows[:600])])
    right = [learnt.labels[chance.argmax()] == label for chance, label in zip(chances, labels[600:], strict=True)]
    assert chances.max(axis=1).mean() == pytest.approx(np.mean(right), abs=0.07)


def test_a_label_counts_the_same_however_many_examples_it_has() -> None:
    same = np.ones((100, 100), dtype=np.float32)
    learnt = learn(same.copy(), ["many"] * 95 + ["few"] * 5, 0.1)
    scores = dict(zip(learnt.labels, same[0] @ learnt.coefficients, strict=True))
    assert scores["few"] == pytest.approx(scores["many"], abs=0.05)


def test_what_is_like_no_example_is_sure_of_nothing() -> None:
    rows, labels = cloud(3, 60)
    learnt = learn(alike(rows, rows), labels, 0.1)
    assert learnt.likely(np.full(len(rows), 1e-3, dtype=np.float32)).max() < 0.4


def test_the_same_examples_teach_the_same() -> None:
    rows, labels = cloud(1, 40)
    one, other = (learn(alike(rows, rows), labels, 0.1) for _ in range(2))
    assert np.array_equal(one.coefficients, other.coefficients)
    assert one.sharpness == other.sharpness
