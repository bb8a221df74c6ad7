"""Lists and numbers that a run computed of a unit are those of the customers in its view, and no others are told."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import text

from knowledge.crm.codes import Role
from knowledge.crm.measures import Measures
from knowledge.crm.relatives import Relatives, relatives_of
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Lookups, bulk_engine, sqlite_url
from knowledge.crm.whole_view import WholeView, customers_in_order, many_in_view
from tests.assistant.raw_bank import AS_OF, RawBank

HEAD = Scope("chen.guohua", Role.HEAD_OFFICE, ("head-office", "anyang", "wuyang", "shanghai"), "head-office")
BRANCH = Scope("ma.jianjun", Role.BRANCH, ("anyang",), "anyang")
ROOT = Scope("boss", Role.BRANCH, ("anyang", "head-office"), "head-office")
MANAGER = Scope("jiang.lan", Role.MANAGER, ("anyang",), "anyang")
EARLIER = date(2025, 11, 20)
LIST = "likeliest_to_leave"
Found = TypeVar("Found")


@pytest.fixture
def url(demo_store_url: str, tmp_path: Path) -> str:
    """A demo bank to change."""
    shutil.copy(demo_store_url.removeprefix("sqlite:///"), tmp_path / "crm.sqlite")
    return sqlite_url(tmp_path)


@pytest.fixture
async def bank(url: str) -> AsyncIterator[CrmStore]:
    store = CrmStore(url)
    yield store
    await store.close()


@pytest.fixture
def raw(url: str) -> RawBank:
    return RawBank(Path(url.removeprefix("sqlite:///")))


def change(url: str, *statements: str) -> None:
    engine = bulk_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


async def ask(bank: CrmStore, scope: Scope, work: Callable[[Lookups, Measures], Found], day: date = AS_OF) -> Found:
    async with bank.reading(scope) as reader:

        def read(lookups: Lookups) -> Found:
            measures = Measures.on(lookups, scope, day)
            assert measures is not None
            return work(lookups, measures)

        return await reader.together(read)


def listed(lookups: Lookups, measures: Measures) -> list[str] | None:
    whole = WholeView.of(measures, LIST)
    return whole.places(LIST, 20) if whole else None


@pytest.mark.parametrize("day", [AS_OF, EARLIER], ids=str)
@pytest.mark.parametrize("scope", [HEAD, BRANCH], ids=lambda scope: scope.role.value)
async def test_a_list_is_the_order_of_those_in_view(bank: CrmStore, scope: Scope, day: date) -> None:
    def looked_through(lookups: Lookups, measures: Measures) -> list[str]:
        own = measures.values("churn_risk", "profit_contribution")
        at_risk = [id for id in own if own[id].get("churn_risk", 0) > 0]
        return sorted(at_risk, key=lambda id: (-own[id]["churn_risk"], -own[id]["profit_contribution"], id))

    found = await ask(bank, scope, listed, day)
    assert found
    assert found == (await ask(bank, scope, looked_through, day))[: len(found)]
    assert len(found) >= 20


async def test_where_no_list_is_of_just_that_view_there_is_none(bank: CrmStore, url: str) -> None:
    """A manager's customers are looked through; so are those of a branch role that sits above all branches."""
    assert await ask(bank, MANAGER, listed) is None
    assert await ask(bank, ROOT, listed) is None
    change(url, f"UPDATE insight_run SET definitions = json_remove(definitions, '$.{LIST}')")
    assert await ask(bank, BRANCH, listed) is None
    assert await ask(bank, HEAD, listed) is None


async def test_who_has_moved_away_since_the_run_is_not_named(bank: CrmStore, url: str, raw: RawBank) -> None:
    first, second = (await ask(bank, BRANCH, listed) or [])[:2]
    change(url, f"UPDATE customer SET branch_id = 'wuyang' WHERE id = '{first}'")
    found = await ask(bank, BRANCH, lambda lookups, measures: customers_in_order(lookups, [first, second], 2))
    assert [customer.id for customer in found] == [second]


async def test_few_are_looked_through_and_many_are_not(bank: CrmStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not await ask(bank, HEAD, lambda lookups, measures: many_in_view(lookups))
    monkeypatch.setattr("knowledge.crm.whole_view.MANY", 700)
    assert await ask(bank, HEAD, lambda lookups, measures: many_in_view(lookups))
    assert await ask(bank, BRANCH, lambda lookups, measures: many_in_view(lookups))
    assert not await ask(bank, MANAGER, lambda lookups, measures: many_in_view(lookups))


def households(raw: RawBank) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in raw.rows(
        "SELECT customer_id, label FROM insight WHERE metric = 'related_customers' AND until IS NULL ORDER BY 1"
    ):
        found.setdefault(row["label"], []).append(row["customer_id"])
    return found


@pytest.mark.parametrize("scope", [HEAD, BRANCH, MANAGER], ids=lambda scope: scope.role.value)
async def test_relatives_are_told_of_together_where_all_are_in_view(bank: CrmStore, raw: RawBank, scope: Scope) -> None:
    seen = raw.seen_by(scope.employee_id)
    expected = {
        id: (len(members) - 1, scope is HEAD or set(members) <= seen)
        for members in households(raw).values()
        for id in members
        if id in seen
    }
    found = await ask(bank, scope, lambda lookups, measures: relatives_of(measures, sorted(seen)))
    assert {id: (one.others, one.all_in_view) for id, one in found.items()} == expected
    assert {all_in_view for _, all_in_view in expected.values()} == ({True} if scope is HEAD else {True, False})


async def test_who_moves_to_another_manager_takes_the_total_away(bank: CrmStore, url: str, raw: RawBank) -> None:
    """From the moment of the move, not from the next run on: what is told of both would tell of the one who left."""
    seen = raw.seen_by("jiang.lan")
    members = next(members for members in households(raw).values() if set(members) <= seen)

    async def told(id: str) -> Relatives:
        return (await ask(bank, MANAGER, lambda lookups, measures: relatives_of(measures, [id])))[id]

    assert (await told(members[0])).all_in_view
    change(url, f"UPDATE customer SET manager_id = 'zhao.lei' WHERE id = '{members[-1]}'")
    assert not (await told(members[0])).all_in_view


async def test_before_relatives_were_counted_nobody_is_told_of_together(bank: CrmStore, url: str, raw: RawBank) -> None:
    change(
        url, "UPDATE insight_run SET definitions = json_remove(definitions, '$.related_customers')",
        "DELETE FROM insight WHERE metric = 'related_customers'",
    )  # fmt: skip
    seen = sorted(raw.seen_by("jiang.lan"))
    found = await ask(bank, MANAGER, lambda lookups, measures: relatives_of(measures, seen))
    assert {one.all_in_view for one in found.values()} == {False}
    assert set(found) == set(seen)
