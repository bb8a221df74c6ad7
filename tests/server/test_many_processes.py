"""Several servers on one PostgreSQL: a conversation goes from one to the other, and none of it is lost with one."""

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from assistant.journal import Journal, Kind
from assistant.web.tokens import Tokens
from knowledge.crm.journal_record import JournalRecord
from knowledge.crm.names import name_keys
from knowledge.crm.store import ADVISORY_LOCK, CrmStore, bulk_engine
from knowledge.crm.tables import (
    Account,
    Balance,
    Base,
    Customer,
    CustomerName,
    Employee,
    Product,
    Task,
    Unit,
)
from tests.postgres import MakeDatabase, make_database, migrated_postgres, postgres
from tests.server.agui_client import events_of, run_input
from tests.server.own_process import Process, free_port, start, wait_until_ready
from tests.server.round_robin import RoundRobin, round_robin

__all__ = ["make_database", "migrated_postgres", "postgres"]
pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "a secret that all servers share, 32 bytes+"
NAMES = {"C1": "James Carter", "C2": "Ana Ruiz"}
PATIENCE_S = 60


def _bank() -> list[Base]:
    rows: list[Base] = [
        Unit(id="hq", kind="head_office", name="Head office"),
        Unit(id="north", parent_id="hq", kind="branch", name="North"),
        Employee(id="tom", unit_id="north", role="manager", name="Tom"),
        Product(id="saver", kind="deposit", name="Saver", currency="EUR"),
    ]
    for number, (id, name) in enumerate(NAMES.items(), start=1):
        rows.append(Customer(id=id, kind="person", name=name, currency="EUR", manager_id="tom", branch_id="north"))
        rows += [CustomerName(customer_id=id, key=key, form=form) for key, form in name_keys(name, None).items()]
        account = {"id": f"A{number}", "number": f"DE{number}", "kind": "deposit", "currency": "EUR", "state": "active"}
        rows.append(Account(customer_id=id, product_id="saver", opened_on=date(2025, 1, 1), **account))
        rows.append(Balance(account_id=f"A{number}", month=date(2026, 11, 20), end=Decimal(100), average=Decimal(100)))
    return rows


