"""One search: candidates by words and by meaning, weighed together, each clause once."""

from dataclasses import dataclass
from datetime import date

from knowledge.embeddings import Embeddings
from knowledge.library.catalogue import passage_of
from knowledge.library.passage import Found, Hit
from knowledge.library.rerank import Reranker
from knowledge.library.shelf import Shelf
from knowledge.library.vectors import VectorIndex
from knowledge.library.words import terms

CANDIDATES = 40
"""Passages that are weighed, from each of the two ways of finding."""
RERANKED = 20


@dataclass(frozen=True)
class Candidate:
    """A passage by its number on the shelf, with its scores (0..1)."""

    passage: int
    words: float
    vector: float
    score: float


def search(
    shelf: Shelf, vectors: VectorIndex, embeddings: Embeddings, reranker: Reranker | None, question: str,
    *, top: int, as_of: date, audiences: frozenset[str], language: str | None,
) -> Found:  # fmt: skip
    open_documents = shelf.open_documents(as_of, audiences)
    if not open_documents:
        return Found([], answered=False)
    asked = terms(question)
    cosines = _nearest(shelf, vectors, embeddings, question, open_documents, audiences)
    by_words = shelf.words.scores(asked)
    best_words = [n for n in by_words.argsort()[::-1] if by_words[n] > 0 and _is_open(shelf, int(n), open_documents)]
    numbers = dict.fromkeys([*cosines, *(int(n) for n in best_words[:CANDIDATES])])
    floor = min(cosines.values(), default=0.0)
    candidates = [_weighed(shelf, n, asked, cosines.get(n, floor)) for n in numbers]
    candidates.sort(key=lambda c: -c.score)
    hits = [
        Hit(passage_of(shelf.passages[c.passage], shelf.document(c.passage)), c.score, c.words, c.vector)
        for c in _each_clause_once(shelf, candidates, language)[:top]
    ]
    return Found(hits, answered=bool(hits) and hits[0].score > 0.5)


def _nearest(
    shelf: Shelf, vectors: VectorIndex, embeddings: Embeddings, question: str,
    open_documents: frozenset[str], audiences: frozenset[str],
) -> dict[int, float]:  # fmt: skip
    """Cosines of the nearest open passages; asks for more when closed ones take the places."""
    row = embeddings.queries([question])
    found: dict[int, float] = {}
    for audience in sorted(audiences & shelf.audiences()):
        count = CANDIDATES
        while True:
            near = vectors.nearest(audience, row, count)
            inside = {
                n: cosine
                for name, cosine in near.items()
                for n in shelf.by_vector.get(name, [])
                if _is_open(shelf, n, open_documents)
            }
            if len(inside) >= CANDIDATES // 2 or len(near) < count:
                break
            count *= 4
        found |= inside
    return found


def _is_open(shelf: Shelf, passage: int, open_documents: frozenset[str]) -> bool:
    return shelf.passages[passage].document_row_id in open_documents


def _weighed(shelf: Shelf, passage: int, asked: list[str], cosine: float) -> Candidate:
    words = shelf.words.coverage(asked, passage)
    vector = min(1.0, max(0.0, (cosine - 0.78) / 0.14))
    return Candidate(passage, words, vector, 0.35 * words + 0.65 * vector)


def _each_clause_once(shelf: Shelf, candidates: list[Candidate], language: str | None) -> list[Candidate]:
    """Of the translations of a clause one stays, at the place of the best: the asker's where it is among them."""
    places: dict[tuple[str, bool, str], int] = {}
    kept: list[Candidate] = []
    for candidate in candidates:
        row = shelf.passages[candidate.passage]
        document = shelf.document(candidate.passage)
        key = (document.document_id, document.declared, row.clause or row.id)
        if key not in places:
            places[key] = len(kept)
            kept.append(candidate)
        elif (
            language
            and shelf.document(candidate.passage).language == language
            and shelf.document(kept[places[key]].passage).language != language
        ):
            best = kept[places[key]]
            kept[places[key]] = Candidate(candidate.passage, candidate.words, candidate.vector, best.score)
    return kept
