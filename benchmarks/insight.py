"""`python -m benchmarks.insight`: how long the measures take, and how well the models tell who leaves.

`--home DIR` runs the measures on the bank there, which it changes: in full, again, after changes, for the next day;
with `--chat` it asks instead, at all three levels. `--data DIR` is a folder with `churn/Churn_Modelling.csv` and the
Berka bank in `berka/`: models are judged on both.
"""

import argparse
import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.insight_chat import answers
from benchmarks.insight_run import timed_runs
from benchmarks.machine import described, load
from knowledge.crm.store import sqlite_url
from knowledge.insight.computation import compute, filled_warehouse
from knowledge.insight.definition import needed, read_definitions
from knowledge.insight.parameters import read_parameters
from knowledge.insight.score_model import Features, Flags, ScoreModel, evaluate, out_of_fold
from knowledge.insight.snapshots import as_numbers, matrix
from knowledge.insight.warehouse import KEPT
from knowledge.intake.calendar_format import add_months, month_end
from knowledge.intake.intake import import_folder

NUMBERS = (
    "CreditScore", "Age", "Tenure", "Balance", "NumOfProducts", "HasCrCard", "IsActiveMember", "EstimatedSalary",
)  # fmt: skip
CODES = ("Geography", "Gender")
LEARNT_DAYS = (date(1997, 3, 31), date(1997, 6, 30), date(1997, 9, 30), date(1997, 12, 31))
JUDGED_DAY = date(1998, 6, 30)
IDLE_DAYS = 60


def judged_on_churn(path: Path) -> Iterator[tuple[str, str]]:
    """Five-fold, without the row that stands in the file twice."""
    with path.open(newline="") as file:
        rows = list({row["CustomerId"]: row for row in csv.DictReader(file)}.values())
    kinds = [sorted({row[name] for row in rows}) for name in CODES]
    inputs = np.array(
        [
            [
                *(_number(row[name]) for name in NUMBERS),
                *(float(k.index(row[n])) for n, k in zip(CODES, kinds, strict=True)),
            ]
            for row in rows
        ]
    )
    left = np.array([row["Exited"] == "1" for row in rows])
    found = evaluate(out_of_fold(ScoreModel((*NUMBERS, *CODES), CODES), inputs, left), left)
    yield f"Churn_Modelling, {found.rows:,} rows, five-fold: AUC (aim 0.859)", f"{found.auc:.4f}"
    yield "  calibration error, lift in the first tenth", f"{found.calibration_error:.4f}, {found.lift:.2f}"


def judged_on_berka(folder: Path) -> Iterator[tuple[str, str]]:
    """Who falls silent: no booking in the half year after a day, of customers who had one in the 60 days before.

    What the files have of an account ends shortly before its loan was granted, so this silence is the end of the data
    and not of the customer: the figure says that the pipeline learns what is to be learnt, not whom a bank loses.
    """
    with TemporaryDirectory() as place, silent(folder, Path(place)) as warehouse:
        learnt = [_silence(warehouse, day) for day in LEARNT_DAYS]
        inputs, gone, _ = (np.concatenate(parts) for parts in zip(*learnt, strict=True))
        later, later_gone, idle = _silence(warehouse, JUDGED_DAY)
    names = _inputs()
    try:
        found = evaluate(ScoreModel(names).fit(inputs, gone).probabilities(later), later_gone)
    except ValueError as error:
        yield "Berka", str(error)
        return
    simple = evaluate(np.nan_to_num(idle) / IDLE_DAYS, later_gone)
    yield f"Berka, silent by half a year after {JUDGED_DAY}: {found.positives} of {found.rows}", ""
    yield "  AUC of the model, of the days since the last booking alone", f"{found.auc:.3f}, {simple.auc:.3f}"


@contextmanager
def silent(folder: Path, place: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The Berka bank in a warehouse."""
    import_folder(folder, Path("berka"), url=sqlite_url(place), rejects=place / "rejects.csv")
    with filled_warehouse(sqlite_url(place), place / "insight", read_parameters()) as (warehouse, _):
        yield warehouse


def _silence(warehouse: duckdb.DuckDBPyConnection, day: date) -> tuple[Features, Flags, Features]:
    chosen = needed(read_definitions(), ["churn_features"])
    compute(warehouse, chosen, read_parameters(), day, lambda label, done, total: None)
    until = month_end(add_months(day.replace(day=1), 6))
    rows = matrix(
        warehouse,
        f"SELECT {as_numbers(_inputs(), 'f')}, CAST(b.customer_id IS NULL AS INTEGER) AS silent FROM churn_features f "
        f"LEFT JOIN (SELECT DISTINCT a.customer_id FROM {KEPT}.booking t JOIN {KEPT}.account a ON a.id = t.account_id "
        f"WHERE t.booked_on > DATE '{day}' AND t.booked_on <= DATE '{until}') b ON b.customer_id = f.customer_id "
        f"WHERE f.days_since_booking <= {IDLE_DAYS} ORDER BY f.customer_id",
    )
    return rows[:, :-1], rows[:, -1] > 0, rows[:, _inputs().index("days_since_booking")]


def _inputs() -> tuple[str, ...]:
    [features] = [one for one in read_definitions() if one.name == "churn_features"]
    return features.columns[1:]


def _number(text: str) -> float:
    return float(text) if text else float("nan")


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.insight", description=__doc__)
    options.add_argument("--home", type=Path, help="a home folder with a bank")
    options.add_argument("--chat", action="store_true", help="ask the bank in --home instead of computing")
    options.add_argument("--as-of", type=date.fromisoformat, default=date(2026, 11, 20))
    options.add_argument("--data", type=Path, help="the folder of data sets")
    given = options.parse_args()
    if given.home and given.chat:
        Console(width=140).print(answers(given.home, given.as_of))
        return
    table = Table("measure", "measured", title=f"Insight ({described()}; load {load()})")
    for label, figure in timed_runs(given.home, given.as_of) if given.home else ():
        table.add_row(label, figure)
    if given.data:
        for label, figure in (*judged_on_churn(given.data / "churn" / "Churn_Modelling.csv"),
                              *judged_on_berka(given.data / "berka")):  # fmt: skip
            table.add_row(label, figure)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
