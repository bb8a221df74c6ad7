"""Rows of the sources in the staging database as they were read: text, trimmed, NULL where it means nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow
from duckdb import DuckDBPyConnection

from knowledge.errors import IntakeError
from knowledge.intake.excerpt import ascii_safe, excerpt
from knowledge.intake.mapping import Source
from knowledge.intake.statement import literal, literals

BATCH = 20_000
WHITE = "".join(character for character in map(chr, range(0x3001)) if character.isspace())
"""What is no part of a cell at its edges."""
LINE_BITS = 32
LONGEST_RAW = 30_000
"""Characters of a rejected row that are repeated; spreadsheets take no more, and file and line lead to the rest."""


@dataclass(frozen=True)
class Part:
    """One file of a source, or its one table, or the rows that the mapping writes out (number 0).

    A row's `_row` is the part's number, shifted by `LINE_BITS`, and its line: unique in an import, in the order in
    which rows are read.
    """

    number: int
    source: str
    file: str
    path: Path | None

    @property
    def base(self) -> int:
        return self.number << LINE_BITS

    @property
    def table(self) -> str:
        return f"raw_{self.number}"


@dataclass(frozen=True)
class ReadPart:
    """A part as it was read: `relation` is a SELECT of `_row` and its cells, `read` counts its rows with those that
    could not be read as rows; `by_line` tells whether every line of the file is one row."""

    part: Part
    encoding: str
    relation: str
    read: int
    by_line: bool


def cell_names(needed: set[str]) -> dict[str, str]:
    """Names in the staging database for the columns of a source, which may be written in any way."""
    return {column: f"c{number}" for number, column in enumerate(sorted(needed))}


def trimmed(cell: str, source: Source, edges: str = WHITE) -> str:
    """A cell in SQL without what stands at its edges, NULL where it means nothing."""
    text = {"": cell, " ": f"trim({cell})"}.get(edges) or f"trim({cell}, {literal(edges)})"
    if not edges and not source.empty:
        return f"nullif({cell}, '')"
    return f"CASE WHEN {text} NOT IN {literals(['', *source.empty])} THEN {text} END"


def missing_columns(needed: set[str], found: Sequence[str], file: str, place: str) -> None:
    """Raises IntakeError if columns that the mapping reads are not there."""
    missing = sorted(needed - set(found))
    if missing:
        lacking, given = ", ".join(map(excerpt, missing)), ", ".join(excerpt(name) for name in found[:30])
        raise IntakeError(file=file, reason=f"{place}no column {lacking}; {given}")


_SURROGATE = re.compile("[\ud800-\udfff]")


class RawRows:
    """Takes the rows of a part one by one, and those that are none, and hands them over in batches."""

    def __init__(self, connection: DuckDBPyConnection, part: Part, source: Source, cells: Mapping[str, str]) -> None:
        self._connection, self._part = connection, part
        self._names, self._columns = list(cells), list(cells.values())
        self._empty = frozenset(source.empty)
        self._lines: list[int] = []
        self._cells: list[list[str | None]] = []
        self._rejects: list[tuple[int, str, str, str | None]] = []
        self.read = 0
        columns = "".join(f", {name} VARCHAR" for name in self._columns)
        connection.execute(f"CREATE OR REPLACE TABLE {part.table} (_line BIGINT{columns})")

    def take(self, line: int, cells: list[str]) -> None:
        """A row's cells in the order of the cell names."""
        trimmed = (cell.strip() for cell in cells)
        self._lines.append(line)
        self._cells.append([cell if cell and cell not in self._empty else None for cell in trimmed])
        self.read += 1
        if len(self._lines) >= BATCH:
            self._hand_over()

    def take_or_refuse(self, line: int, cells: list[str], raw: str) -> None:
        """A row that may hold what no text holds."""
        for column, cell in zip(self._names, cells, strict=True):
            if not cell.isascii() and _SURROGATE.search(cell):
                self.refuse(line, column, "it holds half a character (a lone surrogate)", raw)
                return
            if "\0" in cell:
                self.refuse(line, column, "it holds a NUL character", raw)
                return
        self.take(line, cells)

    def refuse(self, line: int, column: str, reason: str, raw: str) -> None:
        """What could not be read as a row."""
        self._rejects.append((self._part.base + line, column, reason, ascii_safe(raw[:LONGEST_RAW])))
        self.read += 1
        if len(self._rejects) >= BATCH:
            self._hand_over()

    def done(self) -> str:
        """Hands over the rest and gives the relation of the rows."""
        self._hand_over()
        cells = "".join(f", {name}" for name in self._columns)
        return f"SELECT {self._part.base} + _line AS _row{cells} FROM {self._part.table}"

    def _hand_over(self) -> None:
        if self._lines:
            texts = [list(column) for column in zip(*self._cells, strict=True)]
            insert(self._connection, self._part.table, self._lines, *texts)
        add_rejects(self._connection, self._rejects)
        self._lines, self._cells, self._rejects = [], [], []


def add_rejects(connection: DuckDBPyConnection, rejects: Sequence[tuple[int, str, str, str | None]]) -> None:
    """Notes rejects: row, column, reason and, for what is no row, its text."""
    if rejects:
        rows, columns, reasons, raws = zip(*rejects, strict=True)
        insert(connection, "reject", list(rows), list(columns), list(reasons), list(raws))


def insert(connection: DuckDBPyConnection, table: str, *columns: list[int] | list[str] | list[str | None]) -> None:
    """Appends whole numbers and texts, column by column in the order of the table's."""
    batch = pyarrow.table(
        {
            f"c{number}": pyarrow.array(values, pyarrow.int64() if isinstance(values[0], int) else pyarrow.string())
            for number, values in enumerate(columns)
        }
    )
    connection.register("batch", batch)
    connection.execute(f"INSERT INTO {table} SELECT * FROM batch")
    connection.unregister("batch")
