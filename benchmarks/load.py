"""Many conversations at once with one server: is every question answered, once, in its own conversation, and how fast?

python -m benchmarks.load [--minutes 5] [--conversations 200] [--think 20] [--home DIR]

Each conversation is a person who asks, reads for a while (`--think` seconds on average) and asks on about the same
customer; at the end a new one begins. Nothing is lost if every question sent has exactly one answer in the journal, the
one that was received; if what "his" and "her" mean was right in every one; and if the journal's chain holds.
"""

import argparse
import asyncio
import json
import random
import resource
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from assistant.journal import Journal, Kind
from assistant.web.tokens import Tokens
from benchmarks import command_line, machine
from benchmarks.server import memory, running
from knowledge.crm.journal_record import JournalRecord
from knowledge.crm.store import CrmStore, sqlite_url

CONVERSATIONS = [
    ("tom.baker", ["What does James Carter hold?", "and his transactions?", "How have his deposits changed?"]),
    ("tom.baker", ["Prepare me for the call with James Carter", "what does he hold?", "and his last contacts?"]),
    ("jiang.lan", ["王建国有哪些产品?", "他最近的交易呢?", "他的定期存款什么时候到期?"]),
    ("li.mingjuan", ["帮我准备和李美华的通话", "她有哪些产品?", "她最近的交易有哪些?"]),
    ("ana.garcia", ["¿Qué productos tiene María García López?", "¿y sus movimientos?", "¿y sus últimos contactos?"]),
]
"""Who asks, and what, one after the other; all but the first leave open of whom."""
PATIENCE_S = 120
UNLIMITED = "1000000/minute"


@dataclass
class Measured:
    """What the clients saw: milliseconds, and what went wrong. `received` is the answer of each turn."""

    whole: list[float] = field(default_factory=list)
    first_words: list[float] = field(default_factory=list)
    received: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    astray: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Judged:
    """What the journal says: turns without an answer, with more than one, or with another than was received."""

    lost: int
    doubled: int
    different: int
    fault: str
    bytes_a_turn: int


@dataclass
class Person:
    """One conversation after the other, until the time is up."""

    client: httpx.AsyncClient
    tokens: Tokens
    measured: Measured
    think_s: float
    ends: float
    chance: random.Random

    async def talk(self) -> None:
        await asyncio.sleep(self.chance.uniform(0, self.think_s))
        while time.monotonic() < self.ends:
            employee, questions = self.chance.choice(CONVERSATIONS)
            thread, about = secrets.token_hex(8), None
            for question in questions:
                customers = await self._ask(employee, question, thread)
                about = about or customers
                if customers != about:
                    self.measured.astray.append(question)
                await asyncio.sleep(self.chance.expovariate(1 / self.think_s) if self.think_s else 0)
                if time.monotonic() >= self.ends:
                    return

    async def _ask(self, employee: str, question: str, thread: str) -> list[str]:
        run, began, first = secrets.token_hex(8), time.perf_counter(), 0.0
        body = {
            "threadId": thread, "runId": run, "messages": [{"id": run, "role": "user", "content": question}],
            "tools": [], "context": [], "state": {},
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.tokens.mint(employee)}"}
        self.measured.received[run] = ""
        try:
            async with self.client.stream("POST", "/agui", json=body, headers=headers) as response:
                response.raise_for_status()
                async for line in response.aiter_lines():
                    if "TEXT_MESSAGE_CONTENT" in line:
                        first = first or (time.perf_counter() - began) * 1000
                    elif '"rapport.answer"' in line:
                        answer = json.loads(line.removeprefix("data: "))["value"]
        except httpx.HTTPError as error:
            self.measured.errors.append(f"{type(error).__name__}: {error}"[:200])
            return []
        self.measured.whole.append((time.perf_counter() - began) * 1000)
        self.measured.first_words.append(first)
        self.measured.received[run] = answer["answer"]
        return list(answer["customers"])


