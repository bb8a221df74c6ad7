"""Reading a bank's CSV files: dialect, encoding, columns. Whatever cannot be read as a row is a reject."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.errors import IntakeError
from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import Source
from knowledge.intake.row import Reject, Row

LINES_PER_ROW = 200
"""A quote that is never closed would swallow the rest of the file: no row is longer than this."""

_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


@dataclass(frozen=True)
class SourceFile:
    """One file as it was read: its rows in order, and what could not be read as a row."""

    file: str
    encoding: str
    rows: list[Row]
    rejects: list[Reject]


@dataclass(frozen=True)
class _Cells:
    """One row of the file before it is looked at: its first line, its text, its cells or why it has none."""

    line: int
    raw: str
    cells: list[str]
    fault: str | None


def read_source(folder: Path, source: Source, needed: set[str]) -> SourceFile:
    """The rows of a source's file with the cells of the `needed` columns.

    Raises IntakeError where the file as a whole cannot be used: it is missing or empty, a column is
    missing or there twice, the encoding is not what the mapping says.
    """
    text, encoding = _decoded(folder / source.file, source)
    records = _records(text, source.delimiter)
    header = _header(next(records, None), source, needed)
    wanted = [(position, name) for position, name in enumerate(header) if name in needed]
    empty = frozenset(source.empty)
    rows: list[Row] = []
    rejects: list[Reject] = []
    for record in records:
        fault = _fault(record, header)
        if fault is not None:
            column, reason = fault
            rejects.append(Reject(source.file, record.line, column, reason, record.raw))
            continue
        cells = {name: record.cells[position].strip() for position, name in wanted}
        if empty:
            cells = {name: "" if cell in empty else cell for name, cell in cells.items()}
        rows.append(Row(source.file, record.line, cells, record.raw))
    return SourceFile(source.file, encoding, rows, rejects)


def _decoded(path: Path, source: Source) -> tuple[str, str]:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise IntakeError(file=source.file, reason=f"there is no such file in {path.parent}") from error
    except OSError as error:
        raise IntakeError(file=source.file, reason=error.strerror or "it cannot be read") from error
    if not content.strip():
        raise IntakeError(file=source.file, reason="line 1: the file is empty, not even column names are in it")
    encoding = source.encoding or _UTF_16.get(content[:2], "utf-8")
    # Bytes that are wrong stay visible as surrogates, so that they reject their own row and no other.
    errors = "surrogatepass" if codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")) else "surrogateescape"
    try:
        return content.decode(encoding, errors).removeprefix("\ufeff"), encoding
    except UnicodeDecodeError as error:
        reason = f"byte {error.start + 1} is not {encoding}: {error.reason}"
        raise IntakeError(file=source.file, reason=reason) from error


def _records(text: str, delimiter: str) -> Iterator[_Cells]:
    """Every record of the text; a line that cannot be parsed is one without cells, and reading goes on after it."""
    lines = list(io.StringIO(text, newline=""))
    position = 0
    while position < len(lines):
        # The window is twice the longest row, so that no row that begins in its first half is cut.
        start, end = position, min(position + 2 * LINES_PER_ROW, len(lines))
        reader = csv.reader(lines[start:end], delimiter=delimiter, strict=True)
        for cells in _parsed(reader):
            after = start + reader.line_num
            if cells:
                yield _Cells(position + 1, "".join(lines[position:after]).rstrip("\r\n"), cells, None)
            position = after
            if position - start >= LINES_PER_ROW:
                break
        else:
            if position < end:
                fault = "its quotes do not close, or a cell is longer than 131,072 characters"
                yield _Cells(position + 1, lines[position].rstrip("\r\n"), [], fault)
                position += 1


def _parsed(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    """The rows up to the first that cannot be parsed."""
    while True:
        try:
            yield next(reader)
        except (StopIteration, csv.Error):
            return


def _header(record: _Cells | None, source: Source, needed: set[str]) -> list[str]:
    if record is None or record.fault is not None:
        raise IntakeError(file=source.file, reason="line 1: the column names cannot be read")
    header = [cell.strip() for cell in record.cells]
    place = f"line {record.line}: "
    twice = [name for name, times in Counter(header).items() if times > 1 and name]
    if twice:
        raise IntakeError(file=source.file, reason=f"{place}the column {excerpt(twice[0])} is there twice")
    missing = sorted(needed - set(header))
    if missing:
        found = ", ".join(excerpt(name) for name in header[:30])
        lacking = ", ".join(map(excerpt, missing))
        reason = f"{place}no column {lacking}; split at {source.delimiter!r} the columns are {found}"
        raise IntakeError(file=source.file, reason=reason)
    return header


def _fault(record: _Cells, header: list[str]) -> tuple[str, str] | None:
    """The column and the reason why a row cannot be used, if so."""
    if record.fault is not None:
        return "", record.fault
    if len(record.cells) != len(header):
        return "", f"{len(record.cells)} cells, but {len(header)} columns"
    if "\0" in record.raw:
        return _where(record, header, re.compile("\0")), "it holds a NUL character"
    if _SURROGATE.search(record.raw):
        return _where(record, header, _SURROGATE), _encoding_fault(record.raw)
    return None


def _where(record: _Cells, header: list[str], pattern: re.Pattern[str]) -> str:
    return next((name for name, cell in zip(header, record.cells, strict=True) if pattern.search(cell)), "")


def _encoding_fault(raw: str) -> str:
    escaped = _ESCAPED_BYTE.search(raw)
    if escaped is None:
        return "it holds half a character (a lone surrogate)"
    byte = ord(escaped.group()) - 0xDC00
    return f"byte 0x{byte:02X} does not fit the file's encoding: name the right one in the mapping (encoding: latin-1)"
