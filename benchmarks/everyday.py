"""The measures of everyday use, on the demo bank: commands and turns."""

import tempfile
from pathlib import Path

from rich.table import Table

from benchmarks import command_line, machine, server


def measures(given_home: Path | None) -> Table:
    """Takes them on the bank in `given_home`, or on one that is made for it."""
    table = Table("measure", "aim", "measured", caption=f"{machine.described()}; load before: {machine.load()}")
    with tempfile.TemporaryDirectory() as folder:
        home = given_home or Path(folder)
        if given_home is None:
            table.add_row("rapport demo", "< 30 s", f"{command_line.demo_bank(home):.1f} s")
        table.add_row("rapport --help", "< 0.5 s", f"{command_line.help_text():.2f} s")
        table.add_row("rapport ask, cold start, median of 5", "< 3 s", f"{command_line.cold_start(home):.2f} s")
        turns = server.served(home)
    table.add_row(f"a turn over HTTP, p50 of {turns.turns}", "< 60 ms", f"{turns.p50:.0f} ms")
    table.add_row("a turn over HTTP, p95", "< 150 ms", f"{turns.p95:.0f} ms")
    table.add_row("the server's memory at most", "< 600 MB", f"{turns.memory:.0f} MB")
    return table
