"""A customer's file holds what the scope may see of that customer, in few statements, on both databases."""

from dataclasses import fields
from typing import Any

import pytest
from sqlalchemy import event, inspect, select

from knowledge.crm.codes import Role
from knowledge.crm.customer_file import customer_file
from knowledge.crm.scope import Scope, visible_rows
from knowledge.crm.scoped_session import KEPT
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Base
from tests.knowledge.crm.canaries import BRANCHES, CUSTOMERS, DAY

SCOPES = [
    Scope("north-1", Role.MANAGER, ("north",)),
    Scope("south-1", Role.MANAGER, ("south",)),
    Scope("boss-north", Role.BRANCH, ("north",)),
    Scope("head", Role.HEAD_OFFICE, ("hq", *BRANCHES)),
    Scope("desk", Role.SERVICE_DESK, ("hq",)),
    Scope("' OR 1=1 --", Role.MANAGER, ("north",)),
]
MANAGER = SCOPES[0]


def _customers_in(shown: object) -> set[str]:
    return {customer for customer in CUSTOMERS if customer in repr(shown)}


def _plain(value: object) -> Any:
    match value:
        case Base():
            return vars(value)
        case list() | tuple():
            return [_plain(part) for part in value]
    return vars(value) | {"account": vars(value.account)} if hasattr(value, "account") else value


async def test_a_file_holds_all_parts_and_nothing_of_others(canaries: CrmStore) -> None:
    async with canaries.reading(MANAGER) as reader:
        file = await customer_file(reader, "canary-north-1-1", DAY)
    assert file is not None
    assert (file.customer.id, file.branch and file.branch.id) == ("canary-north-1-1", "north")
    assert file.manager is not None
    parts = {field.name: _plain(getattr(file, field.name)) for field in fields(file)}
    assert [name for name, part in parts.items() if not part] == []
    assert _customers_in(parts) == {"canary-north-1-1"}
    (holding, *_) = file.holdings
    assert (holding.balance is None, holding.authorised_only) == (False, False)


@pytest.mark.parametrize("customer", ["canary-north-2-1", "canary-south-1-1", "nobody", "' OR 1=1 --"])
async def test_a_file_out_of_scope_does_not_exist(canaries: CrmStore, customer: str) -> None:
    async with canaries.reading(MANAGER) as reader:
        assert await customer_file(reader, customer, DAY) is None


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role}-{scope.employee_id}")
async def test_kept_statements_see_what_others_see(canaries: CrmStore, scope: Scope) -> None:
    """Rows looked at one by one are the same rows, for one scope after the other on the same statements."""
    async with canaries.reading(scope) as reader:
        for table in visible_rows(scope):
            key = select(*(getattr(table, str(column.key)) for column in inspect(table).primary_key))
            kept = await reader.rows(key.execution_options(**{KEPT: True}))
            assert sorted(map(repr, kept)) == sorted(map(repr, await reader.rows(key))), table.__tablename__


async def test_one_statement_kept_for_many_askers_keeps_them_apart(canaries: CrmStore) -> None:
    for scope in (*SCOPES, *SCOPES):
        async with canaries.reading(scope) as reader:
            files = {customer: await customer_file(reader, customer, DAY) for customer in CUSTOMERS}
        seen = {customer for customer, file in files.items() if file}
        own = {customer for customer, manager in CUSTOMERS.items() if manager == scope.employee_id}
        by_branch = {customer for customer, manager in CUSTOMERS.items() if manager.startswith("north")}
        expected = {Role.HEAD_OFFICE: set(CUSTOMERS), Role.BRANCH: by_branch, Role.SERVICE_DESK: set()}
        assert seen == expected.get(scope.role, own)


async def test_a_file_takes_one_statement(canaries: CrmStore) -> None:
    """Between the two that begin and end a reading on PostgreSQL; psycopg adds BEGIN and asks if the line holds."""
    asked: list[str] = []
    event.listen(canaries._direct, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for _ in range(2):
        asked.clear()
        async with canaries.reading(MANAGER) as reader:
            assert await customer_file(reader, "canary-north-1-1", DAY)
    assert len(asked) == {"sqlite": 1, "postgresql": 3}[canaries.url.get_backend_name()]
