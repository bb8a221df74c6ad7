"""Plants a bank: `python -m benchmarks.planted FOLDER --customers N --transactions M --seed S`."""

import argparse
import time
from pathlib import Path

from benchmarks.planted.bank import plant


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.planted", description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--customers", type=int, default=100_000, help="customer records, over all three systems")
    options.add_argument("--transactions", type=int, help="ten a record, unless given")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--format", choices=("csv", "parquet"), default="csv")
    given = options.parse_args()
    transactions = 10 * given.customers if given.transactions is None else given.transactions
    start = time.perf_counter()
    planted = plant(given.folder, given.customers, transactions, given.seed, given.format)
    print(
        f"{planted.customers} customers in {planted.records} records, {planted.transactions} transactions; "
        f"{sum(planted.rows.values())} rows in {len(planted.rows)} files; {time.perf_counter() - start:.1f} s"
    )


main()
