"""The making of a planted bank: customers, their records, accounts and bookings, then the files and the truth."""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.planted import accounts, customers, delivery, draws, faults, lots, mapping, records, statements, truth
from benchmarks.planted.layouts import LAYOUTS

MEMORY = "1200MB"
RECORDS_A_CUSTOMER = 1.19
"""A little less than the mean, so that there are customers enough for the records asked for."""


@dataclass(frozen=True)
class Planted:
    """What was planted: `records` of customers in the three systems, transactions, files, rows by file."""

    folder: Path
    records: int
    customers: int
    transactions: int
    rows: dict[str, int]


def plant(
    folder: Path, records_wanted: int, transactions: int, seed: int = 1, form: delivery.Format = "csv"
) -> Planted:
    """Writes a bank to `folder`: the files of three systems, `mapping.yaml`, and `truth/`.

    `records_wanted` counts the systems' customer records; the persons and companies behind them are about a sixth
    fewer. The same arguments give the same bank, byte by byte.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch, duckdb.connect(str(Path(scratch) / "bank.duckdb")) as bank:
        bank.execute(
            f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{scratch}'; SET enable_progress_bar = false"
        )
        draws.define(bank, seed)
        lots.fill(bank, seed)
        customers.create(bank, max(2, round(records_wanted / RECORDS_A_CUSTOMER)))
        records.create(bank, records_wanted)
        statements.create(bank)
        accounts.create(bank, transactions)
        rows = _deliver(bank, folder, form)
        truth.write(bank, folder)
        (people,) = bank.execute("SELECT count(DISTINCT customer) FROM statement").fetchone() or (0,)
    mapping.write(folder, form)
    planted = Planted(folder, records_wanted, people, transactions, rows)
    summary = {
        "records": planted.records,
        "customers": people,
        "transactions": transactions,
        "seed": seed,
        "rows": rows,
    }
    (folder / truth.FOLDER / "summary.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")
    return planted


def _deliver(bank: duckdb.DuckDBPyConnection, folder: Path, form: delivery.Format) -> dict[str, int]:
    bank.execute('CREATE TABLE reject (file VARCHAR, line BIGINT, "table" VARCHAR, "column" VARCHAR, cell VARCHAR)')
    rows = {}
    for layout in LAYOUTS:
        faults.lay_out(bank, layout)
        path = delivery.write(bank, layout, folder, form)
        (rows[path.name],) = bank.execute(f"SELECT count(*) FROM file_{layout.name}").fetchone() or (0,)
        bank.execute(f"UPDATE reject SET file = '{path.name}' WHERE file = '{layout.name}'")
        bank.execute(f"DROP TABLE file_{layout.name}")
    return rows
