"""Nobody sees what their scope does not hold, however the question is put to the store."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Integer,
    Select,
    case,
    cast,
    column,
    delete,
    exists,
    extract,
    func,
    insert,
    inspect,
    join,
    lambda_stmt,
    literal,
    literal_column,
    select,
    table,
    tablesample,
    text,
    true,
    tuple_,
    update,
    values,
)
from sqlalchemy.orm import Bundle, Session, aliased, outerjoin, with_loader_criteria
from sqlalchemy.orm import join as orm_join

from knowledge.crm.casework import FeedbackAttachment, FeedbackChange, FeedbackReply, Survey
from knowledge.crm.codes import Role
from knowledge.crm.insights import InsightResult
from knowledge.crm.journal_record import JournalRecord
from knowledge.crm.schema import migrate
from knowledge.crm.scope import OPEN_TABLES, Scope, visible_rows
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import CrmStore, bulk_engine, sqlite_url
from knowledge.crm.tables import Account, Balance, Base, Customer, Feedback, Product, Task, Transaction
from knowledge.errors import OutOfScope
from tests.knowledge.crm.canaries import BRANCHES, CUSTOMERS, MANAGERS, STAFF, bank

ASKER = Scope("north-1", Role.MANAGER, ("north",))
OWN = {customer for customer, manager in CUSTOMERS.items() if manager == "north-1"}
bare, accounts = Customer.__table__, Account.__table__


@pytest.fixture(scope="module")
def canary_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = sqlite_url(tmp_path_factory.mktemp("canaries"))
    migrate(url)
    with Session(bulk_engine(url)) as session, session.begin():
        for row in bank():
            session.add(row)
            session.flush()
    return url


@pytest.fixture
async def canaries(canary_url: str) -> AsyncIterator[CrmStore]:
    store = CrmStore(canary_url)
    yield store
    await store.close()


def _recursive() -> Select[Any]:
    start = select(Customer.id).cte("start", recursive=True)
    chain = start.union(select(Account.customer_id).join(start, true()))
    return select(Customer.id, chain.c.id).join(chain, true())


def _beside(source: Any) -> Select[Any]:
    return select(Customer.id, source).join(source, true())


SCOPED: dict[str, Any] = {
    "entity": lambda: select(Customer),
    "column": lambda: select(Customer.id),
    "mapper": lambda: select(inspect(Customer)),
    "bundle": lambda: select(Bundle("b", Customer.id, Customer.name)),
    "largest": lambda: select(func.max(Account.id)),
    "join on anything": lambda: select(Customer.id, Account.id).join(Account, Account.customer_id != Customer.id),
    "orm join": lambda: select(Customer.id, Account.id).select_from(orm_join(Customer, Account, true())),
    "outer join": lambda: select(Product.id, Account.id).outerjoin(Account, true()),
    "outer join from": lambda: select(Product.id, Account.id).select_from(outerjoin(Product, Account, true())),
    "alias of a sub-query": lambda: select(aliased(Customer, select(Customer).subquery()).id),
    "cte": lambda: _beside(select(Account.id).cte()),
    "alias of a cte": lambda: _beside(select(Account.id).cte().alias()),
    "recursive cte": _recursive,
    "union": lambda: select(Customer.id).union_all(select(Account.customer_id)),
    "union in a sub-query": lambda: _beside(select(Customer.id).union(select(Account.id)).subquery()),
    "scalar sub-query": lambda: select(Product.id, select(func.max(Account.id)).scalar_subquery()),
    "sub-query alone": lambda: select(select(func.max(Account.id)).scalar_subquery()),
    "nested sub-query": lambda: _beside(select(select(Account.id).subquery().c.id).subquery()),
    "case": lambda: select(Product.id, case((true(), select(func.max(Account.id)).scalar_subquery()))),
    "window": lambda: select(Transaction.id, func.first_value(Transaction.id).over(order_by=Transaction.id.desc())),
    "in a tuple": lambda: select(Customer.id).where(tuple_(Customer.id, Customer.kind) != ("x", "person")),
    "a column by its name": lambda: select(Customer.id, column("name")),
    "cast": lambda: select(Customer.id, cast(Customer.income, Integer)),
}

COUNTED: dict[str, Any] = {
    "rows": lambda: select(func.count()).select_from(Customer),
    "a sub-query's rows": lambda: select(func.count()).select_from(select(Customer).subquery()),
    "with other columns": lambda: select(Customer.id).with_only_columns(func.count(), maintain_column_froms=True),
    "balances": lambda: select(func.count(Balance.end)).join(Account, Account.id == Balance.account_id),
    "accounts, correlated": lambda: select(
        select(func.count(Account.id)).where(Account.kind == Product.kind).correlate(Product).scalar_subquery()
    ).select_from(Product),
}

ONE_OF_OTHERS = "canary-south-1-1"
HIDDEN: dict[str, Any] = {
    "exists": lambda: select(exists(select(Account.id).where(Account.customer_id == ONE_OF_OTHERS))),
    "exists on the side": lambda: select(Product.id).where(exists().where(Account.customer_id == ONE_OF_OTHERS)),
    "in": lambda: select(Product.id).where(literal(ONE_OF_OTHERS).in_(select(Customer.id))),
    "a count as a condition": lambda: select(Product.id).where(
        select(func.count(Customer.id)).scalar_subquery() > len(OWN)
    ),
}

REFUSED: dict[str, Any] = {
    "bare table": lambda: select(bare),
    "bare column": lambda: select(bare.c.id),
    "bare count": lambda: select(func.count()).select_from(bare),
    "bare join": lambda: select(Account.id).join(bare, true()),
    "bare join in from": lambda: select(Account.id).select_from(join(bare, accounts, true())),
    "half a bare join": lambda: select(literal(1), Account.id).select_from(orm_join(Account, bare, true())),
    "bare sub-query": lambda: select(Customer.id, select(bare).subquery().c.id),
    "bare join in a sub-query": lambda: select(
        Customer.id, select(func.count()).select_from(bare.join(accounts, true())).scalar_subquery()
    ),
    "bare exists": lambda: select(Customer.id).where(exists(bare.select())),
    "bare in": lambda: select(Customer.id).where(Customer.id.in_(bare.select().with_only_columns(bare.c.id))),
    "bare order": lambda: select(Customer.id).order_by(bare.c.id),
    "bare union": lambda: select(Customer.id).union(select(bare.c.id)),
    "bare bundle": lambda: select(Bundle("b", bare.c.id)),
    "other columns": lambda: select(Customer.id).with_only_columns(bare.c.id),
    "the mapper's table": lambda: select(inspect(Customer).local_table),
    "alias": lambda: select(aliased(Customer).id),
    "alias over the bare table": lambda: select(aliased(Customer, bare).id),
    "alias over a bare alias": lambda: select(aliased(Customer, bare.alias()).id),
    "alias over a bare select": lambda: select(aliased(Customer, select(bare).subquery()).id),
    "bare alias": lambda: select(Customer.id, bare.alias().c.id),
    "sample": lambda: select(Customer.id, tablesample(bare, 100).c.id),
    "lateral": lambda: _beside(select(Account.id).lateral()),
    "values": lambda: select(Customer.id, values(column("x", Integer), name="v").data([(1,)]).c.x),
    "full join": lambda: select(Product.id, Account.id).outerjoin(Account, true(), full=True),
    "full join in from": lambda: select(Product.id).select_from(orm_join(Product, Account, true(), full=True)),
    "expression without a mapped class": lambda: select(
        Customer.id, select(func.count(extract("year", Account.opened_on))).scalar_subquery()
    ),
    "text": lambda: text("SELECT id FROM customer"),
    "text with columns": lambda: text("SELECT id FROM customer").columns(Customer.id),
    "text as a column": lambda: select(text("name")).select_from(Customer),
    "text as an order": lambda: select(Customer.id).order_by(text("(SELECT 1)")),
    "literal column": lambda: select(Customer.id, literal_column("(SELECT group_concat(name) FROM customer)")),
    "light table": lambda: select(Customer.id, table("customer", column("name")).c.name),
    "from statement": lambda: select(Customer).from_statement(text("SELECT * FROM customer")),
    "from bare statement": lambda: select(Customer).from_statement(select(bare)),
    "lambda": lambda: lambda_stmt(lambda: select(Customer.id)),
    "hint": lambda: select(Customer.id).with_statement_hint("UNION SELECT id FROM customer"),
    "prefix": lambda: select(Customer.id).prefix_with("id FROM customer UNION SELECT"),
    "suffix": lambda: select(Customer.id).suffix_with("UNION SELECT id FROM customer"),
    "operator": lambda: select(Customer.id.op("|| (SELECT group_concat(id) FROM customer) ||")("x")),
    "function": lambda: select(Customer.id, func.query_to_xml("SELECT * FROM customer", True, True, "")),
    "function's package": lambda: select(Customer.id, func.evil.max(Customer.id)),
    "table function": lambda: select(Customer.id, func.pragma_table_list().table_valued("name").c.name),
    "loader option": lambda: select(Customer.id).options(with_loader_criteria(Customer, exists(bare.select()))),
    "insert": lambda: insert(Customer).values(id="x", kind="person", name="x", currency="EUR").returning(Customer.id),
    "update": lambda: update(Customer).values(name="x"),
    "delete": lambda: delete(Customer),
    "delete in a cte": lambda: _beside(delete(Account).returning(Account.id).cte()),
    "journal": lambda: select(JournalRecord.body),
    "journal in a condition": lambda: select(Customer.id).where(exists(select(JournalRecord.body))),
}


def _canaries_in(rows: Any) -> set[str]:
    shown = repr([[vars(cell) if isinstance(cell, Base) else cell for cell in row] for row in rows])
    return {customer for customer in CUSTOMERS if customer in shown}


@pytest.mark.parametrize("name", SCOPED)
async def test_every_way_of_asking_shows_own_customers_only(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        seen = _canaries_in(await reader.rows(SCOPED[name]()))
    assert seen
    assert seen <= OWN


@pytest.mark.parametrize("name", COUNTED)
async def test_counts_are_of_own_customers_only(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        assert await reader.scalar(COUNTED[name]()) == len(OWN)


@pytest.mark.parametrize("name", HIDDEN)
async def test_conditions_cannot_feel_for_what_is_hidden(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        assert [row for row in await reader.rows(HIDDEN[name]()) if row[0]] == []


@pytest.mark.parametrize("name", REFUSED)
async def test_what_the_scope_cannot_reach_is_refused(canaries: CrmStore, name: str) -> None:
    async with canaries.reading(ASKER) as reader:
        with pytest.raises(OutOfScope):
            await reader.rows(REFUSED[name]())


async def test_an_id_gives_no_access(canaries: CrmStore) -> None:
    async with canaries.reading(ASKER) as reader:
        assert await reader.get(Customer, ONE_OF_OTHERS) is None
        assert await reader.get(Customer, "nobody") is None
        assert await reader.get(Customer, "canary-north-1-1") is not None


def test_every_table_is_scoped_open_or_closed() -> None:
    closed = {"journal", "journal_end", "document", "passage", "library_edition", "changed_customer", "alembic_version"}
    named = {table.__tablename__ for table in OPEN_TABLES.union(visible_rows(ASKER))}
    assert {mapper.local_table.name for mapper in Base.registry.mappers} - named <= closed


def _may_see(scope: Scope) -> set[str]:
    """The rule of the three levels once more, in plain Python."""
    match scope.role:
        case Role.HEAD_OFFICE:
            return set(CUSTOMERS)
        case Role.BRANCH:
            return {customer for customer, manager in CUSTOMERS.items() if MANAGERS[manager] in scope.unit_ids}
        case Role.MANAGER:
            return {customer for customer, manager in CUSTOMERS.items() if manager == scope.employee_id}
        case Role.SERVICE_DESK:
            return set()


scopes = st.builds(
    Scope,
    employee_id=st.sampled_from([*STAFF, "gone", "nobody", "' OR 1=1 --", ""]),
    role=st.sampled_from(Role),
    unit_ids=st.lists(st.sampled_from(["hq", *BRANCHES, "%"]), unique=True).map(tuple),
)


@given(scope=scopes)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_table_shows_a_row_outside_the_scope(canaries: CrmStore, scope: Scope) -> None:
    allowed = _may_see(scope)
    async with canaries.reading(scope) as reader:
        for model in visible_rows(scope):
            seen = _canaries_in([(row,) for row in await reader.scalars(select(model))])
            if model in (Task, *OF_CASES):
                seen -= _work_of(scope, model)
            if model.__tablename__ in ("conversation", "exchange", "rating"):
                assert all(CUSTOMERS[customer] == scope.employee_id for customer in seen)
            else:
                assert seen <= allowed, model


@given(scope=scopes)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_statement_of_few_rows_sees_the_same(canaries: CrmStore, scope: Scope) -> None:
    async with canaries.reading(scope) as reader:
        for model in visible_rows(scope):
            keys = [getattr(model, column.key) for column in inspect(model).primary_key]
            every, few = select(*keys), select(*keys).execution_options(**FEW)
            assert sorted(await reader.rows(few)) == sorted(await reader.rows(every)), model


async def test_results_of_customers_are_told_to_who_sees_their_unit(canaries: CrmStore) -> None:
    """A place in a list names a customer: a manager, who sees few of them, sees none of the branch's list."""
    kinds = {}
    for scope in (ASKER, Scope("boss-north", Role.BRANCH, ("north",)), Scope("head", Role.HEAD_OFFICE)):
        async with canaries.reading(scope) as reader:
            rows = await reader.rows(select(InsightResult.kind, InsightResult.subject_id, InsightResult.unit_id))
        kinds[scope.role] = {(kind, unit) for kind, _, unit in rows if kind in ("members", "ranking")}
        assert _canaries_in(rows) <= (set() if scope is ASKER else _may_see(scope))
    assert kinds[Role.MANAGER] == {("members", "north")}
    assert kinds[Role.BRANCH] == {("members", "north"), ("ranking", "north")}
    assert kinds[Role.HEAD_OFFICE] == {(kind, branch) for kind in ("members", "ranking") for branch in BRANCHES}


