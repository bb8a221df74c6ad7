"""Reading a file of JSON lines into the staging database: one object a line, rejects named by their line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from duckdb import DuckDBPyConnection

from knowledge.errors import IntakeError
from knowledge.intake.encoding import encoding_of, text_lines
from knowledge.intake.mapping import Source
from knowledge.intake.raw_rows import Part, RawRows, ReadPart, missing_columns

LONGEST_LINE = 1_000_000


def read_json_lines(
    connection: DuckDBPyConnection, part: Part, path: Path, source: Source, cells: Mapping[str, str]
) -> ReadPart:
    """The rows of a file of JSON lines. A name that a line lacks, and null, are an empty cell; numbers stay as they
    are written. Raises IntakeError where the file cannot be read, or no line has a column that the mapping reads.
    """
    encoding = encoding_of(path, part.file, source.encoding)
    rows = RawRows(connection, part, source, cells)
    seen: dict[str, None] = {}
    for line, text in _lines(path, part.file, encoding):
        found = _object(text)
        if isinstance(found, str):
            rows.refuse(line, "", found, text)
            continue
        seen.update(dict.fromkeys(found))
        rows.take_or_refuse(line, [_text(found.get(column)) for column in cells], text)
    if not rows.read:
        raise IntakeError(file=part.file, reason="line 1: the file is empty")
    if seen:
        missing_columns(set(cells), list(seen), part.file, "in no line: ")
    return ReadPart(part, encoding, rows.done(), rows.read, by_line=True)


def json_texts(path: Path, source: Source) -> Iterator[tuple[int, str]]:
    """The line number and the text of every line that is not blank."""
    return _lines(path, source.place, encoding_of(path, source.place, source.encoding))


def _lines(path: Path, file: str, encoding: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text_lines(path, file, encoding), 1):
        text = line.rstrip("\r\n")
        if text.strip():
            yield number, text


def _object(text: str) -> dict[str, object] | str:
    """The object of a line, or the reason why it is none."""
    if len(text) > LONGEST_LINE:
        return f"it is longer than {LONGEST_LINE:,} characters"
    try:
        found = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        return f"it is no JSON: {error}"
    return found if isinstance(found, dict) else "it is no JSON object with names and values"


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            return json.dumps(value, ensure_ascii=False)
