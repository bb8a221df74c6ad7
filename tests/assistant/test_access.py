"""Who may ask, and what they may see."""

from datetime import date

import pytest
from sqlalchemy import update

from assistant.access import scope_of
from assistant.errors import UnknownEmployee
from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Employee, Unit
from knowledge.errors import StoreError

TODAY = date(2026, 11, 2)


@pytest.fixture
async def staffed(store: CrmStore) -> CrmStore:
    async with store.writing() as session:
        session.add(Unit(id="hq", kind="head_office", name="Head office"))
        await session.flush()
        session.add_all([Unit(id=name, parent_id="hq", kind="branch", name=name) for name in ("north", "south")])
        await session.flush()
        session.add(Unit(id="north-market", parent_id="north", kind="branch", name="Market"))
        await session.flush()
        session.add_all(
            [
                Employee(id="head", unit_id="hq", role="head_office", name="Head"),
                Employee(id="boss", unit_id="north", role="branch", name="Boss"),
                Employee(id="manager", unit_id="north-market", role="manager", name="Manager"),
                Employee(id="leaving", unit_id="south", role="manager", name="L", left_on=date(2026, 11, 3)),
                Employee(id="left", unit_id="south", role="manager", name="L", left_on=TODAY),
            ]
        )
    return store


async def test_a_scope_holds_the_unit_and_all_units_below(staffed: CrmStore) -> None:
    assert await scope_of(staffed, "head", TODAY) == Scope(
        "head", Role.HEAD_OFFICE, ("hq", "north", "north-market", "south"), "hq"
    )
    assert await scope_of(staffed, "boss", TODAY) == Scope("boss", Role.BRANCH, ("north", "north-market"), "north")
    assert await scope_of(staffed, "manager", TODAY) == Scope(
        "manager", Role.MANAGER, ("north-market",), "north-market"
    )


@pytest.mark.parametrize("employee", ["nobody", "", "left", "HEAD", "head ", "' OR 1=1 --", "%"])
async def test_nobody_and_who_has_left_may_ask_nothing(staffed: CrmStore, employee: str) -> None:
    with pytest.raises(UnknownEmployee):
        await scope_of(staffed, employee, TODAY)


async def test_the_last_day_is_the_day_before_leaving(staffed: CrmStore) -> None:
    assert (await scope_of(staffed, "leaving", TODAY)).employee_id == "leaving"
    with pytest.raises(UnknownEmployee):
        await scope_of(staffed, "leaving", date(2026, 11, 3))


async def test_units_in_a_circle_end(staffed: CrmStore) -> None:
    async with staffed.writing() as session:
        await session.execute(update(Unit).where(Unit.id == "north").values(parent_id="north-market"))
    assert (await scope_of(staffed, "boss", TODAY)).unit_ids == ("north", "north-market")


async def test_a_role_that_does_not_exist_opens_nothing(staffed: CrmStore) -> None:
    async with staffed.writing() as session:
        await session.execute(update(Employee).where(Employee.id == "boss").values(role="admin"))
    with pytest.raises(StoreError, match="admin"):
        await scope_of(staffed, "boss", TODAY)
