"""Entity resolution within an import: source records become customers, and everything follows them.

`merged` then holds what the store is to become: `source_record` (every record of the customers touched), `customer`,
`conflict`, `likeness`, `merge`, `merged_row` and rows of other tables that move; `gone` holds the keys of what goes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from knowledge.clock import Clock
from knowledge.crm.codes import LikenessState
from knowledge.intake.mapping import IDENTITY_KINDS
from knowledge.intake.statement import literal
from knowledge.resolution.conflicts import find_conflicts
from knowledge.resolution.fields import REPAIRS
from knowledge.resolution.joining import join_customers
from knowledge.resolution.linking import link
from knowledge.resolution.survivorship import survive
from knowledge.resolution.worklist import note_likenesses

Tell = Callable[[str, int, int | None], None]
_SAID = "kind, name, name_latin, sex, birth_date, phone, email, address, city"
_KIND_ORDER = ", ".join(literal(kind) for kind in IDENTITY_KINDS)
_IDENTITIES = f"""SELECT customer_id, system, number, list_position([{_KIND_ORDER}], kind) AS place
    FROM {{schema}}.customer_identifier WHERE list_contains([{_KIND_ORDER}], kind)"""


@dataclass(frozen=True)
class Resolved:
    """What linking looked at and found; all zero where the mapping asks for none or nothing is fresh."""

    records: int = 0
    same: int = 0
    perhaps: int = 0


def resolve(
    staging: duckdb.DuckDBPyConnection, *, linking: bool, systems: list[str], clock: Clock, by: str, tell: Tell
) -> Resolved:
    """Decides which customer each record of `delivered.source_record` counts for, and fills `merged` and `gone`.

    Without `linking` a new record is a customer of its own; what was joined before stays so.
    """
    found = Resolved()
    if linking and staging.execute("SELECT 1 FROM delivered.source_record LIMIT 1").fetchone():
        _prepare_linking(staging)
        linked = link(staging, "linked", tell=lambda step: tell(f"find duplicates: {step}", 0, None))
        found = Resolved(linked.records, linked.same, linked.perhaps)
    else:
        _keep_apart(staging)
    _merge_records(staging)
    tell("join customers", 0, None)
    join_customers(staging, by=by, at=clock.now(), pairs="linked.pair" if found.records else None)
    tell("choose what holds", 0, None)
    survive(staging, systems)
    tell("find contradictions", 0, None)
    find_conflicts(staging, clock.today())
    if found.records:
        note_likenesses(staging, "linked.pair", clock.today())
    return found


def _prepare_linking(staging: duckdb.DuckDBPyConnection) -> None:
    """`linked.linkable`: every record of the bank with the number of its identity card, and whether it is fresh."""
    staging.execute(
        f"""CREATE TABLE linked.identity AS
        SELECT customer_id, NULL AS system, arg_min(number, place) AS number
        FROM ({_IDENTITIES.format(schema="staged")}) GROUP BY ALL"""
    )
    staging.execute(
        f"""CREATE TABLE linked.stored_identity AS
        SELECT customer_id, system, arg_min(number, place) AS number
        FROM ({_IDENTITIES.format(schema="store")}) GROUP BY ALL"""
    )
    staging.execute(
        f"""CREATE TABLE linked.linkable AS
        SELECT d.id AS record_id, d.customer_id, d.system, {_SAID}, coalesce(s.number, o.number) AS identity,
            true AS fresh
        FROM delivered.source_record d LEFT JOIN linked.identity s ON s.customer_id = d.id
        LEFT JOIN linked.stored_identity o ON o.customer_id = d.customer_id AND o.system = d.system
        UNION ALL
        SELECT d.id, d.customer_id, d.system, {_SAID}, coalesce(s.number, o.number),
            s.number IS NOT NULL AND s.number IS DISTINCT FROM o.number
        FROM (FROM store.source_record WHERE id NOT IN (SELECT id FROM delivered.source_record)
            AND system <> {literal(REPAIRS)}) d
        LEFT JOIN linked.identity s ON s.customer_id = d.id
        LEFT JOIN linked.stored_identity o ON o.customer_id = d.customer_id AND o.system = d.system"""
    )
    staging.execute(
        f"""CREATE TABLE linked.settled AS SELECT record_id, other_record_id, state FROM store.likeness
        WHERE state IN ({literal(LikenessState.SAME)}, {literal(LikenessState.DIFFERENT)}) AND decided_by IS NOT NULL"""
    )


def _keep_apart(staging: duckdb.DuckDBPyConnection) -> None:
    """`linked.cluster` as linking would leave it if no two records were alike."""
    staging.execute(
        """CREATE TABLE linked.cluster AS
        SELECT id AS record_id, coalesce(customer_id, id) AS cluster_id FROM delivered.source_record UNION
        SELECT id, customer_id FROM store.source_record
        WHERE customer_id IN (SELECT customer_id FROM delivered.source_record)"""
    )


def _merge_records(staging: duckdb.DuckDBPyConnection) -> None:
    """`merged.source_record`: the records of all customers touched. A person's repairs go with their customer."""
    staging.execute(
        f"""CREATE TABLE merged.source_record AS
        WITH record AS (
            FROM delivered.source_record UNION ALL
            FROM store.source_record WHERE id NOT IN (SELECT id FROM delivered.source_record)),
        moved AS (
            SELECT DISTINCT o.customer_id, c.cluster_id
            FROM store.source_record o JOIN linked.cluster c ON c.record_id = o.id)
        SELECT record.* REPLACE (c.cluster_id AS customer_id)
        FROM record JOIN linked.cluster c ON c.record_id = record.id
        UNION ALL
        SELECT record.* REPLACE (moved.cluster_id AS customer_id) FROM record JOIN moved USING (customer_id)
        WHERE record.system = {literal(REPAIRS)} AND record.id NOT IN (SELECT record_id FROM linked.cluster)"""
    )
