"""What was counted of the quality of many files, kept because counting a large bank takes too long for an answer."""

from datetime import date

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.crm.tables import Base, Code, Id


class QualityCount(Base):
    """The counts of one group of files as of a day: of one branch, one kind of customer, and one source system.

    `system` is "" for the customers' files themselves, `unit_id` is "" for those of no branch, and `kind` is "" where
    all kinds are counted together. `number` is how many files or records there are, `sums` are numbers by what they
    count, `newest` is the day of the newest word. `expectations` is the version of the bank's rule that was counted by.
    """

    __tablename__ = "quality_count"
    system: Mapped[str] = mapped_column(Code, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    as_of: Mapped[date]
    expectations: Mapped[str] = mapped_column(Code)
    number: Mapped[int]
    sums: Mapped[dict[str, int]] = mapped_column(JSON)
    newest: Mapped[date | None]
