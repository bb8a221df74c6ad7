"""Measures on PostgreSQL: the definitions run there as they are, and a run leaves what it leaves on SQLite."""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
from sqlalchemy import FromClause, Select, make_url, select

from assistant.grounding.measured import SOURCES
from knowledge.clock import Clock
from knowledge.crm.codes import Role
from knowledge.crm.happened import events_by_kind
from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult, InsightRun
from knowledge.crm.measures import Measures
from knowledge.crm.members import members_outside
from knowledge.crm.moving import move_store
from knowledge.crm.relatives import relatives_of
from knowledge.crm.schema import migrate
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Lookups, bulk_engine, sqlite_url
from knowledge.crm.whole_view import WholeView, customers_in_order
from knowledge.errors import StoreError
from knowledge.insight.definition import Definition, Kind, read_definitions
from knowledge.insight.run import run_insight
from tests.contracts.conftest import MakeDatabase
from tests.contracts.test_lost_connection import cut
from tests.knowledge.insight.other_engines import Cells, computed_in_duckdb, differences, inputs

LISTS = [one.name for one in read_definitions() if one.kind is Kind.RANKING]
GROUPS = [one.name for one in read_definitions() if one.kind is Kind.GROUP]
WRITTEN = (Insight, InsightAverage, InsightEvent, InsightResult, InsightRun)


def held(url: str) -> dict[str, list[str]]:
    """Every row but for the numbers of runs, which each database counts in its own way."""
    engine = bulk_engine(url)
    with engine.connect() as connection:
        rows = {
            model.__tablename__: sorted(repr(tuple(row)) for row in connection.execute(_all(model.__table__)))
            for model in WRITTEN
        }
    engine.dispose()
    return rows


def _all(table: FromClause) -> Select[Any]:
    return select(*(column for column in table.columns if column is not InsightRun.__table__.c.id))


@pytest.fixture(scope="module")
def moved_demo(make_database: MakeDatabase, demo_store_url: str) -> str:
    """The demo bank in PostgreSQL."""
    url = make_database()
    migrate(url)
    move_store(demo_store_url, url)
    return url


def test_a_run_leaves_the_same(moved_demo: str, demo_store_url: str, tmp_path: Path) -> None:
    shutil.copy(demo_store_url.removeprefix("sqlite:///"), tmp_path / "crm.sqlite")
    beside = sqlite_url(tmp_path)
    for day in (date(2026, 10, 31), date(2026, 11, 20)):
        for url in (beside, moved_demo):
            run_insight(url, tmp_path / "insight", clock=Clock(day))
    left = held(beside)
    assert held(moved_demo) == left
    assert all(left.values())


def test_a_lost_connection_leaves_what_was(moved_demo: str, tmp_path: Path) -> None:
    run_insight(moved_demo, tmp_path / "insight", clock=Clock(date(2026, 11, 20)))
    before = held(moved_demo)

    def lose(label: str, done: int, total: int | None) -> None:
        if label == "write insight_average":
            cut(moved_demo)

    with pytest.raises(StoreError):
        run_insight(moved_demo, tmp_path / "insight", clock=Clock(date(2026, 11, 21)), progress=lose)
    assert held(moved_demo) == before
    assert not (tmp_path / "insight").exists()


def test_every_definition_finds_the_same(make_database: MakeDatabase, demo_store_url: str, tmp_path: Path) -> None:
    address = make_url(make_database()).render_as_string(hide_password=False)
    with (
        computed_in_duckdb(demo_store_url, tmp_path / "insight") as warehouse,
        psycopg.connect(address, autocommit=True) as connection,
    ):
        for name in inputs(warehouse):
            copy_over(warehouse, connection, name, tmp_path / "rows.csv")

        def run(definition: Definition) -> list[Cells]:
            connection.execute(f"CREATE TABLE {definition.name} AS {definition.sql_for('postgres')}".encode())
            connection.execute(f"ANALYZE {definition.name}".encode())
            return connection.execute(
                f"SELECT {', '.join(definition.columns)} FROM {definition.name}".encode()
            ).fetchall()

        assert not differences(warehouse, run)


SCOPES = (
    Scope("chen.guohua", Role.HEAD_OFFICE, ("anyang", "head-office", "shanghai", "wuyang"), "head-office"),
    Scope("ma.jianjun", Role.BRANCH, ("anyang",), "anyang"),
    Scope("jiang.lan", Role.MANAGER, ("anyang",), "anyang"),
)
DAY = date(2026, 11, 20)
Pair = tuple[str, str]


async def told(url: str, scope: Scope) -> list[object]:
    """What answers read of a view: lists, numbers, members out of view, relatives, events, and customers."""
    store = CrmStore(url)

    def read(lookups: Lookups) -> list[object]:
        measures = Measures.on(lookups, scope, DAY)
        assert measures is not None
        whole = WholeView.of(measures, "likeliest_to_leave", "value_group_customers")
        lists = {name: whole.places(name, 50) for name in LISTS} if whole else {}
        values = measures.values("profit_contribution", "loyalty")
        return [
            lists,
            sorted((key, row.value, row.customers) for key, row in whole.groups(*GROUPS).items()) if whole else [],
            members_outside(measures, ["loyalty", "average_deposits"], with_peers=True),
            relatives_of(measures, sorted(values)),
            values,
            [(event.customer_id, event.source, number) for event, number in events_by_kind(
                measures, SOURCES, date(2026, 8, 1), DAY, 5
            )],
            [customer.id for customer in customers_in_order(lookups, sorted(values)[::50], 20)],
        ]  # fmt: skip

    try:
        async with store.reading(scope) as reader:
            return await reader.together(read)
    finally:
        await store.close()


@pytest.fixture(scope="module")
def newest_beside(make_database: MakeDatabase, demo_store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The demo bank with the measures of its newest day, in SQLite and in PostgreSQL."""
    home = tmp_path_factory.mktemp("newest")
    shutil.copy(demo_store_url.removeprefix("sqlite:///"), home / "crm.sqlite")
    run_insight(sqlite_url(home), home / "insight", clock=Clock(DAY))
    url = make_database()
    migrate(url)
    move_store(sqlite_url(home), url)
    return sqlite_url(home), url


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.role.value)
async def test_what_answers_read_is_the_same(newest_beside: Pair, scope: Scope) -> None:
    beside, moved = newest_beside
    expected = await told(beside, scope)
    assert await told(moved, scope) == expected
    assert all(expected[2:])
    assert bool(expected[0]) == (scope.role is not Role.MANAGER)


def copy_over(warehouse: duckdb.DuckDBPyConnection, connection: psycopg.Connection, name: str, path: Path) -> None:
    described = warehouse.execute(f"DESCRIBE {name}").fetchall()
    columns = ", ".join(f'"{column}" {kind}' for column, kind, *_ in described)
    connection.execute(f"CREATE TABLE {name} ({columns})".encode())
    warehouse.execute(f"COPY (SELECT * FROM {name}) TO '{path}' (FORMAT csv, HEADER false, NULLSTR '')")
    with path.open("rb") as file, connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)".encode()) as copy:
        while piece := file.read(1 << 20):
            copy.write(piece)
    connection.execute(f"ANALYZE {name}".encode())
