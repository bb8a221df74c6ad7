"""Joining and taking apart: nothing is lost, nothing counts twice, and undone is as if it had never been."""

import shutil
import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from knowledge.crm.campaign import CampaignTarget
from knowledge.crm.lineage import Conflict, Likeness, Merge, MergedRow, SourceRecord
from knowledge.crm.schema import migrate
from knowledge.crm.store import CrmStore, sqlite_url
from knowledge.crm.tables import Account, Customer
from knowledge.errors import MergeError
from knowledge.resolution.likenesses import keep_apart, likeness_id
from knowledge.resolution.merging import merge, recompute, undo
from knowledge.resolution.references import references
from tests.knowledge.resolution.small_bank import AT, DAY, fill, record, snapshot, standing_notes

LATER = datetime(2026, 4, 1, 8)
Plan = list[tuple[str, str]]


async def bank(store: CrmStore, records: list[SourceRecord], keys: dict[str, set[str]] | None = None) -> None:
    async with store.writing() as session:
        await fill(session, records, keys)


async def join(store: CrmStore, survivor: str, absorbed: str, at: datetime = LATER) -> str:
    async with store.writing() as session:
        evidence = [{"field": "phone", "one": "1", "other": "1", "level": "equal", "weight": 9.5}]
        made = await merge(session, survivor, absorbed, by="e", at=at, evidence=evidence, probability=Decimal("97.5"))
        return made.id


async def part(store: CrmStore, merge_id: str) -> None:
    async with store.writing() as session:
        await undo(session, merge_id, by="e", at=LATER)


