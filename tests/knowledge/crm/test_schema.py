"""The store's versions: made, kept, refused."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from knowledge.crm.schema import MIGRATIONS, check, known_versions, migrate, version
from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.crm.tables import Base
from knowledge.errors import StoreError
from knowledge.library.tables import DocumentRow


def test_migrations_make_exactly_the_tables_of_the_models(store_url: str) -> None:
    assert DocumentRow.metadata is Base.metadata
    with bulk_engine(store_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_version_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [known_versions()[-1]]


def test_a_new_store_gets_the_newest_version_and_keeps_it(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    assert version(url) is None
    assert not (tmp_path / "crm.sqlite").exists(), "looking must not make a store"
    migrate(url)
    migrate(url)
    assert version(url) == known_versions()[-1]
    check(url)


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        pool.map(migrate, [url] * 3)
    assert version(url) == known_versions()[-1]


def test_a_failing_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: object) -> None:
        connection.exec_driver_sql("CREATE TABLE half (id INTEGER)")  # type: ignore[attr-defined]
        raise RuntimeError("the power goes off")

    monkeypatch.setattr("knowledge.crm.schema._upgrade", fail)
    with pytest.raises(RuntimeError):
        migrate(sqlite_url(tmp_path))
    assert inspect(bulk_engine(sqlite_url(tmp_path))).get_table_names() == []


def test_a_store_of_a_newer_program_is_refused_and_left_alone(store_url: str) -> None:
    with bulk_engine(store_url).begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for refuse in (migrate, check):
        with pytest.raises(StoreError, match="9999"):
            refuse(store_url)
    assert version(store_url) == "9999"


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "crm.sqlite") as connection:
        connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    with pytest.raises(StoreError, match="bookmarks"):
        migrate(sqlite_url(tmp_path))


@pytest.mark.parametrize("content", [b"Dear diary, " * 200, b"\x00" * 4096 + b"x"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "crm.sqlite").write_bytes(content)
    with pytest.raises(StoreError):
        migrate(sqlite_url(tmp_path))
    assert (tmp_path / "crm.sqlite").read_bytes() == content


def test_no_bank_yet_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="rapport demo"):
        check(sqlite_url(tmp_path))


def test_a_folder_that_does_not_exist_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        migrate(sqlite_url(tmp_path / "nowhere"))
