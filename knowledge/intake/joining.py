"""Joins of the mapping: the one row of another source that belongs to a row, and the reason where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass

from duckdb import DuckDBPyConnection

from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import Join, Where
from knowledge.intake.statement import literal, literals


@dataclass(frozen=True)
class JoinedRows:
    """A join, ready for a SELECT: `relation` has one row per key with the cells, `_row`, `_count` (rows that have
    the key) and `_alike` (whether they say the same)."""

    alias: str
    name: str
    join: Join
    relation: str


class Joiner:
    """Prepares the other sources of joins; each way of joining is prepared once."""

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection
        self._relations: dict[tuple[str, tuple[str, ...], str], str] = {}

    def relation(self, join: Join, rows: str, cells: Mapping[str, str]) -> str:
        """The relation to join with: `rows` by the columns that the join matches."""
        key = (join.source, tuple(join.match), repr(sorted(join.where.items())))
        if key not in self._relations:
            name = f"joined_{len(self._relations)}"
            keys = [cells[column] for column in join.match]
            self._connection.execute(f"CREATE TABLE {name} AS {_by_key(rows, keys, list(cells.values()), join, cells)}")
            self._relations[key] = name
        return self._relations[key]


def _by_key(rows: str, keys: list[str], every: list[str], join: Join, cells: Mapping[str, str]) -> str:
    alike = " AND ".join(f"min(coalesce({cell}, '')) = max(coalesce({cell}, ''))" for cell in every if cell not in keys)
    others = [f"min({cell}) AS {cell}" for cell in every if cell not in keys]
    columns = [*keys, *others, "min(_row) AS _row", "count(*) AS _count", f"{alike or 'true'} AS _alike"]
    filled = [f"{key} IS NOT NULL" for key in keys]
    conditions = " AND ".join([*filled, *_conditions(join.where, cells)])
    return f"SELECT {', '.join(columns)} FROM {rows} WHERE {conditions} GROUP BY {', '.join(dict.fromkeys(keys))}"


def _conditions(where: Where, cells: Mapping[str, str]) -> list[str]:
    return [f"coalesce({cells[column]}, '') IN {literals(values)}" for column, values in where.items()]


def join_fault(joined: JoinedRows) -> str:
    """Why a join has no one answer for a row, in SQL over what was found; NULL where it has."""
    join, name = joined.join, joined.name
    pieces = [
        f"{literal((' and ' if number else '') + theirs + ' ')} || excerpt(coalesce({name}_try{number}, ''))"
        for number, theirs in enumerate(join.match)
    ]
    pieces += [literal(f" and {column} {' or '.join(map(excerpt, cells))}") for column, cells in join.where.items()]
    counted = f"coalesce(CAST({name}_count AS VARCHAR), 'no') || {literal(f' rows of {join.source} have ')}"
    fault = f"{{'column': {literal(next(iter(join.match.values())))}, 'reason': {' || '.join([counted, *pieces])}}}"
    none = "false" if join.optional else f"{name}_row IS NULL"
    return f"CASE WHEN {none} OR NOT {name}_alike THEN {fault} END"
