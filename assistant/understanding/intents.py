"""Which ability a question asks for: learnt from how alike it is to the example utterances.

It learns from the examples in `prompts/intents/` and nothing else. What it learnt of the examples that ship, ships too
(`make vectors` makes it); in the home folder it is made again when an example, the embedding engine or this file's
recipe changes.
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.kernel import Learnt, learn
from assistant.understanding.likeness import BUCKETS, LETTERS, MEANING, Likeness, normal, spoken
from assistant.understanding.reading import Guess
from assistant.understanding.spelling import Spelling
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN
from knowledge.embeddings import Embeddings
from prompts import examples

LEARNT = Path(__file__).with_name("learnt.npz")
"""What was learnt of the examples that ship, by the engine that ships."""
RECIPE = "6"
PENALTY = 0.1

READINGS_KEPT = 4096
"""Questions differ by their mentions more than by their words: what is left when those are masked comes back
again and again, and is embedded once."""

Floats = NDArray[np.float32]


class Intents:
    """A trained classifier. `words` are all words and character pairs of the examples: everyday questions."""

    def __init__(
        self,
        embeddings: Embeddings,
        likeness: Likeness,
        learnt: Learnt,
        words: frozenset[str],
        language_words: dict[str, tuple[float, float]],
    ) -> None:
        self._embeddings, self._likeness, self._learnt = embeddings, likeness, learnt
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
                    learnt = Learnt(json.loads(str(kept["labels"])), kept["coefficients"], float(kept["sharpness"]))
                    return cls(embeddings, Likeness.restored(kept), learnt, *_vocabulary())
        texts, vectors = _embedded(embeddings)
        likeness = Likeness.of(vectors, texts)
        learnt = _shipped(key, LEARNT) or _learnt(likeness, texts)
        home.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=home, prefix="understanding.", suffix=".partial", delete=False) as partial:
            np.savez(
                partial,
                allow_pickle=False,
                key=key,
                labels=json.dumps(learnt.labels),
                coefficients=learnt.coefficients,
                sharpness=learnt.sharpness,
                **likeness.as_arrays(),
            )
        os.replace(partial.name, file)
        return cls(embeddings, Likeness.restored(likeness.as_arrays()), learnt, *_vocabulary())

    def guess(self, masked: str) -> list[Guess]:
        """Abilities for a question whose mentions are masked, the likeliest first. CPU-bound.

        A question with what look like slips of the fingers is read both ways, and the readings are averaged.
        """
        readings = list(dict.fromkeys([masked, self._spelling.corrected(masked)]))
        average = np.mean([self._read(reading) for reading in readings], axis=0)
        order = np.argsort(-average)
        return [Guess(self._learnt.labels[i], float(average[i])) for i in order]

    def forget(self) -> None:
        """Forgets the readings that are kept: for measuring."""
        self._read.cache_clear()

    def _likely(self, masked: str) -> Floats:
        (vector,) = self._embeddings.queries([spoken(masked)])
        return self._learnt.likely(self._likeness.to(vector, normal(masked)))


def ship(embeddings: Embeddings, file: Path = LEARNT) -> None:
    """Learns the examples, which takes a minute and a GiB, and writes what a first start need not learn again."""
    texts, vectors = _embedded(embeddings)
    learnt = _learnt(Likeness.of(vectors, texts), texts)
    with file.open("wb") as written:
        np.savez_compressed(
            written,
            allow_pickle=False,
            key=_key(embeddings),
            labels=json.dumps(learnt.labels),
            coefficients=learnt.coefficients.astype(np.float16),
            sharpness=learnt.sharpness,
        )


def _shipped(key: str, file: Path) -> Learnt | None:
    """What ships, if it was learnt of these examples by this engine."""
    if not file.exists():
        return None
    with np.load(file, allow_pickle=False) as kept:
        if str(kept["key"]) != key:
            return None
        coefficients = np.asarray(kept["coefficients"], dtype=np.float32)
        return Learnt(json.loads(str(kept["labels"])), coefficients, float(kept["sharpness"]))


def _embedded(embeddings: Embeddings) -> tuple[list[str], Floats]:
    """The examples as their letters are compared, and their vectors."""
    questions = [question for _, question in _questions()]
    return [normal(each) for each in questions], embeddings.queries([spoken(each) for each in questions])


def _learnt(likeness: Likeness, texts: Sequence[str]) -> Learnt:
    return learn(likeness.among(texts), [ability for ability, _ in _questions()], PENALTY)


def _questions() -> list[tuple[str, str]]:
    """Every example utterance with its ability."""
    return [
        (ability, question)
        for ability, languages in examples().items()
        for questions in languages.values()
        for question in questions
    ]


def everyday_words() -> frozenset[str]:
    """All words and Chinese character pairs of the examples: those of everyday questions."""
    return _vocabulary()[0]


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
    text = json.dumps([RECIPE, embeddings.name, BUCKETS, MEANING, LETTERS, PENALTY, examples()],
                      sort_keys=True, ensure_ascii=False)  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()
