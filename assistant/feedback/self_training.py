"""Learning from messages that nobody labelled: labels spread to messages that are alike.

Label spreading on a graph of nearest neighbours (Zhou, Bousquet, Lal, Weston, Schölkopf: Learning with Local and
Global Consistency, NIPS 2003), begun with what a classifier of the labelled ones guesses.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Floats = NDArray[np.float32]

NEIGHBOURS = 15
WIDTH = 0.15
"""How fast a neighbour counts less, by cosine distance."""
STAYS = 0.2
"""What a message keeps of its own first guess at each step."""
STEPS = 30
ROWS_A_BLOCK = 1_000


def spread(graph: csr_matrix, given: Floats, guesses: Floats, kept: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Labels for unlabelled messages, of which the surest share is `kept`.

    `graph`: of `neighbours`, labelled messages first. `given`: a row for each of those, 1 for its label; `guesses`: a
    row of probabilities for each of the others. Returns the places of the messages to learn from, counted among the
    unlabelled, and their labels.
    """
    first = np.concatenate([given, guesses])
    shares = first
    for _ in range(STEPS):
        shares = np.asarray((1 - STAYS) * (graph @ shares) + STAYS * first, dtype=np.float32)
    among = shares[len(given) :]
    # A label that many messages are near to would take its neighbours' as well.
    among = among / np.sqrt(np.maximum(among.sum(axis=0) / among.sum(), 1e-6))
    among = among / among.sum(axis=1, keepdims=True)
    surest = np.argsort(-among.max(axis=1), kind="stable")[: max(1, int(kept * len(among)))]
    return surest, among[surest].argmax(axis=1)


def neighbours(meanings: Floats) -> csr_matrix:
    """Each message with its nearest ones, either way, normalised on both sides; `meanings` are unit vectors."""
    many = len(meanings)
    near = min(NEIGHBOURS, many - 1)
    columns = np.empty((many, near), dtype=np.intp)
    alike = np.empty((many, near), dtype=np.float32)
    for start in range(0, many, ROWS_A_BLOCK):
        block = meanings[start : start + ROWS_A_BLOCK] @ meanings.T
        block[np.arange(len(block)), start + np.arange(len(block))] = -np.inf
        nearest = np.argpartition(-block, near - 1, axis=1)[:, :near]
        columns[start : start + len(block)] = nearest
        alike[start : start + len(block)] = np.take_along_axis(block, nearest, axis=1)
    rows = np.repeat(np.arange(many), near)
    weights = np.exp((alike.ravel() - 1) / WIDTH)
    one_way = csr_matrix((weights, (rows, columns.ravel())), shape=(many, many))
    both = one_way.maximum(one_way.T)
    scale = 1 / np.sqrt(np.maximum(np.asarray(both.sum(axis=1)).ravel(), 1e-12))
    return csr_matrix(both.multiply(scale[:, None]).multiply(scale[None, :]), dtype=np.float32)
