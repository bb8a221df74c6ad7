"""The same import leaves the same rows on SQLite and on PostgreSQL, and a lost connection leaves them as they were."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from knowledge.clock import Clock
from knowledge.crm.schema import migrate
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Base
from knowledge.errors import StoreError
from knowledge.intake.intake import Progress, import_folder
from knowledge.intake.relation import store_tables
from knowledge.intake.report import ImportReport
from tests.contracts.conftest import MakeDatabase
from tests.contracts.test_lost_connection import cut
from tests.knowledge.intake.known_twice import FIRST_DAY, SECOND_DAY, write_files


def load(folder: Path, url: str, day: date, progress: Progress | None = None) -> ImportReport:
    return import_folder(
        folder, folder / "mapping.yaml", url=url, rejects=folder / "rejects.csv", clock=Clock(day), progress=progress
    )


def everything(url: str) -> dict[str, list[str]]:
    engine = bulk_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in store_tables()
        }
    engine.dispose()
    return rows


@pytest.fixture
def postgres_url(make_database: MakeDatabase, migrated_postgres: str) -> str:
    return make_database(migrated_postgres)


def test_both_databases_come_to_hold_the_same(tmp_path: Path, store_url: str, postgres_url: str) -> None:
    """Customers of two systems, merged and in conflict, then a delivery that changes, moves and adds rows."""
    for url in (store_url, postgres_url):
        folder = tmp_path / url.partition(":")[0]
        write_files(folder, FIRST_DAY)
        load(folder, url, date(2026, 3, 1))
        write_files(folder, SECOND_DAY)
        load(folder, url, date(2026, 3, 2))
        again = load(folder, url, date(2026, 3, 3))
        assert all(one.added == one.changed == one.removed == 0 for one in again.tables)
        shutil.rmtree(folder)
    held = everything(store_url)
    assert everything(postgres_url) == held
    filled = {name for name, rows in held.items() if rows}
    assert {"customer", "account", "merge", "merged_row", "conflict", "source_value", "balance"} <= filled


def test_a_new_row_after_an_import_gets_a_number_of_its_own(tmp_path: Path, postgres_url: str) -> None:
    write_files(tmp_path / "files", FIRST_DAY)
    load(tmp_path / "files", postgres_url, date(2026, 3, 1))
    engine = bulk_engine(postgres_url)
    conflict = Base.metadata.tables["conflict"]
    with engine.begin() as connection:
        known = connection.execute(select(conflict)).mappings().first()
        assert known is not None
        connection.execute(conflict.insert(), [{name: value for name, value in known.items() if name != "id"}])
    engine.dispose()


def test_a_lost_connection_leaves_the_store_as_it_was(tmp_path: Path, postgres_url: str) -> None:
    folder = tmp_path / "files"
    write_files(folder, FIRST_DAY)
    load(folder, postgres_url, date(2026, 3, 1))
    before = everything(postgres_url)
    write_files(folder, SECOND_DAY)
    for moment in ("hand over account", "write account", "write transaction"):

        def lose(label: str, done: int, total: int | None, moment: str = moment) -> None:
            if label == moment and done == 0:
                cut(postgres_url)

        with pytest.raises(StoreError):
            load(folder, postgres_url, date(2026, 3, 2), lose)
        assert everything(postgres_url) == before
    load(folder, postgres_url, date(2026, 3, 2))
    assert everything(postgres_url) != before


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_files(tmp_path / "files", FIRST_DAY)
    with pytest.raises(StoreError, match=r"127\.0\.0\.1"):
        load(tmp_path / "files", "postgresql://rapport@127.0.0.1:1/rapport", date(2026, 3, 1))


def test_a_store_that_is_moved_takes_deliveries_as_before(
    tmp_path: Path, store_url: str, make_database: MakeDatabase
) -> None:
    from knowledge.crm.moving import move_store

    folder = tmp_path / "files"
    write_files(folder, FIRST_DAY)
    load(folder, store_url, date(2026, 3, 1))
    moved = make_database()
    migrate(moved)
    move_store(store_url, moved)
    write_files(folder, SECOND_DAY)
    for url in (store_url, moved):
        load(folder, url, date(2026, 3, 2))
    assert everything(moved) == everything(store_url)
