"""Sources brought into the staging database: which files they are, and which way each is read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from duckdb import DuckDBPyConnection

from knowledge.errors import IntakeError
from knowledge.intake.csv_file import csv_lines, read_csv_file
from knowledge.intake.database_table import read_database_table, table_texts
from knowledge.intake.json_lines import json_texts, read_json_lines
from knowledge.intake.mapping import Format, Source
from knowledge.intake.parquet_file import parquet_texts, read_parquet_file
from knowledge.intake.raw_rows import Part, ReadPart, cell_names

_WILD = frozenset("*?[")
_READERS: dict[Format, Callable[[DuckDBPyConnection, Part, Path, Source, Mapping[str, str]], ReadPart]] = {
    "csv": read_csv_file,
    "parquet": read_parquet_file,
    "json_lines": read_json_lines,
}


@dataclass(frozen=True)
class ReadSource:
    """A source as it was read: its `relation` has `_row` and one column per cell name."""

    name: str
    source: Source
    cells: dict[str, str]
    relation: str
    parts: list[ReadPart]


def read_source(
    connection: DuckDBPyConnection,
    folder: Path,
    name: str,
    source: Source,
    needed: set[str],
    urls: Mapping[str, str],
    first_part: int,
) -> ReadSource:
    """Brings the cells of the `needed` columns of a source into the staging database, row by row with its line.

    What cannot be read as a row is noted among the rejects. Raises IntakeError where a file, or the table of a
    database, cannot be used as a whole.
    """
    cells = cell_names(needed)
    parts = []
    if source.table is not None:
        part = Part(first_part, name, source.place, None)
        parts.append(read_database_table(connection, part, urls.get(name) or source.url, source, cells))
    else:
        for number, path in enumerate(source_files(folder, source), first_part):
            part = Part(number, name, str(path.relative_to(folder)), path)
            parts.append(_READERS[source.kind(path.name)](connection, part, path, source, cells))
    relation = f"source_{first_part}"
    rows = " UNION ALL ".join(part.relation for part in parts)
    connection.execute(f"CREATE OR REPLACE VIEW {relation} AS {rows}")
    return ReadSource(name, source, cells, relation, parts)


def source_files(folder: Path, source: Source) -> list[Path]:
    """The files of a source, in the order of their names."""
    file = source.file or ""
    if not _WILD.intersection(file) or (folder / file).is_file():
        return [folder / file]
    found = sorted(path for path in folder.glob(file) if path.is_file())
    if not found:
        raise IntakeError(file=file, reason=f"there is no such file in {folder}")
    return found


def source_texts(connection: DuckDBPyConnection, read: ReadPart, source: ReadSource) -> Iterator[tuple[int, str]]:
    """The lines and the texts of a part's rows, in order: of all, or of those that are rejected."""
    path = read.part.path
    if path is None:
        return table_texts(connection, read.part, source.cells)
    match source.source.kind(path.name):
        case "parquet":
            return parquet_texts(connection, read.part, path)
        case "json_lines":
            return json_texts(path, source.source)
        case "csv":
            return csv_lines(path, source.source, read.by_line)
