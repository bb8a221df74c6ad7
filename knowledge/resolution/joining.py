"""Joining customers, set-wise: whatever refers to one that goes up in another is led to the customer that stays.

Works inside a DuckDB connection on the schemas `store` (the rows there are), `staged` (rows of an import, if there is
one) and `merged` (what the store is to become). One customer joined by a person and a hundred thousand joined by an
import come through here alike.
"""

from datetime import datetime

import duckdb

from knowledge.crm.codes import ConflictState
from knowledge.crm.lineage import Merge, MergedRow
from knowledge.crm.tables import Customer
from knowledge.errors import MergeError
from knowledge.resolution.fields import REPAIRS
from knowledge.resolution.leading import lead_keyed, lead_plain, lead_records, make_notes
from knowledge.resolution.references import references
from knowledge.resolution.relations import has_relation, make_like, row_as_json


def join_customers(staging: duckdb.DuckDBPyConnection, *, by: str, at: datetime, pairs: str | None = None) -> None:
    """Turns everything over that refers to a customer whose records now count for another one.

    `merged.source_record` says for every touched record which customer that is. `pairs` names a relation
    (record_id, other_record_id, probability in percent, evidence as JSON) to tell each merge's evidence from.

    Leaves: `merged.merge` and `merged.merged_row`; references in `staged.*` led to the customers that stay, with rows
    that would be the same as another taken out and listed in `led_away` (_row, noted); `merged.<table>` for rows that
    only the store has; `gone.<table>` with the keys of rows to delete, customers included.
    Raises MergeError if records that count for one customer would be torn apart.
    """
    for schema in ("merged", "gone"):
        staging.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    staging.execute("CREATE OR REPLACE TABLE led_away (_row BIGINT, noted BOOLEAN)")
    _stage_joins(staging, at)
    _refuse_torn(staging)
    _write_merges(staging, by, at, pairs)
    _stage_leads(staging)
    make_notes(staging)
    _take_out_conflicts(staging)
    for reference in references():
        if reference.table.name == "source_record":
            lead_records(staging, reference)
        elif reference.in_key:
            lead_keyed(staging, reference)
    for name in dict.fromkeys(r.table.name for r in references() if not r.in_key):
        if name != "source_record":
            lead_plain(staging, [reference for reference in references() if reference.table.name == name])
    make_like(staging, "gone", Customer.__table__, ("id",))
    staging.execute(
        "INSERT INTO gone.customer SELECT absorbed_id FROM _join WHERE absorbed_id IN (SELECT id FROM store.customer)"
    )
    _write_notes(staging)


def _stage_joins(staging: duckdb.DuckDBPyConnection, at: datetime) -> None:
    """`_join`: every customer that goes up in another, stored ones and new records that would be one alone."""
    staging.execute(
        f"""CREATE OR REPLACE TEMP TABLE _join AS
        SELECT *, 'M' || substr(sha256(absorbed_id || '|' || customer_id || '|{at.isoformat()}'), 1, 24) AS merge_id
        FROM (
            SELECT DISTINCT stored.customer_id AS absorbed_id, record.customer_id
            FROM merged.source_record record JOIN store.source_record stored USING (id)
            WHERE stored.customer_id <> record.customer_id
            UNION SELECT id, customer_id FROM merged.source_record
            WHERE id <> customer_id AND system <> '{REPAIRS}' AND id NOT IN (SELECT id FROM store.source_record))"""
    )


def _refuse_torn(staging: duckdb.DuckDBPyConnection) -> None:
    torn = staging.execute(
        """SELECT absorbed_id FROM _join GROUP BY 1 HAVING count(*) > 1
        UNION SELECT stored.customer_id FROM store.source_record stored JOIN _join ON stored.customer_id = absorbed_id
            LEFT JOIN merged.source_record record ON record.id = stored.id
            WHERE record.customer_id IS DISTINCT FROM _join.customer_id
        UNION SELECT absorbed_id FROM _join WHERE customer_id IN (SELECT absorbed_id FROM _join)
        ORDER BY 1 LIMIT 1"""
    ).fetchone()
    if torn:
        raise MergeError(reason=f"the records of customer {torn[0]} would count for several customers")


