"""What the report says of the customers' files: contradictions, gaps, changed values."""

from collections.abc import Sequence

import duckdb

from knowledge.crm.codes import ConflictState
from knowledge.intake.changes import Change, counted, filled_tables
from knowledge.intake.delivery import Removal
from knowledge.intake.report import ConflictCount, GapCount, TableCount
from knowledge.intake.statement import identifier, literal
from knowledge.intake.target import targets
from knowledge.quality.expectations import expectations


def conflict_counts(staging: duckdb.DuckDBPyConnection, changes: Sequence[Change]) -> tuple[ConflictCount, ...]:
    """Conflicts found and gone, by field."""
    relation = next((change.relation for change in changes if change.table.name == "conflict"), None)
    if relation is None:
        return ()
    rows = staging.execute(
        f"""SELECT field, count(*) FILTER (_new AND state = {literal(ConflictState.OPEN)}) AS found,
        count(*) FILTER (NOT _new AND state = {literal(ConflictState.GONE)}) AS gone
        FROM {relation} GROUP BY field HAVING found + gone > 0 ORDER BY field"""
    ).fetchall()
    return tuple(ConflictCount(*row) for row in rows)


def table_counts(
    staging: duckdb.DuckDBPyConnection, changes: Sequence[Change], removals: Sequence[Removal]
) -> list[TableCount]:
    """Per table that the data have rows of: what of them is new, changed, as it was, and what went."""
    removed = {removal.table.name: removal.rows for removal in removals}
    counts = []
    for name in (*targets(), "source_record"):
        of_table = [change for change in changes if change.table.name == name]
        delivered = _delivered(staging, name)
        if not of_table and not delivered:
            continue
        added, changed = sum(one.added for one in of_table), sum(one.changed for one in of_table)
        rows = max(delivered, added + changed)
        counts.append(TableCount(name, added, changed, rows - added - changed, removed.get(name, 0)))
    return counts


def count_merges(staging: duckdb.DuckDBPyConnection) -> int:
    """How many customers went up in others."""
    return counted(staging, "SELECT count(*) FROM merged.merge WHERE undone_at IS NULL")[0]


def _delivered(staging: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows of a table the data are about, whether they change it or not."""
    match table:
        case "source_record":
            query = "SELECT count(*) FROM staged.customer"
        case "customer":
            query = """SELECT count(DISTINCT coalesce(m.customer_id, o.customer_id)) FROM staged.customer s
                LEFT JOIN merged.source_record m ON m.id = s.id LEFT JOIN store.source_record o ON o.id = s.id"""
        case "balance" if "balance" in filled_tables(staging, "merged"):
            query = "SELECT count(*) FROM merged.balance"
        case _:
            query = f"SELECT count(*) FROM staged.{identifier(table)}"
    return counted(staging, query)[0]


def gap_counts(staging: duckdb.DuckDBPyConnection) -> tuple[GapCount, ...]:
    """The expected fields that are empty in the files of the customers touched, by kind of customer."""
    counts = []
    for kind, fields in expectations().expected.items():
        empties = ", ".join(f"count(*) FILTER ({identifier(field)} IS NULL)" for field in fields)
        row = staging.execute(
            f"SELECT count(*), {empties} FROM merged.customer WHERE kind = {literal(kind)}"
        ).fetchone()
        customers, *empty = row or (0,)
        counts += [
            GapCount(kind, field, lacking, customers) for field, lacking in zip(fields, empty, strict=True) if lacking
        ]
    return tuple(counts)
