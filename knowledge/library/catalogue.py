"""The catalogue: documents and passages in the store, and the edition that tells whether they changed."""

import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine, Row, delete, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from knowledge.crm.store import bulk_engine
from knowledge.errors import StoreError
from knowledge.library.passage import DocumentCard, Passage, Shelved
from knowledge.library.tables import DocumentRow, LibraryEdition, PassageRow

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES_A_QUERY = 500

_SHELVED = select(
    PassageRow.id, PassageRow.document_row_id, PassageRow.clause, PassageRow.section, PassageRow.text,
    PassageRow.vector, PassageRow.words,
).order_by(PassageRow.document_row_id, PassageRow.position)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One document with its passages, ready to be stored; it takes the place of the row `replaces`."""

    document: DocumentRow
    passages: list[PassageRow]
    replaces: str | None = None


class Catalogue:
    """Reads and writes of the library's tables. Every write makes a new edition, in the same transaction."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: Engine | None = None

    def edition(self) -> int:
        """The number of the newest edition; 0 for an empty library."""
        with self._session() as session:
            return session.scalar(select(func.max(LibraryEdition.number))) or 0

    def documents(self) -> list[DocumentRow]:
        with self._session() as session:
            return list(session.scalars(select(DocumentRow).order_by(DocumentRow.id)))

    def everything(self) -> tuple[int, list[DocumentRow], list[Shelved], list[str]]:
        """One consistent picture of the library: its edition, documents, passages, and the words of each passage."""
        return self.beside({})

    def beside(self, known: Mapping[str, int]) -> tuple[int, list[DocumentRow], list[Shelved], list[str]]:
        """The same for one who has some documents already, by id and revision: their passages are left out."""
        with self._session() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            number = session.scalar(select(func.max(LibraryEdition.number))) or 0
            documents = list(session.scalars(select(DocumentRow)))
            new = [row.id for row in documents if known.get(row.id) != row.revision]
            passages, words = list[Shelved](), list[str]()
            for row in self._shelved(session, new if known else None):
                id, document, clause, section, text, vector, terms = row
                passages.append(Shelved(id, sys.intern(document), clause, section, text, vector))
                words.append(terms)
            return number, documents, passages, words

    def _shelved(
        self, session: Session, documents: Sequence[str] | None
    ) -> "Iterator[Row[str, str, str | None, str, str, str, str]]":
        """The passages of these documents, or of all."""
        if documents is None:
            yield from session.execute(_SHELVED)
            return
        for start in range(0, len(documents), NAMES_A_QUERY):
            some = documents[start : start + NAMES_A_QUERY]
            yield from session.execute(_SHELVED.where(PassageRow.document_row_id.in_(some)))

    def cards(self) -> list[DocumentCard]:
        count = select(func.count()).where(PassageRow.document_row_id == DocumentRow.id).scalar_subquery()
        with self._session() as session:
            rows = session.execute(select(DocumentRow, count).order_by(DocumentRow.id)).all()
        return [_card(row, int(number)) for row, number in rows]

    def clause(self, id: str) -> Passage | None:
        """The whole clause that the passage of this id is of, its parts put together."""
        with self._session() as session:
            row = session.get(PassageRow, id)
            if row is None:
                return None
            first = row.id.rpartition(":")[0] if row.part > 1 else row.id
            document = session.get_one(DocumentRow, row.document_row_id)
            siblings = session.scalars(
                select(PassageRow)
                .where(PassageRow.document_row_id == document.id, PassageRow.clause_position == row.clause_position)
                .order_by(PassageRow.position)
            )
            return passage_of(row, document, id=first, text="\n".join(part.text for part in siblings))

    def store(self, entries: Sequence[Entry]) -> tuple[int, set[str], int]:
        """Stores all entries or none. Returns how many passages went, the vector names nobody uses now, and
        the number of the edition."""
        with self._session() as session, session.begin():
            replaced = [entry.replaces for entry in entries if entry.replaces]
            old = select(PassageRow.vector).where(PassageRow.document_row_id.in_(replaced))
            vectors = list(session.scalars(old))
            session.execute(delete(PassageRow).where(PassageRow.document_row_id.in_(replaced)))
            session.execute(delete(DocumentRow).where(DocumentRow.id.in_(replaced)))
            session.flush()
            number = self._new_edition(session, len(entries), sum(len(entry.passages) for entry in entries))
            for entry in entries:
                entry.document.revision = number
                session.add(entry.document)
            session.flush()
            session.add_all(passage for entry in entries for passage in entry.passages)
            session.flush()
            return len(vectors), self._unused(session, set(vectors)), number

    def remove(self, ids: Sequence[str]) -> tuple[int, set[str], int]:
        """Removes these rows of the document table with their passages; unknown ids are no error. Returns what
        `store` returns."""
        with self._session() as session, session.begin():
            vectors = list(session.scalars(select(PassageRow.vector).where(PassageRow.document_row_id.in_(ids))))
            session.execute(delete(PassageRow).where(PassageRow.document_row_id.in_(ids)))
            session.execute(delete(DocumentRow).where(DocumentRow.id.in_(ids)))
            number = self._new_edition(session, 0, 0)
            return len(vectors), self._unused(session, set(vectors)), number

    def _new_edition(self, session: Session, documents: int, passages: int) -> int:
        number = (session.scalar(select(func.max(LibraryEdition.number))) or 0) + 1
        session.add(LibraryEdition(number=number, documents=documents, passages=passages))
        return number

    def _unused(self, session: Session, vectors: Collection[str]) -> set[str]:
        names, held = sorted(vectors), set[str]()
        for start in range(0, len(names), NAMES_A_QUERY):
            some = names[start : start + NAMES_A_QUERY]
            held |= set(session.scalars(select(PassageRow.vector).where(PassageRow.vector.in_(some))))
        return set(names) - held

    @contextmanager
    def _session(self) -> "Iterator[Session]":
        try:
            if self._opened is None:
                self._opened = bulk_engine(self._url)
            with Session(self._opened, expire_on_commit=False) as session:
                yield session
        except IntegrityError:
            raise StoreError(reason="another process changed the library at the same time; try again") from None
        except DBAPIError as error:
            raise StoreError(reason=str(error.orig).splitlines()[0]) from None


def passage_of(
    row: PassageRow | Shelved, document: DocumentRow, *, id: str | None = None, text: str | None = None
) -> Passage:
    """The public form of a stored passage."""
    return Passage(
        id=id or row.id, document_id=document.document_id, title=document.title, section=row.section,
        text=row.text if text is None else text, language=document.language, audience=document.audience,
        kind=document.kind, version=document.version or None,
        valid_from=document.valid_from, valid_until=document.valid_until,
    )  # fmt: skip


def _card(row: DocumentRow, passages: int) -> DocumentCard:
    return DocumentCard(
        id=row.id, document_id=row.document_id, title=row.title, language=row.language, kind=row.kind,
        audience=row.audience, version=row.version or None, valid_from=row.valid_from, valid_until=row.valid_until,
        owner=row.owner, source=row.source, passages=passages,
    )  # fmt: skip
