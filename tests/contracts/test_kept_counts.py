"""What is kept of the quality of files is what counting them anew would give, on every database."""

import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, make_url, update

from knowledge.clock import Clock
from knowledge.crm.codes import Role
from knowledge.crm.lineage import Conflict, SourceRecord, SourceValue
from knowledge.crm.quality_count import QualityCount
from knowledge.crm.scope import Scope
from knowledge.crm.store import CrmStore, bulk_engine, sqlite_url
from knowledge.crm.tables import Customer
from knowledge.quality.kept_counts import KeptCounts, count_files, kept_counts
from knowledge.quality.measure import counts_by_branch
from knowledge.quality.sources import sources_of
from tests.knowledge.quality.bank import TODAY, WHOLE, filled

HEAD_OFFICE = Scope("h", Role.HEAD_OFFICE)
SEERS = (HEAD_OFFICE, Scope("x", Role.BRANCH, ("b1",)), Scope("y", Role.BRANCH, ("b2", "b3")))
SYSTEMS = ("core", "credit", "rapport")
SAID_ON = st.sampled_from([date(1890, 1, 1), date(2019, 5, 5), date(2026, 1, 1), TODAY, date(2027, 1, 1)])
DAYS = st.none() | SAID_ON
FILES = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["person", "company", "public_body"]),
        "phone": st.none() | st.sampled_from(["13800001111", "+86 138", "ask her", "", "６０"]),
        "email": st.none() | st.sampled_from(["a@b.cn", "a b@c.cn", "_%@%_", "ñandú@x.es"]),
        "income": st.none() | st.sampled_from([0, 90_000, 900_000_000]),
        "sex": st.none() | st.sampled_from(["F", "X"]),
        "tolerance": st.none() | st.sampled_from(["C1", "C9"]),
        "tolerance_assessed_on": DAYS,
        "birth_date": DAYS,
        "customer_since": DAYS,
    }
)
CUSTOMERS = st.fixed_dictionaries(
    {"file": FILES, "branch_id": st.sampled_from([None, "b1", "b2"]), "closed_on": DAYS,
     "records": st.lists(st.tuples(st.sampled_from(SYSTEMS), FILES, SAID_ON), max_size=3),
     "words": st.lists(st.tuples(st.sampled_from([*SYSTEMS, "card"]), DAYS), max_size=2),
     "contested": st.lists(st.lists(st.sampled_from(SYSTEMS), min_size=2, max_size=2), max_size=2),
     "settled": st.booleans()}
)  # fmt: skip


def fill(url: str, customers: Sequence[dict[str, Any]]) -> None:
    """Puts these customers in the place of all that are there."""
    engine = bulk_engine(url)
    with engine.begin() as connection:
        for table in (QualityCount, Conflict, SourceValue, SourceRecord):
            connection.execute(delete(table))
        connection.execute(update(Customer).values(closed_on=date(2000, 1, 1)))
        for number, one in enumerate(customers, start=1):
            id, given = f"C{number}", {"branch_id": one["branch_id"], "closed_on": one["closed_on"]}
            connection.execute(update(Customer).where(Customer.id == id).values(**one["file"], **given))
            for each, (system, file, said_on) in enumerate(one["records"]):
                row = {
                    "id": f"{id}-{each}", "customer_id": id, "system": system, "number": id, "as_of": said_on,
                    "dates": {}, "recorded_at": datetime(2026, 1, 1), "name": "n", "currency": "CNY",
                }  # fmt: skip
                connection.execute(insert(SourceRecord), [row | file])
            for system, said_on in one["words"]:
                word = {"customer_id": id, "field": "phone", "system": system, "as_of": said_on, "recorded_by": "e"}
                connection.execute(insert(SourceValue), [word | {"recorded_at": datetime(2026, 1, 1)}])
            for systems in one["contested"]:
                claims = [{"system": system, "value": "1", "as_of": None, "record_id": id} for system in systems]
                conflict = {"customer_id": id, "field": "phone", "claims": claims, "found_on": TODAY}
                connection.execute(insert(Conflict), [conflict | {"state": "settled" if one["settled"] else "open"}])
    engine.dispose()


