"""A measure as a bank's analyst reads and changes it: one .sql file with a header, one SELECT.

The header names the measure, what it means, its unit, its formula in words and its version. The SELECT reads the
tables of the store (`transaction` as `booking`), the tables made of `parameters.yaml`, `period`, and other
definitions by their names; the order in which they are run follows from that.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import sqlglot
from sqlglot import expressions
from sqlglot.errors import SqlglotError

from knowledge.errors import InsightError

DEFINITIONS = Path(__file__).with_name("definitions")
DIALECT = "duckdb"
_HEADER = re.compile(r"^-- ([a-z]+): (.+)$")


class Kind(StrEnum):
    """What the rows of a definition are about. STEP ones are only read by others."""

    STEP = "step"
    METRIC = "metric"
    EVENT = "event"
    UNIT = "unit"
    EMPLOYEE = "employee"
    PRODUCT = "product"
    GROUP = "group"
    RANKING = "ranking"


COLUMNS: Mapping[Kind, tuple[str, ...]] = {
    Kind.STEP: (),
    Kind.METRIC: ("customer_id", "value"),
    Kind.EVENT: ("customer_id", "day", "amount", "source", "detail"),
    Kind.UNIT: ("unit_id", "value"),
    Kind.EMPLOYEE: ("employee_id", "value"),
    Kind.PRODUCT: ("product_id", "unit_id", "value", "customers"),
    Kind.GROUP: ("group_id", "unit_id", "value", "customers"),
    Kind.RANKING: ("customer_id", "unit_id", "value"),
}
"""The columns that every definition of a kind selects. A metric may add `label` and `reasons`. GROUP rows tell of the
customers of one code, RANKING rows give the places of customers; `unit_id` '' is the whole bank."""

UNITS = frozenset({"money", "percent", "score", "points", "count", "years", "days", "rank"})


@dataclass(frozen=True)
class Definition:
    """One measure. `sql` is in DuckDB's dialect; `reads` are the tables and definitions it selects from.

    `compared` says that its averages are told beside a customer's value, so that group members are counted for them.
    """

    name: str
    kind: Kind
    meaning: str
    formula: str
    version: str
    unit: str | None
    sql: str
    columns: tuple[str, ...]
    reads: frozenset[str]
    compared: bool = False

    def sql_for(self, dialect: str) -> str:
        """The same SELECT for another engine: `spark` or `postgres`."""
        return sqlglot.transpile(self.sql, read=DIALECT, write=dialect)[0]


def read_definitions(folder: Path = DEFINITIONS) -> tuple[Definition, ...]:
    """Every definition of the folder, those that others read before them.

    Raises InsightError naming the file for a header that lacks something, SQL that cannot be read or is no
    single SELECT, or definitions that read each other in a circle.
    """
    found = {definition.name: definition for definition in map(_read, sorted(folder.glob("*.sql")))}
    try:
        order = TopologicalSorter({name: sorted(one.reads & found.keys()) for name, one in found.items()})
        return tuple(found[name] for name in order.static_order())
    except CycleError as error:
        raise InsightError(reason=f"definitions read each other in a circle: {' -> '.join(error.args[1])}") from error


def needed(definitions: Iterable[Definition], wanted: Iterable[str]) -> tuple[Definition, ...]:
    """The definitions of these names and all that they read, in the order given."""
    by_name = {one.name: one for one in definitions}
    waiting, chosen = list(wanted), set[str]()
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in chosen:
            chosen.add(name)
            waiting.extend(by_name[name].reads)
    return tuple(one for one in by_name.values() if one.name in chosen)


def _read(path: Path) -> Definition:
    text = path.read_text(encoding="utf-8")
    header = {match[1]: match[2] for line in text.splitlines() if (match := _HEADER.match(line))}
    try:
        select = _select(text)
        kind = Kind(header["kind"])
        unit = header.get("unit")
        if unit not in (None, *UNITS):
            raise InsightError(reason=f"{path.name}: {unit!r} is none of the units {', '.join(sorted(UNITS))}")
        definition = Definition(
            header["name"], kind, header["meaning"], header["formula"], header["version"], unit,
            select.sql(DIALECT, comments=False), tuple(select.named_selects), frozenset(_tables(select)),
            compared=header.get("compared") == "yes",
        )  # fmt: skip
    except KeyError as error:
        raise InsightError(reason=f"{path.name}: the header has no {error.args[0]}") from error
    except (SqlglotError, ValueError) as error:
        raise InsightError(reason=f"{path.name}: {str(error).splitlines()[0]}") from error
    missing = [column for column in COLUMNS[kind] if column not in definition.columns]
    if missing or definition.name != path.stem:
        wrong = f"it selects no {missing[0]}" if missing else f"its name is {definition.name}"
        raise InsightError(reason=f"{path.name}: {wrong}")
    return definition


def _select(text: str) -> expressions.Query:
    statements = [one for one in sqlglot.parse(text, read=DIALECT) if one is not None]
    if len(statements) != 1 or not isinstance(statements[0], expressions.Query):
        raise ValueError("a definition is one SELECT and nothing else")
    return statements[0]


def _tables(select: expressions.Query) -> set[str]:
    named = {cte.alias for cte in select.find_all(expressions.CTE)}
    return {table.name for table in select.find_all(expressions.Table)} - named
