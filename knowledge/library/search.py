"""One search: candidates by words and by meaning, weighed together, each clause once."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import zip_longest

from knowledge.embeddings import Vectors
from knowledge.library.asked import Asked
from knowledge.library.catalogue import passage_of
from knowledge.library.contradictions import contradictions
from knowledge.library.figures import figures
from knowledge.library.language import detect_language
from knowledge.library.meaning import Meaning
from knowledge.library.passage import Found, Hit
from knowledge.library.repetition import COVERED, SHORTEST, shingles_of
from knowledge.library.rerank import Reranker
from knowledge.library.shelf import Shelf
from knowledge.library.vectors import VectorIndex

BY_MEANING = 25
"""Candidates from each drawer; BY_WORDS are those from all drawers, by a question's words and by its terms."""
BY_WORDS = 15
RERANKED = 20

# Measured on 564 questions in three languages that the shipped documents answer, and on 290 that they do not
# (docs/library.md): no more of those are answered than before the terms counted, and more of the others.
WEIGHT_OF_WORDS = 0.08
WEIGHT_OF_TERMS_SAME_LANGUAGE = 0.1
WEIGHT_OF_TERMS_OTHER_LANGUAGE = 0.2
LINE_SAME_LANGUAGE = 0.55
LINE_OTHER_LANGUAGE = 0.51
STEEPNESS = 12.0
SUPPORT = 0.5
"""How much the fit of a clause's translations counts beside its own; measured on the same questions, it brings
the right clause to the first place in 82 instead of 80 of a hundred, into the first three in 96 instead of 95."""
NEUTRAL = -0.085
"""The evidence of a translation that speaks neither for nor against its clause: beside a clause that was found, one is
often a little below the line."""
SUPPORTED = 30
"""Passages whose translations are looked at."""


@dataclass(frozen=True)
class Candidate:
    """A passage by its number on the shelf. `evidence` above zero means that it answers the question."""

    passage: int
    words: float
    vector: float
    evidence: float
    score: float


def search(
    shelf: Shelf, vectors: VectorIndex, meaning: Meaning, reranker: Reranker | None, question: str,
    *, top: int, as_of: date, audiences: frozenset[str], language: str | None,
) -> Found:  # fmt: skip
    open_documents = shelf.open_documents(as_of, audiences)
    asked_in = detect_language(question) or language
    row = meaning.question(question, asked_in)
    asked = Asked(shelf.words, question, asked_in)
    cosines = _nearest(shelf, vectors, row, open_documents)
    by_words = _by_words(shelf, asked, open_documents) - set(cosines)
    cosines |= _cosines(shelf, vectors, row, sorted(by_words))
    weighed = {n: _weighed(shelf, n, asked, cosine, asked_in) for n, cosine in cosines.items()}
    first = sorted(weighed, key=lambda n: -weighed[n].evidence)[:SUPPORTED]
    beside = {m for n in first for m in shelf.wordings(n, open_documents)} - set(cosines)
    for n, cosine in _cosines(shelf, vectors, row, sorted(beside)).items():
        weighed[n] = _weighed(shelf, n, asked, cosine, asked_in)
    candidates = list(weighed.values())
    answered = max((c.evidence for c in candidates), default=0.0) > 0
    candidates = _each_clause_once(shelf, candidates, language, open_documents)
    candidates = _without_copies(shelf, candidates, max(top, RERANKED))
    if reranker is not None:
        candidates = _reranked(shelf, reranker, question, candidates)
    hits = [
        Hit(passage_of(shelf.passages[c.passage], shelf.document(c.passage)), c.score, c.words, c.vector)
        for c in candidates[:top]
    ]
    beside = {m for c in candidates[:top] for m in shelf.wordings(c.passage, open_documents)}
    return Found(hits, answered, tuple(contradictions(shelf, beside)) if answered else ())


def merged(answers: Sequence[Found], top: int) -> Found:
    """What was found for the parts of a question: the best hit of each in turn; of those without an answer nothing,
    unless none has one."""
    answered = [found for found in answers if found.answered]
    rounds = zip_longest(*(found.hits for found in answered or answers))
    hits = {hit.passage.id: hit for hits in rounds for hit in hits if hit is not None}
    disagreeing = {(c.first.id, c.second.id): c for found in answered for c in found.contradictions}
    return Found(list(hits.values())[:top], bool(answered), tuple(disagreeing.values()))


def _nearest(shelf: Shelf, vectors: VectorIndex, row: Vectors, open_documents: frozenset[str]) -> dict[int, float]:
    """Cosines of the nearest open passages of each drawer; asks for more when closed ones take the places."""
    found: dict[int, float] = {}
    for drawer in sorted({shelf.documents[id].drawer for id in open_documents}):
        count = BY_MEANING
        while True:
            near = vectors.nearest(drawer, row, count)
            inside = {
                n: cosine
                for name, cosine in near.items()
                for n in shelf.by_vector.get(name, [])
                if shelf.passages[n].document_row_id in open_documents and shelf.document(n).drawer == drawer
            }
            if len(inside) >= BY_MEANING // 2 or len(near) < count:
                break
            count *= 4
        found |= inside
    return found


