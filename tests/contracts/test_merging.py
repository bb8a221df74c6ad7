"""Joining customers one by one and all at once gives the same store, on every database; undone, the one before."""

import asyncio
from datetime import datetime
from pathlib import Path

import duckdb
from sqlalchemy import select

from knowledge.crm.lineage import Merge
from knowledge.crm.schema import migrate
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.crm.tables import Base
from knowledge.resolution.conflicts import find_conflicts
from knowledge.resolution.joining import join_customers
from knowledge.resolution.merging import merge, undo
from knowledge.resolution.survivorship import survive
from knowledge.resolution.workspace import open_workspace, write_back
from tests.knowledge.resolution.small_bank import fill, record, snapshot, standing_notes

AT = datetime(2026, 4, 1, 8)
PAIRS = {"C2": "C1", "C3": "C1", "C5": "C4"}
KEYS = {"C1": {"x"}, "C2": {"x", "y"}, "C3": {"y", "z"}, "C4": {"z"}, "C5": {"z"}}


async def filled(store: CrmStore) -> None:
    async with store.writing() as session:
        names = ["Ana Ruiz", "Ana Ruíz", "Anna Ruiz", "张丽", "Zhang Li"]
        await fill(
            session, [record(f"C{n}", name=name, phone=f"60010020{n % 3}") for n, name in enumerate(names, 1)], KEYS
        )


async def test_undone_on_every_database_is_as_before(any_store: CrmStore) -> None:
    await filled(any_store)
    before = await snapshot(any_store)
    for absorbed, survivor in PAIRS.items():
        async with any_store.writing() as session:
            await merge(session, survivor, absorbed, by="e", at=AT)
    async with any_store.auditing() as session:
        merges = list(await session.scalars(select(Merge.id).order_by(Merge.id)))
    for merge_id in merges:
        async with any_store.writing() as session:
            await undo(session, merge_id, by="e", at=AT)
    assert await snapshot(any_store) == before


async def test_one_by_one_and_all_at_once_give_the_same_store(any_store: CrmStore, tmp_path: Path) -> None:
    await filled(any_store)
    for absorbed, survivor in PAIRS.items():
        async with any_store.writing() as session:
            await merge(session, survivor, absorbed, by="e", at=AT)
    (tmp_path / "other").mkdir()
    migrate(sqlite_url(tmp_path / "other"))
    other = CrmStore(sqlite_url(tmp_path / "other"))
    await filled(other)
    async with other.writing() as session:
        workspace = await open_workspace(session, list(KEYS))
        await asyncio.to_thread(_join_all, workspace)
        await write_back(session, workspace)
        workspace.close()
    assert await _state(other) == await _state(any_store)
    await other.close()


def _join_all(workspace: duckdb.DuckDBPyConnection) -> None:
    led = " ".join(f"WHEN '{absorbed}' THEN '{survivor}'" for absorbed, survivor in PAIRS.items())
    workspace.execute(
        f"""CREATE TABLE merged.source_record AS
        SELECT * REPLACE (CASE customer_id {led} ELSE customer_id END AS customer_id) FROM store.source_record"""
    )
    join_customers(workspace, by="e", at=AT)
    survive(workspace)
    find_conflicts(workspace, AT.date())


async def _state(store: CrmStore) -> tuple[dict[str, list[str]], list[tuple[str, str, str, str]]]:
    """The rows as the models read them, so that two databases can be compared."""
    async with store.auditing() as session:
        rows = {
            table.name: sorted(
                repr([(name, value) for name, value in row.items() if (table.name, name) != ("conflict", "id")])
                for row in (await session.execute(select(table))).mappings()
            )
            for table in Base.metadata.sorted_tables
            if table.name not in ("likeness", "merged_row", "journal", "journal_end", "merge", "changed_customer")
        }
        return rows, await standing_notes(session)
