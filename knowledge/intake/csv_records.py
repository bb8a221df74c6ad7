"""Records of a CSV text, one by one: what cannot be parsed costs one record, and reading goes on after it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

LINES_PER_ROW = 200
"""A quote that is never closed would swallow the rest of the file: no row is longer than this."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file before it is looked at: its first line, its text, its cells or why it has none."""

    line: int
    raw: str
    cells: list[str]
    fault: str | None


def records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Every record of the lines; a line that cannot be parsed is one without cells."""
    window: list[str] = []
    first = 1
    while True:
        # The window is twice the longest row, so that no row that begins in its first half is cut.
        window += islice(lines, 2 * LINES_PER_ROW - len(window))
        if not window:
            return
        used = 0
        reader = csv.reader(window, delimiter=delimiter, strict=True)
        for cells in _parsed(reader):
            after = reader.line_num
            if cells:
                yield Record(first + used, "".join(window[used:after]).rstrip("\r\n"), cells, None)
            used = after
            if used >= LINES_PER_ROW:
                break
        else:
            if used < len(window):
                fault = "its quotes do not close, or a cell is longer than 131,072 characters"
                yield Record(first + used, window[used].rstrip("\r\n"), [], fault)
                used += 1
        first += used
        window = window[used:]


def _parsed(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows up to the first that cannot be parsed."""
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return
