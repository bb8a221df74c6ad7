"""What a question asks for in one library: its words, and the glossary's terms that they name in whatever language."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from knowledge.library.glossary import ANY_ENDING, Term, Variant, open_glossary
from knowledge.library.words import Scores, Words, terms

Places = frozenset[int]
"""Places of words in the vocabulary of a library."""


@dataclass(frozen=True)
class Sought:
    """A term as a library writes it, by language: a passage names it where each part of a variant stands in it."""

    variants: dict[str, tuple[tuple[Places, ...], ...]]
    weight: float


class Asked:
    """One question in one library. Rare words and terms weigh more; shares are 0..1, comparable between questions."""

    def __init__(self, words: Words, question: str, language: str | None) -> None:
        self._words = words
        self._terms = terms(question)
        self._weights = {term: words.weight(words.frequency(words.places(term))) for term in self._terms}
        self._places = {place: weight for term, weight in self._weights.items() for place in words.places(term)}
        self._sought = [_sought(words, term) for term in open_glossary().named(self._terms, language)]
        # A question that names one common term alone is not made out by it: it counts as one of the rarest at least.
        self._whole = max(words.weight(0), sum(term.weight for term in self._sought))

    def scores(self) -> Scores:
        """BM25 of each passage by the question's own words."""
        return self._words.scores(self._terms)

    def scores_of_terms(self, languages: Collection[str]) -> Scores:
        """BM25 of each passage by all that the question's terms are called in those languages."""
        found = {
            place
            for term in self._sought
            for language in languages
            for variant in term.variants.get(language, ())
            for part in variant
            for place in part
        }
        return self._words.scores_of(sorted(found))

    def share_of_words(self, held: Places) -> float:
        """How much of the question's words stands in a passage with these words."""
        whole = sum(self._weights.values())
        return sum(self._places[place] for place in held & self._places.keys()) / whole if whole else 0.0

    def share_of_terms(self, held: Places, language: str) -> float:
        """How much of the question's terms a passage of that language names, by whatever variant."""
        named = (term.weight for term in self._sought if _names(held, term.variants.get(language, ())))
        return sum(named) / self._whole


def _names(held: Places, variants: Sequence[Sequence[Places]]) -> bool:
    return any(all(not held.isdisjoint(part) for part in variant) for variant in variants)


def _sought(words: Words, term: Term) -> Sought:
    variants = {
        language: tuple(parts for variant in of if all(parts := _parts(words, variant)))
        for language, of in term.variants.items()
    }
    frequencies = {parts: min(map(words.frequency, parts)) for of in variants.values() for parts in of}
    return Sought(variants, words.weight(sum(frequencies.values())))


def _parts(words: Words, variant: Variant) -> tuple[Places, ...]:
    return tuple(
        words.begun(word.removesuffix(ANY_ENDING)) if word.endswith(ANY_ENDING) else words.places(word)
        for word in variant
    )
