"""Forgetting by rule: what was told goes, what happened stays, and the chain holds and shows every other change."""

import json
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta
from pydantic import ValidationError

from assistant.chain import Break, Fault, is_blank
from assistant.erasure import Erased, Erasure
from assistant.journal import Journal, Kind
from assistant.retention import Retention, retention
from knowledge.clock import Clock
from knowledge.crm.codes import CustomerKind
from knowledge.crm.exchange import Exchange, Rating
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Conversation, Customer, CustomerIdentifier, Employee, Proposal, Unit

NOW = datetime(2026, 11, 28, 12)
PEOPLE = {"c1": "王芳", "c2": "James Carter", "c3": "王芳"}


class MovedClock(Clock):
    """The real time, moved back by months."""

    def __init__(self, months: int) -> None:
        super().__init__()
        self._months = months

    def now(self) -> datetime:
        return NOW - relativedelta(months=self._months)


@pytest.fixture
async def bank(store: CrmStore) -> CrmStore:
    async with store.writing() as session:
        session.add(Unit(id="hq", kind="head_office", name="HQ"))
        await session.flush()
        session.add(Employee(id="m", unit_id="hq", role="manager", name="M"))
        for id, name in PEOPLE.items():
            session.add(Customer(id=id, kind=CustomerKind.PERSON, name=name, currency="CNY"))
        await session.flush()
        session.add(CustomerIdentifier(system="core", number="62260001", customer_id="c1", kind="account"))
        for id, state in (("a", {"customer": "c1"}), ("b", {"earlier": ["王芳怎么样?"]}), ("c", {"customer": "c2"})):
            session.add(Conversation(id=id, employee_id="m", state=state, updated_at=NOW))
        await session.flush()
        for turn, talk, said in (("turn-c1", "a", "余额?"), ("turn-c2", "c", "hold?")):
            session.add(
                Exchange(
                    id=turn,
                    conversation_id=talk,
                    employee_id="m",
                    turn_id=turn,
                    number=1,
                    question=said,
                    before={},
                    answer={"answer": said},
                    folded=said,
                    state="answered",
                    asked_at=NOW,
                )
            )
            session.add(
                Rating(
                    id=turn,
                    employee_id="m",
                    turn_id=turn,
                    thumb="up",
                    earlier=[],
                    reasons=[],
                    comment="",
                    language="en",
                    question=said,
                    answer=said,
                    facts=[],
                    tools=[],
                    rated_at=NOW,
                )
            )
        for id, customer in (("p1", "c1"), ("p2", "c2")):
            session.add(
                Proposal(
                    id=id, employee_id="m", customer_id=customer, turn_id=f"turn-{customer}", kind="create_task",
                    arguments={}, summary="s", state="confirmed", created_at=NOW, decided_at=NOW,
                )
            )  # fmt: skip
    return store


async def _turn(journal: Journal, id: str, question: str, *customers: str) -> None:
    await journal.append_all(
        id,
        "m",
        [
            (Kind.QUESTION, {"question": question}),
            (Kind.READING, {"customers": [list(customers)]}),
            (Kind.ANSWER, {"answer": f"about {question}", "customers": list(customers)}),
        ],
    )


@pytest.fixture
async def journal(bank: CrmStore) -> Journal:
    journal = Journal(bank, MovedClock(0))
    await _turn(journal, "turn-c1", "余额?", "c1")
    await _turn(journal, "turn-both", "top 2", "c1", "c2")
    await _turn(journal, "turn-c2", "What does james carter hold?", "c2")
    await _turn(journal, "turn-homonym", "那位叫王芳的", "c3")
    await _turn(journal, "turn-nobody", "账号 62260001 是谁的?")
    await _turn(journal, "turn-other", "complaints?")
    return journal


def _erasure(store: CrmStore, journal: Journal) -> Erasure:
    return Erasure(store, journal, retention(), MovedClock(0))


async def _told(journal: Journal, turn: str) -> list[dict[str, object]]:
    return [dict(entry.body) for entry in await journal.turn(turn)]


async def test_what_was_told_of_a_customer_goes_and_the_chain_holds(bank: CrmStore, journal: Journal) -> None:
    before = await journal.verify()
    erased = await _erasure(bank, journal).customer("c1", "officer")
    assert erased == Erased(records=9, exchanges=2, conversations=2, proposals=1)
    verdict = await journal.verify(before.head)
    assert (verdict.records, verdict.fault, verdict.erased, verdict.unfinished) == (19, None, 9, None)
    for turn in ("turn-c1", "turn-both", "turn-nobody"):
        assert all(is_blank(body) for body in await _told(journal, turn)), turn
    for turn in ("turn-c2", "turn-homonym", "turn-other"):
        assert not any(is_blank(body) for body in await _told(journal, turn)), turn
    kinds = [(entry.kind, entry.employee_id) for entry in await journal.turn("turn-c1")]
    assert kinds == [(Kind.QUESTION, "m"), (Kind.READING, "m"), (Kind.ANSWER, "m")], "who did what stays"


