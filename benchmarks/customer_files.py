"""The measures of one file per customer, on a planted bank: its import, who was found to be whom, reading a file."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.table import Table

from benchmarks import machine
from benchmarks.bank_import import Imported, imported
from benchmarks.planted.bank import plant
from benchmarks.reading import Reads, postgresql, reads
from benchmarks.resolution import Resolution, resolution
from knowledge.crm.store import sqlite_url

RECORDS, TRANSACTIONS = 100_000, 500_000
FULL_RECORDS, FULL_TRANSACTIONS = 1_000_000, 10_000_000
SEED = 1


def measures(full: bool, with_postgresql: bool) -> Iterator[Table]:
    """Plants a bank, imports it and yields its tables: a moderate bank, or the size of the aims where `full`.

    `with_postgresql` imports it a second time, into a PostgreSQL that is started for it, and reads files there too.
    """
    records, transactions = (FULL_RECORDS, FULL_TRANSACTIONS) if full else (RECORDS, TRANSACTIONS)
    with tempfile.TemporaryDirectory() as scratch:
        folder, home = Path(scratch) / "bank", Path(scratch) / "home"
        home.mkdir()
        planted = plant(folder, records, transactions, SEED)
        load = machine.load()
        title = f"{records:,} customer records, {transactions:,} transactions (seed {SEED})"
        run = imported(folder, home)
        yield _import_table(run, f"SQLite: {title}", load, full)
        found = resolution(home, planted.folder / "truth")
        yield _resolution_table(found, run, full)
        yield _group_table(found)
        yield _reading_table(reads(sqlite_url(home)), "SQLite")
        if with_postgresql:
            with postgresql() as database:
                other = Path(scratch) / "other"
                other.mkdir()
                run = imported(folder, other, database)
                yield _import_table(run, f"PostgreSQL: {title}", machine.load(), full)
                yield _reading_table(reads(database), "PostgreSQL")


def _import_table(run: Imported, title: str, load: str, full: bool) -> Table:
    caption = f"{machine.described()}; load before: {load}"
    table = Table("measure", "aim", "measured", title=title, caption=caption)
    table.add_row("rapport import", "< 900 s" if full else "", f"{run.seconds:.1f} s")
    for stage, seconds in run.stages.items():
        table.add_row(f"  {stage}", "", f"{seconds:.1f} s")
    table.add_row("rows read a second", "", f"{run.rows / run.seconds:,.0f}")
    table.add_row("rows rejected", "", f"{run.rejected:,} of {run.rows:,}{'' if run.balanced else ', NOT BALANCED'}")
    table.add_row("memory at most", "< 4096 MB", f"{run.memory:.0f} MB")
    table.add_row("DuckDB: CREATE TABLE AS of the same files", "", f"{run.duckdb:.1f} s")
    table.add_row("import, compared with that", "", f"{run.ratio:.1f} times")
    return table


def _reading_table(found: Reads, database: str) -> Table:
    table = Table("measure", "aim", "measured", title=f"A customer's file read, {database}; load: {machine.load()}")
    table.add_row(f"p50 of {found.reads:,}", "< 5 ms", f"{found.p50:.1f} ms")
    table.add_row("p95", "", f"{found.p95:.1f} ms")
    return table


def _resolution_table(found: Resolution, run: Imported, full: bool) -> Table:
    table = Table("measure", "aim", "measured", title=f"Who is whom, {found.records:,} records")
    table.add_row("precision of joined pairs", ">= 0.99", f"{found.precision:.4f} ({found.right:,} of {found.found:,})")
    table.add_row("recall of joined pairs", ">= 0.92", f"{found.recall:.4f} ({found.right:,} of {found.true:,})")
    asked = (found.right + found.doubted) / found.true
    table.add_row("recall with those that a person is asked about", "", f"{asked:.4f}")
    table.add_row("pairs that a person is asked about", "", f"{found.asked:,}, {found.doubted:,} of them rightly")
    table.add_row("seconds of resolution", "< 1200 s" if full else "", f"{run.stages.get('resolution', 0):.1f} s")
    return table


def _group_table(found: Resolution) -> Table:
    table = Table("pairs of", "pairs", "joined", "share", title="What was joined: troubles (aim: all), homonyms (none)")
    for group in found.troubles:
        table.add_row(group.kind.replace("_", " "), f"{group.pairs:,}", f"{group.joined:,}", f"{group.share:.3f}")
    table.add_section()
    for group in found.homonyms:
        table.add_row(group.kind.replace("_", " "), f"{group.pairs:,}", f"{group.joined:,}", f"{group.share:.3f}")
    return table