def _cosines(shelf: Shelf, vectors: VectorIndex, row: Vectors, passages: Iterable[int]) -> dict[int, float]:
    """Cosines of passages that were found by their words."""
    by_drawer: dict[str, list[int]] = {}
    for n in passages:
        by_drawer.setdefault(shelf.document(n).drawer, []).append(n)
    found: dict[int, float] = {}
    for drawer, numbers in by_drawer.items():
        cosines = vectors.cosines(drawer, row, [shelf.passages[n].vector for n in numbers])
        found |= {n: cosines.get(shelf.passages[n].vector, 0.0) for n in numbers}
    return found


def _by_words(shelf: Shelf, asked: Asked, open_documents: frozenset[str]) -> set[int]:
    """The passages that have most of the question's words, and those that have most of its terms, translated."""
    marked = shelf.marked(open_documents)
    languages = {shelf.documents[id].language for id in open_documents}
    scores = (asked.scores(), asked.scores_of_terms(languages))
    return {n for each in scores for n in shelf.words.best(each, BY_WORDS, marked)}


def _weighed(shelf: Shelf, passage: int, asked: Asked, cosine: float, asked_in: str | None) -> Candidate:
    language = shelf.document(passage).language
    same = asked_in in (None, language)
    line = LINE_SAME_LANGUAGE if same else LINE_OTHER_LANGUAGE
    weight = WEIGHT_OF_TERMS_SAME_LANGUAGE if same else WEIGHT_OF_TERMS_OTHER_LANGUAGE
    held = shelf.words.held(passage)
    words = asked.share_of_words(held)
    evidence = cosine + WEIGHT_OF_WORDS * words + weight * asked.share_of_terms(held, language) - line
    return Candidate(passage, words, _share(cosine - line), evidence, _share(evidence))


def _share(distance: float) -> float:
    """0..1, one half on the line."""
    return 1.0 / (1.0 + math.exp(-STEEPNESS * distance))


def _reranked(shelf: Shelf, reranker: Reranker, question: str, candidates: list[Candidate]) -> list[Candidate]:
    first = candidates[:RERANKED]
    rows = [shelf.passages[c.passage] for c in first]
    scores = reranker.scores(question, [f"{row.section}\n{row.text}" for row in rows])
    rescored = [replace(c, score=score) for c, score in zip(first, scores, strict=True)]
    return sorted(rescored, key=lambda c: -c.score)


def _each_clause_once(
    shelf: Shelf, candidates: Sequence[Candidate], language: str | None, open_documents: frozenset[str]
) -> list[Candidate]:
    """Clauses, best first, each in the asker's language where it can be had. A clause stands by the wording
    that fits the question best, and better when its translations fit too."""
    clauses: dict[tuple[str, str], list[Candidate]] = {}
    for candidate in sorted(candidates, key=lambda c: -c.evidence):
        clauses.setdefault(shelf.clause(candidate.passage), []).append(candidate)
    kept = []
    for wordings in clauses.values():
        best, others = wordings[0], _best_of_other_languages(shelf, wordings)
        evidence = best.evidence + (SUPPORT * (sum(others) / len(others) - NEUTRAL) if others else 0.0)
        shown = _in_language(shelf, wordings, language, open_documents)
        kept.append(replace(shown, evidence=evidence, score=_share(evidence)))
    return sorted(kept, key=lambda c: -c.evidence)


def _without_copies(shelf: Shelf, candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """The best `count`, each text once. A copy with another figure stays: the two contradict each other."""
    kept: list[Candidate] = []
    texts: list[tuple[frozenset[str], Counter[Decimal]]] = []
    for candidate in candidates:
        text, language = shelf.passages[candidate.passage].text, shelf.document(candidate.passage).language
        shingles, numbers = shingles_of(text), figures(text, language)
        if len(text) >= SHORTEST and any(
            len(shingles & other) >= COVERED * max(len(shingles), len(other)) and numbers == named
            for other, named in texts
        ):
            continue
        kept.append(candidate)
        texts.append((shingles, numbers))
        if len(kept) == count:
            break
    return kept


def _best_of_other_languages(shelf: Shelf, wordings: Sequence[Candidate]) -> list[float]:
    best = {shelf.document(c.passage).language: c.evidence for c in reversed(wordings)}
    del best[shelf.document(wordings[0].passage).language]
    return list(best.values())


def _in_language(
    shelf: Shelf, wordings: Sequence[Candidate], language: str | None, open_documents: frozenset[str]
) -> Candidate:
    """The best wording in that language: one that was found, or the clause's own translation."""
    for candidate in wordings:
        if shelf.document(candidate.passage).language == language:
            return candidate
    for n in shelf.wordings(wordings[0].passage, open_documents):
        if shelf.document(n).language == language:
            return replace(wordings[0], passage=n)
    return wordings[0]
