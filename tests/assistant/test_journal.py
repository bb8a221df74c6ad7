"""The journal keeps every turn, and shows what was done to it."""

import asyncio
import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.chain import BEGINNING, Break, Fault, blank
from assistant.journal import Journal, Kind
from knowledge.crm.store import CrmStore


async def _fill(journal: Journal, turns: int = 3) -> None:
    for turn in range(turns):
        await journal.append(f"t{turn}", "manager", Kind.QUESTION, {"question": f"余额 {turn}?"})
        await journal.append(f"t{turn}", "manager", Kind.ANSWER, {"answer": "1.00", "customers": [f"c{turn}"]})


@pytest.fixture
async def journal(store: CrmStore) -> Journal:
    journal = Journal(store)
    await _fill(journal)
    return journal


def _tamper(home: Path, *statements: str) -> None:
    with sqlite3.connect(home / "crm.sqlite") as connection:
        for statement in statements:
            connection.execute(statement)


async def test_a_chain_that_nobody_touched_is_sound(journal: Journal) -> None:
    verdict = await journal.verify()
    assert (verdict.records, verdict.fault, verdict.unfinished) == (6, None, None)
    assert len(verdict.head) == 64


async def test_an_empty_journal_is_sound(store: CrmStore) -> None:
    verdict = await Journal(store).verify()
    assert (verdict.records, verdict.head, verdict.fault) == (0, BEGINNING, None)


@pytest.mark.parametrize(
    "column, value",
    [
        ("body", '{"question":"other"}'),
        ("at", "2020-01-01 00:00:00.000000"),
        ("employee_id", "someone"),
        ("kind", "error"),
        ("turn_id", "t9"),
        ("hash", "f" * 64),
        ("salt", "f" * 32),
        ("previous", "f" * 64),
    ],
)
async def test_a_changed_record_is_named(journal: Journal, home: Path, column: str, value: str) -> None:
    _tamper(home, f"UPDATE journal SET {column} = '{value}' WHERE number = 3")
    assert (await journal.verify()).fault == Fault(3, Break.CHANGED)


async def test_a_missing_record_is_named(journal: Journal, home: Path) -> None:
    _tamper(home, "DELETE FROM journal WHERE number = 4")
    assert (await journal.verify()).fault == Fault(4, Break.MISSING)


async def test_the_first_record_missing_is_named(journal: Journal, home: Path) -> None:
    _tamper(home, "DELETE FROM journal WHERE number = 1")
    assert (await journal.verify()).fault == Fault(1, Break.MISSING)


async def test_records_that_changed_places_are_named(journal: Journal, home: Path) -> None:
    _tamper(
        home,
        "UPDATE journal SET number = 99 WHERE number = 3",
        "UPDATE journal SET number = 3 WHERE number = 4",
        "UPDATE journal SET number = 4 WHERE number = 99",
    )
    assert (await journal.verify()).fault == Fault(3, Break.REORDERED)


async def test_a_gap_that_was_closed_up_is_found(journal: Journal, home: Path) -> None:
    _tamper(home, "DELETE FROM journal WHERE number = 2", "UPDATE journal SET number = number - 1 WHERE number > 2")
    assert (await journal.verify()).fault == Fault(2, Break.REORDERED)


@pytest.mark.parametrize("kept", [0, 2, 5])
async def test_an_end_that_was_cut_off_is_found(journal: Journal, home: Path, kept: int) -> None:
    _tamper(home, f"DELETE FROM journal WHERE number > {kept}")
    assert (await journal.verify()).fault == Fault(kept + 1, Break.CUT_OFF)


async def test_an_end_that_was_cut_off_stays_found_when_more_is_written(journal: Journal, home: Path) -> None:
    _tamper(home, "DELETE FROM journal WHERE number > 4")
    await journal.append("t9", "manager", Kind.ANSWER, {})
    assert (await journal.verify()).fault == Fault(5, Break.MISSING)


async def test_a_noted_hash_finds_a_chain_that_was_written_anew(journal: Journal, home: Path) -> None:
    noted = (await journal.verify()).head
    await journal.append("t9", "manager", Kind.ANSWER, {})
    assert (await journal.verify(noted)).fault is None
    _tamper(home, "DELETE FROM journal", "DELETE FROM journal_end")
    await _fill(journal)
    assert (await journal.verify()).fault is None
    assert (await journal.verify(noted)).fault == Fault(7, Break.CUT_OFF)


