"""`make bench`: prints the measures and what they were taken on, and writes nothing.

`--home DIR` measures a bank that is there instead of making one. `--full` measures the planted bank at the size of the
aims, 1,000,000 customer records with 10,000,000 transactions; `--postgresql` imports it into a PostgreSQL as well;
`--only` takes one of the parts; `--data DIR` judges recommendations, the triage of feedback and the library on public
data in that folder as well.
"""

import argparse
from pathlib import Path

from rich.console import Console

from benchmarks import customer_files, everyday, feedback, library, recommend, understanding, widget
from benchmarks.verification import tables as verification


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("--home", type=Path, help="a home folder with the demo bank")
    options.add_argument("--full", action="store_true", help="the planted bank at full size")
    options.add_argument("--postgresql", action="store_true", help="the planted bank in PostgreSQL too")
    parts = (
        "everyday", "understanding", "verification", "recommend", "feedback", "library", "customer-files", "widget",
    )  # fmt: skip
    options.add_argument("--only", choices=parts)
    options.add_argument("--data", type=Path, help="a folder with uci-bank/, banking77/, clinc150/ and bankfaq/")
    given = options.parse_args()
    console = Console()
    if given.only in (None, "everyday"):
        console.print(everyday.measures(given.home))
    if given.only in (None, "widget"):
        console.print(widget.measures(given.home))
    if given.only in (None, "understanding"):
        for table in understanding.measures(given.home):
            console.print(table)
    if given.only in (None, "verification"):
        for table in verification.measures(given.home):
            console.print(table)
    if given.only in (None, "recommend"):
        console.print(recommend.measures(given.home, given.data))
    if given.only in (None, "feedback"):
        console.print(feedback.measures(given.data))
    if given.only in (None, "library"):
        for table in library.measures(given.data):
            console.print(table)
    if given.only in (None, "customer-files"):
        for table in customer_files.measures(given.full, given.postgresql):
            console.print(table)


main()
