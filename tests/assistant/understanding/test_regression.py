"""The classifier's learning: what it finds is the lowest point of the loss, and rare labels count as much."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.understanding.regression import learn


def cloud(seed: int, count: int, width: int = 12) -> tuple[NDArray[np.float32], list[str]]:
    random = np.random.default_rng(seed)
    labels = [f"kind {n % 3}" for n in range(count)]
    centres = random.standard_normal((3, width))
    rows = np.array([centres[n % 3] for n in range(count)]) + random.standard_normal((count, width))
    return rows.astype(np.float32), labels


def loss(rows: NDArray[np.float32], labels: list[str], strength: float, weights: object, bias: object) -> float:
    """As the textbook has it, in doubles and without any of the code under test."""
    w, b = np.asarray(weights, dtype=np.float64), np.asarray(bias, dtype=np.float64)
    names = sorted(set(labels))
    total = 0.0
    for row, label in zip(rows.astype(np.float64), labels, strict=True):
        scores = row @ w + b
        rarity = len(labels) / (len(names) * labels.count(label))
        total += rarity * (np.log(np.exp(scores).sum()) - scores[names.index(label)])
    return float(strength * total + 0.5 * (w**2).sum())


@pytest.mark.parametrize("seed", range(3))
def test_nothing_near_is_lower(seed: int) -> None:
    rows, labels = cloud(seed, 90)
    found = learn(rows, labels, strength=2.0)
    lowest = loss(rows, labels, 2.0, found.weights, found.bias)
    random = np.random.default_rng(seed)
    for _ in range(20):
        aside = 0.2 * random.standard_normal(found.weights.shape)
        assert loss(rows, labels, 2.0, found.weights + aside, found.bias) > lowest
    assert lowest < loss(rows, labels, 2.0, 0 * found.weights, found.bias)


def test_the_labels_are_told_apart() -> None:
    rows, labels = cloud(5, 120)
    found = learn(rows, labels, strength=2.0)
    read = [found.labels[n] for n in (rows @ found.weights + found.bias).argmax(axis=1)]
    assert np.mean([one == other for one, other in zip(read, labels, strict=True)]) > 0.95


def test_a_label_counts_the_same_however_many_examples_it_has() -> None:
    rows = np.zeros((100, 2), dtype=np.float32)
    found = learn(rows, ["many"] * 95 + ["few"] * 5, strength=2.0)
    assert found.bias[0] == pytest.approx(found.bias[1], abs=0.05)


def test_the_same_examples_teach_the_same() -> None:
    rows, labels = cloud(1, 60)
    assert np.array_equal(learn(rows, labels, 2.0).weights, learn(rows, labels, 2.0).weights)
