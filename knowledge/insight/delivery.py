"""What a run found brought into the store: rows end and begin only where something changed, in one transaction."""

from dataclasses import dataclass
from datetime import date

import duckdb
from sqlalchemy import Connection, Table, delete, insert, select, text

from knowledge.crm.changed import ChangedCustomer
from knowledge.crm.insights import InsightEvent, InsightRun
from knowledge.errors import StoreError
from knowledge.insight.differences import Differences, key_without_days
from knowledge.insight.plan import Plan
from knowledge.insight.reading import PRESENT, newest_run, table_of
from knowledge.insight.warehouse import configure
from knowledge.intake.statement import day as day_of
from knowledge.intake.statement import identifier
from knowledge.intake.store_access import StoreAccess, claimed_store

RUNS, NOTES, EVENTS = table_of(InsightRun), table_of(ChangedCustomer), table_of(InsightEvent)
MEMORY = "2GB"
_SEEN = "seen_note"
_OVERTAKEN = "overtaken"


@dataclass(frozen=True)
class Delivered:
    """Rows of one table that began, ended, and stayed as they were."""

    table: str
    begun: int
    ended: int
    unchanged: int


@dataclass(frozen=True)
class Done:
    """What a run did: the customers it looked at, and how many of them had changed, unless all were computed."""

    delivered: tuple[Delivered, ...]
    customers: int
    changed: int | None


@dataclass(frozen=True)
class Seen:
    """What a run saw of the store when it read it: the newest run, and the numbers of the notes of what changed.

    `afresh` says that the run is for a day before the newest one, which starts the history anew: what came after it
    is not known on that day.
    """

    newest: str | None
    notes: tuple[int, ...]
    afresh: bool


def deliver(
    plan: Plan, differences: Differences, seen: Seen, customers: int, token: str | None
) -> tuple[Delivered, ...]:
    """Writes what began and ended to the store at the plan's address, and takes the notes away that the run saw.

    What changed while the run computed keeps its note and its values: the next run sees to it. Raises StoreError
    where another run came between, or all data were imported anew.
    """
    plan.tell("write", 0, None)
    with (
        duckdb.connect(str(plan.place / "handing.duckdb")) as handing,
        claimed_store(plan.url, plan.place) as access,
    ):
        configure(handing, plan.place, MEMORY)
        handing.execute("CREATE SCHEMA store")
        access.show(handing, [RUNS])
        _refuse_overtaken(handing, seen)
        _stage_notes(access, handing, seen)
        tables = [*map(table_of, PRESENT), EVENTS]
        differences.show(handing, tables)
        if seen.afresh:
            for table in (*tables, RUNS):
                access.connection.execute(delete(table))
        writes = [_Write(table, plan.today) for table in tables]
        for write in writes:
            plan.tell(f"hand over {write.table.name}", 0, None)
            write.hand_over(access, handing)
        access.load(handing, _SEEN, f"SELECT id FROM {_SEEN}", NOTES)
        delivered = []
        for write in writes:
            plan.tell(f"write {write.table.name}", 0, None)
            delivered.append(write.write(access, differences.found[write.table.name]))
        access.connection.execute(insert(RUNS).values(_run(plan, customers, token)))
        access.connection.execute(text(f"DELETE FROM {NOTES.name} WHERE id IN (SELECT id FROM {access.loaded(_SEEN)})"))
    return tuple(delivered)


def _refuse_overtaken(handing: duckdb.DuckDBPyConnection, seen: Seen) -> None:
    newest = handing.execute(newest_run("store.insight_run")).fetchone()
    if (newest[0] if newest else None) != seen.newest:
        raise StoreError(reason="another run of the measures was stored meanwhile: run again")


def _stage_notes(access: StoreAccess, handing: duckdb.DuckDBPyConnection, seen: Seen) -> None:
    """`seen_note`, and `overtaken`: the customers that were noted since the run looked."""
    known = set(seen.notes)
    noted = access.connection.execute(select(NOTES.c.id, NOTES.c.customer_id)).all()
    overtaken = {customer for number, customer in noted if number not in known}
    if None in overtaken:
        raise StoreError(reason="the bank's data were imported meanwhile: run again")
    for name, kind, values in (
        (_SEEN, "id BIGINT", sorted(known)),
        (_OVERTAKEN, "customer_id VARCHAR", sorted(overtaken)),
    ):
        handing.execute(f"CREATE TABLE {name} ({kind})")
        handing.execute(f"INSERT INTO {name} SELECT unnest(?::{kind.split()[1]}[])", [values])


class _Write:
    """The rows of one table that begin and end today."""

    def __init__(self, table: Table, today: date) -> None:
        self.table, self._today = table, today
        self._names = [column.name for column in table.columns]
        self._key = key_without_days(table)
        self._begun = self._ended = 0

    def hand_over(self, access: StoreAccess, handing: duckdb.DuckDBPyConnection) -> None:
        name, keys = self.table.name, ", ".join(map(identifier, self._key))
        still = f" ANTI JOIN {_OVERTAKEN} USING (customer_id)" if "customer_id" in self._key else ""
        days = {"as_of": day_of(self._today), "until": "NULL::DATE"}
        begun = ", ".join(f"{days.get(column, identifier(column))} AS {identifier(column)}" for column in self._names)
        self._begun = _count(handing, f"begun_{name}{still}")
        self._ended = _count(handing, f"ended_{name}{still}")
        access.load(handing, f"begun_{name}", f"SELECT {begun} FROM begun_{name}{still} ORDER BY {keys}", self.table)
        access.load(handing, f"ended_{name}", f"SELECT {keys} FROM ended_{name}{still} ORDER BY {keys}", self.table)

    def write(self, access: StoreAccess, found: int) -> Delivered:
        if self._ended:
            self._end(access.connection, access.loaded(f"ended_{self.table.name}"))
        access.insert(self.table, self._names, f"begun_{self.table.name}", self._begun)
        return Delivered(self.table.name, self._begun, self._ended, found - self._begun)

    def _end(self, connection: Connection, ended: str) -> None:
        """What begins and ends on one day has never been."""
        table, keys = identifier(self.table.name), ", ".join(map(identifier, self._key))
        same = " AND ".join(f"{table}.{identifier(key)} = ended.{identifier(key)}" for key in self._key)
        today = {"today": self._today.isoformat()}
        of_today = f"as_of = :today AND until IS NULL AND ({keys}) IN (SELECT {keys} FROM {ended})"
        connection.execute(text(f"DELETE FROM {table} WHERE {of_today}"), today)
        connection.execute(
            text(f"UPDATE {table} SET until = :today FROM {ended} AS ended WHERE {same} AND {table}.until IS NULL"),
            today,
        )


def _run(plan: Plan, customers: int, token: str | None) -> dict[str, object]:
    return {
        "as_of": plan.today,
        "run_at": plan.now,
        "currency": plan.parameters.currency,
        "parameters_version": plan.parameters.version,
        "definitions": {one.name: one.version for one in plan.measures},
        "customers": customers,
        "token": token,
    }


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [count] = connection.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    return int(count)
