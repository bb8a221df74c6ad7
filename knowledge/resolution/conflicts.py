"""Conflicts: what the records of one customer contradict each other about, kept until it is settled or gone."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TypedDict

import duckdb
import pyarrow as pa

from knowledge.crm.codes import ConflictState
from knowledge.resolution.agreement import contradict
from knowledge.resolution.fields import CONTESTABLE, REPAIRS, day_of, stated

_COLUMNS = pa.schema(
    [
        ("id", pa.int64()), ("customer_id", pa.string()), ("field", pa.string()), ("claims", pa.string()),
        ("state", pa.string()), ("found_on", pa.date32()), ("settled_on", pa.date32()), ("settled_by", pa.string()),
    ]
)  # fmt: skip


class Claim(TypedDict):
    """What one record says of a field, as text, and since when."""

    system: str
    value: str
    as_of: str
    record_id: str


@dataclass(frozen=True)
class _Said:
    """The claims of all records on one field of one customer, the newest first."""

    customer_id: str
    field: str
    kind: str
    claims: list[Claim]
    latin: list[str | None]

    def contradicts(self) -> bool:
        return contradict(self.field, [claim["value"] for claim in self.claims], self.kind, self.latin)

    @property
    def is_answered(self) -> bool:
        """Whether a person has said what holds since, or on the day that, systems said anything else."""
        repaired = [claim["as_of"] for claim in self.claims if claim["system"] == REPAIRS]
        return bool(repaired) and max(claim["as_of"] for claim in self.claims) <= max(repaired)

    def adds_to(self, settled: "_Known") -> bool:
        """Whether a record says what nobody had said when the conflict was settled."""
        known = [claim["value"] for claim in settled.claims]
        return any(all(contradict(self.field, [claim["value"], value], self.kind) for value in known)
                   for claim in self.claims)  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """A conflict that the store has."""

    id: int
    customer_id: str
    field: str
    claims: list[Claim]
    state: str
    found_on: date
    settled_on: date | None
    settled_by: str | None

    def row(self, **changed: object) -> dict[str, object]:
        return {**self.__dict__, "claims": json.dumps(self.claims), **changed}


def find_conflicts(staging: duckdb.DuckDBPyConnection, today: date, *, parting: bool = False) -> None:
    """Makes `merged.conflict`: the conflicts of the customers in `merged.source_record` that are new or have changed.

    Reads `merged.customer` for their kinds, and `store.conflict`, or what `merged.conflict` has instead for customers
    that were joined. New ones have no id. An open one that no longer holds becomes gone; a settled one stays as it
    is, and a new one is opened beside it only when a record comes to say something that was not known then.
    One that comes back word for word is opened again. `parting` says that these customers were one until now: an open
    conflict that no longer holds and rested on another one's record goes to `gone.conflict`.
    """
    said = {(each.customer_id, each.field): each for each in _contested(staging) if each.contradicts()}
    known: dict[tuple[str, str], list[_Known]] = {}
    for each in _known(staging):
        known.setdefault((each.customer_id, each.field), []).append(each)
    rows: list[dict[str, object]] = []
    for key in sorted({*said, *known}):
        rows += _changed(said.get(key), known.get(key, []), today)
    led = _led(staging)
    rows += [each.row() for each in led if each.id not in {row["id"] for row in rows}]
    if parting:
        rows = _without_crossing(staging, rows)
    staging.register("_conflict_rows", pa.Table.from_pylist(rows, schema=_COLUMNS))
    staging.execute("CREATE OR REPLACE TABLE merged.conflict AS FROM _conflict_rows")
    staging.unregister("_conflict_rows")


def _changed(said: _Said | None, known: list[_Known], today: date) -> Iterable[dict[str, object]]:
    settled = [each for each in known if each.state == ConflictState.SETTLED]
    holds = said is not None and not said.is_answered
    if holds and settled and said is not None:
        holds = said.adds_to(max(settled, key=lambda each: (each.settled_on or each.found_on, each.id)))
    still_open = [each for each in known if each.state == ConflictState.OPEN]
    if holds and said is not None and not still_open:
        back = [each for each in known if each.state == ConflictState.GONE and each.claims == said.claims]
        if back:
            return [max(back, key=lambda each: each.id).row(state=ConflictState.OPEN.value)]
    if not holds or said is None:
        return [each.row(state=ConflictState.GONE.value) for each in still_open]
    if not still_open:
        new = {"customer_id": said.customer_id, "field": said.field, "claims": json.dumps(said.claims)}
        return [{**new, "id": None, "state": ConflictState.OPEN.value, "found_on": today}]
    first = min(still_open, key=lambda each: each.id)
    rest = [each.row(state=ConflictState.GONE.value) for each in still_open if each is not first]
    return [first.row(claims=json.dumps(said.claims)), *rest] if first.claims != said.claims else rest


def _without_crossing(staging: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Takes out the conflicts that are gone now and were not between records of their customer alone."""
    counts = dict(staging.execute("SELECT id, customer_id FROM merged.source_record").fetchall())
    crossing = [
        row["id"]
        for row in rows
        if row["state"] == ConflictState.GONE
        and {counts.get(claim["record_id"]) for claim in json.loads(str(row["claims"]))} != {row["customer_id"]}
    ]
    staging.execute("CREATE TABLE IF NOT EXISTS gone.conflict (id BIGINT)")
    for id in crossing:
        staging.execute("INSERT INTO gone.conflict VALUES (?)", [id])
    return [row for row in rows if row["id"] is None or row["id"] not in crossing]


