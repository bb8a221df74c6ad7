"""A row of a source file on its way into the store, and what comes of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from knowledge.intake.value import Value

Key = tuple[Value, ...]


class Outcome(StrEnum):
    """What came of a record or a row."""

    STORED = "stored"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Reject:
    """A row that is not in the store, with the first reason why."""

    file: str
    line: int
    column: str
    reason: str
    raw: str


@dataclass(slots=True, eq=False)
class Row:
    """One row of a file: its cells (trimmed, "" where the source says that they mean nothing) and its text.

    `records` is what it becomes, `taken_by` the rows into which it goes through a join that takes it.
    A row is stored whole or rejected whole.
    """

    file: str
    line: int
    cells: dict[str, str]
    raw: str
    records: "list[Record]" = field(default_factory=list)
    taken_by: "list[Row]" = field(default_factory=list)
    reject: Reject | None = None

    def refuse(self, column: str, reason: str) -> None:
        self.reject = Reject(self.file, self.line, column, reason, self.raw)

    @property
    def kept(self) -> bool:
        """Whether it, or a row that takes it, goes into the store."""
        return self.reject is None and (bool(self.records) or any(taker.kept for taker in self.taken_by))

    @property
    def outcome(self) -> Outcome | None:
        """What came of a kept row once it is written; None as long as any part of it is not."""
        outcomes = {record.outcome for record in self.records}
        outcomes |= {taker.outcome for taker in self.taken_by if taker.kept}
        if None in outcomes:
            return None
        return Outcome.STORED if Outcome.STORED in outcomes else Outcome.UNCHANGED


@dataclass(slots=True, eq=False)
class Record:
    """One row of a store's table as it should be; `columns` names where in the source a column came from."""

    table: str
    key: Key
    values: dict[str, Value]
    row: Row
    columns: dict[str, str]
    outcome: Outcome | None = None
