"""Words: index terms of a text in any of our languages, and BM25 over them."""

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge.crm.names import HAN, fold

if TYPE_CHECKING:
    from bm25s import BM25

Scores = NDArray[np.float32]
Chosen = NDArray[np.bool_]

_PIECES = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W\u3400-\u9fff\uf900-\ufaff]+")
_STOP_WORDS = (
    "a an and any are as at be been by can could do does did for from had has have how i if in is it its me must my of "
    "on or our should so than that the their them there they this to us was we were what when where which who whom why "
    "will with would you your much many "
    "al algo como con cual cuando cuanto cuantos de debe debemos del donde e el ella ellos en entre es esta este ha "
    "hay la las le les lo los mas me mi muy no nos o para pero por puede puedo que quien se si sin son su sus tiene un "
    "una uno y ya yo"
)
_STOP = frozenset(_STOP_WORDS.split())
_HAN_STOP = re.compile("[的了吗呢吧啊么是在和与及或请就都也要有我你您他她它们这那个哪什怎多少几]")


def terms(text: str) -> list[str]:
    """Latin words folded and lightly stemmed, numbers as they are, Chinese as pairs of characters.

    Chinese pairs do not span function characters, which are no terms: `客户的投诉` gives 客户, 投诉.
    """
    found: list[str] = []
    for piece in _PIECES.findall(fold(text)):
        if not HAN.match(piece):
            if piece not in _STOP:
                found.append(stem(piece))
            continue
        for run in _HAN_STOP.split(piece):
            found.extend(run[i : i + 2] for i in range(len(run) - 1)) if len(run) > 1 else found.extend(run)
    return found


def stem(word: str) -> str:
    """Cuts the commonest endings of English and Spanish: complaints, complaint; quejas, queja."""
    if len(word) < 4 or word.isdigit():
        return word
    for ending, left in (("ies", "y"), ("ciones", "cion"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) + len(left) >= 3:
            word = word[: len(word) - len(ending)] + left
            break
    return word[:-1] if len(word) > 4 and word[-1] in "aeo" else word


class Words:
    """BM25 over the terms of all passages. `scores` gives one figure a passage, and `coverage` the share of
    the question's weight (rare terms weigh more) that a passage holds: that one is comparable between questions.

    Kept in arrays: a set of terms for each of 100,000 passages would take hundreds of megabytes.
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        vocabulary: dict[str, int] = {}
        numbered = [[vocabulary.setdefault(term, len(vocabulary)) for term in text] for text in texts]
        self._vocabulary = vocabulary
        self._count = len(numbered)
        held = [np.unique(np.asarray(ids, dtype=np.int32)) for ids in numbered]
        self._starts = np.cumsum([0, *map(len, held)])
        self._held = np.concatenate(held) if held else np.zeros(0, dtype=np.int32)
        frequency = np.bincount(self._held, minlength=len(vocabulary)).astype(np.float32)
        self._weights = np.log(1 + (self._count - frequency + 0.5) / (frequency + 0.5))
        self._unknown_weight = float(np.log(1 + (self._count + 0.5) / 0.5))
        self._bm25 = self._indexed(numbered) if vocabulary else None

    def _indexed(self, ids: list[list[int]]) -> "BM25":
        from bm25s import BM25
        from bm25s.tokenization import Tokenized

        index = BM25(k1=1.2, b=0.6)
        index.index(Tokenized(ids=ids, vocab=dict(self._vocabulary)), show_progress=False)
        return index

    def scores(self, question: Sequence[str]) -> Scores:
        ids = [self._vocabulary[term] for term in question if term in self._vocabulary]
        if self._bm25 is None or not ids:
            return np.zeros(self._count, dtype=np.float32)
        return np.asarray(self._bm25.get_scores_from_ids(ids), dtype=np.float32)

    def best(self, question: Sequence[str], count: int, among: Chosen) -> list[int]:
        """The passages of the highest scores above zero, best first, of those that are marked in `among`."""
        scores = np.where(among, self.scores(question), np.float32(0))
        first = np.argpartition(-scores, count)[:count] if count < len(scores) else np.arange(len(scores))
        return [int(n) for n in first[np.argsort(-scores[first], kind="stable")] if scores[n] > 0]

    def coverage(self, question: Sequence[str], passage: int) -> float:
        """0..1: the weight of the question's terms that stand in the passage, of all its terms' weight."""
        wanted = set(question)
        if not wanted:
            return 0.0
        held = set(self._held[self._starts[passage] : self._starts[passage + 1]].tolist())
        ids = [self._vocabulary.get(term) for term in wanted]
        weights = [float(self._weights[n]) if n is not None else self._unknown_weight for n in ids]
        return sum(w for n, w in zip(ids, weights, strict=True) if n in held) / sum(weights)
