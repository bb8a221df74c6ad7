"""The work list of pairs that may be one customer, as an import leaves it for people to decide."""

from datetime import date

import duckdb

from knowledge.crm.codes import LikenessState, Verdict
from knowledge.crm.lineage import Likeness
from knowledge.resolution.relations import make_like


def note_likenesses(staging: duckdb.DuckDBPyConnection, pairs: str, today: date) -> None:
    """Adds to `merged.likeness` what linking found of the records in `merged.source_record`.

    `pairs` names a relation (record_id, other_record_id, probability in percent, verdict, evidence as JSON) of all
    pairs with a record that was looked at. What a person said stands: such a pair only gets its customers of now.
    A pair that waits and is not found any more is gone; found again, it waits again, since the day it first did.
    Pairs that are the same for sure are kept as such, so that a joined customer can show why.
    """
    make_like(staging, "merged", Likeness.__table__)
    staging.execute(
        """CREATE OR REPLACE TEMP TABLE _counts AS
        SELECT id, customer_id FROM store.source_record WHERE id NOT IN (SELECT id FROM merged.source_record)
        UNION ALL SELECT id, customer_id FROM merged.source_record"""
    )
    staging.execute(
        f"""CREATE OR REPLACE TEMP TABLE _found AS
        SELECT coalesce(known.id, 'L' || substr(sha256(first || '|' || second), 1, 24)) AS id,
            coalesce(known.record_id, first) AS record_id, coalesce(known.other_record_id, second) AS other_record_id,
            pair.verdict, CAST(round(pair.probability * 10000) AS BIGINT) AS probability, pair.evidence,
            CASE WHEN known.state IN ('{LikenessState.SAME}', '{LikenessState.DIFFERENT}')
                    AND known.decided_by IS NOT NULL THEN known.state
                WHEN pair.verdict = '{Verdict.SAME}' THEN '{LikenessState.SAME}' ELSE '{LikenessState.OPEN}'
                END AS state,
            coalesce(known.found_on, ?) AS found_on, known.decided_by, known.decided_at
        FROM (SELECT *, least(record_id, other_record_id) AS first, greatest(record_id, other_record_id) AS second
            FROM {pairs}) pair
        LEFT JOIN store.likeness known
            ON least(known.record_id, known.other_record_id) = first
            AND greatest(known.record_id, known.other_record_id) = second""",
        [today],
    )
    staging.execute(
        f"""INSERT INTO _found
        SELECT id, record_id, other_record_id, verdict, probability, evidence, '{LikenessState.GONE}', found_on,
            decided_by, decided_at
        FROM store.likeness
        WHERE state = '{LikenessState.OPEN}' AND id NOT IN (SELECT id FROM _found)
            AND (record_id IN (SELECT id FROM merged.source_record)
                OR other_record_id IN (SELECT id FROM merged.source_record))"""
    )
    staging.execute("DELETE FROM merged.likeness WHERE id IN (SELECT id FROM _found)")
    columns = ", ".join(f'"{column.name}"' for column in Likeness.__table__.columns)
    staging.execute(
        f"""INSERT INTO merged.likeness ({columns})
        SELECT {columns} FROM (
            SELECT _found.*, one.customer_id, other.customer_id AS other_customer_id FROM _found
            JOIN _counts one ON one.id = _found.record_id JOIN _counts other ON other.id = _found.other_record_id)"""
    )
