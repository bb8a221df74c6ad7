"""The rejects file: every row that is not in the store, with its place, its reason and its text."""

import csv
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from knowledge.errors import IntakeError
from knowledge.intake.excerpt import ascii_safe
from knowledge.intake.row import Reject

COLUMNS = ("file", "line", "column", "reason", "row")
LONGEST_ROW = 30_000
"""Characters of a row that are repeated; spreadsheets take no more, and file and line lead to the rest."""


class RejectsFile:
    """Written beside its place before the store is committed, put in its place after.

    The rows hold customers' data, so only its owner may read it. Raises IntakeError if it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._waiting = path.with_name(path.name + ".part")

    def write(self, rejects: Sequence[Reject]) -> None:
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
                    cells = (reject.file, reject.line, reject.column, reject.reason, reject.raw[:LONGEST_ROW])
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
