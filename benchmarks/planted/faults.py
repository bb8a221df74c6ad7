"""Rows that no import may take, put between the good ones; where they ended up is part of the truth."""

import duckdb

from benchmarks.planted.layouts import Layout

SHARE = 0.0004
"""Of the rows of a file, for each fault; at least one each."""


def lay_out(bank: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    """Creates `file_<name>` with the rows of a file, and adds to `reject` the line and column of each wrong one.

    Wrong rows are copies under numbers of their own; and some rows are delivered a second time, which are wrong too.
    """
    name = f"file_{layout.name}"
    marks = "NULL::VARCHAR AS _fault, NULL::VARCHAR AS _cell, 0 AS _last"
    bank.execute(f"CREATE TABLE rows AS SELECT *, {marks} FROM ({layout.query})")
    (count,) = bank.execute("SELECT count(*) FROM rows").fetchone() or (0,)
    for nth, (column, cell, wrong) in enumerate(layout.faults):
        other = ", NULL AS local_name" if cell == "emboss_name" else ""
        bank.execute(f"""INSERT INTO rows SELECT * REPLACE ({layout.number} || '-{nth}' AS {layout.number},
            {wrong} AS {cell} {other}, '{column}' AS _fault, '{cell}' AS _cell) FROM rows WHERE {_some(count, nth)}""")
    bank.execute(f"""INSERT INTO rows SELECT * REPLACE ('id' AS _fault, '{layout.number}' AS _cell, 1 AS _last)
        FROM rows WHERE {_some(count, len(layout.faults))}""")
    order = layout.day or "drawn(rowid, 'place')"
    bank.execute(f"""CREATE TABLE {name} AS SELECT *, row_number() OVER () + 1 AS _line
        FROM (SELECT * EXCLUDE (_last) FROM rows ORDER BY _last, {order}, rowid)""")
    bank.execute(f"""INSERT INTO reject SELECT '{layout.name}', _line, '{layout.table}', _fault, _cell FROM {name}
        WHERE _fault IS NOT NULL""")
    bank.execute("DROP TABLE rows")


def _some(count: int, nth: int) -> str:
    """Some of the good rows, each fault its own."""
    wanted = max(1, round(count * SHARE))
    return f"rowid IN (SELECT pick(i, 'fault {nth}', {count}) FROM range({wanted}) AS t(i))"