@dataclass
class Bank:
    """Two servers behind a balancer, and how to start them anew."""

    balancer: RoundRobin
    store: CrmStore
    environment: dict[str, str]
    home: Path
    processes: dict[int, Process]
    headers: dict[str, str]

    def start(self) -> int:
        port = free_port()
        self.processes[port] = start(self.home, self.environment, port)
        return port

    def wait(self, port: int) -> None:
        wait_until_ready(self.processes[port], port)

    def ask(self, question: str, run: str, conversation: str = "talk") -> dict[str, Any]:
        """The answer; a turn whose connection is lost is asked for again under the same id, as the widget does."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            try:
                response = httpx.post(
                    f"{self.balancer.url}/agui",
                    json=run_input(question, runId=run, threadId=conversation),
                    headers=self.headers,
                    timeout=PATIENCE_S,
                )
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            assert response.status_code == 200, response.text
            events = events_of(response)
            if events[-1]["type"] == "RUN_FINISHED":
                return next(each["value"] for each in events if each.get("name") == "rapport.answer")
        raise AssertionError("no answer came")

    @contextmanager
    def streaming(self, question: str, run: str, conversation: str) -> Iterator[httpx.Response]:
        body = run_input(question, runId=run, threadId=conversation)
        url = f"{self.balancer.url}/agui"
        with httpx.stream("POST", url, json=body, headers=self.headers, timeout=PATIENCE_S) as response:
            yield response

    def confirm(self, proposal: str) -> tuple[int, str]:
        confirmed = httpx.post(f"{self.balancer.url}/proposals/{proposal}/confirm", headers=self.headers)
        return confirmed.status_code, confirmed.json()["state"]

    async def answers(self) -> list[str]:
        async with self.store.auditing() as session:
            return list(await session.scalars(select(JournalRecord.turn_id).where(JournalRecord.kind == Kind.ANSWER)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bank(demo_home: Path, make_database: MakeDatabase, migrated_postgres: str) -> AsyncIterator[Bank]:
    url = make_database(migrated_postgres)
    engine = bulk_engine(url)
    with Session(engine) as session, session.begin():
        for row in _bank():
            session.add(row)
            session.flush()
    engine.dispose()
    environment = {"RAPPORT_DATABASE_URL": url, "RAPPORT_AUTH_SECRET": SECRET, "RAPPORT_RATE_USER": "10000/minute"}
    headers = {"Authorization": f"Bearer {Tokens(SECRET).mint('tom')}"}
    store = CrmStore(url)
    with round_robin([]) as balancer:
        bank = Bank(balancer, store, environment, demo_home, {}, headers)
        ports = [bank.start(), bank.start()]
        try:
            for port in ports:
                bank.wait(port)
            balancer.ports = ports
            yield bank
        finally:
            for process in bank.processes.values():
                process.kill()
                process.wait()
            await store.close()


async def test_two_servers_carry_one_conversation(bank: Bank) -> None:
    served_by = set()
    first = bank.ask("What does James Carter hold?", "one")
    served_by.add(bank.balancer.last)
    second = bank.ask("and his transactions?", "two")
    served_by.add(bank.balancer.last)
    proposed = bank.ask("Remind me to call him on Monday", "three")
    assert served_by == set(bank.balancer.ports)
    assert first["customers"] == second["customers"] == ["C1"], "she is who was spoken of at the other server"
    (card,) = proposed["proposals"]
    for _ in range(3):
        assert bank.confirm(card["id"]) == (200, "confirmed")
    async with bank.store.auditing() as session:
        assert (await session.scalars(select(func.count()).select_from(Task))).one() == 1
    assert (await Journal(bank.store).verify()).fault is None


async def test_a_turn_that_was_answered_is_told_again_not_asked_again(bank: Bank) -> None:
    before = bank.ask("What does Ana Ruiz hold?", "again", "other")
    assert bank.ask("What does Ana Ruiz hold?", "again", "other") == before
    assert (await bank.answers()).count("again") == 1
    assert bank.ask("What does James Carter hold?", "again", "other")["customers"] == ["C1"], "another question is new"


async def test_a_server_killed_in_the_middle_of_a_stream_loses_nothing(bank: Bank) -> None:
    question = "What does Ana Ruiz hold?"
    async with bank.store.auditing() as session:
        await session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
        with bank.streaming(question, "killed", "killed") as stream:
            lines = stream.iter_lines()
            while "TEXT_MESSAGE_CONTENT" not in next(lines):
                pass
            died = bank.processes.pop(bank.balancer.last)
            died.kill()
            died.wait()
            with pytest.raises(httpx.TransportError):
                list(lines)
        await session.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": ADVISORY_LOCK})
    assert "killed" not in await bank.answers(), "its end was never stored"
    assert bank.ask(question, "killed", "killed")["customers"] == ["C2"]
    assert (await bank.answers()).count("killed") == 1
    verdict = await Journal(bank.store).verify()
    assert (verdict.fault, verdict.unfinished) == (None, None)


async def test_a_rolling_restart_loses_nothing(bank: Bank) -> None:
    asked: list[str] = []
    stopping = threading.Event()

    def keep_asking() -> None:
        while not stopping.is_set():
            run = f"rolling-{len(asked)}"
            answer = bank.ask(f"What does {NAMES['C1' if len(asked) % 2 else 'C2']} hold?", run, "rolling")
            assert len(answer["customers"]) == 1
            asked.append(run)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    for old in list(bank.processes):
        fresh = bank.start()
        bank.wait(fresh)
        bank.balancer.ports = [fresh, *(port for port in bank.processes if port not in (old, fresh))]
        process = bank.processes.pop(old)
        process.terminate()
        assert process.wait(PATIENCE_S) in (0, -15)
    stopping.set()
    asking.join(PATIENCE_S)
    assert not asking.is_alive()
    answered = await bank.answers()
    assert len(asked) > 5
    assert {run: answered.count(run) for run in asked} == dict.fromkeys(asked, 1)
    assert bank.ask("and his loans?", "after", "talk")["customers"] == ["C1"], "the conversation goes on"
    assert (await Journal(bank.store).verify()).fault is None
