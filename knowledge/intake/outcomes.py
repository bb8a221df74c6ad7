"""What came of every row of the bank's files: a row is stored if anything that it makes is new or changed."""

from collections.abc import Sequence

import duckdb

from knowledge.intake.changes import Change
from knowledge.intake.statement import identifier


def note_outcomes(staging: duckdb.DuckDBPyConnection, changes: Sequence[Change]) -> None:
    """Fills `outcome` (_row, state); a row may be in it several times, once per table it goes to."""
    for change in changes:
        if change.of_files:
            rows = f"staged.{identifier(change.table.name)}"
            _note(staging, rows, change.relation, everything=change.added + change.changed == change.rows)
    _note(staging, "staged.customer", "delivered.changed_row", everything=False)
    # A row that went up in the same row of another customer left a note behind the first time only.
    staging.execute("INSERT INTO outcome SELECT _row, CASE WHEN noted THEN 'stored' ELSE 'unchanged' END FROM led_away")


def _note(staging: duckdb.DuckDBPyConnection, rows: str, changed: str, *, everything: bool) -> None:
    staging.execute(f"INSERT INTO outcome SELECT _row, 'stored' FROM {changed}")
    if not everything:
        staging.execute(
            f"INSERT INTO outcome SELECT _row, 'unchanged' FROM {rows} WHERE _row NOT IN (SELECT _row FROM {changed})"
        )
