"""`python -m benchmarks.day`: how long a manager waits for the daily brief, and for the brief of one customer.

`--home DIR` takes a copy of the demo bank there, `--customers N` gives one manager that many customers.
Milliseconds in process, from the question to the finished answer: understanding, tools, template and journal; and what
of it the processor worked. The words of a question are embedded at its first turn, which is not counted.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table
from sqlalchemy import select, update

from assistant.assistant import Assistant
from assistant.events import Turn, TurnFinished
from assistant.settings import Settings
from assistant.wiring import open_assistant
from benchmarks import command_line
from benchmarks.machine import described, load
from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.crm.tables import Customer, Task

MANAGER = "jiang.lan"
TURNS = 40


@dataclass(frozen=True)
class Taken:
    """One turn: milliseconds on the clock and of the processor, and how many customers it says are to call."""

    clock: float
    worked: float
    to_call: int


async def measured(home: Path) -> tuple[int, list[Taken], list[Taken]]:
    """Customers of the manager, turns that ask for the daily brief, turns that ask for the brief of one customer."""
    names = _names(home)
    async with open_assistant(Settings(home=home)) as assistant:
        brief = [await _turn(assistant, "今天该联系谁，为什么？", f"brief {n}") for n in range(TURNS)]
        one = [await _turn(assistant, f"帮我准备和{name}的通话", f"one {n}") for n, name in enumerate(names[:TURNS])]
    return len(names), brief[1:], one[1:]


async def _turn(assistant: Assistant, question: str, conversation: str) -> Taken:
    start, worked = time.perf_counter(), time.process_time()
    async for event in assistant.answer(Turn(conversation, MANAGER, question, conversation)):
        if isinstance(event, TurnFinished):
            counts = [fact.value for fact in event.answer.facts if fact.measure == "to_call"]
            assert event.answer.refused is None, question
            took, work = time.perf_counter() - start, time.process_time() - worked
            return Taken(took * 1000, work * 1000, int(str(counts[0])) if counts else 0)
    raise RuntimeError("the turn ended without an answer")


def give_customers(home: Path, number: int) -> None:
    """Gives the manager customers of colleagues, with the tasks that are theirs, until there are that many."""
    engine = bulk_engine(sqlite_url(home))
    with engine.begin() as connection:
        own = connection.scalars(select(Customer.id).where(Customer.manager_id == MANAGER)).all()
        others = connection.scalars(
            select(Customer.id)
            .where(Customer.manager_id != MANAGER, Customer.closed_on.is_(None))
            .order_by(Customer.id)
        ).all()
        for customer in others[: max(number - len(own), 0)]:
            connection.execute(update(Customer).where(Customer.id == customer).values(manager_id=MANAGER))
            connection.execute(update(Task).where(Task.customer_id == customer).values(employee_id=MANAGER))
    engine.dispose()


def _names(home: Path) -> Sequence[str]:
    engine = bulk_engine(sqlite_url(home))
    with engine.connect() as connection:
        return connection.scalars(select(Customer.id).where(Customer.manager_id == MANAGER).order_by(Customer.id)).all()


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.day", description=__doc__)
    options.add_argument("--home", type=Path, help="a home folder with the demo bank")
    options.add_argument("--customers", type=int, default=500)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if given.home:
            shutil.copytree(given.home, home)
        else:
            command_line.demo_bank(home)
        give_customers(home, given.customers)
        number, brief, one = asyncio.run(measured(home))
    table = Table("measure", "aim", "measured", caption=f"{described()}; load: {load()}")
    for label, aim, taken in (
        (f"the daily brief of a manager with {number} customers, {brief[0].to_call} to call", "< 500 ms", brief),
        ("the brief for one customer", "< 120 ms", one),
    ):
        table.add_row(f"{label}, p50 of {len(taken)}", aim, f"{median(one.clock for one in taken):.0f} ms")
        table.add_row("  p95", "", f"{quantiles([one.clock for one in taken], n=20)[-1]:.0f} ms")
        table.add_row("  of the processor, p50", "", f"{median(one.worked for one in taken):.0f} ms")
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
