"""Source records out of the customers of the bank's files: what each system says now, since when, and said before."""

import duckdb

from knowledge.clock import Clock
from knowledge.crm.field_text import AMOUNTS
from knowledge.crm.lineage import SourceRecord
from knowledge.crm.tables import Base, Customer
from knowledge.intake.changes import Given, final_value
from knowledge.intake.relation import columns, staging_default
from knowledge.intake.statement import identifier, literal
from knowledge.resolution.relations import make_like

RECORD = Base.metadata.tables[SourceRecord.__tablename__]
FIELDS = tuple(column.name for column in Customer.__table__.columns if column.name != "id")
"""What a system says of a customer. A system that empties a list says so on a day of its own."""
LISTS = ("interests", "consents")


def deliver_records(staging: duckdb.DuckDBPyConnection, given: Given, clock: Clock) -> None:
    """Fills `delivered.source_record` with the records that are new or changed, as they will be in the store.

    A new one has no `customer_id` yet. A value that is delivered again keeps its day; one that changed has the day
    of the delivery. `delivered.changed_row` has the `_row` of these.
    """
    staging.execute(
        f"CREATE TABLE delivered.source_record AS SELECT {columns(RECORD)} FROM store.source_record LIMIT 0"
    )
    _revise(staging, given)
    now = f"TIMESTAMP {literal(str(clock.now()))}"
    fields = ", ".join(map(identifier, FIELDS))
    finals = ", ".join(_said(name, given) for name in FIELDS)
    staging.execute(
        f"""INSERT INTO delivered.source_record (id, system, number, as_of, dates, recorded_at, {fields})
        SELECT s.id, s._system, s._number, s._as_of, '{{}}', {now}, {finals}
        FROM staged.customer s LEFT JOIN store.source_record o ON o.id = s.id WHERE o.id IS NULL"""
    )
    said = ", ".join(f"now_{name}" for name in FIELDS)
    staging.execute(
        f"""INSERT INTO delivered.source_record (id, customer_id, system, number, as_of, dates, recorded_at, {fields})
        SELECT id, customer_id, now_system, now_number, as_of, {_dates()}, {now}, {said} FROM delivered.revised"""
    )
    staging.execute(
        """CREATE TABLE delivered.changed_row AS
        SELECT _row FROM staged.customer WHERE id IN (SELECT id FROM delivered.source_record)"""
    )


def note_history(staging: duckdb.DuckDBPyConnection, clock: Clock, recorded_by: str) -> None:
    """Adds to `merged.source_value` a row for every field that a system changed, once its customer is known."""
    changes = " UNION ALL ".join(
        f"SELECT id, {literal(name)} AS field, {_text(name, '')} AS previous, {_text(name, 'now_')} AS value, "
        f"now_system, now_as_of FROM delivered.revised WHERE {_differs(name)}"
        for name in FIELDS
    )
    make_like(staging, "merged", Base.metadata.tables["source_value"])
    staging.execute(
        f"""INSERT INTO merged.source_value BY NAME SELECT r.customer_id, c.id AS record_id, c.field,
        c.previous, c.value, c.now_system AS system, c.now_as_of AS as_of,
        TIMESTAMP {literal(str(clock.now()))} AS recorded_at, {literal(recorded_by)} AS recorded_by
        FROM ({changes}) c JOIN merged.source_record r ON r.id = c.id"""
    )


def _revise(staging: duckdb.DuckDBPyConnection, given: Given) -> None:
    """`delivered.revised`: the records of the store that now say something else, with `now_` what they say."""
    said = [f"{_said(name, given)} AS now_{name}" for name in FIELDS]
    differing = " OR ".join(_differs(name) for name in (*FIELDS, "system", "number"))
    staging.execute(
        f"""CREATE TABLE delivered.revised AS SELECT * FROM (
        SELECT o.*, s._row, s._system AS now_system, s._number AS now_number, s._as_of AS now_as_of, {", ".join(said)}
        FROM staged.customer s JOIN store.source_record o ON o.id = s.id) WHERE {differing}"""
    )


def _said(name: str, given: Given) -> str:
    column = RECORD.columns[name]
    return final_value(name, staging_default(column), bool(column.nullable), given(name))


def _differs(name: str) -> str:
    return f"{identifier(name)} IS DISTINCT FROM now_{name}"


def _dates() -> str:
    """The days of single fields, where they are not the record's own."""
    entries = ", ".join(
        f"CASE WHEN {_differs(name)} THEN {_new_day(name)} ELSE {_old_day(name)} END" for name in sorted(FIELDS)
    )
    return f"'{{' || array_to_string(list_filter([{entries}], lambda entry: entry IS NOT NULL), ', ') || '}}'"


def _new_day(name: str) -> str:
    entry = f"""'"{name}": "' || now_as_of || '"'"""
    emptied = f" OR now_{name} = '[]'" if name in LISTS else ""
    return f"CASE WHEN now_as_of <> as_of{emptied} THEN {entry} END"


def _old_day(name: str) -> str:
    day = f"json_extract_string(dates, '$.{name}')"
    return f"""CASE WHEN {day} IS NOT NULL THEN '"{name}": "' || {day} || '"' END"""


def _text(name: str, prefix: str) -> str:
    """The form of `knowledge.crm.field_text`."""
    column = identifier(prefix + name)
    if name in AMOUNTS:
        return (
            f"CASE WHEN {column} < 0 THEN '-' ELSE '' END || (abs({column}) // 100) || '.' "
            f"|| lpad((abs({column}) % 100)::VARCHAR, 2, '0')"
        )
    return f"{column}::VARCHAR"