async def test_nothing_of_the_customer_is_left_in_the_file(bank: CrmStore, journal: Journal, home: Path) -> None:
    await _erasure(bank, journal).customer("c1", "officer")
    with sqlite3.connect(home / "crm.sqlite") as connection:
        bodies = [json.loads(body) for (body,) in connection.execute("SELECT body FROM journal")]
        salts = [salt for (salt,) in connection.execute("SELECT salt FROM journal WHERE body LIKE '%\"erased\"%'")]
    text = json.dumps([b for b in bodies if b.get("question") != "那位叫王芳的"], ensure_ascii=False)
    assert not [word for word in ('"c1"', "62260001", "余额", "top 2") if word in text]
    assert set(salts) == {None}, "no hash can be tried against guesses"


async def test_who_saw_the_others_is_still_known(bank: CrmStore, journal: Journal) -> None:
    await _erasure(bank, journal).customer("c1", "officer")
    assert [entry.turn_id for entry in await journal.who_saw("c2")] == ["turn-both", "turn-c2"]
    assert await journal.who_saw("c1") == []
    assert (await _erasure(bank, journal).customer("c2", "officer")).records == 5
    assert await journal.who_saw("c2") == []
    verdict = await journal.verify()
    assert (verdict.fault, verdict.erased) == (None, 12), "emptied once and once more"


async def test_an_emptied_record_cannot_be_changed_either(bank: CrmStore, journal: Journal, home: Path) -> None:
    await _erasure(bank, journal).customer("c1", "officer")
    for change in (
        """body = '{"customers":["c9"],"erased":{"rule":"customer","version":"1"}}'""",
        "body = '{}'",
        "employee_id = 'x'",
        "at = '2020-01-01 00:00:00.000000'",
        "salt = 'ff'",
    ):
        with sqlite3.connect(home / "crm.sqlite") as connection:
            (kept,) = connection.execute("SELECT body, employee_id, at, salt FROM journal WHERE number = 2").fetchall()
            connection.execute(f"UPDATE journal SET {change} WHERE number = 2")
        assert (await journal.verify()).fault == Fault(2, Break.CHANGED), change
        with sqlite3.connect(home / "crm.sqlite") as connection:
            connection.execute("UPDATE journal SET body = ?, employee_id = ?, at = ?, salt = ? WHERE number = 2", kept)
    with sqlite3.connect(home / "crm.sqlite") as connection:
        connection.execute("DELETE FROM journal WHERE kind = 'erased'")
    assert (await journal.verify()).fault == Fault(1, Break.CHANGED), (
        "without its note an emptied record is a changed one"
    )


async def test_a_dry_run_counts_and_changes_nothing(bank: CrmStore, journal: Journal) -> None:
    before = await journal.verify()
    assert await _erasure(bank, journal).customer("c1", "officer", dry_run=True) == Erased(9, 2, 2, 1)
    assert await journal.verify() == before


async def test_what_is_older_than_its_period_goes_by_kind(bank: CrmStore) -> None:
    rules = retention()
    for months in (1, rules.content[Kind.MODEL], rules.content[Kind.ANSWER], rules.customers):
        journal = Journal(bank, MovedClock(months))
        await journal.append_all(
            f"t{months}", "m", [(Kind.MODEL, {"text": "x"}), (Kind.ANSWER, {"answer": "y", "customers": ["c2"]})]
        )
    journal = Journal(bank)
    later = Erasure(bank, journal, rules, MovedClock(-1))
    await later.expired("officer")
    kept = {
        months: [is_blank(body) for body in await _told(journal, f"t{months}")]
        for months in (1, rules.content[Kind.MODEL], rules.content[Kind.ANSWER], rules.customers)
    }
    assert list(kept.values()) == [[False, False], [True, False], [True, True], [True, True]]
    seen = [entry.turn_id for entry in await journal.who_saw("c2")]
    assert seen == ["t1", f"t{rules.content[Kind.MODEL]}", f"t{rules.content[Kind.ANSWER]}"]
    verdict = await journal.verify()
    assert (verdict.fault, verdict.erased) == (None, 5)
    assert (await later.expired("officer")).records == 0, "once is enough"


def test_every_kind_of_record_has_its_period() -> None:
    rules = retention()
    assert {*rules.content, Kind.ERASED} == set(Kind)
    for change in ({"customers": 1}, {"content": {Kind.ANSWER: 1}}, {"content": {**rules.content, Kind.ERASED: 1}}):
        with pytest.raises(ValidationError):
            Retention.model_validate({**rules.model_dump(), **change})


async def test_records_from_before_there_were_salts_can_be_emptied_too(
    bank: CrmStore, journal: Journal, home: Path
) -> None:
    from assistant.chain import link
    from knowledge.crm.journal_record import JournalRecord

    async with bank.writing() as session:
        previous = "0" * 64
        for number in range(1, 19):
            record = await session.get_one(JournalRecord, number)
            record.salt, record.previous = None, previous
            record.hash = previous = link(record, number)
    assert (await journal.verify()).fault is None
    await _erasure(bank, journal).customer("c1", "officer")
    verdict = await journal.verify()
    assert (verdict.fault, verdict.erased) == (None, 9)
