"""`rapport insight run` on a bank, by the command: in full, again, after changes, and for the next day.

The bank in the home folder is changed by it, so it has to be a copy.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url

CHANGED = 1_000


@dataclass(frozen=True)
class Ran:
    """Seconds by the wall and of processor, the largest memory in GiB, and what the command reported."""

    seconds: float
    worked: float
    memory: float
    report: dict[str, object]

    def __str__(self) -> str:
        delivered, stages = self.report["delivered"], self.report["seconds"]
        assert isinstance(delivered, list)
        assert isinstance(stages, dict)
        written = sum(one["begun"] + one["ended"] for one in delivered)
        longest = ", ".join(f"{stage} {seconds:.0f}" for stage, seconds in stages.items() if seconds >= 1)
        whole = self.report["whole"]
        whom = f"all, because {whole}" if whole else f"{self.report['changed']:,} customers"
        return (
            f"{self.seconds:.1f} s ({self.worked:.0f} s of processor), {self.memory:.1f} GiB; {whom}; "
            f"{written:,} rows written ({longest})"
        )


def timed_runs(home: Path, today: date) -> Iterator[tuple[str, str]]:
    """A run in full, the same day again, after 1,000 customers changed, the next day; and in full once more, which
    has to find nothing to write: what was computed for what changed is what is computed for all."""
    migrate(sqlite_url(home))
    yield "in full", str(_run(home, today, "--full"))
    yield "nothing changed", str(_run(home, today))
    change_customers(home, CHANGED)
    yield f"{CHANGED:,} customers changed", str(_run(home, today))
    tomorrow = today + timedelta(days=1)
    yield "the next day", str(_run(home, tomorrow))
    change_customers(home, CHANGED)
    yield f"the day after, {CHANGED:,} customers changed", str(_run(home, tomorrow + timedelta(days=1)))
    yield "in full again", str(_run(home, tomorrow + timedelta(days=1), "--full"))


def change_customers(home: Path, number: int) -> None:
    """Raises the newest balance of an account of so many customers, spread evenly over the bank."""
    with closing(sqlite3.connect(home / "crm.sqlite")) as connection, connection:
        [accounts] = connection.execute("SELECT max(rowid) FROM account").fetchone()
        step = max(accounts // number, 1)
        owners = f"SELECT min(id) FROM account WHERE rowid % {step} = 0 GROUP BY customer_id LIMIT {number}"
        newest = "month = (SELECT max(month) FROM balance n WHERE n.account_id = balance.account_id)"
        connection.execute(
            f'UPDATE balance SET "end" = "end" + 100, average = average + 100 WHERE account_id IN ({owners}) '
            f"AND {newest}"
        )


def _run(home: Path, day: date, *options: str) -> Ran:
    command = [sys.executable, "-m", "assistant.cli", "insight", "run", "--home", str(home), "--json"]
    command += ["--as-of", day.isoformat(), *options]
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=printed)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        printed.seek(0)
        report = json.load(printed)
    kilobytes = usage.ru_maxrss / (2**10 if sys.platform == "darwin" else 1)
    return Ran(seconds, usage.ru_utime + usage.ru_stime, kilobytes / 2**20, report)