async def load(url: str, secret: str, minutes: float, conversations: int, think_s: float) -> Measured:
    """Talks to the server at `url` for so long."""
    measured, ends = Measured(), time.monotonic() + minutes * 60
    limits = httpx.Limits(max_connections=conversations, max_keepalive_connections=conversations)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, limits=limits) as client:
        people = [
            Person(client, Tokens(secret), measured, think_s, ends, random.Random(seed))
            for seed in range(conversations)
        ]
        await asyncio.gather(*(person.talk() for person in people))
    return measured


async def judge(home: Path, received: dict[str, str]) -> Judged:
    """Compares what was received with the journal, and checks its chain."""
    store = CrmStore(sqlite_url(home))
    stored: dict[str, list[str]] = {run: [] for run in received}
    size = 0
    async with store.auditing() as session:
        rows = select(JournalRecord.turn_id, JournalRecord.kind, JournalRecord.body).execution_options(yield_per=500)
        async for turn_id, kind, body in await session.stream(rows):
            if turn_id in stored:
                size += len(body.encode())
                if kind == Kind.ANSWER:
                    stored[turn_id].append(json.loads(body)["answer"])
    verdict = await Journal(store).verify()
    await store.close()
    return Judged(
        lost=sum(not answers for answers in stored.values()),
        doubled=sum(len(answers) > 1 for answers in stored.values()),
        different=sum(bool(answers) and answers[0] != received[run] for run, answers in stored.items()),
        fault=str(verdict.fault or ""),
        bytes_a_turn=size // max(1, len(stored)),
    )


def measures(given_home: Path | None, minutes: float, conversations: int, think_s: float) -> tuple[Table, bool]:
    """The figures, and whether nothing went wrong."""
    caption = f"{machine.described()}; load before: {machine.load()}"
    secret = secrets.token_hex(32)
    with tempfile.TemporaryDirectory() as folder:
        home = given_home or Path(folder)
        if given_home is None:
            command_line.demo_bank(home)
        environment = {
            "RAPPORT_AUTH_SECRET": secret, "RAPPORT_RATE_USER": UNLIMITED, "RAPPORT_RATE_ADDRESS": UNLIMITED,
            "RAPPORT_AS_OF": "2026-11-20",
        }  # fmt: skip
        with running(home, environment) as (process, client):
            url = str(client.base_url)
            measured = asyncio.run(load(url, secret, minutes, conversations, think_s))
            used = memory(process)
        seconds = resource.getrusage(resource.RUSAGE_CHILDREN)
        judged = asyncio.run(judge(home, measured.received))
    table = Table("measure", "aim", "measured", caption=caption)
    wrong = [len(measured.errors), judged.lost + judged.doubled + judged.different, len(measured.astray)]
    table.add_row(f"turns of {conversations} conversations in {minutes:g} min", "", str(len(measured.received)))
    table.add_row("errors", "0", f"{wrong[0]} {measured.errors[:1] or ''}".strip())
    table.add_row("answers lost, doubled or different in the journal", "0", str(wrong[1]))
    table.add_row("answers about another customer than was spoken of", "0", str(wrong[2]))
    table.add_row("the journal's chain", "holds", judged.fault or "holds")
    for name, milliseconds in (("first words", measured.first_words), ("whole answer", measured.whole)):
        cuts = quantiles(milliseconds, n=100)
        table.add_row(f"{name}, p50 / p95 / p99", "", " / ".join(f"{cuts[n]:.0f}" for n in (49, 94, 98)) + " ms")
    processor = (seconds.ru_utime + seconds.ru_stime) / max(1, len(measured.received)) * 1000
    table.add_row("the server's processor time a turn, its start included", "", f"{processor:.0f} ms")
    table.add_row("the journal, a turn", "", f"{judged.bytes_a_turn / 1000:.1f} kB")
    table.add_row("the server's memory at most", "", f"{used:.0f} MB")
    return table, not any(wrong) and not judged.fault


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--conversations", type=int, default=200)
    options.add_argument("--think", type=float, default=20, help="seconds between an answer and the next question")
    options.add_argument("--home", type=Path, help="a home folder with the demo bank, which gets the questions")
    given = options.parse_args()
    table, is_sound = measures(given.home, given.minutes, given.conversations, given.think)
    Console().print(table)
    sys.exit(0 if is_sound else 1)


if __name__ == "__main__":
    main()
