"""Random queries on a small random bank: SQLite and PostgreSQL find what plain Python finds, at every level of view."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.crm.schema import migrate
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.query import Query
from tests.contracts.conftest import MakeDatabase
from tests.knowledge.query.queries import ASKERS, queries
from tests.knowledge.query.small_bank import SmallBank
from tests.knowledge.query.test_answer import Bank, fill


@pytest.fixture(scope="module")
def filled(make_database: MakeDatabase) -> Iterator[tuple[str, SmallBank]]:
    url = make_database()
    migrate(url)
    return fill(url, SmallBank(seed=3))


@given(query=queries(), scope=st.sampled_from(ASKERS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_postgresql_finds_what_python_finds(filled: tuple[str, SmallBank], query: Query, scope: Scope) -> None:
    store = CrmStore(filled[0])
    bank = Bank(store, filled[1])
    found, plain = await bank.found(query, scope), bank.plain(scope)
    await store.close()
    assert (found.total.count, found.total.value) == plain.total(query)
    groups = {line.keys: (line.line.count, line.line.value) for line in found.groups}
    assert groups == (plain.groups(query) if query.group else {})
