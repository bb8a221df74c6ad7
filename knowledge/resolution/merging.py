"""Two customers found to be one are joined, and taken apart again, in the store."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.crm.lineage import Merge, SourceRecord
from knowledge.crm.tables import Customer
from knowledge.errors import MergeError
from knowledge.resolution.conflicts import find_conflicts
from knowledge.resolution.joining import join_customers
from knowledge.resolution.likenesses import keep_records_apart, say_same
from knowledge.resolution.separating import separate
from knowledge.resolution.survivorship import survive
from knowledge.resolution.workspace import open_workspace, write_back


async def merge(
    session: AsyncSession,
    survivor_id: str,
    absorbed_id: str,
    *,
    by: str,
    at: datetime,
    evidence: Sequence[Mapping[str, object]] = (),
    probability: Decimal | None = None,
    systems: Sequence[str] = (),
) -> Merge:
    """Joins two customers: all that refers to `absorbed_id` counts for `survivor_id` from now on.

    The survivor's row is made anew from what all records say. `session` is one of `CrmStore.writing`; `by` is the
    employee, `probability` in percent, `systems` names systems, most trusted first.
    Raises MergeError where one of them is unknown, both are the same, or nothing is known of where a row comes from.
    """
    if survivor_id == absorbed_id:
        raise MergeError(reason=f"{survivor_id} is one customer already")
    kinds = {each: (await _known(session, each)).kind for each in (survivor_id, absorbed_id)}
    if len(set(kinds.values())) > 1:
        raise MergeError(reason=f"{survivor_id} is a {kinds[survivor_id]}, {absorbed_id} a {kinds[absorbed_id]}")
    records = await _record_of(session, absorbed_id), await _record_of(session, survivor_id)
    workspace = await open_workspace(session, [survivor_id, absorbed_id])
    pair = {"record_id": records[0], "other_record_id": records[1], "probability": probability}
    await asyncio.to_thread(_join, workspace, survivor_id, pair, list(evidence), by, at, systems)
    await write_back(session, workspace)
    workspace.close()
    await say_same(
        session, survivor_id, records[0], records[1], by=by, at=at, evidence=evidence, probability=probability
    )
    made = select(Merge).where(Merge.absorbed_id == absorbed_id, Merge.undone_at.is_(None))
    return (await session.scalars(made)).one()


async def undo(session: AsyncSession, merge_id: str, *, by: str, at: datetime, systems: Sequence[str] = ()) -> Merge:
    """Takes two joined customers apart: everything that the merge turned over goes back, also what came for the
    absorbed customer since. The two are kept apart in later imports.

    Raises MergeError where there is no such merge, it is undone already, or a later one has to be undone first.
    """
    undone = await separate(session, merge_id, by=by, at=at)
    await recompute(session, [undone.customer_id, undone.absorbed_id], at.date(), systems, parting=True)
    await keep_records_apart(session, undone, by=by, at=at)
    return undone


async def recompute(
    session: AsyncSession,
    customer_ids: Sequence[str],
    today: date,
    systems: Sequence[str] = (),
    *,
    parting: bool = False,
) -> None:
    """Makes the rows of these customers anew from their source records, and finds their conflicts anew.

    `parting` says that they were one until now: what only contradicted the other one is no conflict that ever was.
    """
    workspace = await open_workspace(session, customer_ids)
    await asyncio.to_thread(_find_anew, workspace, today, systems, parting)
    await write_back(session, workspace)
    workspace.close()


async def _known(session: AsyncSession, customer_id: str) -> Customer:
    found = await session.get(Customer, customer_id)
    if found is None:
        raise MergeError(reason=f"there is no customer {customer_id}")
    return found


async def _record_of(session: AsyncSession, customer_id: str) -> str:
    records = select(SourceRecord.id).where(SourceRecord.customer_id == customer_id).order_by(SourceRecord.id)
    ids = (await session.scalars(records)).all()
    if not ids:
        raise MergeError(reason=f"no source record says where customer {customer_id} comes from")
    return customer_id if customer_id in ids else ids[0]


def _join(
    workspace: duckdb.DuckDBPyConnection,
    survivor_id: str,
    pair: dict[str, Any],
    evidence: list[Mapping[str, object]],
    by: str,
    at: datetime,
    systems: Sequence[str],
) -> None:
    workspace.execute(
        "CREATE TABLE merged.source_record AS SELECT * REPLACE (? AS customer_id) FROM store.source_record",
        [survivor_id],
    )
    workspace.execute(
        """CREATE TABLE pair AS SELECT ?::VARCHAR AS record_id, ?::VARCHAR AS other_record_id,
            ?::DECIMAL(7, 4) AS probability, ?::VARCHAR AS evidence""",
        [pair["record_id"], pair["other_record_id"], pair["probability"], json.dumps(evidence)],
    )
    join_customers(workspace, by=by, at=at, pairs="pair")
    survive(workspace, systems)
    find_conflicts(workspace, at.date())


def _find_anew(workspace: duckdb.DuckDBPyConnection, today: date, systems: Sequence[str], parting: bool) -> None:
    workspace.execute("CREATE TABLE merged.source_record AS FROM store.source_record")
    survive(workspace, systems)
    find_conflicts(workspace, today, parting=parting)