def _write_merges(staging: duckdb.DuckDBPyConnection, by: str, at: datetime, pairs: str | None) -> None:
    """`merged.merge`, each with the row that the absorbed customer had, or would have had alone."""
    staging.execute(
        "CREATE OR REPLACE TEMP TABLE _evidence (absorbed_id VARCHAR, probability BIGINT, evidence VARCHAR)"
    )
    if pairs:
        staging.execute(
            f"""INSERT INTO _evidence WITH side AS (
                SELECT record.id, record.customer_id, coalesce(stored.customer_id, record.id) AS alone
                FROM merged.source_record record LEFT JOIN store.source_record stored ON stored.id = record.id),
            pair AS (SELECT record_id, other_record_id, probability, evidence FROM {pairs}
                UNION ALL SELECT other_record_id, record_id, probability, evidence FROM {pairs})
            SELECT one.alone, CAST(round(max(probability) * 10000) AS BIGINT),
                arg_max(evidence, (probability, record_id, other_record_id))
            FROM pair JOIN side one ON one.id = record_id JOIN side other ON other.id = other_record_id
            WHERE one.customer_id = other.customer_id AND one.alone <> other.alone AND one.alone <> one.customer_id
            GROUP BY 1"""
        )
    make_like(staging, "merged", Merge.__table__)
    staging.execute(
        f"""INSERT INTO merged.merge BY NAME
        SELECT merge_id AS id, customer_id, absorbed_id, absorbed, probability, coalesce(evidence, '[]') AS evidence,
            ?::TIMESTAMP AS merged_at, ? AS merged_by
        FROM _join JOIN (
            SELECT id AS absorbed_id, {row_as_json(Customer.__table__)} AS absorbed FROM store.customer
            UNION ALL SELECT id, {row_as_json(Customer.__table__)} FROM merged.source_record
            WHERE id NOT IN (SELECT id FROM store.source_record)) USING (absorbed_id)
        LEFT JOIN _evidence USING (absorbed_id)""",
        [at, by],
    )


def _stage_leads(staging: duckdb.DuckDBPyConnection) -> None:
    """`_lead`: from every customer that is gone to the one that stays. `_noting`: under which merges a row that still
    comes for them has to be noted, and for whom it stood before each.

    A merge of merges turned over the one before it, so a row that comes later goes the whole way as well.
    """
    staging.execute(
        """CREATE OR REPLACE TEMP TABLE _standing AS
        SELECT id, merge.absorbed_id, coalesce(_join.customer_id, merge.customer_id) AS customer_id,
            merge.customer_id AS before
        FROM store.merge LEFT JOIN _join ON _join.absorbed_id = merge.customer_id WHERE undone_at IS NULL"""
    )
    staging.execute(
        """CREATE OR REPLACE TEMP TABLE _lead AS
        SELECT absorbed_id AS from_id, customer_id FROM _join
        UNION SELECT absorbed_id, customer_id FROM _standing"""
    )
    staging.execute(
        """CREATE OR REPLACE TEMP TABLE _noting AS
        SELECT absorbed_id AS from_id, merge_id, absorbed_id AS was FROM _join
        UNION SELECT absorbed_id, id, absorbed_id FROM _standing
        UNION SELECT first.absorbed_id, later.id, later.absorbed_id FROM _standing first
            JOIN store.merged_row moved ON moved."table" = 'merge' AND json_extract_string(moved.key, '$.id') = first.id
            JOIN _standing later ON later.id = moved.merge_id
        UNION SELECT _standing.absorbed_id, merge_id, _join.absorbed_id FROM _standing
            JOIN _join ON _join.absorbed_id = before"""
    )


def _take_out_conflicts(staging: duckdb.DuckDBPyConnection) -> None:
    """Two open conflicts about one field of one customer are one: the survivor's stays."""
    table = references()[[r.table.name for r in references()].index("conflict")].table
    make_like(staging, "gone", table, ("id",))
    staging.execute(
        f"""INSERT INTO gone.conflict SELECT id FROM store.conflict
        LEFT JOIN _join ON absorbed_id = conflict.customer_id
        WHERE state = '{ConflictState.OPEN}'
            AND coalesce(_join.customer_id, conflict.customer_id) IN (SELECT customer_id FROM _join)
        QUALIFY row_number() OVER (PARTITION BY coalesce(_join.customer_id, conflict.customer_id), field
            ORDER BY absorbed_id IS NOT NULL, absorbed_id, id) > 1 AND absorbed_id IS NOT NULL"""
    )
    staging.execute(
        f"""INSERT INTO _note
        SELECT merge_id, 'conflict', '{{"id": ' || conflict.id || '}}', {row_as_json(table, "conflict")}
        FROM store.conflict JOIN _join ON absorbed_id = conflict.customer_id
        WHERE conflict.id IN (SELECT id FROM gone.conflict)"""
    )


def _write_notes(staging: duckdb.DuckDBPyConnection) -> None:
    """The notes that the store has not got yet, and those of it that have changed."""
    make_like(staging, "merged", MergedRow.__table__)
    staging.execute(
        """INSERT INTO merged.merged_row BY NAME
        SELECT merge_id, "table", key, any_value(dropped) AS dropped FROM _note
        ANTI JOIN (SELECT merge_id, "table", json(key) AS key FROM store.merged_row
            WHERE merge_id IN (SELECT merge_id FROM _note)) AS known
        ON known.merge_id = _note.merge_id AND known."table" = _note."table" AND known.key = json(_note.key)
        GROUP BY ALL ORDER BY ALL"""
    )
    if has_relation(staging, "temp", "_renote"):
        staging.execute("INSERT INTO merged.merged_row BY NAME FROM _renote")
