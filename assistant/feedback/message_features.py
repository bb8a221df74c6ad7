"""What a classifier sees of a message: what it means (its vector), and how it is worded (words and letters).

The vector tells alike what is said alike in any language; words and letters tell names of products, codes and forms
that are near to one another in meaning.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.understanding.text import PlainText
from knowledge.embeddings import Vectors

Floats = NDArray[np.float32]

MEANING, WORDING = 4.0, 2.0
"""How much the vector and the wording weigh; set on public messages, see docs/triage.md."""
LETTERS = (2, 5)
MOST_WORDS, MOST_LETTERS = 40_000, 40_000

_WORD = re.compile(r"[^\W_\u3400-\u9fff\uf900-\ufaff]+|[\u3400-\u9fff\uf900-\ufaff]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def terms(text: str) -> list[str]:
    """Words and pairs of words; of Chinese, characters in pairs."""
    found: list[str] = []
    before: str | None = None
    for run in _WORD.findall(text):
        if _HAN.match(run):
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
            before = None
            continue
        found += [run] if before is None else [run, f"{before} {run}"]
        before = run
    return found


def plain(text: str) -> str:
    """Lower case, without accents, in Simplified characters."""
    return PlainText.of(text).plain


class MessageFeatures:
    """Learnt from messages; rows are sparse, the vector first, then words, then letters."""

    def __init__(self, centre: Floats, words: TfidfVectorizer, letters: TfidfVectorizer) -> None:
        self._centre, self._words, self._letters = centre, words, letters
        self._names: NDArray[np.str_] = np.asarray(words.get_feature_names_out(), dtype=np.str_)

    @classmethod
    def of(cls, vectors: Vectors, texts: Sequence[str]) -> "MessageFeatures":
        """`texts` as `plain` makes them, one a row of `vectors`. Labels are not needed."""
        words, letters = _words(None), _letters(None)
        words.fit(texts)
        letters.fit(texts)
        return cls(np.asarray(vectors.mean(axis=0), dtype=np.float32), words, letters)

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[np.generic]]) -> "MessageFeatures":
        """From `as_arrays`."""
        words, letters = _words(arrays["words"].tolist()), _letters(arrays["letters"].tolist())
        words.idf_, letters.idf_ = arrays["word_weights"], arrays["letter_weights"]
        return cls(np.asarray(arrays["centre"], dtype=np.float32), words, letters)

    def as_arrays(self) -> dict[str, NDArray[np.generic]]:
        return {
            "centre": self._centre,
            "words": self._names,
            "word_weights": self._words.idf_,
            "letters": np.asarray(self._letters.get_feature_names_out(), dtype=np.str_),
            "letter_weights": self._letters.idf_,
        }

    def meanings(self, vectors: Vectors) -> Floats:
        """Unit vectors from the centre: what a message says that others do not."""
        moved = vectors - self._centre
        return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    def rows(self, meanings: Floats, texts: Sequence[str]) -> csr_matrix:
        """`meanings` and `texts` (as `plain` makes them) as rows for the classifier."""
        wording = (WORDING * self._words.transform(texts), WORDING * self._letters.transform(texts))
        return csr_matrix(hstack([csr_matrix(MEANING * meanings), *wording]), dtype=np.float32)

    def deciding(self, row: csr_matrix, weights: Floats, most: int) -> tuple[str, ...]:
        """The words of a row that speak most for a label whose weights are given, less those of the others."""
        first, many = len(self._centre), len(self._names)
        own = row[0, first : first + many]
        shares = own.data * weights[first + own.indices]
        best = [place for place in np.argsort(-shares) if shares[place] > 0]
        return _without_parts([str(self._names[own.indices[place]]) for place in best], most)


def _words(vocabulary: list[str] | None) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32, max_features=MOST_WORDS,
                           vocabulary=vocabulary)  # fmt: skip


def _letters(vocabulary: list[str] | None) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=LETTERS, lowercase=False, sublinear_tf=True,
                           dtype=np.float32, max_features=MOST_LETTERS, vocabulary=vocabulary)  # fmt: skip


def _without_parts(names: Sequence[str], most: int) -> tuple[str, ...]:
    """The first ones that are not part of one another."""
    kept: list[str] = []
    for name in names:
        if len(kept) == most:
            break
        if not any(f" {name} " in f" {other} " or f" {other} " in f" {name} " for other in kept):
            kept.append(name)
    return tuple(kept)
