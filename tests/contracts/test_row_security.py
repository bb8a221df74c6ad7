"""PostgreSQL holds the scope by itself: SQL that names no condition sees what the scope may see, and no more."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, func, inspect, make_url, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from assistant.erasure import Erasure
from assistant.journal import Journal, Kind
from assistant.retention import retention
from knowledge.crm.codes import Role
from knowledge.crm.schema import migrate
from knowledge.crm.scope import OPEN_TABLES, Scope, visible_rows
from knowledge.crm.store import CrmStore, bulk_engine
from knowledge.crm.tables import Base, Customer, Product, Unit
from knowledge.errors import OutOfScope, StoreError
from tests.contracts.conftest import MakeDatabase, execute, fill_with_canaries
from tests.knowledge.crm.canaries import BRANCHES, CUSTOMERS, STAFF

MANAGER = Scope("north-1", Role.MANAGER, ("north",))
COLLEAGUE = Scope("south-1", Role.MANAGER, ("south",))
BRANCH = Scope("boss-north", Role.BRANCH, ("north",))
HEAD = Scope("head", Role.HEAD_OFFICE, ("hq", *BRANCHES))
DESK = Scope("desk", Role.SERVICE_DESK, ("hq",))
OWN = {"canary-north-1-1", "canary-north-1-2"}
ROLES = "rapport_writer, rapport_head_office, rapport_branch, rapport_manager, rapport_service_desk"
GUARDED = sorted(table.__tablename__ for table in visible_rows(MANAGER))
NOT_BY_CUSTOMER = {
    "campaign_group", "campaign_item", "conversation", "exchange", "rating", "insight_result", "quality_count",
}  # fmt: skip
BY_CUSTOMER = {*GUARDED} - NOT_BY_CUSTOMER


@pytest.fixture
async def store(postgres_canaries: str) -> AsyncIterator[CrmStore]:
    opened = CrmStore(postgres_canaries)
    yield opened
    await opened.close()


@asynccontextmanager
async def raw(store: CrmStore, scope: Scope) -> AsyncIterator[Connection]:
    """The reading connection itself, past the guard and the conditions of the application."""
    async with store.reading(scope) as reader:
        yield reader._session.connection()


def _rows(connection: Connection, sql: str) -> Sequence[Any]:
    return connection.execute(text(sql)).all()


def _canaries_in(rows: Sequence[Any]) -> set[str]:
    return {customer for customer in CUSTOMERS if customer in repr(rows)}


@pytest.mark.parametrize("table", [*GUARDED, *sorted(each.__tablename__ for each in OPEN_TABLES)])
async def test_a_forgotten_condition_shows_own_customers_only(store: CrmStore, table: str) -> None:
    async with raw(store, MANAGER) as connection:
        rows = _rows(connection, f'SELECT * FROM "{table}"')
    assert rows
    assert _canaries_in(rows) == (OWN if table in BY_CUSTOMER else _canaries_in(rows) & OWN)


scopes = st.builds(
    Scope,
    employee_id=st.sampled_from([*STAFF, "gone", "nobody", "' OR 1=1 --", ""]),
    role=st.sampled_from(Role),
    unit_ids=st.lists(st.sampled_from(["hq", *BRANCHES, "%", '"],["', ""]), unique=True).map(tuple),
)


@given(scope=scopes)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_database_and_the_application_draw_the_same_line(
    store: CrmStore, sqlite_canaries: str, scope: Scope
) -> None:
    """SQLite knows the application's conditions alone, raw SQL on PostgreSQL the policies alone."""
    application = CrmStore(sqlite_canaries)
    async with application.reading(scope) as reader, raw(store, scope) as connection:
        for model in visible_rows(scope):
            key = inspect(model).primary_key
            names = ", ".join(f'"{column.name}"' for column in key)
            by_policy = _rows(connection, f'SELECT {names} FROM "{model.__tablename__}"')
            by_application = await reader.rows(select(*(getattr(model, column.key) for column in key)))
            assert sorted(map(tuple, by_policy)) == sorted(map(tuple, by_application)), model
    await application.close()


