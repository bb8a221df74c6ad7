"""What the planted files leave out, planted in the store of a home folder: `python -m benchmarks.planted.store HOME`.

Monthly balances, managers with some 400 customers each and heads of branches, products, tiers, contacts.
"""

import argparse
from pathlib import Path

from benchmarks.planted.balances import plant_balances
from benchmarks.planted.dealings import plant_dealings
from benchmarks.planted.staff import plant_staff


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.planted.store", description=__doc__)
    options.add_argument("home", type=Path)
    options.add_argument("--balances", type=int, default=24_000_000)
    given = options.parse_args()
    balances = plant_balances(given.home, given.balances)
    managers = plant_staff(given.home)
    plant_dealings(given.home)
    print(f"{balances} balances, {managers} managers")


if __name__ == "__main__":
    main()