async def test_a_turn_without_an_end_is_named(journal: Journal) -> None:
    await journal.append("t9", "manager", Kind.QUESTION, {"question": "?"})
    assert (await journal.verify()).unfinished == "t9"


async def test_a_turn_comes_back_as_it_was(journal: Journal) -> None:
    question, answer = await journal.turn("t1")
    assert (question.kind, question.body, question.employee_id) == (Kind.QUESTION, {"question": "余额 1?"}, "manager")
    assert answer.body == {"answer": "1.00", "customers": ["c1"]}
    assert datetime.now(UTC).replace(tzinfo=None) - answer.at < timedelta(minutes=5)
    assert await journal.turn("no such turn") == []


async def test_who_saw_a_customer(journal: Journal) -> None:
    await journal.append("t7", "boss", Kind.ANSWER, {"customers": [], "facts": [{"source": "customer/c1"}]})
    await journal.append("t8", "boss", Kind.ANSWER, {"facts": [{"source": "balance?customer=c1&month=2026-10-31"}]})
    await journal.append("t8", "boss", Kind.ANSWER, {"customers": ["c10"], "answer": "not c1, whatever it says"})
    await journal.append("t9", "boss", Kind.QUESTION, {"customers": ["c1"]})
    seen = [(entry.turn_id, entry.employee_id) for entry in await journal.who_saw("c1")]
    assert seen == [("t1", "manager"), ("t7", "boss"), ("t8", "boss")]
    assert await journal.who_saw("%") == []


async def test_any_text_can_be_kept(journal: Journal) -> None:
    number = await journal.append("t9", "manager", Kind.ANSWER, {"answer": "a\x00b \ud800 '; DROP TABLE journal; --"})
    (entry,) = await journal.turn("t9")
    assert (number, entry.body["answer"]) == (7, "a\x00b ? '; DROP TABLE journal; --")
    assert (await journal.verify()).fault is None


def _append_ten(url: str) -> None:
    async def append() -> None:
        store = CrmStore(url)
        for number in range(10):
            await Journal(store).append(f"t{number}", "manager", Kind.QUESTION, {"n": number})
        await store.close()

    asyncio.run(append())


async def test_several_processes_write_one_chain(store: CrmStore, store_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        await asyncio.to_thread(pool.map, _append_ten, [store_url] * 3)
    verdict = await Journal(store).verify()
    assert (verdict.records, verdict.fault) == (30, None)


async def test_many_turns_at_once_write_one_chain(store: CrmStore) -> None:
    journal = Journal(store)
    await asyncio.gather(*(journal.append(f"t{n}", "manager", Kind.ANSWER, {"n": n}) for n in range(20)))
    verdict = await journal.verify()
    assert (verdict.records, verdict.fault) == (20, None)


TAMPERING = st.one_of(
    st.tuples(st.just("delete"), st.sets(st.integers(1, 6), min_size=1)),
    st.tuples(st.just("swap"), st.lists(st.integers(1, 6), min_size=2, max_size=2, unique=True)),
    st.tuples(
        st.just("change"),
        st.tuples(
            st.integers(1, 6),
            st.sampled_from(["body", "turn_id", "employee_id", "kind", "hash", "previous", "salt"]),
            st.text("abc{}", min_size=1, max_size=4),
        ),
    ),
    st.tuples(st.just("blank"), st.integers(1, 6)),
)


@given(TAMPERING)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_changed_missing_or_moved_is_found(
    journal: Journal, home: Path, tampering: tuple[str, Any]
) -> None:
    how, what = tampering
    with sqlite3.connect(home / "crm.sqlite") as connection:
        kept = connection.execute("SELECT * FROM journal").fetchall()
        match how:
            case "delete":
                connection.execute(f"DELETE FROM journal WHERE number IN ({','.join(map(str, what))})")
            case "swap":
                for old, new in ((what[0], 99), (what[1], what[0]), (99, what[1])):
                    connection.execute("UPDATE journal SET number = ? WHERE number = ?", (new, old))
            case "change":
                number, column, value = what
                connection.execute(f"UPDATE journal SET {column} = ? WHERE number = ?", (value, number))
            case "blank":
                body = blank("customer", "1", [])
                connection.execute("UPDATE journal SET body = ?, salt = NULL WHERE number = ?", (body, what))
    verdict = await journal.verify()
    with sqlite3.connect(home / "crm.sqlite") as connection:
        connection.execute("DELETE FROM journal")
        connection.executemany(f"INSERT INTO journal VALUES ({','.join('?' * len(kept[0]))})", kept)
    assert verdict.fault is not None
    assert (await journal.verify()).fault is None
