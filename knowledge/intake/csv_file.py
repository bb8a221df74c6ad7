"""Reading a CSV file into the staging database: at once where it is written cleanly, else record by record."""

import codecs
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from knowledge.errors import IntakeError
from knowledge.intake.csv_records import Record, records
from knowledge.intake.csv_scan import scanned
from knowledge.intake.encoding import encoding_of, likely_encoding, text_lines, transcoded
from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import Source
from knowledge.intake.raw_rows import Part, RawRows, ReadPart, missing_columns, trimmed
from knowledge.intake.statement import literal

LONGEST_LINE = 131_072
_PLAIN = {"utf-8", "utf-8-sig", "ascii"}
_ESCAPED_BYTE = re.compile("[\udc80-\udcff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class _CsvFile:
    """A CSV file and what it is read with."""

    connection: DuckDBPyConnection
    part: Part
    path: Path
    source: Source
    cells: Mapping[str, str]
    encoding: str


def read_csv_file(
    connection: DuckDBPyConnection, part: Part, path: Path, source: Source, cells: Mapping[str, str]
) -> ReadPart:
    """The rows of a CSV file with the cells of the columns that the mapping reads.

    Raises IntakeError where the file as a whole cannot be used: it is missing or empty, a column is missing or
    there twice, the encoding is not what the mapping says.
    """
    encoding = encoding_of(path, part.file, source.encoding)
    file = _CsvFile(connection, part, path, source, cells, encoding)
    header = _header(path, part.file, source, encoding, set(cells))
    return _read_at_once(file, header) or _read_closely(file, header)


def csv_lines(path: Path, source: Source, by_line: bool) -> Iterator[tuple[int, str]]:
    """The line number and the text of every record, for those that have to be repeated."""
    encoding = encoding_of(path, source.place, source.encoding)
    lines = text_lines(path, source.place, encoding)
    if by_line:
        return ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, 1))
    return ((record.line, record.raw) for record in records(lines, source.delimiter))


def _read_at_once(file: _CsvFile, header: list[str]) -> ReadPart | None:
    """The file through the database's own reader; None where it is not certain to read it as we would."""
    if len(header) < 2:
        return None
    if codecs.lookup(file.encoding).name in _PLAIN:
        return _read_plain(file, file.path, header)
    plain = _beside_staging(file.connection, f"{file.part.table}.csv")
    try:
        return _read_plain(file, plain, header) if transcoded(file.path, file.part.file, file.encoding, plain) else None
    finally:
        plain.unlink(missing_ok=True)


def _beside_staging(connection: DuckDBPyConnection, name: str) -> Path:
    """A place for a temporary file: beside the file of the staging database."""
    found = connection.execute(
        "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchone()
    return (Path(found[0]).parent if found and found[0] else Path(tempfile.gettempdir())) / name


def _read_plain(file: _CsvFile, path: Path, header: list[str]) -> ReadPart | None:
    """It is certain if the bytes are plain UTF-8 and every line after the header became one row."""
    part, source = file.part, file.source
    scan = scanned(path, part.file, source.delimiter)
    if scan is None or not scan.even(len(header)):
        return None
    columns = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(len(header)))
    quote = "'\"'" if scan.quoted else "''"
    reader = (
        f"read_csv({literal(str(path))}, columns = {{{columns}}}, delim = {literal(source.delimiter)}, skip = 1, "
        f"header = false, auto_detect = false, quote = {quote}, escape = {quote}, strict_mode = true, "
        f"null_padding = false, max_line_size = {LONGEST_LINE}, encoding = 'utf-8')"
    )
    taken = [
        f"{trimmed(f'c{header.index(column)}', source, scan.edges)} AS {name}" for column, name in file.cells.items()
    ]
    try:
        file.connection.execute(f"CREATE OR REPLACE TABLE {part.table} AS SELECT {', '.join(taken)} FROM {reader}")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return None
    counted = file.connection.execute(f"SELECT count(*) FROM {part.table}").fetchone()
    if counted is None or counted[0] != scan.lines - 1:
        return None
    relation = f"SELECT {part.base + 2} + rowid AS _row, {', '.join(file.cells.values())} FROM {part.table}"
    return ReadPart(part, file.encoding, relation, counted[0], by_line=True)


def _read_closely(file: _CsvFile, header: list[str]) -> ReadPart:
    part = file.part
    rows = RawRows(file.connection, part, file.source, file.cells)
    positions = [header.index(column) for column in file.cells]
    likely: str | None = None
    read = records(text_lines(file.path, part.file, file.encoding), file.source.delimiter)
    next(read)
    for record in read:
        fault = _fault(record, header)
        if fault is None:
            rows.take(record.line, [record.cells[position] for position in positions])
            continue
        column, reason = fault
        if reason.endswith(_ENCODING):
            likely = likely or likely_encoding(file.path, part.file)
            reason = f"{reason}{likely})"
        rows.refuse(record.line, column, reason, record.raw)
    relation = rows.done()
    return ReadPart(part, file.encoding, relation, rows.read, by_line=False)


def _header(path: Path, file: str, source: Source, encoding: str, needed: set[str]) -> list[str]:
    record = next(records(text_lines(path, file, encoding), source.delimiter), None)
    if record is None:
        raise IntakeError(file=file, reason="line 1: the file is empty, not even column names are in it")
    if record.fault is not None:
        raise IntakeError(file=file, reason=f"line {record.line}: the column names cannot be read")
    header = [cell.strip() for cell in record.cells]
    place = f"line {record.line}: "
    twice = [name for name, times in Counter(header).items() if times > 1 and name]
    if twice:
        raise IntakeError(file=file, reason=f"{place}the column {excerpt(twice[0])} is there twice")
    if needed - set(header) and _SURROGATE.search(record.raw):
        place = f"{place}its bytes are not {encoding} (perhaps encoding: {likely_encoding(path, file)}); "
    missing_columns(needed, header, file, place)
    return header


_ENCODING = "does not fit the file's encoding: name the right one in the mapping (encoding: "


def _fault(record: Record, header: list[str]) -> tuple[str, str] | None:
    """The column and the reason why a record cannot be used, if so."""
    if record.fault is not None:
        return "", record.fault
    if len(record.cells) != len(header):
        return "", f"{len(record.cells)} cells, but {len(header)} columns"
    if "\0" in record.raw:
        return _where(record, header, re.compile("\0")), "it holds a NUL character"
    if not record.raw.isascii() and _SURROGATE.search(record.raw):
        escaped = _ESCAPED_BYTE.search(record.raw)
        if escaped is None:
            return _where(record, header, _SURROGATE), "it holds half a character (a lone surrogate)"
        return _where(record, header, _SURROGATE), f"byte 0x{ord(escaped.group()) - 0xDC00:02X} {_ENCODING}"
    return None


def _where(record: Record, header: list[str], pattern: re.Pattern[str]) -> str:
    return next((name for name, cell in zip(header, record.cells, strict=True) if pattern.search(cell)), "")
