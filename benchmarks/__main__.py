"""`make bench`: prints the measures and what they were taken on, and writes nothing.

`--home DIR` measures a bank that is there instead of making one.
"""

import argparse
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import command_line, machine, server


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, help="a home folder with the demo bank")
    given = options.parse_args()
    table = Table("measure", "aim", "measured", caption=f"{machine.described()}; load before: {machine.load()}")
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if given.home is None:
            table.add_row("rapport demo", "< 30 s", f"{command_line.demo_bank(home):.1f} s")
        table.add_row("rapport --help", "< 0.5 s", f"{command_line.help_text():.2f} s")
        table.add_row("rapport ask, cold start, median of 5", "< 3 s", f"{command_line.cold_start(home):.2f} s")
        turns = server.served(home)
    table.add_row(f"a turn over HTTP, p50 of {turns.turns}", "< 60 ms", f"{turns.p50:.0f} ms")
    table.add_row("a turn over HTTP, p95", "< 150 ms", f"{turns.p95:.0f} ms")
    table.add_row("the server's memory at most", "< 600 MB", f"{turns.memory:.0f} MB")
    Console().print(table)


main()
