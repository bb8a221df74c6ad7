"""Probabilities of a trained model for every customer in view, as one more measure, with what weighs most in each."""

import duckdb
import numpy as np
import pyarrow as pa

from knowledge.insight.definition import Definition, Kind
from knowledge.insight.score_model import Features, ScoreModel
from knowledge.insight.snapshots import INPUTS, as_numbers, matrix
from knowledge.insight.trained import Trained

TOLD = 10
"""Reasons are looked for in the likeliest tenth only: nobody asks why somebody will stay."""
MEANINGS = {
    "churn": "How likely the customer is to be lost within six months, by the model, with what weighs most",
    "deposit_fall": "How likely the customer's deposits are to fall by a third within six months, by the model",
}
_AT_ONCE = 100_000


def scored(trained: Trained) -> Definition:
    """The measure that a model gives, for every customer with a row of its inputs."""
    return Definition(
        trained.metric,
        Kind.METRIC,
        MEANINGS[trained.target],
        f"gradient boosting over {INPUTS}, calibrated, x 100",
        trained.digest[:12],
        "percent",
        f"SELECT customer_id, value, reasons, told FROM {trained.metric}",
        ("customer_id", "value", "reasons", "told"),
        frozenset({INPUTS}),
    )


def score(
    warehouse: duckdb.DuckDBPyConnection, trained: Trained, into: str, changed: str | None = None, again: str = ""
) -> None:
    """Makes the table `into` (customer_id, value in percent, reasons, and whether the likeliest tenth has them).

    With `changed`, a relation of customers, the table `again` has what was found of all before: only they are scored
    anew, and reasons are looked for only where they are new.
    """
    _put_scores(warehouse, trained.model, f"SEMI JOIN {changed} USING (customer_id)" if changed else "")
    kept = f" UNION ALL SELECT customer_id, value, reasons, told FROM {again} ANTI JOIN {changed} USING (customer_id)"
    warehouse.execute(
        f"CREATE OR REPLACE TEMP TABLE score AS SELECT *, row_number() OVER (ORDER BY value DESC, customer_id) "
        f"<= count(*) OVER () // {TOLD} + 1 AS likely FROM "
        f"(SELECT customer_id, value, NULL::VARCHAR AS reasons, false AS told FROM scored{kept if changed else ''})"
    )
    _put_reasons(warehouse, trained.model)
    warehouse.execute(
        f"CREATE OR REPLACE TABLE {into} AS SELECT s.customer_id, s.value, "
        f"CASE WHEN NOT s.likely THEN '' WHEN s.told THEN s.reasons ELSE r.reasons END AS reasons, s.likely AS told "
        f"FROM score s LEFT JOIN reasoned r ON r.customer_id = s.customer_id"
    )


def _put_scores(warehouse: duckdb.DuckDBPyConnection, model: ScoreModel, asked: str) -> None:
    """`scored`: the probabilities, in percent to two places, so that equal ones are equal on every machine."""
    warehouse.execute("CREATE OR REPLACE TEMP TABLE scored (customer_id VARCHAR, value DECIMAL(18, 4))")
    customers, rows = _inputs(warehouse, model, asked)
    for first in range(0, len(rows), _AT_ONCE):
        part = slice(first, first + _AT_ONCE)
        probabilities = pa.array(np.round(model.probabilities(rows[part]) * 100, 2))
        warehouse.register("probabilities", customers[part].append_column("value", probabilities))
        warehouse.execute("INSERT INTO scored SELECT customer_id, CAST(value AS DECIMAL(18, 4)) FROM probabilities")
        warehouse.unregister("probabilities")


def _put_reasons(warehouse: duckdb.DuckDBPyConnection, model: ScoreModel) -> None:
    """`reasoned`: the reasons of those in the likeliest tenth who have none yet."""
    warehouse.execute("CREATE OR REPLACE TEMP TABLE reasoned (customer_id VARCHAR, reasons VARCHAR)")
    asked = "SEMI JOIN (FROM score WHERE likely AND NOT told) USING (customer_id)"
    customers, rows = _inputs(warehouse, model, asked)
    if len(rows):
        reasons = pa.array([" ".join(names) for names in model.reasons(rows)])
        warehouse.register("reasons", customers.append_column("reasons", reasons))
        warehouse.execute("INSERT INTO reasoned SELECT customer_id, reasons FROM reasons")
        warehouse.unregister("reasons")


def _inputs(warehouse: duckdb.DuckDBPyConnection, model: ScoreModel, asked: str) -> tuple[pa.Table, Features]:
    source = f"(FROM {INPUTS} {asked}) AS f ORDER BY customer_id"
    rows = matrix(warehouse, f"SELECT {as_numbers(model.names, 'f')} FROM {source}")
    return warehouse.execute(f"SELECT customer_id FROM {source}").fetch_arrow_table(), rows