def _contested(staging: duckdb.DuckDBPyConnection) -> Iterable[_Said]:
    """Every field of a customer that several records state in different letters."""
    staging.execute("CREATE OR REPLACE TEMP TABLE _claim AS " + " UNION ALL ".join(map(_claims_of, CONTESTABLE)))
    rows = staging.execute(
        """SELECT _claim.customer_id, field, customer.kind, system, value, since, record_id, latin FROM _claim
        JOIN merged.customer customer ON customer.id = _claim.customer_id
        WINDOW spoken AS (PARTITION BY _claim.customer_id, field)
        QUALIFY min(value) OVER spoken <> max(value) OVER spoken
        ORDER BY _claim.customer_id, field, since DESC, record_id"""
    ).fetchall()
    for (customer, field, kind), group in groupby(rows, key=lambda row: row[:3]):
        lines = list(group)
        claims = [
            Claim(system=system, value=value, as_of=since.isoformat(), record_id=record)
            for *_, system, value, since, record, _ in lines
        ]
        yield _Said(customer, field, kind, claims, [line[-1] for line in lines] if field == "name" else [])


def _claims_of(field: str) -> str:
    value = f"printf('%d.%02d', {field} // 100, {field} % 100)" if field == "income" else f'CAST("{field}" AS VARCHAR)'
    latin = "name_latin" if field == "name" else "NULL"
    return f"""SELECT customer_id, '{field}' AS field, system, {value} AS value, {day_of(field)} AS since,
        id AS record_id, {latin}::VARCHAR AS latin
    FROM merged.source_record WHERE {stated(field)} IS NOT NULL AND {day_of(field)} IS NOT NULL
        AND customer_id IN (SELECT customer_id FROM merged.source_record GROUP BY 1 HAVING count(*) > 1)"""


_READ = "SELECT id, customer_id, field, claims, state, found_on, settled_on, settled_by FROM"


def _known(staging: duckdb.DuckDBPyConnection) -> list[_Known]:
    """The conflicts of the touched customers, those of joined ones as their survivor's."""
    touched = "customer_id IN (SELECT customer_id FROM merged.source_record)"
    led = _led(staging)
    kept = _fetched(staging, f"{_READ} store.conflict WHERE {touched} AND id NOT IN ({_gone(staging)})")
    moved = {each.id for each in led}
    return sorted([*led, *(each for each in kept if each.id not in moved)], key=lambda each: each.id)


def _led(staging: duckdb.DuckDBPyConnection) -> list[_Known]:
    return _fetched(staging, f"{_READ} merged.conflict WHERE id IS NOT NULL") if _has(staging, "merged") else []


def _gone(staging: duckdb.DuckDBPyConnection) -> str:
    return "SELECT id FROM gone.conflict" if _has(staging, "gone") else "SELECT NULL::BIGINT WHERE false"


def _has(staging: duckdb.DuckDBPyConnection, schema: str) -> bool:
    query = """SELECT 1 FROM information_schema.tables
        WHERE table_catalog = current_database() AND table_schema = ? AND table_name = 'conflict'"""
    return staging.execute(query, [schema]).fetchone() is not None


def _fetched(staging: duckdb.DuckDBPyConnection, query: str) -> list[_Known]:
    found = []
    for id, customer, field, claims, *rest in staging.execute(query).fetchall():
        found.append(_Known(id, customer, field, json.loads(claims), *rest))
    return found