async def test_joins_counts_and_sub_queries_show_no_more(store: CrmStore) -> None:
    async with raw(store, MANAGER) as connection:
        joined = _rows(connection, "SELECT * FROM product CROSS JOIN account FULL JOIN customer ON true")
        assert _canaries_in(joined) == OWN
        counts = 'SELECT count(*), (SELECT count(*) FROM account), (SELECT max(id) FROM "transaction") FROM customer'
        assert _rows(connection, counts) == [(2, 2, "canary-north-1-2")]
        other = "SELECT 1 FROM product WHERE EXISTS (SELECT 1 FROM customer WHERE id = 'canary-south-1-1')"
        assert _rows(connection, other) == []


@pytest.mark.parametrize("scope", [MANAGER, BRANCH, HEAD, DESK], ids=lambda scope: str(scope.role))
async def test_the_journal_and_the_library_are_closed_to_readers(store: CrmStore, scope: Scope) -> None:
    for table in ("journal", "document", "passage", "alembic_version"):
        async with raw(store, scope) as connection:
            with pytest.raises(ProgrammingError, match="permission denied"):
                _rows(connection, f"SELECT * FROM {table}")


@pytest.mark.parametrize(
    "sql", ["UPDATE customer SET name = 'x'", "DELETE FROM task", "TRUNCATE contact", "CREATE TABLE mine (id int)"]
)
async def test_a_reader_writes_nothing(store: CrmStore, sql: str) -> None:
    async with raw(store, HEAD) as connection:
        with pytest.raises(DBAPIError, match=r"read-only|permission denied"):
            connection.execute(text(sql))


async def test_the_services_setting_does_not_open_rows_to_the_reader(store: CrmStore) -> None:
    async with raw(store, MANAGER) as connection:
        _rows(connection, "SELECT set_config('rapport.access', 'service', true)")
        assert _canaries_in(_rows(connection, "SELECT * FROM customer")) == OWN


async def test_nothing_of_a_scope_is_left_on_a_pooled_connection(store: CrmStore) -> None:
    backend = "SELECT pg_backend_pid()"
    state = """SELECT pg_backend_pid(), session_user = current_user,
        concat(current_setting('rapport.employee', true), current_setting('rapport.role', true),
               current_setting('rapport.units', true), current_setting('rapport.access', true))"""
    async with raw(store, HEAD) as connection:
        first = (_rows(connection, backend))[0][0]
        assert len(_rows(connection, "SELECT * FROM customer")) == len(CUSTOMERS)
        # Even what SQL sets for the whole session goes with the transaction, which is never committed.
        _rows(connection, "SELECT set_config('rapport.role', 'head_office', false)")
    with store._direct.connect() as plain:
        assert _rows(plain, state) == [(first, True, "")]
    async with raw(store, COLLEAGUE) as connection:
        assert (_rows(connection, backend))[0][0] == first
        assert _canaries_in(_rows(connection, "SELECT * FROM account")) == {
            "canary-south-1-1",
            "canary-south-1-2",
        }


async def test_a_service_transaction_leaves_nothing_open_either(store: CrmStore) -> None:
    async with store.writing() as session:
        assert len((await session.execute(text("SELECT * FROM customer"))).all()) == len(CUSTOMERS)
    with store._direct.connect() as plain:
        plain.execute(text("SET LOCAL ROLE rapport_head_office"))
        assert _rows(plain, "SELECT * FROM customer") == []


async def test_after_an_error_the_scope_holds_and_reading_goes_on(store: CrmStore) -> None:
    async with store.reading(MANAGER) as reader:
        before = await reader.get(Customer, "canary-north-1-1")
        with pytest.raises(DBAPIError):
            await reader.rows(select(Customer.id).where(Customer.name == "a\0b"))
        with pytest.raises(OutOfScope):
            await reader.rows(text("SELECT 1"))  # type: ignore[arg-type]
        assert set(await reader.scalars(select(Customer.id))) == OWN
        connection = reader._session.connection()
        assert _canaries_in(_rows(connection, "SELECT * FROM customer")) == OWN
        assert before is not None
        assert before.name == "canary-north-1-1"


