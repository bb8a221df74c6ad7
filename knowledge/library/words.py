"""Words: index terms of a text in any of our languages, and BM25 over them."""

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.crm.names import HAN, fold

Scores = NDArray[np.float32]
Chosen = NDArray[np.bool_]

MOST_TIMES = 255
"""How often a word is counted in one passage."""
RARE_AGAIN, SHORTER = 1.2, 0.6
"""BM25's k1 and b: what a word counts when it stands again, and how much a long passage is held to its length
(Robertson, Zaragoza: The Probabilistic Relevance Framework, 2009)."""

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
    """BM25 over the terms of all passages, and which terms each of them holds.

    Kept in arrays: a set of terms for each of 100,000 passages would take hundreds of megabytes. Never changed once
    made; `and_also` makes one that knows more passages, numbered after those that were there, and shares the rest.
    """

    def __init__(self, texts: Iterable[Sequence[str]]) -> None:
        self._vocabulary: dict[str, int] = {}
        self._volumes: tuple[Volume, ...] = (Volume(texts, self._vocabulary, 0),)

    def and_also(self, texts: Iterable[Sequence[str]]) -> "Words":
        more = Words(())
        more._vocabulary = self._vocabulary | {}
        more._volumes = (*self._volumes, Volume(texts, more._vocabulary, len(self)))
        return more

    def __len__(self) -> int:
        return self._volumes[-1].end

    @property
    def volumes(self) -> int:
        return len(self._volumes)

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._vocabulary)

    @cached_property
    def _length(self) -> float:
        """Of a passage, in terms, at the mean."""
        return float(sum(volume.lengths.sum() for volume in self._volumes)) / max(1, len(self))

    def places(self, term: str) -> frozenset[int]:
        """Where a term stands in the vocabulary; nowhere where no passage has it."""
        return frozenset({self._vocabulary[term]} if term in self._vocabulary else ())

    def begun(self, beginning: str) -> frozenset[int]:
        """The places of the terms that begin so."""
        first = bisect_left(self._sorted, beginning)
        last = bisect_left(self._sorted, beginning + chr(0x10FFFF), first)
        return frozenset(self._vocabulary[term] for term in self._sorted[first:last])

    def frequency(self, places: Iterable[int]) -> int:
        """In how many passages these terms stand, one that has two of them counted twice."""
        return sum(volume.frequency(place) for place in places for volume in self._volumes)

    def weight(self, frequency: int) -> float:
        """What a term counts that so many passages have."""
        known = min(frequency, len(self))
        return float(np.log(1 + (len(self) - known + 0.5) / (known + 0.5)))

    def scores(self, question: Iterable[str]) -> Scores:
        return self.scores_of([self._vocabulary[term] for term in question if term in self._vocabulary])

    def scores_of(self, places: Iterable[int]) -> Scores:
        """BM25 by the places of terms; one that stands twice counts twice."""
        found = np.zeros(len(self), dtype=np.float32)
        for place, times in Counter(places).items():
            weight = times * self.weight(self.frequency((place,)))
            for volume in self._volumes:
                volume.score(found, place, weight, self._length)
        return found

    def best(self, scores: Scores, count: int, among: Chosen) -> list[int]:
        """The passages of the highest scores above zero, best first, of those that are marked in `among`."""
        scores = np.where(among, scores, np.float32(0))
        first = np.argpartition(-scores, count)[:count] if count < len(scores) else np.arange(len(scores))
        return [int(n) for n in first[np.argsort(-scores[first], kind="stable")] if scores[n] > 0]

    def held(self, passage: int) -> frozenset[int]:
        """The places of a passage's terms."""
        volume = next(volume for volume in self._volumes if passage < volume.end)
        return frozenset(volume.held(passage))


class Volume:
    """The terms of passages that came together, from passage number `start` on: by passage, and by term."""

    def __init__(self, texts: Iterable[Sequence[str]], vocabulary: dict[str, int], start: int) -> None:
        """Enters new terms into `vocabulary`."""
        # Of each passage one after the other: an array each would take more than what is in it.
        lengths, held, terms, times = array("f"), array("l", [0]), array("i"), array("B")
        for text in texts:
            counts = Counter(text)
            terms.extend(vocabulary.setdefault(term, len(vocabulary)) for term in counts)
            times.extend(min(count, MOST_TIMES) for count in counts.values())
            lengths.append(counts.total())
            held.append(len(terms))
        self.start, self.end = start, start + len(lengths)
        self.lengths = np.asarray(lengths, dtype=np.float32)
        self._starts, self._terms = np.asarray(held), np.asarray(terms, dtype=np.int32)
        order = np.argsort(self._terms, kind="stable")
        passages = np.repeat(np.arange(len(lengths), dtype=np.int32), np.diff(self._starts))
        self._passages, self._times = passages[order], np.asarray(times, dtype=np.uint8)[order]
        self._by_term = np.cumsum(np.bincount(self._terms + 1, minlength=len(vocabulary) + 1))

    def frequency(self, place: int) -> int:
        return int(self._by_term[place + 1] - self._by_term[place]) if place + 1 < len(self._by_term) else 0

    def held(self, passage: int) -> list[int]:
        row = passage - self.start
        return [int(place) for place in self._terms[self._starts[row] : self._starts[row + 1]]]

    def score(self, scores: Scores, place: int, weight: float, length: float) -> None:
        """Adds what a term of that weight gives each passage here, in place; `length` is the mean of all passages."""
        if not self.frequency(place):
            return
        here = slice(int(self._by_term[place]), int(self._by_term[place + 1]))
        rows, times = self._passages[here], self._times[here].astype(np.float32)
        held_to = RARE_AGAIN * (1 - SHORTER + SHORTER * self.lengths[rows] / np.float32(length))
        scores[self.start + rows] += np.float32(weight) * times / (times + held_to)
