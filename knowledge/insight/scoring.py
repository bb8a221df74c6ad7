"""Probabilities of a trained model for every customer in view, as one more measure, with what weighs most in each."""

import duckdb
import numpy as np
import pyarrow as pa

from knowledge.insight.definition import Definition, Kind
from knowledge.insight.delivery import Progress
from knowledge.insight.snapshots import INPUTS, as_numbers, matrix
from knowledge.insight.trained import Trained

TOLD = 10
"""Reasons are looked for in the likeliest tenth only: nobody asks why somebody will stay."""
MEANINGS = {
    "churn": "How likely the customer is to be lost within six months, by the model, with what weighs most",
    "deposit_fall": "How likely the customer's deposits are to fall by a third within six months, by the model",
}


def score(warehouse: duckdb.DuckDBPyConnection, trained: Trained, tell: Progress) -> Definition:
    """Makes the table of the model's measure in a computed warehouse and returns the measure's definition."""
    tell(f"score {trained.metric}", 0, None)
    model = trained.model
    rows = matrix(warehouse, f"SELECT {as_numbers(model.names, 'f')} FROM {INPUTS} f ORDER BY customer_id")
    customers = warehouse.execute(f"SELECT customer_id FROM {INPUTS} ORDER BY customer_id").fetch_arrow_table()
    probabilities = model.probabilities(rows) if len(rows) else np.empty(0)
    reasons = np.full(len(rows), "", dtype=object)
    likeliest = np.argsort(-probabilities, kind="stable")[: len(rows) // TOLD + 1]
    if len(rows):
        reasons[likeliest] = [" ".join(names) for names in model.reasons(rows[likeliest])]
    scored = customers.append_column("value", pa.array(probabilities)).append_column("reasons", pa.array(reasons))
    warehouse.register("scored", scored)
    warehouse.execute(
        f"CREATE OR REPLACE TABLE {trained.metric} AS "
        f"SELECT customer_id, CAST(round(value * 100, 2) AS DECIMAL(18, 4)) AS value, reasons FROM scored"
    )
    warehouse.unregister("scored")
    return Definition(
        trained.metric,
        Kind.METRIC,
        MEANINGS[trained.target],
        f"gradient boosting over {INPUTS}, calibrated, x 100",
        trained.digest[:12],
        "percent",
        f"SELECT customer_id, value, reasons FROM {trained.metric}",
        ("customer_id", "value", "reasons"),
        frozenset({INPUTS}),
    )
