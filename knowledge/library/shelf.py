"""The shelf: one edition of the library in memory, which questions are put to."""

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np

from knowledge.library.passage import Shelved
from knowledge.library.tables import DocumentRow
from knowledge.library.words import Chosen, Words

KEPT = 100
"""Days and readers whose documents are remembered."""


class Shelf:
    """All passages of one edition, their documents and words, and the vectors in each drawer.

    Never changed: a new edition makes a new one.
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
        for n, row in enumerate(passages):
            self.by_vector.setdefault(row.vector, []).append(n)
            self._clauses.setdefault(self.clause(n), []).append(n)
            self.drawers.setdefault(self.document(n).drawer, set()).add(row.vector)
        self._open: dict[tuple[date, frozenset[str]], frozenset[str]] = {}
        self._marked: dict[frozenset[str], Chosen] = {}

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
        for row in self.passages:
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
            self._marked[open_documents] = np.fromiter(marks, dtype=np.bool_, count=len(self.passages))
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
