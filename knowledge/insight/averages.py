"""The means of measures over the customers' groups, from sums that are kept: what a customer changes is a difference.

`summed` has, of each measure and group, how many customers have it and the sum of its values in ten-thousandths, whole
numbers. So sums that were changed customer by customer are the very sums that would have been made of all.
"""

import duckdb

from knowledge.insight.definition import PEERS, Definition
from knowledge.insight.results import whole_number

SUMMED = "summed"
_CHANGES = "summed_change"
_COLUMNS = "metric VARCHAR, definition_version VARCHAR, peers VARCHAR, branch VARCHAR, members BIGINT, total HUGEINT"
_GROUPED = """SELECT metric, definition_version,
    CASE WHEN grouping(peers) = 0 THEN 'peers' WHEN grouping(branch) = 0 THEN 'branch' ELSE 'bank' END AS grouping,
    CASE WHEN grouping(peers) = 0 THEN peers WHEN grouping(branch) = 0 THEN branch ELSE '' END AS of,
    sum(members)::BIGINT AS members, sum(total)::HUGEINT AS total
FROM {0}
GROUP BY GROUPING SETS ((metric, definition_version, peers), (metric, definition_version, branch),
    (metric, definition_version))"""


def begin_sums(connection: duckdb.DuckDBPyConnection) -> None:
    """Makes `summed`, empty."""
    connection.execute(f"CREATE OR REPLACE TABLE {SUMMED} AS {_GROUPED.format(f'({_nothing()})')}")


def sum_up(connection: duckdb.DuckDBPyConnection, one: Definition) -> None:
    """Sums a measure over all customers."""
    connection.execute(f"INSERT INTO {SUMMED} {_GROUPED.format(f'({_by_group(one, one.name, PEERS, 1)})')}")


class SumChanges:
    """Values added to the sums of their groups, or taken out of them, all at once at the end."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {_CHANGES} ({_COLUMNS})")

    def add(self, one: Definition, relation: str, peers: str, sign: int) -> None:
        """Adds a relation of a measure's rows for 1, takes it out for -1; `peers` has these customers' groups."""
        self._connection.execute(f"INSERT INTO {_CHANGES} {_by_group(one, relation, peers, sign)}")

    def settle(self) -> None:
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {SUMMED}_now AS SELECT metric, definition_version, grouping, of, "
            f"sum(members)::BIGINT AS members, sum(total)::HUGEINT AS total "
            f"FROM (FROM {SUMMED} UNION ALL {_GROUPED.format(_CHANGES)}) GROUP BY ALL HAVING sum(members) > 0"
        )
        self._connection.execute(f"CREATE OR REPLACE TABLE {SUMMED} AS FROM {SUMMED}_now")


def averages() -> str:
    """SQL: the rows of `insight_average`. Halves are rounded up, as the definitions round."""
    halves, parts = "(2 * total + members)", "(2 * members)"
    mean = f"CASE WHEN {halves} >= 0 THEN {halves} // {parts} ELSE -(({parts} - 1 - {halves}) // {parts}) END"
    return (
        f"SELECT metric, grouping, of, members::INTEGER AS members, ({mean})::BIGINT AS average, definition_version "
        f"FROM {SUMMED}"
    )


def _by_group(one: Definition, relation: str, peers: str, sign: int) -> str:
    """Customers without a row of a metric have none of it: they do not pull its average down."""
    return (
        f"SELECT '{one.name}' AS metric, '{one.version}' AS definition_version, g.peers AS peers, "
        f"coalesce(g.branch_id, '') AS branch, {sign} * count(*) AS members, "
        f"{sign} * sum({whole_number('m.value')})::HUGEINT AS total "
        f"FROM {relation} AS m JOIN {peers} AS g ON g.customer_id = m.customer_id "
        f"WHERE m.value IS NOT NULL GROUP BY g.peers, coalesce(g.branch_id, '')"
    )


def _nothing() -> str:
    columns = ", ".join(f"NULL::{kind} AS {name}" for name, kind in (one.split() for one in _COLUMNS.split(", ")))
    return f"SELECT {columns} WHERE false"
