"""All averages that one asker can be told, taken together, say nothing of a few customers whom they may not see."""

from collections import Counter, defaultdict
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest

from assistant.grounding.fact import Fact
from assistant.tools.comparison import comparison
from assistant.tools.desk import CustomerId
from tests.assistant.abilities import MEASURED, tool
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import BRANCH, MANAGERS, SERVICE_DESK, RawBank

LEAST, CLOSEST = 5, Decimal("0.1")


class Member(NamedTuple):
    customer: str
    peers: str
    branch: str
    value: Decimal


def members_of(raw: RawBank, metric: str) -> list[Member]:
    """Everybody who has a value of the measure now."""
    return [
        Member(row["customer_id"], row["label"], row["branch_id"] or "", Decimal(row["value"]) / 10_000)
        for row in raw.rows(
            "SELECT v.customer_id, p.label, c.branch_id, v.value FROM insight v "
            "JOIN customer c ON c.id = v.customer_id "
            "JOIN insight p ON p.customer_id = v.customer_id AND p.metric = 'peer_group' AND p.until IS NULL "
            "WHERE v.metric = ? AND v.until IS NULL AND v.value IS NOT NULL", metric,
        )
    ]  # fmt: skip


def in_group(member: Member, grouping: str, of: str) -> bool:
    return {"peers": member.peers == of, "branch": member.branch == of, "bank": True}[grouping]


async def all_told(office_of: OfficeOf, raw: RawBank, employee: str) -> dict[str, set[Fact]]:
    """Every average that any ability tells the employee, of all of their customers, by measure."""
    office, facts = await office_of(employee), []
    for name in MEASURED:
        desk = office.desk()
        await tool(name).run(desk)
        facts += desk.ledger.facts
    peers = {row["customer_id"]: row["label"] for row in raw.rows(
        "SELECT customer_id, label FROM insight WHERE metric = 'peer_group' AND until IS NULL"
    )}  # fmt: skip
    one_of_each = {peers[id]: id for id in sorted(raw.seen_by(employee)) if id in peers}
    for customer in one_of_each.values():
        desk = office.desk()
        await comparison(desk, CustomerId(customer))
        facts += desk.ledger.facts
    told: dict[str, set[Fact]] = defaultdict(set)
    for fact in facts:
        if fact.source.startswith("insight_average/"):
            told[fact.source.split("/")[1]].add(fact.model_copy(update={"id": "", "text": ""}))
    return told


@pytest.mark.parametrize("employee", [BRANCH, *MANAGERS])
async def test_no_combination_of_all_averages_is_about_a_few(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    seen = raw.seen_by(employee)
    told = await all_told(office_of, raw, employee)
    assert set(told) >= {"profit_contribution", "loyalty", "risk", "churn_risk", "average_deposits", "cost_to_serve"}
    for metric, facts in told.items():
        groups = [tuple(fact.source.partition("?")[0].split("/", 3)[2:]) for fact in facts]
        # Customers out of view are alike to every combination if they are in the same of the groups told.
        alike = Counter(
            tuple(in_group(member, *group) for group in groups)
            for member in members_of(raw, metric)
            if member.customer not in seen
        )
        sums, numbers = np.array(list(alike), dtype=float).T, list(alike.values())
        rank = np.linalg.matrix_rank(sums)
        small = [place for place, number in enumerate(numbers) if number < LEAST]
        for size in range(1, LEAST):
            for few in combinations(small, size):
                if sum(numbers[place] for place in few) < LEAST:
                    others = np.delete(sums, few, axis=1)
                    assert np.linalg.matrix_rank(others) == rank, (metric, employee)


@pytest.mark.parametrize("employee", [BRANCH, MANAGERS[0], MANAGERS[-1]])
async def test_no_value_follows_from_an_average_to_within_a_tenth(
    office_of: OfficeOf, raw: RawBank, employee: str
) -> None:
    """Group minus own: whoever knows all but one of a group still knows that one's value only roughly."""
    seen, exact = raw.seen_by(employee), 0
    for metric, facts in (await all_told(office_of, raw, employee)).items():
        everybody = members_of(raw, metric)
        for fact in facts:
            path, _, step = fact.source.partition("?rounded_to=")
            members = [member for member in everybody if in_group(member, *path.split("/", 3)[2:])]
            mean = sum(member.value for member in members) / len(members)
            if all(member.customer in seen for member in members):
                assert (step, abs(Decimal(str(fact.value)) - mean) <= Decimal("0.01")) == ("", True), fact
                exact += 1
                continue
            largest = max(abs(member.value) for member in members)
            assert Decimal(step) / 2 * len(members) >= CLOSEST * largest, fact
            assert Decimal(str(fact.value)) % Decimal(step) == 0, fact
    assert exact or employee != BRANCH


async def test_who_sees_no_customer_is_told_nothing_exactly(office_of: OfficeOf, raw: RawBank) -> None:
    assert not raw.seen_by(SERVICE_DESK)
    told = await all_told(office_of, raw, SERVICE_DESK)
    assert told
    assert all("?rounded_to=" in fact.source for facts in told.values() for fact in facts)


async def test_what_may_be_told_does_not_depend_on_the_question(office_of: OfficeOf, raw: RawBank) -> None:
    """The same average is told alike, or withheld alike, whichever customer and ability it is told with."""
    office = await office_of(MANAGERS[0])
    said: dict[str, set[str]] = defaultdict(set)
    for customer in sorted(raw.seen_by(MANAGERS[0]))[::7]:
        desk = office.desk()
        try:
            await comparison(desk, CustomerId(customer))
        finally:
            for fact in desk.ledger.facts:
                if fact.source.startswith("insight_average/"):
                    said[fact.source.partition("?")[0]].add(f"{fact.value} {fact.source}")
    assert len(said) > 10
    assert all(len(values) == 1 for values in said.values())
