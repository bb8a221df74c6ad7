"""The library: documents come in, clauses are found and cited."""

import asyncio
import threading
from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.embeddings import Embeddings
from knowledge.library.catalogue import Catalogue
from knowledge.library.contradictions import contradictions
from knowledge.library.meaning import LANGUAGES, Meaning, Wording
from knowledge.library.passage import AddReport, Contradiction, DocumentCard, Found, Passage, Shelved
from knowledge.library.questions import questions_in
from knowledge.library.rerank import Reranker
from knowledge.library.search import merged, search
from knowledge.library.shelf import Shelf
from knowledge.library.tables import DocumentRow, PassageRow
from knowledge.library.vectors import open_vectors

if TYPE_CHECKING:
    from knowledge.library.intake import Progress

EVERYONE = frozenset({"internal", "customer"})
DRAWERS = tuple(f"{audience}-{language}" for audience in sorted(EVERYONE) for language in LANGUAGES)
LONGEST_QUESTION = 2_000
"""Characters of a question that are searched for."""
BATCH = 256


class Library:
    """The bank's standards and product sheets. Safe to use from many tasks and threads, and beside other
    processes on the same store and folder: what they add is found by the next search here.

    `store_url` is the store with the tables of `knowledge.library.tables`; the vectors are kept in
    `folder/chroma`, or in the store itself where that is PostgreSQL. Methods raise StoreError when the
    store cannot be read or written.
    """

    def __init__(self, store_url: str, folder: Path, embeddings: Embeddings, reranker: Reranker | None = None) -> None:
        self._catalogue = Catalogue(store_url)
        self._meaning = Meaning(embeddings, folder / "chroma")
        self._vectors = open_vectors(store_url, folder / "chroma", self._meaning.key)
        self._reranker = reranker
        self._shelf: Shelf | None = None
        self._seen = 0
        self._lock = threading.Lock()

    async def add(
        self, paths: Sequence[Path], progress: "Progress | None" = None, *, mirror: bool = False
    ) -> AddReport:
        """Takes in files and the files of folders. A file that cannot be read is in the report with its reason,
        and the rest goes on; what can be read is stored together at the end, or not at all.

        With `mirror`, documents go whose files stood in one of the folders and are there no more.
        """
        return await asyncio.to_thread(self._add, paths, progress, mirror)

    async def remove(self, ids: Sequence[str]) -> list[str]:
        """Removes documents, all languages and versions of an id or one (`response-times.en`). Returns the ids of
        what went, sorted; an unknown id takes nothing away."""
        return await asyncio.to_thread(self._remove_named, frozenset(ids))

    async def search(
        self,
        query: str,
        *,
        top: int = 5,
        as_of: date,
        audiences: frozenset[str] = EVERYONE,
        language: str | None = None,
    ) -> Found:
        """The clauses that answer `query`, best first, from the versions valid on `as_of` for these readers.

        A clause that exists in several languages comes once, in `language` where it can be had.
        """
        return await asyncio.to_thread(self._search, query, top, as_of, audiences, language)

    async def contradictions(self, *, as_of: date, audiences: frozenset[str] = EVERYONE) -> list[Contradiction]:
        """What translations of a clause, or documents about the same thing, say differently, as valid on that day."""
        return await asyncio.to_thread(self._contradictions, as_of, audiences)

    async def passage(self, id: str, audiences: frozenset[str] = EVERYONE) -> Passage | None:
        """A citation opened: the whole clause; None when the library has no such passage for these readers."""
        passage = await asyncio.to_thread(self._catalogue.clause, id)
        return passage if passage is not None and passage.audience in audiences else None

    async def documents(self) -> list[DocumentCard]:
        """All versions of all documents, ordered by id."""
        return await asyncio.to_thread(self._catalogue.cards)

    def _remove_named(self, names: frozenset[str]) -> list[str]:
        self._see(self._catalogue.edition())
        ids = [row.id for row in self._catalogue.documents() if names & {row.id, row.document_id}]
        self._remove(ids)
        return ids

    def _add(self, paths: Sequence[Path], progress: "Progress | None", mirror: bool) -> AddReport:
        from knowledge.library.intake import gone_files, read_files, shelve

        self._see(self._catalogue.edition())
        documents, rejected = read_files(paths, progress)
        held = self._catalogue.documents()
        shelving = shelve(documents, held)
        entries = shelving.entries
        for done, entry in enumerate(entries):
            if progress:
                progress(entry.document.source, done, len(entries))
            self._embed(entry.document, entry.passages)
        removed = 0
        if entries:
            removed, unused, edition = self._catalogue.store(entries)
            self._forget(unused)
            self._made(edition)
        gone = gone_files(paths, held, shelving.kept) if mirror else []
        removed += self._remove(gone)
        return AddReport(
            documents_added=sum(entry.replaces is None for entry in entries),
            documents_replaced=sum(entry.replaces is not None for entry in entries),
            documents_unchanged=shelving.unchanged,
            passages_added=sum(len(entry.passages) for entry in entries),
            passages_removed=removed,
            documents_removed=len(gone),
            rejected=rejected + shelving.rejected,
        )

    def _remove(self, ids: Sequence[str]) -> int:
        if not ids:
            return 0
        removed, unused, edition = self._catalogue.remove(ids)
        self._forget(unused)
        self._made(edition)
        return removed

    def _forget(self, names: Collection[str]) -> None:
        for drawer in DRAWERS if names else ():
            self._vectors.remove(drawer, sorted(names))

    def _embed(self, document: DocumentRow, passages: Sequence[PassageRow | Shelved]) -> None:
        """Puts in the vectors first: until the catalogue names them nobody sees them."""
        wordings = {row.vector: Wording(document.title, row.section, row.text) for row in passages}
        names = sorted(self._vectors.missing(document.drawer, list(wordings)))
        for start in range(0, len(names), BATCH):
            batch = names[start : start + BATCH]
            rows = self._meaning.passages([wordings[name] for name in batch], document.language)
            self._vectors.put(document.drawer, batch, rows)

    def _search(self, query: str, top: int, as_of: date, audiences: frozenset[str], language: str | None) -> Found:
        shelf = self._current()
        question = query[:LONGEST_QUESTION]
        if len(parts := questions_in(question)) > 1:
            return merged([self._search(part, top, as_of, audiences, language) for part in parts], top)
        if not question.strip() or not shelf.passages or top < 1:
            return Found([], answered=False)
        return search(
            shelf, self._vectors, self._meaning, self._reranker, question,
            top=top, as_of=as_of, audiences=audiences, language=language,
        )  # fmt: skip

    def _contradictions(self, as_of: date, audiences: frozenset[str]) -> list[Contradiction]:
        shelf = self._current()
        return contradictions(shelf, shelf.marked(shelf.open_documents(as_of, audiences)).nonzero()[0].tolist())

    def _current(self) -> Shelf:
        """The newest edition, loaded again only when another process or an `add` has made one."""
        newest = self._catalogue.edition()
        shelf = self._shelf
        if shelf is not None and shelf.edition == newest:
            return shelf
        with self._lock:
            if self._shelf is None or self._shelf.edition < newest:
                self._see(newest)
                self._shelf = self._renewed(self._shelf)
                self._complete(self._shelf)
            return self._shelf

    def _renewed(self, shelf: Shelf | None) -> Shelf:
        """The newest edition; of what is on the shelf already, nothing is loaded again."""
        later = shelf.renewed(*self._catalogue.beside(shelf.known)) if shelf else None
        return later or Shelf(*self._catalogue.everything())

    def _see(self, edition: int) -> None:
        """Opens the vectors anew when there is an edition that this object has not seen."""
        if edition > self._seen:
            self._vectors.refresh()
            self._seen = edition

    def _made(self, edition: int) -> None:
        """This object's own edition, whose vectors it has; unless another process has made one in between."""
        if edition == self._seen + 1:
            self._seen = edition

    def _complete(self, shelf: Shelf) -> None:
        """Embeds what this engine has no vectors of: the library was filled with another engine."""
        for drawer, names in shelf.drawers.items():
            if self._vectors.count(drawer) >= len(names):
                continue
            for document, rows in shelf.by_document(drawer):
                self._embed(document, rows)
