"""The rejects file: every row that is not in the store, with its place, its reason and its text."""

import csv
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import IntakeError
from knowledge.intake.excerpt import ascii_safe
from knowledge.intake.raw_rows import BATCH, LINE_BITS, LONGEST_RAW

if TYPE_CHECKING:
    from knowledge.intake.staging import Staging

COLUMNS = ("file", "line", "column", "reason", "row")
_OF_PART = """
SELECT _row, "column", reason, raw FROM reject WHERE _row >= ? AND _row < ? ORDER BY _row
"""


@dataclass(frozen=True)
class Reject:
    """A row that is not in the store, with the first reason why and the beginning of its text."""

    file: str
    line: int
    column: str
    reason: str
    raw: str


def every_reject(staging: "Staging") -> Iterator[Reject]:
    """Every reject, file by file in the order of the lines. The rows' texts are read from the files again."""
    for read in staging.parts:
        part = read.part
        texts: Iterator[tuple[int, str]] | None = None
        for row, column, reason, raw in _found(staging, part.base):
            line = row - part.base
            if raw is None:
                texts = texts or staging.texts(read)
                raw = next((text for number, text in texts if number == line), "")
            yield Reject(part.file, line, column, reason, raw[:LONGEST_RAW])
    for row, column, reason, _ in _found(staging, 0):
        line, raw = staging.written(row)
        yield Reject(staging.mapping_name, line, column, reason, raw[:LONGEST_RAW])


def _found(staging: "Staging", base: int) -> Iterator[tuple[int, str, str, str | None]]:
    cursor = staging.connection.cursor()
    cursor.execute(_OF_PART, [base, base + (1 << LINE_BITS)])
    while rows := cursor.fetchmany(BATCH):
        yield from rows


class RejectsFile:
    """Written beside its place before the store is committed, put in its place after.

    The rows hold customers' data, so only its owner may read it. Raises IntakeError if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting = path.with_name(path.name + ".part")

    def write(self, rejects: Iterable[Reject]) -> None:
        """Writes all rejects to a file that is not yet in its place."""
        if self.path.is_dir():
            raise IntakeError(file=str(self.path), reason="it is a folder, and the rejects need a file")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                self._waiting.unlink()
            descriptor = os.open(self._waiting, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                for reject in rejects:
                    cells = (reject.file, reject.line, reject.column, reject.reason, reject.raw)
                    writer.writerow([ascii_safe(str(cell)) for cell in cells])
        except OSError as error:
            raise IntakeError(file=str(self.path), reason=error.strerror or "it cannot be written") from error

    def put(self) -> None:
        """Puts the written file in its place."""
        try:
            self._waiting.replace(self.path)
        except OSError as error:
            raise IntakeError(file=str(self.path), reason=error.strerror or "it cannot be written") from error

    def drop(self) -> None:
        """Removes what was written and not put."""
        self._waiting.unlink(missing_ok=True)
