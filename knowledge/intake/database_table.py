"""Reading a table of another database into the staging database, row by row over SQLAlchemy."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from duckdb import DuckDBPyConnection
from sqlalchemy import Engine, MetaData, NullPool, Table, create_engine, select
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from knowledge.errors import IntakeError
from knowledge.intake.calendar_format import TOKEN, WIDTH
from knowledge.intake.mapping import Source
from knowledge.intake.raw_rows import BATCH, Part, RawRows, ReadPart, missing_columns
from knowledge.intake.statement import identifier

ENCODING = "database"


def read_database_table(
    connection: DuckDBPyConnection, part: Part, url: str | None, source: Source, cells: Mapping[str, str]
) -> ReadPart:
    """The rows of a table in the order in which the database gives them; their lines are their numbers, from 1.

    `source.table` may name its schema (`crm.customers`). Days and numbers become text as the source would write them
    in a file. Raises IntakeError where the database cannot be reached, or the table or a column is not there.
    """
    if url is None:
        raise IntakeError(file=part.file, reason="no address of its database is given, here or in the mapping")
    rows = RawRows(connection, part, source, cells)
    try:
        engine = create_engine(url, poolclass=NullPool)
        try:
            for line, values in enumerate(_values(engine, part, source, cells), 1):
                rows.take_or_refuse(line, [_text(value, source) for value in values], "")
        finally:
            engine.dispose()
    except NoSuchTableError as error:
        raise IntakeError(file=part.file, reason="the database has no such table") from error
    except (SQLAlchemyError, ImportError) as error:
        cause = getattr(error, "orig", None) or error
        raise IntakeError(file=part.file, reason=next(iter(str(cause).strip().splitlines()), "it fails")) from error
    return ReadPart(part, ENCODING, rows.done(), rows.read, by_line=True)


def table_texts(connection: DuckDBPyConnection, part: Part, cells: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The number and the text (JSON of the columns that the mapping reads) of the rows that are rejected."""
    fields = ", ".join(f"{identifier(column)} := {name}" for column, name in cells.items())
    cursor = connection.cursor()
    cursor.execute(
        f"SELECT _line, CAST(to_json(struct_pack({fields})) AS VARCHAR) FROM {part.table} "
        f"WHERE {part.base} + _line IN (SELECT _row FROM reject) ORDER BY _line"
    )
    while rows := cursor.fetchmany(BATCH):
        yield from ((int(line), str(text)) for line, text in rows)


def _values(engine: Engine, part: Part, source: Source, cells: Mapping[str, str]) -> Iterator[Sequence[object]]:
    schema, _, name = (source.table or "").rpartition(".")
    table = Table(name, MetaData(), schema=schema or None, autoload_with=engine, resolve_fks=False)
    missing_columns(set(cells), list(table.columns.keys()), part.file, "")
    wanted = select(*(table.columns[column] for column in cells)).execution_options(yield_per=BATCH)
    with engine.connect() as connection:
        yield from connection.execute(wanted)


def _text(value: object, source: Source) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case date():
            return _written(value, source.dates)
        case Decimal() if value.is_finite():
            return f"{value.normalize():f}".replace(".", source.decimal_mark)
        case float():
            return str(value).replace(".", source.decimal_mark)
        case bytes():
            return value.hex()
        case _:
            return str(value)


def _written(value: date, pattern: str) -> str:
    parts = {
        "YYYY": f"{value.year:04}",
        "YY": f"{value.year % 100:02}",
        "MM": f"{value.month:02}",
        "DD": f"{value.day:02}",
    }
    return "".join(parts.get(token, "00" if token in WIDTH else token) for token in TOKEN.findall(pattern))
