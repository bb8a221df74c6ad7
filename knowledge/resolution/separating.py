"""Taking a joined customer out of another again, row by row as the merge noted them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, delete, null, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.crm.lineage import Merge, MergedRow
from knowledge.crm.tables import Base, Customer
from knowledge.errors import MergeError
from knowledge.resolution.references import Reference, references
from knowledge.resolution.workspace import add, from_raw

Key = Mapping[str, Any]


async def separate(session: AsyncSession, merge_id: str, *, by: str, at: datetime) -> Merge:
    """Brings the absorbed customer back, with all rows that are noted under the merge, and marks it undone.

    The two rows of the customers themselves are as they were at the merge, not yet as their records say now.
    """
    merge = await session.get(Merge, merge_id)
    if merge is None:
        raise MergeError(reason=f"there is no merge {merge_id}")
    if merge.undone_at is not None:
        raise MergeError(reason=f"merge {merge_id} was undone on {merge.undone_at.date()} by {merge.undone_by}")
    await _refuse_covered(session, merge)
    if await session.get(Customer, merge.absorbed_id) is not None:
        raise MergeError(reason=f"customer {merge.absorbed_id} is there again already")
    customers = _table("customer")
    await add(session, customers, from_raw(customers, merge.absorbed))
    # Merges go back first: what those dropped belongs to the absorbed customer, and no row of it may come up here.
    notes = (
        select(MergedRow)
        .where(MergedRow.merge_id == merge.id)
        .order_by(MergedRow.table != Merge.__tablename__, MergedRow.id)
    )
    for note in (await session.scalars(notes)).all():
        await _give_back(session, merge, note)
    merge.undone_at, merge.undone_by = at, by
    await session.flush()
    return merge


async def _refuse_covered(session: AsyncSession, merge: Merge) -> None:
    """A merge that a later one turned over lies below it: the later one goes first."""
    covering = (await _covered(session, merge.customer_id)).get(merge.id)
    if covering is not None:
        raise MergeError(
            reason=f"customer {covering.absorbed_id} was joined with {covering.customer_id} later: "
            f"undo merge {covering.id} first"
        )


async def _covered(session: AsyncSession, customer_id: str) -> dict[str, Merge]:
    """The merges that another one turned over to this customer, by id, with the newest that did."""
    covering = (
        select(MergedRow, Merge)
        .join(Merge, Merge.id == MergedRow.merge_id)
        .where(MergedRow.table == "merge", Merge.customer_id == customer_id, Merge.undone_at.is_(None))
        .order_by(Merge.merged_at, Merge.id.desc())
    )
    return {note.key["id"]: merge for note, merge in (await session.execute(covering)).all()}


async def _give_back(session: AsyncSession, merge: Merge, note: MergedRow) -> None:
    reference = _reference(note)
    table = reference.table
    if note.dropped is not None:
        if not reference.in_key:
            await session.execute(delete(table).where(_is(table, {name: note.key[name] for name in reference.key})))
        await add(session, table, from_raw(table, note.dropped))
        return
    if not reference.in_key:
        key = from_raw(table, note.key)
        row = update(table).where(*(table.c[name] == key[name] for name in reference.key))
        await session.execute(row.values({reference.column: merge.absorbed_id}))
        return
    there = {**note.key, reference.column: merge.customer_id}
    await session.execute(update(table).where(_is(table, there)).values({reference.column: merge.absorbed_id}))
    await _promote(session, merge, reference, there)


async def _promote(session: AsyncSession, merge: Merge, reference: Reference, there: Key) -> None:
    """Where another merge had to drop the same row of a third customer, that one's takes the place now.

    A merge that another one turned over dropped its row for the sake of that one's absorbed customer, who comes first.
    """
    covered = await _covered(session, merge.customer_id)
    dropped = (
        select(MergedRow, Merge.absorbed_id)
        .join(Merge, Merge.id == MergedRow.merge_id)
        .where(
            Merge.customer_id == merge.customer_id,
            Merge.undone_at.is_(None),
            Merge.id.not_in([merge.id, *covered]),
            MergedRow.table == reference.table.name,
        )
        .order_by(Merge.merged_at, Merge.absorbed_id, MergedRow.id)
    )
    for note, absorbed_id in (await session.execute(dropped)).all():
        was = {**there, reference.column: absorbed_id}
        if note.dropped is not None and note.key == was:
            row = {**note.dropped, reference.column: merge.customer_id}
            await add(session, reference.table, from_raw(reference.table, row))
            await session.execute(update(MergedRow).where(MergedRow.id == note.id).values(dropped=null()))
            return


def _reference(note: MergedRow) -> Reference:
    of_table = [reference for reference in references() if reference.table.name == note.table]
    named = [reference for reference in of_table if reference.column in note.key and not reference.in_key]
    return (named or of_table)[0]


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _is(table: Table, key: Key) -> Any:
    values = from_raw(table, key)
    return and_(*(table.c[name] == values[name] for name in key))
