"""What a bank's quality is counted as, branch by branch and source by source."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.crm.codes import Role
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore
from knowledge.quality.measure import Counts, counts_by_branch, total
from knowledge.quality.sources import sources_of
from tests.knowledge.quality.bank import TODAY, filled

HEAD_OFFICE = Scope("h", Role.HEAD_OFFICE)


@pytest.fixture
def bank(store_url: str) -> str:
    """Two customers of b1, contested; of b2 one with gaps, one company; one without a branch; one who has left."""
    filled(
        store_url,
        {},
        {"phone": "nobody knows"},
        {"branch_id": "b2", "manager_id": "m2", "phone": None, "email": None, "education": None},
        {"branch_id": "b2", "manager_id": "m2", "kind": "company", "industry": "trade"},
        {"branch_id": None, "manager_id": None},
        {"closed_on": date(2026, 11, 20), "phone": None},
        conflicts=2,
    )
    return store_url


async def measured(url: str, scope: Scope) -> dict[str | None, Counts]:
    store = CrmStore(url)
    async with store.reading(scope) as reader:
        counts = await counts_by_branch(reader, TODAY)
    await store.close()
    return counts


async def test_every_branch_is_counted_by_itself(bank: str) -> None:
    counts = await measured(bank, HEAD_OFFICE)
    assert {branch: one.customers for branch, one in counts.items()} == {"b1": 2, "b2": 2, None: 1}
    assert (counts["b1"].integrity, counts["b1"].truthfulness) == (Decimal(100), Decimal(0))
    assert counts["b1"].broken == {("phone", "phone_malformed"): 1}
    assert {field for field, number in counts["b2"].missing.items() if number} == {
        "phone", "email", "education", "owning_group", "economic_nature", "credit_rating", "qualification_grade",
        "key_contact",
    }  # fmt: skip
    assert counts["b2"].expected["email"] == 1
    assert counts["b2"].expected["phone"] == 2
    assert {name for name, number in counts["b2"].lacking.items() if number} == {"education", "contact"}
    assert counts["b2"].segmentable == Decimal("66.67")
    assert counts[None].missing["manager_id"] == 1


async def test_a_manager_measures_their_own_customers(bank: str) -> None:
    counts = await measured(bank, Scope("m2", Role.MANAGER, ("b2",)))
    assert {branch: one.customers for branch, one in counts.items()} == {"b2": 2}
    assert await measured(bank, Scope("d", Role.SERVICE_DESK)) == {}


async def test_the_score_is_the_average_of_its_parts(bank: str) -> None:
    whole = total((await measured(bank, HEAD_OFFICE)).values())
    parts = [whole.integrity, whole.truthfulness, whole.accuracy]
    assert whole.truthfulness == Decimal(60)
    assert whole.score == (sum((part for part in parts if part is not None), Decimal()) / 3).quantize(Decimal("0.01"))
    assert Counts().score is None


async def test_sources_are_as_fresh_as_their_newest_word(bank: str) -> None:
    store = CrmStore(bank)
    async with store.reading(HEAD_OFFICE) as reader:
        found = {source.system: source for source in await sources_of(reader, TODAY)}
    async with store.reading(Scope("m2", Role.MANAGER, ("b2",))) as reader:
        strangers = await sources_of(reader, TODAY)
    await store.close()
    assert {name: (one.records, one.newest, one.fresh, one.conflicts) for name, one in found.items()} == {
        "core": (2, date(2026, 11, 1), Decimal(100), 2),
        "credit": (2, date(2020, 1, 1), Decimal(0), 2),
    }
    assert strangers == []


@given(
    st.lists(
        st.builds(
            Counts,
            customers=st.integers(0, 50),
            missing=st.dictionaries(st.sampled_from(["phone", "email"]), st.integers(0, 9)),
            broken=st.dictionaries(st.sampled_from([("phone", "a"), ("email", "b")]), st.integers(0, 9)),
        ),
        max_size=5,
    )
)
def test_nothing_is_lost_in_a_total(groups: list[Counts]) -> None:
    whole = total(groups)
    assert whole.customers == sum(one.customers for one in groups)
    assert sum(whole.missing.values()) == sum(sum(one.missing.values()) for one in groups)
    assert sum(whole.broken.values()) == sum(sum(one.broken.values()) for one in groups)
