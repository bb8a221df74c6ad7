"""Leading references: the rows of one table that name a customer who is gone come to name the one that stays.

Works on what `joining` has laid out: `_join` (customers that go up in another now), `_lead` (from every customer who
is gone, now or earlier), `_noting` (the merges under which a row is noted). Notes are collected in `_note`.
"""

from collections.abc import Sequence

import duckdb

from knowledge.resolution.references import Reference
from knowledge.resolution.relations import has_relation, key_as_json, make_like, row_as_json


def make_notes(staging: duckdb.DuckDBPyConnection) -> None:
    """`_note`: rows for `merged_row`; `_renote`: stored ones that change."""
    staging.execute(
        'CREATE OR REPLACE TEMP TABLE _note (merge_id VARCHAR, "table" VARCHAR, key VARCHAR, dropped VARCHAR)'
    )
    staging.execute("CREATE OR REPLACE TEMP TABLE _renote AS FROM _note LIMIT 0")
    staging.execute("ALTER TABLE _renote ADD COLUMN id BIGINT")


def lead_records(staging: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Source records stand in `merged` as they will be already, so they are noted only."""
    _note_stored(staging, reference)
    staging.execute(
        f"""INSERT INTO _note SELECT merge_id, 'source_record', {key_as_json(reference.noted, "record")}, NULL
        FROM merged.source_record record JOIN _join ON absorbed_id = record.id
        WHERE record.id NOT IN (SELECT id FROM store.source_record)"""
    )


def lead_plain(staging: duckdb.DuckDBPyConnection, table: Sequence[Reference]) -> None:
    """Rows with an identity of their own; `table` holds all references of one table."""
    name, model, key = table[0].table.name, table[0].table, table[0].key
    staged = has_relation(staging, "staged", name)
    dropped = "stored.id IN (SELECT id FROM gone.conflict)" if name == "conflict" else "false"
    for reference in table:
        _note_stored(staging, reference, but=dropped)
        if staged:
            replaced = {} if reference.column in reference.key else {reference.column: "was"}
            staging.execute(
                f"""INSERT INTO _note
                SELECT merge_id, '{name}', {key_as_json(reference.noted, "staged", replaced)}, NULL
                FROM staged."{name}" staged JOIN _noting ON from_id = staged."{reference.column}" """
            )
            staging.execute(
                f"""UPDATE staged."{name}" SET "{reference.column}" = customer FROM (
                    SELECT from_id, customer_id AS customer FROM _lead) WHERE "{reference.column}" = from_id"""
            )
    led = {reference.column: f'coalesce(_join{i}.customer_id, stored."{reference.column}")'
           for i, reference in enumerate(table)}  # fmt: skip
    values = ", ".join(led.get(column.name, f'stored."{column.name}"') for column in model.columns)
    joins = " ".join(
        f'LEFT JOIN _join _join{i} ON _join{i}.absorbed_id = stored."{r.column}"' for i, r in enumerate(table)
    )
    moved = " OR ".join(f"_join{i}.absorbed_id IS NOT NULL" for i in range(len(table)))
    make_like(staging, "merged", model)
    taken = f"""ANTI JOIN staged."{name}" taken ON {_equal(key, "taken", "stored")}""" if staged else ""
    staging.execute(
        f"""INSERT INTO merged."{name}" SELECT {values} FROM (FROM store."{name}" stored {taken}) stored {joins}
        WHERE ({moved}) AND NOT {dropped}"""
    )


def lead_keyed(staging: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Rows that the customer is part of the identity of: where the survivor has the same one, only that stays."""
    name = reference.table.name
    staged = has_relation(staging, "staged", name)
    _stage_candidates(staging, reference, staged)
    columns = ", ".join(f'"{part}"' for part in reference.key)
    make_like(staging, "gone", reference.table, reference.key)
    make_like(staging, "merged", reference.table)
    staging.execute(
        f"""INSERT INTO gone."{name}" SELECT {columns} FROM store."{name}"
        WHERE "{reference.column}" IN (SELECT absorbed_id FROM _join)"""
    )
    was = key_as_json(reference.key, "c", {reference.column: "was"})
    content = row_as_json(reference.table, "c", {reference.column: "was"})
    staging.execute(
        f"""INSERT INTO _note SELECT merge_id, '{name}', {was}, CASE WHEN c._lost THEN {content} END
        FROM _candidate c JOIN _noting ON from_id = c."{reference.column}" WHERE NOT _old"""
    )
    values = ", ".join("_target" if c.name == reference.column else f'"{c.name}"' for c in reference.table.columns)
    staging.execute(f'INSERT INTO merged."{name}" SELECT {values} FROM _candidate WHERE NOT _staged AND NOT _lost')
    if staged:
        _lead_staged(staging, reference)


def _stage_candidates(staging: duckdb.DuckDBPyConnection, reference: Reference, staged: bool) -> None:
    """`_candidate`: rows to be led, whole, with `_target`, whether they come from `staged`, and whether they lose.

    `_old` ones were led before: the note of then says whether they lost.
    """
    name, column = reference.table.name, reference.column
    names = ", ".join(f'stored."{c.name}"' for c in reference.table.columns)
    rest = [part for part in reference.key if part != column]
    rows = f"""SELECT {names}, _lead.customer_id AS _target, false AS _staged, NULL::BIGINT AS _row
        FROM store."{name}" stored JOIN _lead ON from_id = stored."{column}" """
    own = f"""SELECT {_list(reference.key)} FROM store."{name}" WHERE "{column}" NOT IN (SELECT from_id FROM _lead)"""
    if staged:
        qualified = ", ".join(f'staged."{c.name}"' for c in reference.table.columns)
        rows = f"""SELECT stored.* FROM ({rows}) stored
            ANTI JOIN staged."{name}" staged ON {_equal(reference.key, "staged", "stored")}
            UNION ALL SELECT {qualified}, _lead.customer_id, true, staged._row
            FROM staged."{name}" staged JOIN _lead ON from_id = staged."{column}" """
        own += f""" UNION SELECT {_list(reference.key)} FROM staged."{name}"
            WHERE "{column}" NOT IN (SELECT from_id FROM _lead)"""
    old_key = key_as_json(reference.key, "rows")
    at_target = f'own."{column}" = rows._target' + "".join(f' AND own."{part}" = rows."{part}"' for part in rest)
    partition = ", ".join(f'"{part}"' for part in ["_target", *rest])
    staging.execute(
        f"""CREATE OR REPLACE TEMP TABLE _candidate AS
        SELECT * REPLACE (CASE WHEN _old THEN _lost
            ELSE _lost OR count(*) FILTER (_old AND NOT _lost) OVER same > 0
                OR row_number() OVER (PARTITION BY {partition} ORDER BY _lost, _old DESC, "{column}") > 1
            END AS _lost)
        FROM (SELECT rows.*, note.key IS NOT NULL AS _old,
                CASE WHEN note.key IS NOT NULL THEN note.dropped IS NOT NULL
                    ELSE own."{column}" IS NOT NULL END AS _lost
            FROM ({rows}) rows
            LEFT JOIN _standing ON _standing.absorbed_id = rows."{column}"
            LEFT JOIN store.merged_row note ON note.merge_id = _standing.id AND note."table" = '{name}'
                AND json(note.key) = json({old_key})
            LEFT JOIN ({own}) own ON {at_target})
        WINDOW same AS (PARTITION BY {partition})"""
    )


def _lead_staged(staging: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    """Rows of the import that lost are taken out, the others led; what the survivor comes to say itself is its own."""
    name, column = reference.table.name, reference.column
    staging.execute("INSERT INTO led_away SELECT _row, NOT _old FROM _candidate WHERE _staged AND _lost")
    own = f"""staged."{name}" own JOIN _standing ON own."{column}" = _standing.customer_id"""
    was = key_as_json(reference.key, "own", {column: "_standing.absorbed_id"})
    content = row_as_json(reference.table, "stored", {column: "_standing.absorbed_id"})
    staging.execute(
        f"""INSERT INTO _renote BY NAME SELECT note.id, merge_id, "table", note.key, {content} AS dropped
        FROM {own} JOIN store.merged_row note ON note.merge_id = _standing.id AND "table" = '{name}'
            AND note.dropped IS NULL AND json(note.key) = json({was})
        JOIN store."{name}" stored ON {_equal(reference.key, "stored", "own")}"""
    )
    staging.execute(
        f"""DELETE FROM staged."{name}" USING _candidate c
        WHERE c._staged AND c._lost AND {_equal(reference.key, f'"{name}"', "c")}"""
    )
    staging.execute(
        f"""UPDATE staged."{name}" SET "{column}" = customer FROM (
            SELECT from_id, customer_id AS customer FROM _lead) WHERE "{column}" = from_id"""
    )


def _note_stored(staging: duckdb.DuckDBPyConnection, reference: Reference, but: str = "false") -> None:
    name = reference.table.name
    staging.execute(
        f"""INSERT INTO _note SELECT _join.merge_id, '{name}', {key_as_json(reference.noted, "stored")}, NULL
        FROM store."{name}" stored JOIN _join ON _join.absorbed_id = stored."{reference.column}"
        WHERE NOT {but}"""
    )


def _equal(columns: Sequence[str], one: str, other: str) -> str:
    return " AND ".join(f'{one}."{name}" = {other}."{name}"' for name in columns)


def _list(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
