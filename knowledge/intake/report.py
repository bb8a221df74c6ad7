"""What an import did, in counts that add up."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

WIDTH = 22


@dataclass(frozen=True)
class FileCount:
    """The rows of one file: every one that was read is stored, unchanged or rejected."""

    file: str
    encoding: str
    read: int
    stored: int
    unchanged: int
    rejected: int

    @property
    def balanced(self) -> bool:
        return self.read == self.stored + self.unchanged + self.rejected


@dataclass(frozen=True)
class TableCount:
    """How many rows of one table an import added, changed, removed, and found as they should be."""

    table: str
    added: int
    changed: int
    unchanged: int
    removed: int = 0

    @property
    def rows(self) -> int:
        return self.added + self.changed + self.unchanged


@dataclass(frozen=True)
class ReasonCount:
    """How many rows of one file were rejected for trouble in one column, with the first reason."""

    file: str
    column: str
    rows: int
    line: int
    reason: str


@dataclass(frozen=True)
class Duplicates:
    """What was found of customers that are known under several numbers.

    Of the source records that were looked at: the pairs that are `same` and those that are `perhaps` the same and
    wait for a person; `merged` customers went up in others.
    """

    records: int = 0
    same: int = 0
    perhaps: int = 0
    merged: int = 0


@dataclass(frozen=True)
class ConflictCount:
    """Contradictions between systems on one field: found by this import, and gone with it."""

    field: str
    found: int
    gone: int


@dataclass(frozen=True)
class GapCount:
    """How many of the customers that this import touched lack a field that a file of their kind should have."""

    kind: str
    field: str
    empty: int
    customers: int


@dataclass(frozen=True)
class StageTime:
    """How long a stage of the import took."""

    stage: str
    seconds: float


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `rejects` is the CSV file with every row that is not in the store."""

    files: tuple[FileCount, ...]
    tables: tuple[TableCount, ...]
    reasons: tuple[ReasonCount, ...]
    rejects: Path
    duplicates: Duplicates = Duplicates()
    conflicts: tuple[ConflictCount, ...] = ()
    gaps: tuple[GapCount, ...] = ()
    history: int = 0
    stages: tuple[StageTime, ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every row that was read is accounted for."""
        return all(count.balanced for count in self.files)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.files)

    def as_dict(self) -> dict[str, object]:
        """The report for a program, JSON-ready. Times are seconds."""
        return {
            "files": [asdict(count) for count in self.files],
            "tables": [asdict(count) | {"rows": count.rows} for count in self.tables],
            "reasons": [asdict(reason) for reason in self.reasons],
            "rejected": self.rejected,
            "rejects": str(self.rejects),
            "balanced": self.balanced,
            "duplicates": asdict(self.duplicates),
            "conflicts": [asdict(count) for count in self.conflicts],
            "gaps": [asdict(count) for count in self.gaps],
            "history": self.history,
            "stages": [asdict(stage) for stage in self.stages],
        }

    def as_text(self) -> str:
        """The report for a terminal."""
        files = [(one.file, one.read, one.stored, one.unchanged, one.rejected) for one in self.files]
        tables = [(one.table, one.rows, one.added, one.changed, one.unchanged, one.removed) for one in self.tables]
        lines = [
            *_aligned(("file", "read", "stored", "unchanged", "rejected"), files),
            "",
            *_aligned(("table", "rows", "added", "changed", "unchanged", "removed"), tables),
            "",
            *self._findings(),
            *(
                f"{one.file}, {one.column or 'the row'}: {one.rows:,} rejected; line {one.line}: {one.reason}"
                for one in self.reasons
            ),
            "Every row is accounted for." if self.balanced else "The counts do not add up: this is a fault of ours.",
            f"Rejected rows: {self.rejected:,}, in {self.rejects}",
            f"Seconds: {', '.join(f'{one.stage} {one.seconds:.1f}' for one in self.stages)}",
        ]
        return "\n".join(lines)

    def _findings(self) -> list[str]:
        """What was found in the customers' files, beside what was done with them."""
        found = []
        if self.duplicates.records:
            one = self.duplicates
            found.append(
                f"Duplicates: {one.same:,} pairs of {one.records:,} records are the same customer, {one.perhaps:,} "
                f"perhaps; {one.merged:,} customers were merged"
            )
        if self.conflicts:
            fields = ", ".join(f"{one.field} {one.found:,}" for one in self.conflicts if one.found)
            gone = sum(one.gone for one in self.conflicts)
            found.append(f"Conflicts: {sum(one.found for one in self.conflicts):,} found ({fields}), {gone:,} gone")
        if self.history:
            found.append(f"Changed values kept in the history: {self.history:,}")
        if self.gaps:
            gaps = ", ".join(f"{one.kind} {one.field} {one.empty:,} of {one.customers:,}" for one in self.gaps)
            found.append(f"Gaps: {gaps}")
        return [*found, ""] if found else []


def _aligned(head: Sequence[str], rows: Sequence[tuple[str | int, ...]]) -> list[str]:
    width = max([WIDTH, *(len(str(row[0])) for row in rows)])
    lines = [[head[0], *head[1:]], *([str(row[0]), *(f"{number:,}" for number in row[1:])] for row in rows)]
    return [line[0].ljust(width) + "".join(cell.rjust(11) for cell in line[1:]) for line in lines]