OF_CASES = (Feedback, FeedbackChange, FeedbackAttachment, FeedbackReply, Survey)
"""Feedback, and what is seen where its case is."""


def _work_of(scope: Scope, model: type[Base]) -> set[str]:
    """Feedback that is the asker's or their unit's to answer is seen even where the customer is not."""
    if model not in OF_CASES:
        return set()
    match scope.role:
        case Role.SERVICE_DESK:
            return set(CUSTOMERS)
        case Role.BRANCH:
            return {customer for customer, manager in CUSTOMERS.items() if MANAGERS[manager] in scope.unit_ids}
        case _:
            return {customer for customer, manager in CUSTOMERS.items() if manager == scope.employee_id}


@given(scope=scopes)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_everything_of_ones_own_customers_is_shown(canaries: CrmStore, scope: Scope) -> None:
    async with canaries.reading(scope) as reader:
        assert set(await reader.scalars(select(Customer.id))) == _may_see(scope)
        held = await reader.scalars(select(Account.customer_id))
        assert sorted(held) == sorted(_may_see(scope))


async def test_reading_writes_nothing(canaries: CrmStore) -> None:
    async with canaries.reading(ASKER) as reader:
        customer = await reader.get(Customer, "canary-north-1-1")
        assert customer is not None
        customer.name = "changed"
        await reader.scalars(select(Customer))
    async with canaries.reading(ASKER) as reader:
        assert await reader.scalar(select(Customer.name).where(Customer.id == "canary-north-1-1")) == "canary-north-1-1"
