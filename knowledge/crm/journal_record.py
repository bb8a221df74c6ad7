"""The journal's tables: its records, and how far it got."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code, Id


class JournalRecord(Base):
    """One link of the audit chain. `body` is canonical JSON; `hash` covers it, its `salt` and `previous`.

    The salt keeps a hash from being tried against guesses once the body is erased; the oldest records have none.
    """

    __tablename__ = "journal"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    turn_id: Mapped[str] = mapped_column(Id, index=True)
    at: Mapped[datetime]
    employee_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(Code)
    body: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str | None] = mapped_column(String(32))


class JournalEnd(Base):
    """How far the journal got: `number` of its last record, in the one row of id 1."""

    __tablename__ = "journal_end"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
