"""Survivorship: the one row of a customer out of what several systems say.

Per field the newest statement wins, and an empty one never does; on the same day the more trusted system, then the
smaller record id. Where one record says all there is, its row is the customer's.
"""

import json
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from knowledge.crm.codes import CustomerKind
from knowledge.crm.names import HAN
from knowledge.resolution.comparable_name import comparable_company, comparable_person
from knowledge.resolution.fields import FIELDS, REPAIRS, TOGETHER, day_of, stated

_PARTS = {part: whole for whole, parts in TOGETHER.items() for part in parts}


def survive(staging: duckdb.DuckDBPyConnection, systems: Sequence[str] = ()) -> None:
    """Makes `merged.customer`, the rows of all customers that `merged.source_record` has records of.

    `systems` names systems, most trusted first. Consents are never united: a merge must not widen what a customer
    agreed to, so the newest statement stands alone. Interests are united, the newest first. A customer has been one
    since the earliest day that any system gives, and is closed only where every system has closed them.
    """
    staging.execute("CREATE SCHEMA IF NOT EXISTS merged")
    _stage_statements(staging, systems)
    staging.execute(
        f"""CREATE OR REPLACE TABLE merged.customer AS
        SELECT customer_id AS id, {", ".join(f'"{field}"' for field in FIELDS)} FROM merged.source_record
        WHERE customer_id NOT IN (SELECT customer_id FROM _statement)
        UNION ALL BY NAME SELECT customer_id AS id, {", ".join(f'{_chosen(field)} AS "{field}"' for field in FIELDS)}
        FROM _statement GROUP BY customer_id"""
    )
    _write_names_in_characters(staging)
    _unite_interests(staging)


def _stage_statements(staging: duckdb.DuckDBPyConnection, systems: Sequence[str]) -> None:
    """`_statement`: the records of customers with several, and per field a number that grows with its claim to win."""
    ranked = [REPAIRS, *(system for system in systems if system != REPAIRS)]
    staging.execute(
        "CREATE OR REPLACE TEMP TABLE _trust AS SELECT unnest(?) AS system, generate_subscripts(?, 1) - 1 AS place",
        [ranked, ranked],
    )
    strengths = ", ".join(
        f"""datediff('day', DATE '1900-01-01', {day_of(field)}) * 1000000 - _place AS "_strength_{field}",
        {stated(field)} AS "{field}" """
        for field in FIELDS
    )
    staging.execute(
        f"""CREATE OR REPLACE TEMP TABLE _statement AS
        SELECT id, customer_id, system, {strengths} FROM (
            SELECT record.*, row_number() OVER (
                PARTITION BY customer_id ORDER BY coalesce(place, {len(ranked)}), id) AS _place
            FROM merged.source_record record LEFT JOIN _trust USING (system)
            QUALIFY count(*) OVER (PARTITION BY customer_id) > 1)"""
    )


def _newest(field: str, where: str) -> str:
    return f'arg_max("{field}", "_strength_{where}") FILTER ("{where}" IS NOT NULL AND "_strength_{where}" IS NOT NULL)'


def _chosen(field: str) -> str:
    """SQL: the value of that field out of a customer's statements."""
    repaired = f"""arg_max("{field}", "_strength_{field}") FILTER (
        system = '{REPAIRS}' AND "_strength_{field}" IS NOT NULL)"""
    match field:
        case "customer_since":
            return f"coalesce({repaired}, min(\"{field}\") FILTER (system <> '{REPAIRS}'))"
        case "closed_on":
            return f"""CASE WHEN bool_and("{field}" IS NOT NULL) FILTER (system <> '{REPAIRS}')
                THEN max("{field}") FILTER (system <> '{REPAIRS}') END"""
        case "interests" | "consents":
            return f"coalesce({_newest(field, field)}, '[]')"
        case "tolerance_assessed_on":
            # The day of another assessment would make this one look valid for longer, or shorter, than it is.
            return _part(field)
        case _ if field in _PARTS:
            return f"coalesce({_part(field)}, {_newest(field, field)})"
    return _newest(field, field)


def _part(field: str) -> str:
    """SQL: what the record that wins the whole says of this part of it."""
    whole = _PARTS[field]
    return f"""arg_max({{'part': "{field}"}}, "_strength_{whole}") FILTER (
        "{whole}" IS NOT NULL AND "_strength_{whole}" IS NOT NULL).part"""


def _write_names_in_characters(staging: duckdb.DuckDBPyConnection) -> None:
    """Pinyin is a reading of a name in characters, not a newer name: the characters stay where they read alike."""
    rows = staging.execute(
        """SELECT customer.id, customer.kind, customer.name, list(s.name ORDER BY s."_strength_name" DESC),
            list(s.name_latin ORDER BY s."_strength_name" DESC)
        FROM merged.customer customer JOIN _statement s ON s.customer_id = customer.id
        WHERE s."_strength_name" IS NOT NULL AND regexp_matches(s.name, '[\u3400-\u9fff]')
            AND NOT regexp_matches(customer.name, '[\u3400-\u9fff]') GROUP BY ALL"""
    ).fetchall()
    written = [
        {"id": id, "name": name, "latin": winner}
        for id, kind, winner, names, latins in rows
        if (name := _in_characters(kind, winner, list(zip(names, latins, strict=True))))
    ]
    if written:
        _update(staging, written, "name = given.name, name_latin = coalesce(name_latin, given.latin)")


def _in_characters(kind: str, winner: str, candidates: list[tuple[str, str | None]]) -> str | None:
    """The first of the names in characters that the winner is a reading of."""
    wanted = _reading(kind, winner, None)
    matching = (
        name for name, latin in candidates if HAN.search(name) and wanted & (_reading(kind, name, latin) - {None})
    )
    return next(matching, None)


def _reading(kind: str, name: str, latin: str | None) -> set[str | None]:
    if kind == CustomerKind.PERSON:
        comparable = comparable_person(name, latin)
    else:
        comparable = comparable_company(name, latin, frozenset())
    return {comparable.key, comparable.latin_key}


def _unite_interests(staging: duckdb.DuckDBPyConnection) -> None:
    rows = staging.execute(
        """SELECT customer_id, list(interests ORDER BY "_strength_interests" DESC) FROM _statement
        WHERE interests IS NOT NULL AND "_strength_interests" IS NOT NULL
        GROUP BY 1 HAVING count(DISTINCT interests) > 1"""
    ).fetchall()
    united = [
        {"id": id, "interests": json.dumps(list(dict.fromkeys(item for text in texts for item in json.loads(text))))}
        for id, texts in rows
    ]
    if united:
        _update(staging, united, "interests = given.interests")


def _update(staging: duckdb.DuckDBPyConnection, rows: list[dict[str, str]], settings: str) -> None:
    staging.register("_given_rows", pa.Table.from_pylist(rows))
    staging.execute(f"UPDATE merged.customer SET {settings} FROM _given_rows AS given WHERE customer.id = given.id")
    staging.unregister("_given_rows")
