"""The numbers PostgreSQL gives to new rows, continued after those that were written with theirs."""

from sqlalchemy import Connection, Integer, func, select, text

from knowledge.crm.tables import Base


def continue_numbers(connection: Connection) -> None:
    """Lets the sequences go on after the highest number of each table. SQLite looks for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None or not isinstance(column.type, Integer):
            continue
        highest = connection.execute(select(func.max(column))).scalar()
        if highest is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence(:table, :column), :highest)"),
                {"table": table.name, "column": column.name, "highest": highest},
            )
