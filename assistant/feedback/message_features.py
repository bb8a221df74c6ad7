"""What a classifier sees of a message: what it means (its vectors), and how it is worded (words and letters).

The vectors tell alike what is said alike in any language; words and letters tell names of products, codes and forms
that are near to one another in meaning.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from assistant.feedback.function_words import telling
from assistant.understanding.text import PlainText
from knowledge.embeddings import Vectors

Floats = NDArray[np.float32]

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
    """Learnt from messages. `vectors` are a row a message, or several views of each: message, view, dimension."""

    def __init__(self, centre: Floats, words: TfidfVectorizer, letters: TfidfVectorizer) -> None:
        self._centre, self._words, self._letters = centre, words, letters
        self._names: NDArray[np.str_] = np.asarray(words.get_feature_names_out(), dtype=np.str_)

    @classmethod
    def of(cls, vectors: Vectors, texts: Sequence[str]) -> "MessageFeatures":
        """`texts` as `plain` makes them, one a row of `vectors`. Labels are not needed."""
        words, letters = _words(None), _letters(None)
        words.fit(texts)
        letters.fit(texts)
        return cls(np.asarray(_by_view(vectors).mean(axis=0), dtype=np.float32), words, letters)

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
        """Unit rows from the centre: what a message says that others do not. Each view counts the same."""
        moved = _by_view(vectors) - self._centre
        moved /= np.maximum(np.linalg.norm(moved, axis=2, keepdims=True), 1e-9)
        return np.asarray(moved.reshape(len(moved), -1) / np.sqrt(moved.shape[1]), dtype=np.float32)

    def wording(self, texts: Sequence[str]) -> csr_matrix:
        """Words, then letters, of `texts` as `plain` makes them: a sparse row each."""
        return csr_matrix(hstack([self._words.transform(texts), self._letters.transform(texts)]), dtype=np.float32)

    def deciding(self, row: csr_matrix, weights: Floats, most: int) -> tuple[str, ...]:
        """The words of a row of `wording` that speak most for a label, but for function words; `weights` are its own
        less the others."""
        own = row[0, : len(self._names)]
        shares = own.data * weights[own.indices]
        best = [place for place in np.argsort(-shares) if shares[place] > 0]
        told = (telling(str(self._names[own.indices[place]])) for place in best)
        return _without_parts([words for words in told if words], most)


def _by_view(vectors: Vectors) -> Vectors:
    return vectors if vectors.ndim == 3 else vectors[:, None, :]


def _words(vocabulary: list[str] | None) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer=terms, sublinear_tf=True, dtype=np.float32, max_features=MOST_WORDS,
                           vocabulary=vocabulary)  # fmt: skip


def _letters(vocabulary: list[str] | None) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=LETTERS, lowercase=False, sublinear_tf=True,
                           dtype=np.float32, max_features=MOST_LETTERS, vocabulary=vocabulary)  # fmt: skip


def _without_parts(names: Sequence[str], most: int) -> tuple[str, ...]:
    """The first ones that are not part of one another; of Chinese pairs, that do not overlap."""
    kept: list[str] = []
    for name in names:
        if len(kept) == most:
            break
        if not any(_overlap(name, other) for other in kept):
            kept.append(name)
    return tuple(kept)


def _overlap(name: str, other: str) -> bool:
    if _HAN.match(name) and _HAN.match(other):
        return name == other or name[0] == other[-1] or name[-1] == other[0]
    return f" {name} " in f" {other} " or f" {other} " in f" {name} "
