"""Accounting for every row that was read: it is in the store, or it is a reject with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.intake.report import FileCount, ReasonCount
from knowledge.intake.row import Outcome, Reject, Row


@dataclass(frozen=True)
class FileAccount:
    """The rows of one file, to be accounted for."""

    file: str
    encoding: str
    rows: list[Row]
    unreadable: list[Reject]

    def settled(self) -> list[Reject]:
        """Every reject of the file in the order of its lines; a row that nothing keeps is one too."""
        for row in self.rows:
            if row.reject is None and not row.kept:
                taken = (
                    "every row that refers to it was rejected" if row.taken_by else "nothing in the mapping takes it"
                )
                row.refuse("", taken)
        refused = [row.reject for row in self.rows if row.reject is not None]
        return sorted([*self.unreadable, *refused], key=lambda reject: reject.line)

    def count(self) -> FileCount:
        kept = [row.outcome for row in self.rows if row.reject is None]
        return FileCount(
            self.file,
            self.encoding,
            read=len(self.rows) + len(self.unreadable),
            stored=kept.count(Outcome.STORED),
            unchanged=kept.count(Outcome.UNCHANGED),
            rejected=len(self.unreadable) + sum(row.reject is not None for row in self.rows),
        )


def reasons(rejects: Iterable[Reject]) -> list[ReasonCount]:
    """Rejects by file and column, most frequent first, each with its first reason."""
    grouped: dict[tuple[str, str], list[Reject]] = {}
    for reject in rejects:
        grouped.setdefault((reject.file, reject.column), []).append(reject)
    counts = [
        ReasonCount(file, column, len(group), group[0].line, group[0].reason)
        for (file, column), group in grouped.items()
    ]
    return sorted(counts, key=lambda one: -one.rows)
