"""What the library gives out: passages, hits and the cards of documents."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Passage:
    """A clause, or a part of a long one, that can be cited.

    `id` is stable (`response-times.en/2.1`) and never changes its meaning: a later version of the document
    gets ids of its own (`response-times.en@3.0/2.1`). `section` is the clause's number and heading.
    """

    id: str
    document_id: str
    title: str
    section: str
    text: str
    language: str
    audience: str
    kind: str
    version: str | None
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Shelved:
    """A stored passage as the shelf holds it in memory: see `knowledge.library.tables.PassageRow`."""

    id: str
    document_row_id: str
    clause: str | None
    section: str
    text: str
    vector: str


@dataclass(frozen=True)
class Hit:
    """A passage that was found. Scores are 0..1 and comparable within one search only.

    `words_score` is the share of the question's weight whose words stand in the passage; `vector_score`
    is how close the meanings are, measured against everyday sentences.
    """

    passage: Passage
    score: float
    words_score: float
    vector_score: float


@dataclass(frozen=True)
class Contradiction:
    """Two passages that say the same thing differently, and what each says that the other does not."""

    first: Passage
    second: Passage
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """The result of a search, best first. When `answered` is false the base has no answer to the question:
    the hits are then only the nearest passages, and must not be presented as an answer.

    `contradictions` are what the hits, or their translations, say differently about the same thing."""

    hits: list[Hit]
    answered: bool
    contradictions: tuple[Contradiction, ...] = ()


@dataclass(frozen=True)
class DocumentCard:
    """One version of one document in one language."""

    id: str
    document_id: str
    title: str
    language: str
    kind: str
    audience: str
    version: str | None
    valid_from: date | None
    valid_until: date | None
    owner: str | None
    source: str
    passages: int


@dataclass(frozen=True)
class Rejected:
    """A file that was not taken in, and why."""

    file: str
    reason: str


@dataclass(frozen=True)
class AddReport:
    """What adding files did. A replaced document is one whose file changed under the same id and version, a removed
    one stood in a mirrored folder and its file is gone."""

    documents_added: int
    documents_replaced: int
    documents_unchanged: int
    passages_added: int
    passages_removed: int
    documents_removed: int
    rejected: list[Rejected]
