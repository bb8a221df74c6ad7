"""Measures as they stood on a day: the right run, the right rows, in the right order, within the scope."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from knowledge.crm.codes import Role
from knowledge.crm.insights import Insight
from knowledge.crm.measures import Grouping, Groups, Measures
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from tests.assistant.raw_bank import AS_OF, RawBank

HEAD = Scope("chen.guohua", Role.HEAD_OFFICE)
JIANG = Scope("jiang.lan", Role.MANAGER, ("anyang",))
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
async def test_rankings_hold_the_largest_in_view(bank: CrmStore, raw: RawBank, scope: Scope, day: date) -> None:
    async with bank.reading(scope) as reader:

        def read(lookups: object) -> list[tuple[str, Decimal]]:
            measures = Measures.on(lookups, scope, day)  # type: ignore[arg-type]
            assert measures is not None
            rows = measures.ranking("profit_contribution", 20)
            assert measures.count("profit_contribution", Insight.value < 0) == len(
                [value for _, value in expected if value < 0]
            )
            return [(row.customer_id, row.value or Decimal(0)) for row in rows]

        seen = raw.seen_by(scope.employee_id)
        expected = [
            (row["customer_id"], Decimal(row["value"]) / 10_000)
            for row in raw.rows(
                "SELECT customer_id, value FROM insight WHERE metric = 'profit_contribution' AND as_of <= ? "
                "AND (until IS NULL OR until > ?) ORDER BY value DESC, customer_id DESC", str(day), str(day),
            )
            if row["customer_id"] in seen
        ]  # fmt: skip
        assert await reader.together(read) == expected[:20]


async def test_members_out_of_view_are_counted(bank: CrmStore, raw: RawBank) -> None:
    """By group and measure, against a count of the rows themselves."""
    label = raw.one(
        "SELECT label FROM insight WHERE metric = 'peer_group' AND customer_id = 'C000002' AND until IS NULL"
    )
    groups = Groups(label, "anyang")
    async with bank.reading(JIANG) as reader:

        def read(lookups: object) -> dict[tuple[str, Grouping], int]:
            measures = Measures.on(lookups, JIANG, AS_OF)  # type: ignore[arg-type]
            assert measures is not None
            return measures.outside(measures.averages(["loyalty", "average_loans"], groups), groups)

        outside = await reader.together(read)
    seen = raw.seen_by("jiang.lan")
    with_group = raw.rows(
        "SELECT v.metric, v.customer_id, p.label, c.branch_id FROM insight v JOIN customer c ON c.id = v.customer_id "
        "JOIN insight p ON p.customer_id = v.customer_id AND p.metric = 'peer_group' AND p.until IS NULL "
        "WHERE v.metric IN ('loyalty', 'average_loans') AND v.until IS NULL AND v.value IS NOT NULL"
    )
    for (metric, grouping), number in outside.items():
        members = {
            Grouping.PEERS: lambda row: row["label"] == label,
            Grouping.BRANCH: lambda row: row["branch_id"] == "anyang",
            Grouping.BANK: lambda row: True,
        }[grouping]
        own = [row for row in with_group if row["metric"] == metric and members(row)]
        assert number == sum(row["customer_id"] not in seen for row in own), (metric, grouping)
    assert len(outside) == 6
