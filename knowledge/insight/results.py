"""What a run found, as rows of the store: values, averages, events and results, in schema `result` of the warehouse."""

from collections.abc import Iterable, Sequence

import duckdb

from knowledge.crm.insights import MEMBERS
from knowledge.insight.definition import Definition, Kind

GROUPINGS = (("peers", "g.peers"), ("branch", "coalesce(g.branch_id, '')"), ("bank", "''"))
PEERS = "peer_group"
"""The definition that says whom a customer is compared with, and so who is a customer now."""

SUBJECTS = {
    Kind.UNIT: "unit_id", Kind.EMPLOYEE: "employee_id", Kind.PRODUCT: "product_id", Kind.GROUP: "group_id",
    Kind.RANKING: "customer_id",
}  # fmt: skip
"""What the rows of a kind are told of, by its column."""

SCALES: dict[str | None, int] = {"score": 100}
"""The most that a value of a unit can be, where there is one: what an average of nothing but noughts would tell of."""

_VALUE = "CAST(round({0} * 10000) AS BIGINT)"
_MEAN = "CAST(floor(CAST(sum(m.value) * 10000 AS DOUBLE) / count(*) + 0.5) AS BIGINT)"
"""Halves up, as the definitions round."""


def make_results(connection: duckdb.DuckDBPyConnection, definitions: Sequence[Definition]) -> None:
    """Fills `result.insight`, `.insight_average`, `.insight_event` and `.insight_result` from the computed definitions.

    Measures are told of customers of today: what a closed one brought counts for products and rates only. Columns
    and types are those of the store's tables, without `as_of` and `until`, which the delivery knows.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS result")
    _make(connection, "insight", map(_metric, _of(definitions, Kind.METRIC)))
    [version] = [one.version for one in definitions if one.name == PEERS]
    connection.execute(
        f"INSERT INTO result.insight SELECT customer_id, '{PEERS}', NULL, 'rank', peers, '[]', '{version}' FROM {PEERS}"
    )
    _make(connection, "insight_average", _averages(_of(definitions, Kind.METRIC)))
    _make(connection, "insight_event", map(_event, _of(definitions, Kind.EVENT)))
    results = map(_result, _of(definitions, *SUBJECTS))
    members = map(_members, (one for one in _of(definitions, Kind.METRIC) if one.compared))
    _make(connection, "insight_result", (*results, *members))


def _of(definitions: Sequence[Definition], *kinds: Kind) -> list[Definition]:
    return [definition for definition in definitions if definition.kind in kinds]


def _make(connection: duckdb.DuckDBPyConnection, table: str, selects: Iterable[str]) -> None:
    connection.execute(f"CREATE OR REPLACE TABLE result.{table} AS " + " UNION ALL ".join(selects))


def _metric(one: Definition) -> str:
    label = "label" if "label" in one.columns else "NULL::VARCHAR"
    reasons = "'[]'"
    if "reasons" in one.columns:
        words = "list_filter(string_split(reasons, ' '), lambda word: word <> '')"
        quoted_words = f"list_transform({words}, lambda word: '\"' || word || '\"')"
        reasons = f"coalesce('[' || list_aggregate({quoted_words}, 'string_agg', ', ') || ']', '[]')"
    return (
        f"SELECT customer_id, '{one.name}' AS metric, {_VALUE.format('value')} AS value, '{one.unit}' AS unit, "
        f"{label} AS label, {reasons} AS reasons, '{one.version}' AS definition_version "
        f"FROM {one.name} SEMI JOIN {PEERS} USING (customer_id) WHERE value IS NOT NULL"
    )


def _averages(metrics: Sequence[Definition]) -> Iterable[str]:
    """Customers without a row of a metric have none of it: they do not pull its average down."""
    for one in metrics:
        largest = _VALUE.format(f"greatest(max(abs(m.value)), {SCALES.get(one.unit, 0)})")
        for grouping, of in GROUPINGS:
            yield (
                f"SELECT '{one.name}' AS metric, '{grouping}' AS grouping, {of} AS of, count(*)::INTEGER AS members, "
                f"{_MEAN} AS average, {largest} AS largest, '{one.version}' AS definition_version "
                f"FROM {one.name} AS m JOIN peer_group AS g ON g.customer_id = m.customer_id "
                f"WHERE m.value IS NOT NULL GROUP BY {of}"
            )


def _event(one: Definition) -> str:
    return (
        f"SELECT e.customer_id, '{one.name}' AS kind, e.day, e.source, {_VALUE.format('e.amount')} AS amount, "
        f"nullif(e.detail, '') AS detail, '{one.version}' AS definition_version, "
        f"coalesce(c.branch_id, '') AS unit_id FROM {one.name} AS e JOIN customer AS c ON c.id = e.customer_id"
    )


def _result(one: Definition) -> str:
    subject = SUBJECTS[one.kind]
    unit = "unit_id" if one.kind is not Kind.EMPLOYEE else "''"
    customers = "customers" if "customers" in one.columns else "NULL::INTEGER"
    return (
        f"SELECT '{one.kind.value}' AS kind, {subject} AS subject_id, coalesce({unit}, '') AS unit_id, "
        f"'{one.name}' AS metric, {_VALUE.format('value')} AS value, '{one.unit}' AS unit, "
        f"{customers} AS customers, '{one.version}' AS definition_version FROM {one.name}"
    )


def _members(one: Definition) -> str:
    """How many customers of each peer group have the measure in each branch: what an average's privacy is judged by."""
    return (
        f"SELECT '{MEMBERS}' AS kind, g.peers AS subject_id, coalesce(g.branch_id, '') AS unit_id, "
        f"'{one.name}' AS metric, {_VALUE.format('count(*)')} AS value, 'count' AS unit, "
        f"count(*)::INTEGER AS customers, '{one.version}' AS definition_version "
        f"FROM {one.name} AS m JOIN {PEERS} AS g ON g.customer_id = m.customer_id "
        "WHERE m.value IS NOT NULL GROUP BY g.peers, coalesce(g.branch_id, '')"
    )
