"""Measures as they stood on a day: the right run, the right rows, within the scope."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from knowledge.crm.codes import Role
from knowledge.crm.measures import Measures
from knowledge.crm.members import Outside, members_outside
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, Lookups
from tests.assistant.raw_bank import AS_OF, RawBank

HEAD = Scope("chen.guohua", Role.HEAD_OFFICE)
JIANG = Scope("jiang.lan", Role.MANAGER, ("anyang",))
BOSS = Scope("ma.jianjun", Role.BRANCH, ("anyang",))
EARLIER = date(2025, 11, 20)


@pytest.fixture
async def bank(demo_store_url: str) -> AsyncIterator[CrmStore]:
    store = CrmStore(demo_store_url)
    yield store
    await store.close()


@pytest.fixture
def raw(demo_store_url: str) -> RawBank:
    from pathlib import Path

    return RawBank(Path(demo_store_url.removeprefix("sqlite:///")))


async def run_on(store: CrmStore, scope: Scope, day: date) -> date | None:
    async with store.reading(scope) as reader:
        measures = await reader.together(lambda lookups: Measures.on(lookups, scope, day))
        return measures.run.as_of if measures else None


async def test_the_newest_run_up_to_the_day_counts(bank: CrmStore) -> None:
    assert await run_on(bank, HEAD, EARLIER - timedelta(days=1)) is None
    assert await run_on(bank, HEAD, EARLIER) == EARLIER
    assert await run_on(bank, HEAD, AS_OF - timedelta(days=1)) == EARLIER
    assert await run_on(bank, HEAD, AS_OF) == AS_OF
    assert await run_on(bank, HEAD, AS_OF + timedelta(days=300)) == AS_OF


@pytest.mark.parametrize("scope", [HEAD, JIANG], ids=lambda scope: scope.employee_id)
@pytest.mark.parametrize("day", [AS_OF, EARLIER], ids=str)
async def test_values_are_those_that_held_on_the_day(bank: CrmStore, raw: RawBank, scope: Scope, day: date) -> None:
    async with bank.reading(scope) as reader:
        found = await reader.together(lambda lookups: measured(lookups, scope, day).values("profit_contribution"))
    expected = {
        row["customer_id"]: {"profit_contribution": Decimal(row["value"]) / 10_000}
        for row in raw.rows(
            "SELECT customer_id, value FROM insight WHERE metric = 'profit_contribution' AND as_of <= ? "
            "AND (until IS NULL OR until > ?)", str(day), str(day),
        )
        if row["customer_id"] in raw.seen_by(scope.employee_id)
    }  # fmt: skip
    assert found == expected


@pytest.mark.parametrize("scope", [JIANG, BOSS], ids=lambda scope: scope.employee_id)
@pytest.mark.parametrize("metric", ["loyalty", "average_deposits"])
async def test_members_out_of_view_are_counted(bank: CrmStore, raw: RawBank, scope: Scope, metric: str) -> None:
    """By group, against a count of the rows themselves; without peer groups the rest is the same."""
    async with bank.reading(scope) as reader:
        outside, alone = [
            await reader.together(
                lambda lookups: members_outside(measured(lookups, scope, AS_OF), [metric], with_peers=with_peers)  # noqa: B023
            )
            for with_peers in (True, False)
        ]
    seen = raw.seen_by(scope.employee_id)
    members = raw.rows(
        "SELECT v.customer_id, p.label, c.branch_id FROM insight v JOIN customer c ON c.id = v.customer_id "
        "JOIN insight p ON p.customer_id = v.customer_id AND p.metric = 'peer_group' AND p.until IS NULL "
        "WHERE v.metric = ? AND v.until IS NULL AND v.value IS NOT NULL", metric,
    )  # fmt: skip
    unseen = [row for row in members if row["customer_id"] not in seen]
    here = Counter(row["label"] for row in unseen if row["branch_id"] == "anyang")
    elsewhere = Counter(row["label"] for row in unseen if row["branch_id"] != "anyang")
    own = frozenset(row["label"] for row in members if row["customer_id"] in seen)
    expected = Outside(
        len(unseen), here.total() if scope.role is Role.MANAGER else None,
        {label: (here[label], elsewhere[label]) for label in {row["label"] for row in members}}, own,
    )  # fmt: skip
    assert outside == {metric: expected}
    assert (alone[metric].bank, alone[metric].branch, alone[metric].peers) == (expected.bank, expected.branch, {})


def measured(lookups: Lookups, scope: Scope, day: date) -> Measures:
    measures = Measures.on(lookups, scope, day)
    assert measures is not None
    return measures
