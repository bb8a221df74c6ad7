"""The means of measures over the customers' groups, from sums that are kept: what a customer changes is a difference.

`summed` has, of each measure and group, how many customers have it and the sum of its values in ten-thousandths, whole
numbers. So sums that were changed customer by customer are the very sums that would have been made of all. The largest
value of a group is looked for anew only where the one who had it has it no longer.
"""

import duckdb

from knowledge.insight.definition import PEERS, Definition
from knowledge.insight.results import whole_number

SUMMED = "summed"
_CHANGES = "summed_change"
SCALES: dict[str | None, int] = {"score": 100}
"""The most that a value of a unit can be, where there is one: what an average of nothing but noughts would tell of."""
_COLUMNS = (
    "metric VARCHAR, definition_version VARCHAR, peers VARCHAR, branch VARCHAR, members BIGINT, total HUGEINT, "
    "added BIGINT, removed BIGINT"
)
_GROUPED = """SELECT metric, definition_version,
    CASE WHEN grouping(peers) = 0 THEN 'peers' WHEN grouping(branch) = 0 THEN 'branch' ELSE 'bank' END AS grouping,
    CASE WHEN grouping(peers) = 0 THEN peers WHEN grouping(branch) = 0 THEN branch ELSE '' END AS of,
    sum(members)::BIGINT AS members, sum(total)::HUGEINT AS total, max(added) AS added, max(removed) AS removed
FROM {0}
GROUP BY GROUPING SETS ((metric, definition_version, peers), (metric, definition_version, branch),
    (metric, definition_version))"""


def begin_sums(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `summed`, empty."""
    connection.execute(f"CREATE OR REPLACE TABLE {SUMMED} AS {_summed(f'({_nothing()})')}")


def sum_up(connection: duckdb.DuckDBPyConnection, one: Definition) -> None:
    """Sums a measure over all customers."""
    connection.execute(f"INSERT INTO {SUMMED} {_summed(f'({_by_group(one, one.name, PEERS, 1)})')}")


class SumChanges:
    """Values added to the sums of their groups, or taken out of them, all at once at the end."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._changed: dict[str, Definition] = {}
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_CHANGES} ({_COLUMNS})")

    def add(self, one: Definition, relation: str, peers: str, sign: int) -> None:
        """Adds a relation of a measure's rows for 1, takes it out for -1; `peers` has these customers' groups."""
        self._changed[one.name] = one
        self._connection.execute(f"INSERT INTO {_CHANGES} {_by_group(one, relation, peers, sign)}")

    def settle(self) -> None:
        """Brings the sums up to date, when the measures themselves are."""
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {SUMMED}_now AS SELECT metric, definition_version, grouping, of, "
            f"sum(members)::BIGINT AS members, sum(total)::HUGEINT AS total, max(largest) AS largest, "
            f"coalesce(max(removed) >= max(largest), false) AND coalesce(max(added) < max(largest), true) AS stale, "
            f"max(added) AS added FROM (SELECT *, NULL::BIGINT AS added, NULL::BIGINT AS removed FROM {SUMMED} "
            f"UNION ALL BY NAME {_GROUPED.format(_CHANGES)}) GROUP BY ALL HAVING sum(members) > 0"
        )
        stale = self._connection.execute(f"SELECT DISTINCT metric FROM {SUMMED}_now WHERE stale").fetchall()
        self._connection.execute(
            f"CREATE OR REPLACE TABLE {SUMMED} AS SELECT metric, definition_version, grouping, of, members, total, "
            f"greatest(largest, added) AS largest FROM {SUMMED}_now"
        )
        for (metric,) in stale:
            self._connection.execute(f"DELETE FROM {SUMMED} WHERE metric = '{metric}'")
            sum_up(self._connection, self._changed[metric])


def averages() -> str:
    """SQL: the rows of `insight_average`. Halves are rounded up, as the definitions round."""
    halves, parts = "(2 * total + members)", "(2 * members)"
    mean = f"CASE WHEN {halves} >= 0 THEN {halves} // {parts} ELSE -(({parts} - 1 - {halves}) // {parts}) END"
    return (
        f"SELECT metric, grouping, of, members::INTEGER AS members, ({mean})::BIGINT AS average, largest, "
        f"definition_version FROM {SUMMED}"
    )


def _by_group(one: Definition, relation: str, peers: str, sign: int) -> str:
    """Customers without a row of a metric have none of it: they do not pull its average down."""
    largest = whole_number(f"greatest(max(abs(m.value)), {SCALES.get(one.unit, 0)})")
    added, removed = (largest, "NULL::BIGINT") if sign > 0 else ("NULL::BIGINT", largest)
    return (
        f"SELECT '{one.name}' AS metric, '{one.version}' AS definition_version, g.peers AS peers, "
        f"coalesce(g.branch_id, '') AS branch, {sign} * count(*) AS members, "
        f"{sign} * sum({whole_number('m.value')})::HUGEINT AS total, "
        f"{added} AS added, {removed} AS removed "
        f"FROM {relation} AS m JOIN {peers} AS g ON g.customer_id = m.customer_id "
        f"WHERE m.value IS NOT NULL GROUP BY g.peers, coalesce(g.branch_id, '')"
    )


def _summed(changes: str) -> str:
    """SQL: the rows of `summed` that changes to nothing make."""
    return f"SELECT * EXCLUDE (added, removed), added AS largest FROM ({_GROUPED.format(changes)})"


def _nothing() -> str:
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in (one.split() for one in _COLUMNS.split(", ")))
    return f"SELECT {columns} WHERE false"
