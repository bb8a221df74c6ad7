"""References between staged rows: each must lead to a row of this import or to a row of the store."""

from typing import TYPE_CHECKING

from knowledge.intake.statement import identifier, literal
from knowledge.intake.target import Target, TargetColumn, targets

if TYPE_CHECKING:
    from knowledge.intake.staging import Staging


def settle_references(staging: "Staging") -> None:
    """Rejects every row whose reference leads nowhere or in a circle, then those that referred to it, and so on.

    Needs the store's tables in the schema `store`. Whoever has a source record is a known customer.
    """
    shrunk = set(targets())
    while shrunk:
        broken = False
        for target in targets().values():
            for column in target.columns.values():
                if column.references in shrunk:
                    broken = _refuse_broken(staging, target, column, column.references) or broken
        for target in targets().values():
            for column in target.columns.values():
                if column.references == target.name and target.name in shrunk:
                    broken = _refuse_circles(staging, target, column) or broken
        left = staging.withdraw(list(targets())) if broken else {}
        shrunk = {table for table, count in left.items() if count}


def _refuse_broken(staging: "Staging", target: Target, column: TargetColumn, table: str) -> bool:
    name = identifier(column.name)
    known = [f"SELECT id FROM staged.{identifier(table)}", f"SELECT id FROM store.{identifier(table)}"]
    if table == "customer":
        known.append("SELECT id FROM store.source_record")
    reason = f"{literal(f'there is no {table} ')} || excerpt({name}) || ', or its row was rejected'"
    anti = " ".join(
        f"ANTI JOIN ({ids}) AS known_{number} ON own.{name} = known_{number}.id" for number, ids in enumerate(known)
    )
    return _refuse(
        staging,
        target,
        column,
        f"SELECT own._row, own._entry, {reason} AS reason "
        f"FROM staged.{identifier(target.name)} AS own {anti} WHERE own.{name} IS NOT NULL",
    )


def _refuse_circles(staging: "Staging", target: Target, column: TargetColumn) -> bool:
    """Each step leads twice as far as the one before; what never comes to an end leads in a circle."""
    execute, table, name = staging.connection.execute, f"staged.{identifier(target.name)}", identifier(column.name)
    execute(f"CREATE OR REPLACE TEMP TABLE way AS SELECT id, {name} AS next FROM {table} WHERE {name} IS NOT NULL")
    before = -1
    while (count := _count(staging, "way")) not in (0, before):
        before = count
        execute(
            "CREATE OR REPLACE TEMP TABLE further AS SELECT one.id, other.next "
            "FROM way AS one JOIN way AS other ON one.next = other.id"
        )
        execute("DROP TABLE way")
        execute("ALTER TABLE further RENAME TO way")
    if not before or not count:
        return False
    reason = literal(f"its {column.name} leads back to it in a circle")
    circular = f"SELECT _row, _entry, {reason} AS reason FROM {table} WHERE id IN (SELECT id FROM way)"
    return _refuse(staging, target, column, circular)


def _refuse(staging: "Staging", target: Target, column: TargetColumn, found: str) -> bool:
    """Rejects the rows found, naming the source's column that the reference came from; tells whether there were any."""
    labels = "".join(
        f"WHEN {number} THEN {literal(columns[column.name])} "
        for number, columns in staging.entries_of(target.name).items()
        if columns.get(column.name)
    )
    label = f"CASE _entry {labels}END" if labels else "NULL"
    added = staging.connection.execute(
        f"INSERT INTO reject SELECT _row, coalesce({label}, {literal(column.name)}), reason, NULL FROM ({found}) "
        "WHERE _row NOT IN (SELECT _row FROM reject) QUALIFY row_number() OVER (PARTITION BY _row ORDER BY _entry) = 1"
    ).fetchone()
    return bool(added and added[0])


def _count(staging: "Staging", table: str) -> int:
    found = staging.connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
