"""Two rows of one import with the same key: the first stays, the others are rejected whole."""

from typing import TYPE_CHECKING

from knowledge.intake.statement import identifier, literal
from knowledge.intake.target import IMPORTABLE, targets

if TYPE_CHECKING:
    from knowledge.intake.staging import Staging


def refuse_duplicates(staging: "Staging") -> None:
    """Rejects every row that gives a key which an earlier row of the import gives, unless that one is rejected."""
    execute = staging.connection.execute
    execute('CREATE OR REPLACE TEMP TABLE claim ("table" VARCHAR, key VARCHAR, _row BIGINT, _entry INTEGER)')
    for table in IMPORTABLE:
        _one_per_row(staging, table)
        name, key = f"staged.{identifier(table)}", _key(table)
        # Hashes are small: only the few keys that share one are compared as they are.
        several = f"SELECT hash({key}) FROM {name} GROUP BY 1 HAVING count(*) > 1"
        execute(
            f"INSERT INTO claim SELECT {literal(table)}, {key}, _row, _entry FROM {name} "
            f"WHERE hash({key}) IN ({several}) QUALIFY count(*) OVER (PARTITION BY {key}) > 1"
        )
    while _refuse_round(staging):
        staging.withdraw(targets_with_names())
        execute("DELETE FROM claim WHERE _row IN (SELECT _row FROM reject)")


def targets_with_names() -> list[str]:
    """Every staged table."""
    return list(targets())


def _key(table: str) -> str:
    parts = [f"CAST({identifier(part)} AS VARCHAR)" for part in targets()[table].key]
    return parts[0] if len(parts) == 1 else f"concat_ws(', ', {', '.join(parts)})"


def _one_per_row(staging: "Staging", table: str) -> None:
    """Where two entries make the same of one row, the later one's holds."""
    if sum(1 for entry_table, _, _ in staging.mapping.entries() if entry_table == table) > 1:
        name, key = f"staged.{identifier(table)}", _key(table)
        staging.connection.execute(
            f"DELETE FROM {name} WHERE rowid IN (SELECT rowid FROM {name} "
            f"QUALIFY row_number() OVER (PARTITION BY _row, {key} ORDER BY _entry DESC) > 1)"
        )


def _refuse_round(staging: "Staging") -> bool:
    """Rejects the rows that come after one which is the first with each of its own keys."""
    execute = staging.connection.execute
    found = execute(
        """
        WITH ranked AS (SELECT *, min(_row) OVER (PARTITION BY "table", key) AS first_row FROM claim),
             safe AS (SELECT _row FROM ranked GROUP BY _row HAVING bool_and(_row = first_row))
        SELECT _row, arg_min("table", _entry), arg_min(key, _entry), min(_entry), arg_min(first_row, _entry)
        FROM ranked WHERE _row <> first_row AND first_row IN (SELECT _row FROM safe) GROUP BY _row
        """
    )
    rejects = []
    for row, table, key, entry, first_row in found.fetchall():
        column = staging.columns[entry].get(targets()[table].key[0], "")
        place = staging.part_of(first_row)
        reason = f"{table} {key} comes from line {staging.line_of(first_row)} of {place.file} too"
        rejects.append((row, column, reason, None))
    staging.refuse(rejects)
    return bool(rejects)
