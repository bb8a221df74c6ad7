"""The work list keeps what people said, drops what no longer holds, and lists a pair once."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from knowledge.crm.lineage import Likeness, SourceRecord
from knowledge.resolution.likenesses import likeness_id
from knowledge.resolution.relations import make_like
from knowledge.resolution.worklist import note_likenesses

Staging = duckdb.DuckDBPyConnection
TODAY = date(2026, 4, 1)


@pytest.fixture
def staging() -> Iterator[Staging]:
    """Five records, each a customer of its own."""
    connection = duckdb.connect()
    for schema in ("store", "merged"):
        connection.execute(f"CREATE SCHEMA {schema}")
        make_like(connection, schema, SourceRecord.__table__)
    make_like(connection, "store", Likeness.__table__)
    connection.execute(
        "INSERT INTO merged.source_record BY NAME SELECT 'C' || i AS id, 'C' || i AS customer_id FROM range(1, 6) t(i)"
    )
    connection.execute(
        """CREATE TABLE pair (record_id VARCHAR, other_record_id VARCHAR, probability DECIMAL(7, 4), verdict VARCHAR,
        evidence VARCHAR)"""
    )
    yield connection
    connection.close()


def known(staging: Staging, one: str, other: str, state: str, decided_by: str | None = None) -> None:
    staging.execute(
        """INSERT INTO store.likeness BY NAME SELECT ? AS id, ? AS record_id, ? AS other_record_id, ? AS state,
        'perhaps' AS verdict, DATE '2026-01-01' AS found_on, ? AS decided_by""",
        [f"{one}{other}", one, other, state, decided_by],
    )


def noted(staging: Staging, *pairs: tuple[str, str, str]) -> dict[str, tuple[str, date]]:
    for one, other, verdict in pairs:
        staging.execute("INSERT INTO pair VALUES (?, ?, ?, ?, '[]')", [one, other, Decimal("61.5"), verdict])
    note_likenesses(staging, "pair", TODAY)
    rows = staging.execute("SELECT id, state, found_on FROM merged.likeness").fetchall()
    return {id: (state, found_on) for id, state, found_on in rows}


def test_new_pairs_wait_and_sure_ones_do_not(staging: Staging) -> None:
    assert noted(staging, ("C1", "C2", "perhaps"), ("C3", "C4", "same")) == {
        likeness_id("C1", "C2"): ("open", TODAY),
        likeness_id("C4", "C3"): ("same", TODAY),
    }
    (row,) = staging.execute("SELECT probability, customer_id FROM merged.likeness WHERE state = 'open'").fetchall()
    assert row == (615_000, "C1")


def test_a_persons_word_stands(staging: Staging) -> None:
    known(staging, "C2", "C1", "different", "anna")
    assert noted(staging, ("C1", "C2", "perhaps")) == {"C2C1": ("different", date(2026, 1, 1))}


def test_a_pair_that_is_not_found_again_is_gone_and_comes_back(staging: Staging) -> None:
    known(staging, "C1", "C2", "open")
    known(staging, "C3", "C4", "gone")
    known(staging, "elsewhere", "untouched", "open")
    assert noted(staging, ("C3", "C4", "perhaps")) == {
        "C1C2": ("gone", date(2026, 1, 1)),
        "C3C4": ("open", date(2026, 1, 1)),
    }
