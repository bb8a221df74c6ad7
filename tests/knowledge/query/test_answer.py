"""Whatever is asked, the SQL finds what plain Python finds over the rows that the asker may see."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from knowledge.crm.insights import Insight
from knowledge.crm.schema import migrate
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, bulk_engine, sqlite_url
from knowledge.crm.tables import Account, Balance, Contact, Customer, Feedback, Product, Transaction
from knowledge.insight.parameters import read_parameters
from knowledge.query import Exchange, Found, Ground, Query, Show, answer
from tests.knowledge.query.plain_evaluation import Plain, Rows
from tests.knowledge.query.queries import ASKERS, accounts_of, queries, sees, sees_feedback
from tests.knowledge.query.small_bank import TODAY, SmallBank

SEEDS = (1, 2)


@dataclass(frozen=True)
class Bank:
    store: CrmStore
    bank: SmallBank

    def plain(self, scope: Scope) -> Plain:
        """The same bank as its rows in memory, as far as that asker sees them."""
        everybody = cast(list[Customer], self.bank.of(Customer))
        customers = {row.id for row in everybody if sees(scope, row)}
        accounts = accounts_of(customers, cast(list[Account], self.bank.of(Account)))
        ids = {account.id for account in accounts}
        products = cast(list[Product], self.bank.of(Product))
        rows = Rows(
            customers=[row for row in everybody if row.id in customers],
            accounts=accounts,
            balances=[row for row in cast(list[Balance], self.bank.of(Balance)) if row.account_id in ids],
            transactions=[row for row in cast(list[Transaction], self.bank.of(Transaction)) if row.account_id in ids],
            contacts=[row for row in cast(list[Contact], self.bank.of(Contact)) if row.customer_id in customers],
            feedback=[f for f in cast(list[Feedback], self.bank.of(Feedback)) if sees_feedback(scope, f, customers)],
            products=products,
            exchange=Exchange.of(read_parameters(), [product.currency for product in products]),
            today=TODAY,
        )
        metrics = {
            (row.customer_id, row.metric): row.value
            for row in cast(list[Insight], self.bank.of(Insight))
            if row.customer_id in customers and row.value is not None
        }
        return Plain(rows, cast(dict[tuple[str, str], Decimal], metrics))

    async def found(self, query: Query, scope: Scope) -> Found:
        async with self.store.reading(scope) as reader:
            return await reader.together(lambda lookups: answer(lookups, query, Ground.on(lookups, scope, TODAY)))


@pytest.fixture(scope="module", params=SEEDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, SmallBank]:
    made = sqlite_url(tmp_path_factory.mktemp("small"))
    migrate(made)
    return fill(made, SmallBank(request.param))


def fill(url: str, bank: SmallBank) -> tuple[str, SmallBank]:
    engine = bulk_engine(url)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        for row in bank.rows:
            session.add(row)
            session.flush()
    engine.dispose()
    return url, bank


@pytest.fixture
async def bank(url: tuple[str, SmallBank]) -> AsyncIterator[Bank]:
    store = CrmStore(url[0])
    yield Bank(store, url[1])
    await store.close()


@given(query=queries(), scope=st.sampled_from(ASKERS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_sql_finds_what_python_finds(bank: Bank, query: Query, scope: Scope) -> None:
    found, plain = await bank.found(query, scope), bank.plain(scope)
    assert (found.total.count, found.total.value) == plain.total(query)
    groups = {line.keys: (line.line.count, line.line.value) for line in found.groups}
    assert groups == (plain.groups(query) if query.group else {})


@given(query=queries(), scope=st.sampled_from(ASKERS))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_list_holds_the_rows_that_are_counted(bank: Bank, query: Query, scope: Scope) -> None:
    listing = Query(about=query.about, show=Show.LIST, where=query.where, limit=100)
    found = await bank.found(listing, scope)
    matching = {row.id for row in bank.plain(scope).matching(listing)}
    assert set(found.ids) <= matching
    assert (found.total.count, len(found.ids)) == (len(matching), min(len(matching), 100))
