"""Whole commands, from the moment they are typed to the moment they are done."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.questions import QUESTIONS

RUNS = 5


def rapport(*arguments: str) -> float:
    """Runs the command in a process of its own and returns the seconds it took. Raises if it fails."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "assistant.cli", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def demo_bank(home: Path) -> float:
    """Seconds that `rapport demo` takes: customers, library and understanding."""
    return rapport("demo", "--home", str(home))


def cold_start(home: Path) -> float:
    """Median seconds of `rapport ask`, each in a new process."""
    seconds = []
    for employee, question in QUESTIONS[:RUNS]:
        seconds.append(rapport("ask", question, "--as", employee, "--home", str(home)))
    return median(seconds)


def help_text() -> float:
    """Median seconds of `rapport --help`."""
    return median(rapport("--help") for _ in range(RUNS))
