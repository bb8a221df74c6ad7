"""Accounting for every row that was read: it is in the store, or it is a reject with a reason."""

from typing import TYPE_CHECKING

from knowledge.intake.raw_rows import LINE_BITS
from knowledge.intake.report import FileCount, ReasonCount

if TYPE_CHECKING:
    from knowledge.intake.staging import Staging

WRITTEN_IN_MAPPING = "as written in the mapping"


def refuse_untaken(staging: "Staging") -> None:
    """Rejects the rows that end in nothing: no entry takes them, or every row that they would end in was rejected."""
    for name, read in staging.sources.items():
        entries = [entry for _, _, entry in staging.mapping.entries() if entry.source == name]
        if any(not entry.where for entry in entries):
            continue
        tables = [table for table in staging.fed_by(name) if table != "customer_name"]
        staged = "".join(f' UNION ALL SELECT _row FROM staged."{table}"' for table in tables)
        kept = f"SELECT _row FROM taken WHERE by_row NOT IN (SELECT _row FROM reject){staged}"
        staging.connection.execute(
            f"""
            INSERT INTO reject
            SELECT _row, '', CASE WHEN _row IN (SELECT _row FROM taken) THEN 'every row that refers to it was rejected'
                             ELSE 'nothing in the mapping takes it' END, NULL
            FROM {read.relation} ANTI JOIN (SELECT _row FROM reject UNION ALL {kept}) USING (_row)
            """
        )


def file_counts(staging: "Staging") -> list[FileCount]:
    """The rows of every file by what came of them, from `outcome`."""
    done = staging.connection.execute(
        f"""
        WITH done AS (SELECT _row, state FROM outcome
                      UNION ALL SELECT taken._row, state FROM taken JOIN outcome ON by_row = outcome._row),
             once AS (SELECT _row, bool_or(state = 'stored') AS stored FROM done
                      WHERE _row NOT IN (SELECT _row FROM reject) GROUP BY _row)
        SELECT _row >> {LINE_BITS}, count(*) FILTER (stored), count(*) FILTER (NOT stored) FROM once GROUP BY 1
        """
    ).fetchall()
    states = {number: (stored, unchanged) for number, stored, unchanged in done}
    found = staging.connection.execute(f"SELECT _row >> {LINE_BITS}, count(*) FROM reject GROUP BY 1").fetchall()
    rejected = dict(found)
    written = staging.connection.execute("SELECT count(*) FROM written").fetchone()
    parts = [(read.part.number, read.part.file, read.encoding, read.read) for read in staging.parts]
    if written and written[0]:
        parts.append((0, staging.mapping_name, WRITTEN_IN_MAPPING, written[0]))
    return [
        FileCount(file, encoding, read, *states.get(number, (0, 0)), rejected.get(number, 0))
        for number, file, encoding, read in parts
    ]


def reason_counts(staging: "Staging") -> list[ReasonCount]:
    """Rejects by file and column, most frequent first, each with its first reason."""
    found = staging.connection.execute(
        f"""
        SELECT _row >> {LINE_BITS}, "column", count(*) AS rows, min(_row) AS first_row, arg_min(reason, _row)
        FROM reject GROUP BY 1, 2 ORDER BY rows DESC, first_row
        """
    ).fetchall()
    return [
        ReasonCount(staging.part_of(row).file, column, rows, staging.line_of(row), reason)
        for _, column, rows, row, reason in found
    ]
