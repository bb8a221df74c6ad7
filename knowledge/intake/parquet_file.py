"""Reading a Parquet file into the staging database. Its values become text, as a CSV file would have them."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from knowledge.errors import IntakeError
from knowledge.intake.mapping import Source
from knowledge.intake.raw_rows import Part, ReadPart, missing_columns, trimmed
from knowledge.intake.statement import identifier, literal

ENCODING = "parquet"


def read_parquet_file(
    connection: DuckDBPyConnection, part: Part, path: Path, source: Source, cells: Mapping[str, str]
) -> ReadPart:
    """The rows of a Parquet file; their lines are their numbers, from 1.

    Days become text as the source writes `dates`, moments as YYYY-MM-DD hh:mm:ss, numbers with a decimal point or
    the source's mark. Raises IntakeError where the file is none, or lacks a column.
    """
    if not path.is_file():
        raise IntakeError(file=part.file, reason=f"there is no such file in {path.parent}")
    reader = f"read_parquet({literal(str(path))}, file_row_number = true)"
    try:
        kinds = _columns(connection, reader)
        missing_columns(set(cells), list(kinds), part.file, "")
        taken = [
            f"{trimmed(_as_text(column, kinds[column], source), source)} AS {name}" for column, name in cells.items()
        ]
        connection.execute(
            f"CREATE OR REPLACE TABLE {part.table} AS "
            f"SELECT file_row_number + 1 AS _line, {', '.join(taken)} FROM {reader}"
        )
    except duckdb.Error as error:
        raise IntakeError(file=part.file, reason=next(iter(str(error).splitlines()), "it cannot be read")) from error
    counted = connection.execute(f"SELECT count(*) FROM {part.table}").fetchone()
    relation = f"SELECT {part.base} + _line AS _row, {', '.join(cells.values())} FROM {part.table}"
    return ReadPart(part, ENCODING, relation, int(counted[0]) if counted else 0, by_line=True)


def parquet_texts(connection: DuckDBPyConnection, part: Part, path: Path) -> Iterator[tuple[int, str]]:
    """The number and the text (JSON) of the rows that are rejected."""
    reader = f"read_parquet({literal(str(path))}, file_row_number = true)"
    fields = ", ".join(f"{identifier(name)} := {identifier(name)}" for name in _columns(connection, reader))
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT file_row_number + 1, CAST(to_json(struct_pack({fields})) AS VARCHAR) FROM {reader} "
        f"WHERE {part.base} + file_row_number + 1 IN (SELECT _row FROM reject) ORDER BY file_row_number"
    )
    while rows := cursor.fetchmany(1_000):
        yield from ((int(number), str(text)) for number, text in rows)


def _columns(connection: DuckDBPyConnection, reader: str) -> dict[str, str]:
    """The columns of the file and their types."""
    found = connection.execute(f"DESCRIBE SELECT * FROM {reader}").fetchall()
    return {str(name): str(kind) for name, kind, *_ in found if name != "file_row_number"}


def _as_text(column: str, kind: str, source: Source) -> str:
    name = identifier(column)
    if kind == "DATE":
        pattern = source.dates
        for ours, theirs in (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d"), ("hh", "%H"), ("mm", "%M")):
            pattern = pattern.replace(ours, theirs)
        return f"strftime({name}, {literal(pattern.replace('ss', '%S'))})"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({name}, '%Y-%m-%d %H:%M:%S')"
    text = f"CAST({name} AS VARCHAR)"
    if kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")) and source.decimal_mark == ",":
        return f"replace({text}, '.', ',')"
    return text
