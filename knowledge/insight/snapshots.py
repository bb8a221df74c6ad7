"""What was known of customers on past days, and what became of them: rows to learn from, out of the bank's history.

Inputs of a day are computed as of that day; whether a customer left is read at the day half a year later. The newest
day is kept for the evaluation, and no outcome that reaches beyond it is learnt from before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from knowledge.insight.computation import compute
from knowledge.insight.definition import Definition, needed
from knowledge.insight.parameters import Parameters
from knowledge.insight.reading import Progress
from knowledge.insight.score_model import Features, Flags
from knowledge.insight.warehouse import KEPT
from knowledge.intake.calendar_format import add_months, month_end

HORIZON_MONTHS = 6
STEP_MONTHS = 3
MOST_SNAPSHOTS = 6
LEAST_HISTORY_MONTHS = 6
"""So much has to be known before a day for its inputs to mean what they mean today."""
MOST_ROWS = 200_000
"""Of one day: more teach no more, and cost minutes."""
INPUTS = "churn_features"
READ = (INPUTS, "lost", "deposits", "churn_risk")
TARGETS = ("churn", "deposit_fall")
FALL = 1 / 3

_OUTCOMES = {
    "churn": "l.customer_id IS NOT NULL",
    "deposit_fall": f"coalesce(d.value, 0) <= f.deposits * (1 - {FALL})",
}
_POPULATIONS = {"churn": "TRUE", "deposit_fall": "f.deposits > 0"}


@dataclass(frozen=True)
class Snapshot:
    """Customers as known on `day`: a row of inputs each, the rule's score, and whether it happened by half a year."""

    day: date
    inputs: Features
    rule_score: Features
    happened: Flags


@dataclass(frozen=True)
class History:
    """Snapshots to learn from, oldest first, and the newest one to be judged by; none where history is too short."""

    names: tuple[str, ...]
    learnt: tuple[Snapshot, ...]
    judged: Snapshot | None


def snapshot_days(today: date, first: date | None) -> tuple[date, ...]:
    """Month ends to take snapshots at, oldest first: the last is judged, the others end half a year before it.

    `first` is the first day that balances are known for. Empty where there are not at least two such days.
    """
    if first is None:
        return ()
    judged = _month_end(today, HORIZON_MONTHS + (0 if month_end(today) == today else 1))
    earliest = month_end(add_months(first.replace(day=1), LEAST_HISTORY_MONTHS))
    learnt = (_month_end(judged, HORIZON_MONTHS + STEP_MONTHS * step) for step in range(MOST_SNAPSHOTS))
    days = [day for day in learnt if day >= earliest]
    return (*reversed(days), judged) if days else ()


def read_history(
    warehouse: duckdb.DuckDBPyConnection,
    definitions: Sequence[Definition],
    parameters: Parameters,
    today: date,
    target: str,
    tell: Progress,
) -> History:
    """The snapshots of a filled warehouse for one of `TARGETS`."""
    chosen = needed(definitions, READ)
    [inputs] = [one for one in chosen if one.name == INPUTS]
    names = tuple(name for name in inputs.columns if name != "customer_id")
    [first] = warehouse.execute(f"SELECT min(month) FROM {KEPT}.balance").fetchone() or (None,)
    days = snapshot_days(today, first)
    for day in sorted({*days, *(_month_end(day, -HORIZON_MONTHS) for day in days)}):
        if not _kept(warehouse, day):
            tell(f"as of {day}", 0, None)
            compute(warehouse, chosen, parameters, day, lambda label, done, total: None)
            _keep(warehouse, day)
    found = [_snapshot(warehouse, day, target, names) for day in days]
    return History(names, tuple(found[:-1]), found[-1] if found else None)


def matrix(warehouse: duckdb.DuckDBPyConnection, query: str) -> Features:
    """Rows of numbers, NaN for NULL."""
    columns = warehouse.execute(query).fetchnumpy().values()
    return np.column_stack([np.ma.filled(np.ma.asarray(one, dtype=np.float64), np.nan) for one in columns])


def as_numbers(names: Sequence[str], alias: str) -> str:
    """The inputs for a SELECT."""
    return ", ".join(f"CAST({alias}.{name} AS DOUBLE) AS {name}" for name in names)


def _month_end(day: date, months_before: int) -> date:
    return month_end(add_months(day.replace(day=1), -months_before))


def _kept(warehouse: duckdb.DuckDBPyConnection, day: date) -> bool:
    query = "SELECT 1 FROM duckdb_tables() WHERE table_name = ?"
    return warehouse.execute(query, [f"{INPUTS}_{day:%Y%m%d}"]).fetchone() is not None


def _keep(warehouse: duckdb.DuckDBPyConnection, day: date) -> None:
    for name in READ:
        warehouse.execute(f"CREATE TABLE {name}_{day:%Y%m%d} AS SELECT * FROM {name}")


def _snapshot(warehouse: duckdb.DuckDBPyConnection, day: date, target: str, names: Sequence[str]) -> Snapshot:
    then, later = f"{day:%Y%m%d}", f"{_month_end(day, -HORIZON_MONTHS):%Y%m%d}"
    rows = matrix(
        warehouse,
        f"SELECT {as_numbers(names, 'f')}, CAST(r.value AS DOUBLE) AS rule_score, "
        f"CAST({_OUTCOMES[target]} AS INTEGER) AS happened FROM {INPUTS}_{then} f "
        f"ANTI JOIN lost_{then} g ON g.customer_id = f.customer_id "
        f"LEFT JOIN churn_risk_{then} r ON r.customer_id = f.customer_id "
        f"LEFT JOIN lost_{later} l ON l.customer_id = f.customer_id "
        f"LEFT JOIN deposits_{later} d ON d.customer_id = f.customer_id "
        f"WHERE {_POPULATIONS[target]} ORDER BY hash(f.customer_id), f.customer_id LIMIT {MOST_ROWS}",
    )
    return Snapshot(day, rows[:, :-2], rows[:, -2], rows[:, -1] > 0)
