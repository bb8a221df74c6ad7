"""How alike messages are: the cosine of their vectors, from which the centre of everyday feedback was taken.

Vectors of one language stand close together whatever they say; moved to the centre of all, unlike ones stand apart.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

import numpy as np

from assistant.feedback.taxonomy import Taxonomy
from knowledge.embeddings import Embeddings, Vectors

REMEMBERED = 20_000
"""Vectors that are kept in memory, of the messages last compared."""


class Likeness:
    """Safe to use from many threads. Embedding is CPU-bound."""

    def __init__(self, embeddings: Embeddings, taxonomy: Taxonomy) -> None:
        self._embeddings = embeddings
        self._examples = list(dict.fromkeys(text for text, _ in taxonomy.examples("kind")))
        self._centre: Vectors | None = None
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def of(self, text: str, others: Sequence[str]) -> list[float]:
        """How alike each of the others is to `text`, from -1 to 1."""
        if not others:
            return []
        vectors = self._vectors([text, *others])
        return [float(value) for value in vectors[1:] @ vectors[0]]

    def centre(self) -> Vectors:
        """The centre of everyday feedback: the mean of the taxonomy's examples. Embedded at the first call."""
        if self._centre is None:
            self._centre = np.asarray(self._embeddings.queries(self._examples).mean(axis=0), dtype=np.float32)
        return self._centre

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            centre = self.centre()
            missing = [text for text in dict.fromkeys(texts) if text not in self._known]
            if missing:
                raw = self._embeddings.queries(missing) - centre
                lengths = np.linalg.norm(raw, axis=1, keepdims=True)
                self._known.update(zip(missing, raw / np.maximum(lengths, 1e-9), strict=True))
            found = np.stack([self._known[text] for text in texts])
            for text in texts:
                self._known.move_to_end(text)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return np.asarray(found, dtype=np.float32)
