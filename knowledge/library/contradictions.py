"""Contradictions: what two documents, or two translations of one clause, say differently about the same thing.

Three rules. Translations of one clause name the same figures. Sentences of two documents that share most of their words
name no other figures; rows of tables are left out, which
are alike by their form. Sentences that share two percentages say of the same thing that they are shares of.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from math import ceil

from knowledge.library.catalogue import passage_of
from knowledge.library.figures import figures, percentages
from knowledge.library.passage import Contradiction
from knowledge.library.shelf import Shelf
from knowledge.library.words import terms

ALIKE = 0.6
"""Share of the words of two sentences, figures left out, from which they are about the same thing."""
FEWEST_WORDS = 5
SHARED_PERCENTAGES = 2
_SENTENCES = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+|\n")


@dataclass(frozen=True)
class _Sentence:
    passage: int
    text: str
    words: frozenset[str]
    figures: Counter[Decimal]
    percentages: dict[Decimal, str | None]


def contradictions(shelf: Shelf, passages: Iterable[int]) -> list[Contradiction]:
    """What contradicts each other among these passages, in the order of the shelf; each pair of passages once."""
    numbers = sorted(set(passages))
    sentences = [sentence for n in numbers for sentence in _sentences(shelf, n)]
    pairs = {(one.first.id, one.second.id): one for one in _by_percentage(shelf, sentences)}
    pairs |= {(one.first.id, one.second.id): one for one in _by_words(shelf, sentences)}
    pairs |= {(one.first.id, one.second.id): one for one in _of_translations(shelf, numbers)}
    return [pairs[key] for key in sorted(pairs)]


def _of_translations(shelf: Shelf, numbers: Sequence[int]) -> Iterator[Contradiction]:
    """Clauses whose wordings name other figures. A clause's parts are put together first."""
    clauses: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for n in numbers:
        if shelf.document(n).declared and shelf.passages[n].clause is not None:
            clauses[shelf.clause(n)][shelf.passages[n].document_row_id].append(n)
    for documents in clauses.values():
        for first, second in combinations(documents.values(), 2):
            one, other = (
                figures("\n".join(shelf.passages[n].text for n in part), shelf.document(part[0]).language)
                for part in (first, second)
            )
            if one != other:
                yield _contradiction(shelf, first[0], second[0], _shown(one - other), _shown(other - one))


def _by_words(shelf: Shelf, sentences: Sequence[_Sentence]) -> Iterator[Contradiction]:
    """Sentences of different documents in the same words, with other figures."""
    frequency = Counter(word for sentence in sentences for word in sentence.words)
    seen: dict[str, list[int]] = defaultdict(list)
    for number, sentence in enumerate(sentences):
        if not sentence.figures or len(sentence.words) < FEWEST_WORDS:
            continue
        rare = sorted(sentence.words, key=lambda word: (frequency[word], word))
        # Sentences that are alike share one of their rarest words; so the others need not be compared.
        prefix = rare[: len(rare) - ceil(ALIKE * len(rare)) + 1]
        for n in sorted({n for word in prefix for n in seen[word]}):
            other = sentences[n]
            shared = len(sentence.words & other.words) / len(sentence.words | other.words)
            there, here = other.figures - sentence.figures, sentence.figures - other.figures
            if shared >= ALIKE and there and here and _apart(shelf, other, sentence):
                yield _contradiction(shelf, other.passage, sentence.passage, _shown(there), _shown(here))
        for word in prefix:
            seen[word].append(number)


def _by_percentage(shelf: Shelf, sentences: Sequence[_Sentence]) -> Iterator[Contradiction]:
    """Sentences with the same percentages of different things: 80 % of the income here, of the profit there."""
    seen: dict[tuple[Decimal, ...], list[_Sentence]] = defaultdict(list)
    for sentence in sentences:
        for key in combinations(sorted(sentence.percentages), SHARED_PERCENTAGES):
            for other in seen[key]:
                differing = [
                    (value, other.percentages[value], sentence.percentages[value])
                    for value in key
                    if _differ(other.percentages[value], sentence.percentages[value])
                ]
                if differing and _apart(shelf, other, sentence):
                    yield _contradiction(
                        shelf, other.passage, sentence.passage,
                        tuple(f"{value:f}% ({of})" for value, of, _ in differing),
                        tuple(f"{value:f}% ({of})" for value, _, of in differing),
                    )  # fmt: skip
            seen[key].append(sentence)


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _apart(shelf: Shelf, one: _Sentence, other: _Sentence) -> bool:
    """Whether they stand in different documents; translations are compared clause by clause."""
    first, second = shelf.document(one.passage), shelf.document(other.passage)
    return first.id != second.id and not (first.declared and first.document_id == second.document_id)


def _sentences(shelf: Shelf, number: int) -> Iterator[_Sentence]:
    language = shelf.document(number).language
    for text in _SENTENCES.split(shelf.passages[number].text):
        if any(c.isdigit() for c in text) and " | " not in text:
            words = frozenset(term for term in terms(text) if not term[0].isdigit())
            yield _Sentence(number, text, words, figures(text, language), percentages(text))


def _contradiction(
    shelf: Shelf, first: int, second: int, figures_first: tuple[str, ...], figures_second: tuple[str, ...]
) -> Contradiction:
    one, other = (passage_of(shelf.passages[n], shelf.document(n)) for n in (first, second))
    return Contradiction(one, other, figures_first, figures_second)


def _shown(found: Counter[Decimal]) -> tuple[str, ...]:
    return tuple(f"{value:f}" for value in sorted(found))