def _names(url: str) -> list[tuple[str, bool]]:
    sql = "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relkind = 'r'"
    engine = bulk_engine(url)
    with engine.connect() as connection:
        tables = connection.execute(text(sql + " AND relnamespace = current_schema()::regnamespace")).all()
    engine.dispose()
    return [(name, held) for name, held in tables]


def test_every_table_with_customers_data_is_held(postgres_canaries: str) -> None:
    without = {name for name, held in _names(postgres_canaries) if not held}
    library = {"document", "passage", "library_edition"}
    assert without == {table.__tablename__ for table in OPEN_TABLES} | library | {"alembic_version"}
    assert {mapper.local_table.name for mapper in Base.registry.mappers} <= {n for n, _ in _names(postgres_canaries)}


@pytest.fixture(scope="module")
def owners_canaries(make_database: MakeDatabase, postgres: str, migrated_postgres: str) -> str:
    """A store whose owner is nobody special, as the guide recommends."""
    execute(postgres, "CREATE ROLE bank_owner LOGIN", f"GRANT {ROLES} TO bank_owner")
    return fill_with_canaries(make_database(login="bank_owner"))


async def test_even_the_owner_sees_nothing_without_saying_for_whom(owners_canaries: str) -> None:
    engine = create_engine(make_url(owners_canaries).set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        for table in [*GUARDED, "journal"]:
            assert connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar() == 0
        assert connection.execute(text("UPDATE customer SET name = 'x'")).rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text("INSERT INTO journal VALUES (1, 't', now(), 'e', 'k', '{}', '', '')"))
    engine.dispose()


async def test_a_login_without_the_tables_serves(owners_canaries: str, postgres: str) -> None:
    execute(postgres, f"CREATE ROLE bank_service LOGIN IN ROLE {ROLES}")
    url = make_url(owners_canaries).set(username="bank_service").render_as_string(hide_password=False)
    migrate(url)
    store = CrmStore(url)
    async with raw(store, MANAGER) as connection:
        assert _rows(connection, "SELECT current_user") == [("rapport_manager",)]
        assert _canaries_in(_rows(connection, "SELECT * FROM customer")) == OWN
    async with store.writing() as session:
        assert (await session.scalars(select(func.count()).select_from(Customer))).one() == len(CUSTOMERS)
        session.add(Unit(id="new", kind="branch", name="New"))
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        await _change(store, "ALTER TABLE customer DISABLE ROW LEVEL SECURITY")
    for change in ("UPDATE journal SET body = '{}'", "DELETE FROM journal_end"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            await _change(store, change)
    journal = Journal(store)
    await journal.append("turn", "north-1", Kind.ANSWER, {"customers": ["canary-north-1-1"]})
    with pytest.raises(StoreError, match="only the owner"):
        await Erasure(store, journal, retention()).customer("canary-north-1-1", "officer")
    owner = CrmStore(owners_canaries)
    assert (await Erasure(owner, Journal(owner), retention()).customer("canary-north-1-1", "officer")).records == 1
    verdict = await journal.verify()
    assert (verdict.fault, verdict.erased) == (None, 1)
    await owner.close()
    await store.close()


async def _change(store: CrmStore, sql: str) -> None:
    async with store.writing() as session:
        await session.execute(text(sql))


async def test_a_login_that_no_policy_binds_is_refused(postgres_canaries: str, postgres: str) -> None:
    execute(postgres, "CREATE ROLE passer_by LOGIN BYPASSRLS")
    store = CrmStore(make_url(postgres_canaries).set(username="passer_by").render_as_string(hide_password=False))
    with pytest.raises(StoreError, match="row-level security cannot hold"):
        async with store.reading(HEAD) as reader:
            await reader.rows(select(Product))
    await store.close()