async def test_whatever_refers_to_the_absorbed_customer_refers_to_the_survivor(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2")], {"C1": {"x"}, "C2": {"y", "z"}})
    before = await snapshot(store)
    async with store.writing() as session:
        session.add(
            Likeness(
                id="known", record_id="C1", other_record_id="C2", customer_id="C1", other_customer_id="C2",
                verdict="perhaps", state="open", found_on=DAY,
            )
        )  # fmt: skip
    await join(store, "C1", "C2")
    after = await snapshot(store)
    async with store.auditing() as session:
        for reference in references():
            column = reference.table.c[reference.column]
            left = await session.execute(select(func.count()).where(column == "C2"))
            assert left.scalar_one() == 0, reference
            assert (await session.execute(select(func.count()).where(column == "C1"))).scalar_one() > 0 or (
                reference.table.name in ("conflict",)
            ), reference
        assert (await session.execute(text("PRAGMA foreign_key_check"))).all() == []
    assert {name: len(rows) for name, rows in after.items() if name != "customer"} == {
        name: len(rows) for name, rows in before.items() if name != "customer"
    }


async def test_of_two_equal_rows_one_stays_and_the_other_is_kept_aside(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2")], {"C1": {"x", "y"}, "C2": {"y", "z"}})
    async with store.writing() as session:
        target = await session.get(CampaignTarget, ("y", "C2"))
        assert target is not None
        target.state = "their own"
    await join(store, "C1", "C2")
    async with store.auditing() as session:
        keys = await session.scalars(select(CampaignTarget.campaign_id).where(CampaignTarget.customer_id == "C1"))
        assert sorted(keys) == ["x", "y", "z"]
        notes = await session.scalars(select(MergedRow).where(MergedRow.table == "campaign_target"))
        kept = {note.key["campaign_id"]: note.dropped for note in notes}
    assert kept["z"] is None
    assert kept["y"] is not None
    said = {name: value for name, value in kept["y"].items() if value is not None}
    assert said == {"campaign_id": "y", "customer_id": "C2", "control": False, "state": "their own"}


async def test_sums_stay_what_they_were(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2")])

    async def limits() -> tuple[int, Decimal]:
        async with store.auditing() as session:
            row = (await session.execute(select(func.count(Account.id), func.sum(Account.credit_limit)))).one()
            return row[0], row[1]

    async with store.writing() as session:
        for number, account in enumerate(await session.scalars(select(Account))):
            account.credit_limit = Decimal(f"{number}.10")
    before = await limits()
    await join(store, "C1", "C2")
    assert await limits() == before
    async with store.auditing() as session:
        owners = set(await session.scalars(select(Account.customer_id)))
    assert owners == {"C1"}


async def test_a_merge_says_who_what_when_and_why(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2", name="Ana R.", income=Decimal("1200.50"))])
    merge_id = await join(store, "C1", "C2")
    async with store.auditing() as session:
        made = await session.get_one(Merge, merge_id)
        assert (made.customer_id, made.absorbed_id, made.merged_by, made.merged_at) == ("C1", "C2", "e", LATER)
        assert (made.probability, made.evidence[0]["field"]) == (Decimal("97.5"), "phone")
        assert made.absorbed["name"] == "Ana R."
        assert await session.get(Customer, "C2") is None
        known = await session.get_one(Likeness, likeness_id("C1", "C2"))
        assert (known.state, known.decided_by) == ("same", "e")
    await part(store, merge_id)
    async with store.auditing() as session:
        made = await session.get_one(Merge, merge_id)
        assert (made.undone_by, made.undone_at) == ("e", LATER)
        assert (await session.get_one(Customer, "C2")).income == Decimal("1200.50")
        apart = await session.get_one(Likeness, likeness_id("C1", "C2"))
        assert (apart.state, {apart.customer_id, apart.other_customer_id}) == ("different", {"C1", "C2"})


async def test_what_came_for_the_absorbed_one_since_goes_back_to_it(store: CrmStore) -> None:
    """An import of today notes the rows that it leads; their undoing is the same as of those at the merge."""
    await bank(store, [record("C1"), record("C2")])
    merge_id = await join(store, "C1", "C2")
    async with store.writing() as session:
        (await session.get_one(SourceRecord, "C2")).email = "new@bank.example"
        (await session.get_one(SourceRecord, "C1")).city = "León"
        await recompute(session, ["C1"], LATER.date())
        joined = await session.get_one(Customer, "C1")
        assert (joined.email, joined.city) == ("new@bank.example", "León")
    await part(store, merge_id)
    async with store.auditing() as session:
        one, other = await session.get_one(Customer, "C1"), await session.get_one(Customer, "C2")
        assert (one.email, one.city) == (None, "León")
        assert (other.email, other.city) == ("new@bank.example", None)


@pytest.mark.parametrize(
    "survivor, absorbed, reason",
    [
        ("C1", "C1", "one customer already"),
        ("C1", "nobody", "no customer nobody"),
        ("nobody", "C1", "no customer nobody"),
        ("C1", "C9", "no source record"),
        ("C1", "C3", "C1 is a person, C3 a company"),
    ],
)
async def test_what_cannot_be_joined_is_refused(store: CrmStore, survivor: str, absorbed: str, reason: str) -> None:
    await bank(store, [record("C1"), record("C2"), record("C3", kind="company")])
    async with store.writing() as session:
        session.add(Customer(id="C9", kind="person", name="x", currency="EUR"))
    before = await snapshot(store)
    with pytest.raises(MergeError, match=reason):
        await join(store, survivor, absorbed)
    assert await snapshot(store) == before


async def test_what_cannot_be_undone_is_refused(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2"), record("C3")])
    with pytest.raises(MergeError, match="no merge M0"):
        await part(store, "M0")
    inner = await join(store, "C2", "C3")
    outer = await join(store, "C1", "C2")
    with pytest.raises(MergeError, match=f"undo merge {outer} first"):
        await part(store, inner)
    await part(store, outer)
    await part(store, inner)
    with pytest.raises(MergeError, match="was undone on 2026-04-01 by e"):
        await part(store, inner)


async def test_two_who_were_parted_can_be_joined_again(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2")])
    before = await snapshot(store)
    await part(store, await join(store, "C1", "C2"))
    await part(store, await join(store, "C2", "C1", LATER + timedelta(days=1)))
    assert await snapshot(store) == before


async def test_a_pair_is_kept_apart(store: CrmStore) -> None:
    await bank(store, [record("C1"), record("C2")])
    async with store.writing() as session:
        session.add(
            Likeness(
                id="pair", record_id="C1", other_record_id="C2", customer_id="C1", other_customer_id="C2",
                verdict="perhaps", state="open", found_on=DAY,
            )
        )  # fmt: skip
    async with store.writing() as session:
        assert (await keep_apart(session, "pair", by="e", at=AT)).state == "different"
        with pytest.raises(MergeError, match="no pair other"):
            await keep_apart(session, "other", by="e", at=AT)


PHONES = st.sampled_from([None, "600 100 200", "+34 600100200", "600 999 999"])
said = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["Ana Ruiz", "Ruiz, Ana", "张丽", "Zhang Li"]),
        "phone": PHONES,
        "email": st.sampled_from([None, "a@x.example", "b@x.example"]),
        "income": st.sampled_from([None, Decimal("100.00"), Decimal("100.10")]),
        "consents": st.sampled_from([[], ["phone"], ["sms", "email"]]),
        "interests": st.sampled_from([[], ["golf"], ["gold", "golf"]]),
        "as_of": st.dates(date(2026, 1, 1), date(2026, 1, 4)),
        "dates": st.sampled_from([{}, {"phone": "2026-01-09"}, {"email": "2025-12-01", "consents": "2026-02-01"}]),
        "system": st.sampled_from(["core", "credit", "call_centre"]),
        "closed_on": st.sampled_from([None, date(2026, 1, 2)]),
    }
)
CUSTOMERS = ["C1", "C2", "C3", "C4"]


@st.composite
def banks(draw: st.DrawFn) -> tuple[list[tuple[str, str, dict[str, Any]]], dict[str, set[str]]]:
    records = [(each, each, draw(said)) for each in CUSTOMERS]
    records += [(f"{each}-b", each, draw(said)) for each in CUSTOMERS if draw(st.booleans())]
    return records, {each: draw(st.sets(st.sampled_from("xyz"))) for each in CUSTOMERS}


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Pairs to join one after another: whoever is absorbed does not come again."""
    left, plan = list(CUSTOMERS), []
    for _ in range(draw(st.integers(1, 3))):
        absorbed = draw(st.sampled_from(left))
        left.remove(absorbed)
        plan.append((draw(st.sampled_from(left)), absorbed))
    return plan


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("merging")
    migrate(sqlite_url(folder))
    return folder / "crm.sqlite"


_folders = count()


async def _made(
    empty: Path, folder: Path, bank_: tuple[list[tuple[str, str, dict[str, Any]]], dict[str, set[str]]]
) -> CrmStore:
    home = folder / str(next(_folders))
    home.mkdir()
    shutil.copy(empty, home / "crm.sqlite")
    store = CrmStore(sqlite_url(home))
    records, keys = bank_
    await bank(store, [record(id, customer, **values) for id, customer, values in records], keys)
    return store


async def test_of_a_chain_the_row_comes_up_that_the_later_merge_dropped(store: CrmStore) -> None:
    await bank(store, [record(each) for each in CUSTOMERS], {"C1": {"y"}, "C2": {"y"}, "C3": {"y"}, "C4": set[str]()})
    before = await snapshot(store)
    inner = await join(store, "C1", "C3")
    first = await join(store, "C4", "C2", LATER + timedelta(hours=1))
    outer = await join(store, "C4", "C1", LATER + timedelta(hours=2))
    for merge_id in (first, outer, inner):
        await part(store, merge_id)
    assert await snapshot(store) == before


async def test_a_contradiction_that_only_others_made_is_none_of_the_survivor_s(store: CrmStore) -> None:
    """It is found while three are joined, and in the end rests on the records of one who has it already."""
    one, other = "600 100 200", "600 999 999"
    records = [
        record("C1"),
        record("C2", phone=other),
        record("C2-b", "C2", phone=one),
        record("C3", phone=other),
        record("C4", phone=one),
    ]
    await bank(store, records)
    before = await snapshot(store)
    merges = [await join(store, "C1", each, LATER + timedelta(hours=n)) for n, each in enumerate(("C3", "C4", "C2"))]
    for merge_id in merges:
        await part(store, merge_id)
    assert await snapshot(store) == before


@given(bank_=banks(), plan=plans(), order=st.randoms(use_true_random=False))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
async def test_undone_is_as_if_it_had_never_been(empty_store: Path, bank_: Any, plan: Plan, order: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await _made(empty_store, Path(folder), bank_)
        before = await snapshot(store)
        merges = [await join(store, *pair, LATER + timedelta(hours=hour)) for hour, pair in enumerate(plan)]
        order.shuffle(merges)
        while merges:
            merge_id = merges.pop(0)
            try:
                await part(store, merge_id)
            except MergeError:
                # It lies below a merge that is still to be undone; the last one left never does.
                assert merges
                merges.append(merge_id)
        assert await snapshot(store) == before
        await store.close()


@given(bank_=banks(), absorbed=st.permutations(CUSTOMERS[1:]), undone=st.sets(st.integers(0, 2)))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
async def test_undoing_one_of_several_leaves_the_others_as_if_alone(
    empty_store: Path, bank_: Any, absorbed: list[str], undone: set[int]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        all_of_them = await _made(empty_store, Path(folder), bank_)
        before = await snapshot(all_of_them)
        merges = [await join(all_of_them, "C1", each, LATER + timedelta(hours=n)) for n, each in enumerate(absorbed)]
        for number in undone:
            await part(all_of_them, merges[number])
        the_others = await _made(empty_store, Path(folder), bank_)
        for number, each in enumerate(absorbed):
            if number not in undone:
                await join(the_others, "C1", each, LATER + timedelta(hours=number))
        assert await snapshot(all_of_them, "conflict") == await snapshot(the_others, "conflict")
        async with all_of_them.auditing() as one, the_others.auditing() as other:
            assert await standing_notes(one, "conflict") == await standing_notes(other, "conflict")
            conflicts = select(Conflict.customer_id, Conflict.field, Conflict.claims).where(Conflict.state == "open")
            ordered = conflicts.order_by(Conflict.customer_id, Conflict.field)
            assert (await one.execute(ordered)).all() == (await other.execute(ordered)).all()
        for number in sorted({*range(len(absorbed))} - undone, reverse=True):
            await part(all_of_them, merges[number])
        assert await snapshot(all_of_them) == before
        await all_of_them.close()
        await the_others.close()
