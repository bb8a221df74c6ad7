"""A store moved to another database: from SQLite to PostgreSQL, or back.

python -m knowledge.crm.moving sqlite:///.rapport/crm.sqlite postgresql://rapport@db/rapport
"""

import sys

from sqlalchemy import Column, Connection, Table, bindparam, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from knowledge.crm import journal_record
from knowledge.crm.changed import unnoted
from knowledge.crm.numbering import continue_numbers
from knowledge.crm.schema import check, migrate
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Base
from knowledge.errors import RapportError, StoreError
from knowledge.library import tables as library_tables

EVERY_TABLE = (Base, journal_record, library_tables)
"""Importing the models fills `Base.metadata`."""
BATCH = 5_000


def move_store(source: str, target: str) -> dict[str, int]:
    """Copies every row of the store at `source`, journal and library included, and returns the rows per table.

    All of it is written or nothing; `source` stays as it is. Nobody may write to it meanwhile. Raises
    StoreError if `source` is no store of this version, `target` holds rows already, or a row does not fit.
    """
    check(source)
    migrate(target)
    reading, writing = bulk_engine(source), bulk_engine(target)
    table_name = ""
    counts: dict[str, int] = {}
    try:
        with reading.connect() as given, writing.begin() as taken, unnoted(taken):
            for table in Base.metadata.sorted_tables:
                table_name = table.name
                if taken.execute(select(table).limit(1)).first() is not None:
                    raise StoreError(reason=f"the store to move to is not empty: its table {table.name} has rows")
                counts[table.name] = _copy(given, taken, table)
            continue_numbers(taken)
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(reason=f"nothing was moved, the table {table_name} stopped it: {cause}") from error
    finally:
        reading.dispose()
        writing.dispose()
    return counts


def _copy(given: Connection, taken: Connection, table: Table) -> int:
    """A row may refer to a later one of its own table, so such references are filled in once all are there."""
    within = [column for column in table.columns if column.references(_key(table)) and column is not _key(table)]
    count = 0
    rows = given.execute(select(table).execution_options(yield_per=BATCH)).mappings()
    for part in rows.partitions(BATCH):
        taken.execute(insert(table), [{**row, **dict.fromkeys(c.name for c in within)} for row in part])
        count += len(part)
    for column in within:
        _refer(given, taken, table, column)
    return count


def _refer(given: Connection, taken: Connection, table: Table, column: Column[str]) -> None:
    key = _key(table)
    statement = update(table).where(key == bindparam("of")).values({column: bindparam("to")})
    pairs = given.execute(select(key, column).where(column.is_not(None)).execution_options(yield_per=BATCH))
    for part in pairs.partitions(BATCH):
        taken.execute(statement, [{"of": of, "to": to} for of, to in part])


def _key(table: Table) -> Column[str]:
    return next(iter(table.primary_key.columns))


if __name__ == "__main__":
    try:
        for name, rows in move_store(*sys.argv[1:3]).items():
            print(f"{name}: {rows:,}")
    except RapportError as failure:
        sys.exit(str(failure))
