"""What an import did, in counts that add up."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from knowledge.intake.writing import TableCount

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
class ReasonCount:
    """How many rows of one file were rejected for trouble in one column, with the first reason."""

    file: str
    column: str
    rows: int
    line: int
    reason: str


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `rejects` is the CSV file with every row that is not in the store."""

    files: tuple[FileCount, ...]
    tables: tuple[TableCount, ...]
    reasons: tuple[ReasonCount, ...]
    rejects: Path

    @property
    def balanced(self) -> bool:
        """Whether every row that was read is accounted for."""
        return all(count.balanced for count in self.files)

    @property
    def rejected(self) -> int:
        return sum(count.rejected for count in self.files)

    def as_dict(self) -> dict[str, object]:
        """The report for a program, JSON-ready."""
        return {
            "files": [asdict(count) for count in self.files],
            "tables": [asdict(count) | {"rows": count.rows} for count in self.tables],
            "reasons": [asdict(reason) for reason in self.reasons],
            "rejected": self.rejected,
            "rejects": str(self.rejects),
            "balanced": self.balanced,
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
            *(
                f"{one.file}, {one.column or 'the row'}: {one.rows:,} rejected; line {one.line}: {one.reason}"
                for one in self.reasons
            ),
            "Every row is accounted for." if self.balanced else "The counts do not add up: this is a fault of ours.",
            f"Rejected rows: {self.rejected:,}, in {self.rejects}",
        ]
        return "\n".join(lines)


def _aligned(head: Sequence[str], rows: Sequence[tuple[str | int, ...]]) -> list[str]:
    width = max([WIDTH, *(len(str(row[0])) for row in rows)])
    lines = [[head[0], *head[1:]], *([str(row[0]), *(f"{number:,}" for number in row[1:])] for row in rows)]
    return [line[0].ljust(width) + "".join(cell.rjust(11) for cell in line[1:]) for line in lines]
