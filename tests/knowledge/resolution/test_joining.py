"""What an import brings for a customer who went up in another is led to the one that stays, and noted for undoing."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pytest

from knowledge.crm import lineage, tables
from knowledge.crm.campaign import CampaignTarget
from knowledge.errors import MergeError
from knowledge.resolution.joining import join_customers
from knowledge.resolution.references import references
from knowledge.resolution.relations import make_like

AT = datetime(2026, 4, 1, 8)
Staging = duckdb.DuckDBPyConnection


@pytest.fixture
def staging() -> Iterator[Staging]:
    """A store where C2 went up in C1 by merge M1, and an import that joins C3 as well."""
    connection = duckdb.connect()
    for schema in ("store", "staged", "merged"):
        connection.execute(f"CREATE SCHEMA {schema}")
    for table in {tables.Customer.__table__, lineage.MergedRow.__table__, *(r.table for r in references())}:
        make_like(connection, "store", table)
    make_like(connection, "merged", lineage.SourceRecord.__table__)
    for model in (tables.Account, CampaignTarget, tables.CustomerName):
        make_like(connection, "staged", model.__table__)
        connection.execute(f'ALTER TABLE staged."{model.__tablename__}" ADD COLUMN _row BIGINT')
    for customer in ("C1", "C3"):
        add(connection, "store.customer", id=customer, kind="person", name=customer, currency="EUR")
    for record, stored, now in (("C1", "C1", "C1"), ("C2", "C1", "C1"), ("C3", "C3", "C1")):
        add(connection, "store.source_record", id=record, customer_id=stored, system="core", name=record)
        add(connection, "merged.source_record", id=record, customer_id=now, system="core", name=record)
    add(connection, "store.merge", id="M1", customer_id="C1", absorbed_id="C2", absorbed="{}")
    yield connection
    connection.close()


def add(staging: Staging, relation: str, /, **row: Any) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    staging.execute(f"INSERT INTO {relation} ({names}) VALUES ({', '.join('?' * len(row))})", list(row.values()))


def notes(staging: Staging, table: str) -> list[tuple[str, str, bool]]:
    return staging.execute(
        """SELECT coalesce(merge.absorbed_id, known.absorbed_id), key, dropped IS NOT NULL FROM merged.merged_row note
        LEFT JOIN merged.merge ON merge.id = note.merge_id LEFT JOIN store.merge known ON known.id = note.merge_id
        WHERE note."table" = ? ORDER BY ALL""",
        [table],
    ).fetchall()


def test_rows_with_an_identity_are_led_and_noted(staging: Staging) -> None:
    for number, customer in enumerate(("C1", "C2", "C3")):
        add(staging, "staged.account", id=f"a{number}", customer_id=customer, _row=number)
    add(staging, "store.account", id="old", customer_id="C3")
    join_customers(staging, by="import", at=AT)
    assert set(staging.execute("SELECT customer_id FROM staged.account").fetchall()) == {("C1",)}
    assert staging.execute("SELECT id, customer_id FROM merged.account").fetchall() == [("old", "C1")]
    assert notes(staging, "account") == [
        ("C2", '{"id": "a1"}', False), ("C3", '{"id": "a2"}', False), ("C3", '{"id": "old"}', False),
    ]  # fmt: skip
    assert staging.execute("FROM gone.customer").fetchall() == [("C3",)]


def test_of_equal_rows_the_survivors_own_stays(staging: Staging) -> None:
    for number, (campaign, customer) in enumerate((("x", "C1"), ("x", "C2"), ("y", "C2"), ("y", "C3"), ("z", "C3"))):
        row = {"campaign_id": campaign, "customer_id": customer, "state": customer}
        add(staging, "staged.campaign_target", **row, control=False, _row=number)
    join_customers(staging, by="import", at=AT)
    left = "SELECT campaign_id, customer_id, state FROM staged.campaign_target ORDER BY 1"
    assert staging.execute(left).fetchall() == [("x", "C1", "C1"), ("y", "C1", "C2"), ("z", "C1", "C3")]
    assert [(absorbed, dropped) for absorbed, _, dropped in notes(staging, "campaign_target")] == [
        ("C2", True), ("C2", False), ("C3", True), ("C3", False),
    ]  # fmt: skip
    assert staging.execute("FROM led_away ORDER BY 1").fetchall() == [(1, True), (3, True)]


def test_what_an_earlier_import_noted_is_not_noted_again(staging: Staging) -> None:
    key = '{"customer_id": "C2", "key": "ana"}'
    add(staging, "store.merged_row", id=1, merge_id="M1", table="customer_name", key=key)
    add(staging, "store.customer_name", customer_id="C1", key="ana", form="full")
    add(staging, "staged.customer_name", customer_id="C2", key="ana", form="full", _row=1)
    join_customers(staging, by="import", at=AT)
    assert notes(staging, "customer_name") == []
    assert staging.execute("SELECT customer_id, key FROM staged.customer_name").fetchall() == [("C1", "ana")]


def test_what_the_survivor_comes_to_say_itself_is_its_own(staging: Staging) -> None:
    """Undoing must not take a row away from the survivor that its own system has delivered since."""
    key = '{"customer_id": "C2", "key": "ana"}'
    add(staging, "store.merged_row", id=1, merge_id="M1", table="customer_name", key=key)
    add(staging, "store.customer_name", customer_id="C1", key="ana", form="part")
    add(staging, "staged.customer_name", customer_id="C1", key="ana", form="full", _row=1)
    join_customers(staging, by="import", at=AT)
    (note,) = staging.execute("SELECT id, merge_id, dropped FROM merged.merged_row WHERE id = 1").fetchall()
    assert note == (1, "M1", '{"customer_id":"C2","key":"ana","form":"part"}')


def test_records_that_would_be_torn_apart_are_refused(staging: Staging) -> None:
    staging.execute("UPDATE merged.source_record SET customer_id = 'C3' WHERE id IN ('C2', 'C3')")
    with pytest.raises(MergeError, match="would count for several customers"):
        join_customers(staging, by="import", at=AT)
