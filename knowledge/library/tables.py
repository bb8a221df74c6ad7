"""The tables of the library: documents with their validity, and the passages that are searched and cited."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code

Key = String(200)


class DocumentRow(Base):
    """One version of one document in one language, as its file told it.

    `id` is unique and stable (`response-times.en`); `document_id` is shared by all languages and versions.
    `declared` tells that the file had front matter; otherwise its path is what tells it from others.
    `digest` is the SHA-256 of the file's bytes; `revision` is the edition that brought or changed the row.
    """

    __tablename__ = "document"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    document_id: Mapped[str]
    language: Mapped[str] = mapped_column(Code)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Code)
    audience: Mapped[str] = mapped_column(Code)
    version: Mapped[str] = mapped_column(Code, default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    owner: Mapped[str | None] = mapped_column(Text)
    declared: Mapped[bool]
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    revision: Mapped[int]
    __table_args__ = (Index(None, "document_id"),)

    @property
    def drawer(self) -> str:
        """Where the vectors of its passages lie: readers and languages are kept apart."""
        return f"{self.audience}-{self.language}"


class PassageRow(Base):
    """One clause, or one part (1, 2, ...) of a long clause.

    `clause` is equal in all translations of one clause; None where the document numbers nothing.
    `position` counts the passages of the document, `clause_position` its clauses.
    `words` are the folded index terms, separated by spaces; `vector` names its vector in the vector index.
    """

    __tablename__ = "passage"
    id: Mapped[str] = mapped_column(Key, primary_key=True)
    document_row_id: Mapped[str] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    clause_position: Mapped[int]
    part: Mapped[int]
    clause: Mapped[str | None] = mapped_column(Code)
    section: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    vector: Mapped[str] = mapped_column(String(64))


class LibraryEdition(Base):
    """One change of the library. The newest number tells every process whether what it holds is current."""

    __tablename__ = "library_edition"
    number: Mapped[int] = mapped_column(primary_key=True)
    documents: Mapped[int]
    passages: Mapped[int]