async def check(url: str, today: date, seers: Sequence[Scope] = SEERS) -> None:
    """Whoever asks gets from what is kept what counting gives."""
    store = CrmStore(url)
    for scope in seers:
        async with store.reading(scope) as reader:
            branches, sources = await counts_by_branch(reader, today), await sources_of(reader, today)
            kept = await kept_counts(reader, scope, today, many=0)
        if kept is None:
            assert (branches, sources) == ({}, []), scope
            continue
        assert kept.as_of == today
        assert {branch: counts for branch, counts in kept.branches.items() if counts.customers} == branches, scope
        assert kept.sources == sources, scope
    await store.close()


@pytest.fixture
def bank(any_url: str) -> str:
    filled(any_url, *({} for _ in range(4)))
    return any_url


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(customers=st.lists(CUSTOMERS, max_size=4))
async def test_kept_counts_are_those_of_counting_anew(
    bank: str, tmp_path: Path, customers: list[dict[str, Any]]
) -> None:
    fill(bank, customers)
    count_files(bank, tmp_path / "counting", Clock(TODAY), many=0)
    await check(bank, TODAY)


async def test_so_it_is_for_the_demo_bank(demo_store_url: str, tmp_path: Path) -> None:
    shutil.copy(str(make_url(demo_store_url).database), tmp_path / "crm.sqlite")
    url = sqlite_url(tmp_path)
    count_files(url, tmp_path / "counting", Clock(TODAY), many=0)
    await check(url, TODAY, [HEAD_OFFICE])
    kept = await kept_of(url, HEAD_OFFICE, TODAY)
    assert kept is not None
    assert len(kept.sources) > 1
    branches = [Scope("x", Role.BRANCH, (branch,)) for branch in kept.branches if branch]
    assert len(branches) > 1
    await check(url, TODAY, branches)


async def kept_of(url: str, scope: Scope, today: date, many: int = 0) -> KeptCounts | None:
    store = CrmStore(url)
    async with store.reading(scope) as reader:
        kept = await kept_counts(reader, scope, today, many)
    await store.close()
    return kept


async def test_kept_counts_answer_only_where_they_hold(bank: str, tmp_path: Path) -> None:
    count_files(bank, tmp_path / "counting", Clock(TODAY), many=5)
    assert await kept_of(bank, HEAD_OFFICE, TODAY) is None, "fewer are not kept"
    count_files(bank, tmp_path / "counting", Clock(TODAY), many=4)
    assert await kept_of(bank, HEAD_OFFICE, TODAY, 4)
    assert await kept_of(bank, HEAD_OFFICE, date(2026, 12, 24)), "as of the day that it names"
    assert await kept_of(bank, HEAD_OFFICE, TODAY, 5) is None, "few are counted anew"
    assert await kept_of(bank, HEAD_OFFICE, date(2026, 11, 19)) is None, "that day is not known of"
    assert await kept_of(bank, Scope("m1", Role.MANAGER, ("b1",)), TODAY) is None, "the branch's are not the manager's"
    assert await kept_of(bank, Scope("d", Role.SERVICE_DESK, ("b1",)), TODAY) is None
    engine = bulk_engine(bank)
    with engine.begin() as connection:
        connection.execute(update(QualityCount).values(expectations="an older rule"))
    engine.dispose()
    assert await kept_of(bank, HEAD_OFFICE, TODAY) is None


async def test_counting_again_replaces_what_was_kept(bank: str, tmp_path: Path) -> None:
    count_files(bank, tmp_path / "counting", Clock(TODAY), many=4)
    engine = bulk_engine(bank)
    with engine.begin() as connection:
        connection.execute(update(Customer).where(Customer.id == "C1").values(phone=None))
        connection.execute(
            insert(Customer), [{"id": "C9", "branch_id": "b2", **{k: v for k, v in WHOLE.items() if k != "branch_id"}}]
        )
    engine.dispose()
    count_files(bank, tmp_path / "counting", Clock(TODAY), many=4)
    kept = await kept_of(bank, HEAD_OFFICE, TODAY)
    assert kept
    assert {branch: (counts.customers, counts.missing["phone"]) for branch, counts in kept.branches.items()} == {
        "b1": (4, 1),
        "b2": (1, 0),
    }
    assert not (tmp_path / "counting").exists()
