"""The shelf: one edition of the library in memory, which questions are put to."""

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from datetime import date

import numpy as np

from knowledge.library.passage import Shelved
from knowledge.library.tables import DocumentRow
from knowledge.library.words import Chosen, Words

KEPT = 100
"""Days and readers whose documents are remembered."""
MOST_GONE, MOST_VOLUMES = 0.2, 50
"""Share of passages that are there no more, and how often more have come, before a shelf is made anew."""


class Shelf:
    """All passages of one edition, their documents and words, and the vectors in each drawer.

    Never changed: a new edition makes a new one, which takes over what stayed as it was.
    """

    def __init__(
        self, edition: int, documents: Iterable[DocumentRow], passages: list[Shelved], words: Iterable[str]
    ) -> None:
        self.edition = edition
        self.passages = passages
        self.documents = {row.id: row for row in documents}
        self.words = Words(text.split() for text in words)
        self.by_vector: dict[str, list[int]] = {}
        self.drawers: dict[str, set[str]] = {}
        self._clauses: dict[tuple[str, str], list[int]] = {}
        self._gone: frozenset[int] = frozenset()
        self._forget_readers()
        self._enter(range(len(passages)))

    def _forget_readers(self) -> None:
        self._open: dict[tuple[date, frozenset[str]], frozenset[str]] = {}
        self._marked: dict[frozenset[str], Chosen] = {}

    def _enter(self, numbers: Iterable[int]) -> None:
        for n in numbers:
            row = self.passages[n]
            self.by_vector[row.vector] = [*self.by_vector.get(row.vector, ()), n]
            self._clauses[self.clause(n)] = [*self._clauses.get(self.clause(n), ()), n]
            self.drawers.setdefault(self.document(n).drawer, set()).add(row.vector)

    @property
    def known(self) -> dict[str, int]:
        """The revision of each document."""
        return {row.id: row.revision for row in self.documents.values()}

    def renewed(
        self, edition: int, documents: Sequence[DocumentRow], passages: Sequence[Shelved], words: Sequence[str]
    ) -> "Shelf | None":
        """The shelf of a later edition: with these documents, and these passages and words of the new and changed ones.
        None when so much has gone by now that a new shelf is better made from all."""
        known, stay = self.known, {row.id: row for row in documents}
        changed = {id for id, revision in known.items() if id not in stay or stay[id].revision != revision}
        leaving = {n for n, row in enumerate(self.passages) if row.document_row_id in changed} - self._gone
        gone = self._gone | leaving
        if len(gone) > MOST_GONE * len(self.passages) or self.words.volumes >= MOST_VOLUMES:
            return None
        shelf = copy(self)
        shelf.by_vector, shelf._clauses = dict(self.by_vector), dict(self._clauses)
        shelf.drawers = {drawer: set(names) for drawer, names in self.drawers.items()}
        for n in leaving:
            shelf._leave(n)
        shelf.edition, shelf.documents, shelf._gone = edition, stay, gone
        shelf.passages = [*self.passages, *passages]
        shelf.words = self.words.and_also(text.split() for text in words)
        shelf._forget_readers()
        shelf._enter(range(len(self.passages), len(shelf.passages)))
        return shelf

    def _leave(self, n: int) -> None:
        """As long as its document is known."""
        vector, clause = self.passages[n].vector, self.clause(n)
        self.by_vector[vector] = [other for other in self.by_vector[vector] if other != n]
        self._clauses[clause] = [other for other in self._clauses[clause] if other != n]
        drawer = self.document(n).drawer
        if all(self.document(other).drawer != drawer for other in self.by_vector[vector]):
            self.drawers[drawer].discard(vector)

    def document(self, passage: int) -> DocumentRow:
        return self.documents[self.passages[passage].document_row_id]

    def clause(self, passage: int) -> tuple[str, str]:
        """Which clause a passage is, or is a part of, in whatever language; a file without front matter
        shares its clauses with no other."""
        row, document = self.passages[passage], self.document(passage)
        return (document.document_id if document.declared else document.id, row.clause or row.id)

    def wordings(self, passage: int, open_documents: Collection[str]) -> list[int]:
        """The open passages of the same clause, in all languages."""
        return [n for n in self._clauses[self.clause(passage)] if self.passages[n].document_row_id in open_documents]

    def by_document(self, drawer: str) -> Iterable[tuple[DocumentRow, list[Shelved]]]:
        rows: dict[str, list[Shelved]] = {}
        for n, row in enumerate(self.passages):
            if n not in self._gone:
                rows.setdefault(row.document_row_id, []).append(row)
        for id, document in self.documents.items():
            if document.drawer == drawer:
                yield document, rows.get(id, [])

    def marked(self, open_documents: frozenset[str]) -> Chosen:
        """Which passages are of these documents, one mark a passage."""
        if open_documents not in self._marked:
            if len(self._marked) > KEPT:
                self._marked.clear()
            marks = (row.document_row_id in open_documents for row in self.passages)
            marked = np.fromiter(marks, dtype=np.bool_, count=len(self.passages))
            marked[sorted(self._gone)] = False
            self._marked[open_documents] = marked
        return self._marked[open_documents]

    def open_documents(self, as_of: date, audiences: Collection[str]) -> frozenset[str]:
        """Ids of the rows that are valid on that day and meant for these readers.

        Of several valid versions of a document the newest holds, in all languages: a translation that
        has not followed yet would tell the old rule. Documents of other audiences hide no version.
        """
        key = (as_of, frozenset(audiences))
        if key not in self._open:
            if len(self._open) > KEPT:
                self._open.clear()
            self._open[key] = self._decide(as_of, key[1])
        return self._open[key]

    def _decide(self, as_of: date, audiences: frozenset[str]) -> frozenset[str]:
        valid = [
            row
            for row in self.documents.values()
            if row.audience in audiences
            and (row.valid_from is None or row.valid_from <= as_of)
            and (row.valid_until is None or as_of <= row.valid_until)
        ]
        newest: dict[str, tuple[date, str]] = {}
        for row in valid:
            if row.declared:
                rank = (row.valid_from or date.min, row.version)
                newest[row.document_id] = max(newest.get(row.document_id, rank), rank)
        return frozenset(row.id for row in valid if not row.declared or row.version == newest[row.document_id][1])
