"""What a run found brought into the store: rows end and begin only where something changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
from sqlalchemy import Table, delete, func, insert, select, text

from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult, InsightRun
from knowledge.crm.tables import Base
from knowledge.insight.definition import Definition
from knowledge.insight.parameters import Parameters
from knowledge.intake.relation import key_of
from knowledge.intake.statement import day as day_of
from knowledge.intake.statement import identifier
from knowledge.intake.store_access import StoreAccess

Progress = Callable[[str, int, int | None], None]
HELD: tuple[type[Base], ...] = (Insight, InsightAverage, InsightResult)
"""Tables whose rows hold from a day until another."""

WRITTEN: tuple[type[Base], ...] = (*HELD, InsightEvent)
_DAYS = frozenset({"as_of", "until"})


@dataclass(frozen=True)
class Delivered:
    """Rows of one table that began, ended, and stayed as they were."""

    table: str
    begun: int
    ended: int
    unchanged: int


def deliver(
    access: StoreAccess,
    warehouse: duckdb.DuckDBPyConnection,
    today: date,
    now: datetime,
    parameters: Parameters,
    definitions: Sequence[Definition],
    tell: Progress,
) -> tuple[Delivered, ...]:
    """Brings schema `result` of the warehouse into the claimed store, as what holds from `today`.

    A run for a day before the newest one starts the history anew: what came after it is not known on that day.
    """
    tables = [_table(model) for model in WRITTEN]
    access.show(warehouse, tables)
    afresh = _is_before_newest(access, today)
    if afresh:
        for table in (*tables, _table(InsightRun)):
            access.connection.execute(delete(table))
    plans = [_Change(table, today, afresh) for table in tables[:-1]]
    for plan in plans:
        tell(f"compare {plan.table.name}", 0, None)
        plan.hand_over(access, warehouse)
    events = _new_events(access, warehouse, tables[-1], today, afresh)
    delivered = []
    for plan in plans:
        tell(f"write {plan.table.name}", 0, None)
        delivered.append(plan.write(access))
    access.insert(tables[-1], [column.name for column in tables[-1].columns], "begun_insight_event", events.begun)
    [customers] = warehouse.execute("SELECT count(*) FROM peer_group").fetchone() or (0,)
    access.connection.execute(
        insert(_table(InsightRun)).values(
            as_of=today,
            run_at=now,
            currency=parameters.currency,
            parameters_version=parameters.version,
            definitions={one.name: one.version for one in definitions},
            customers=customers,
        )
    )
    return (*delivered, events)


class _Change:
    """The rows of one table that begin and end today."""

    def __init__(self, table: Table, today: date, afresh: bool) -> None:
        self.table, self._today = table, today
        self._present = "false" if afresh else "until IS NULL"
        self._names = [column.name for column in table.columns]
        self._key = [name for name in key_of(table) if name != "as_of"]
        self._told = [name for name in self._names if name not in _DAYS]
        self._begun = self._ended = self._unchanged = 0

    def hand_over(self, access: StoreAccess, warehouse: duckdb.DuckDBPyConnection) -> None:
        """Compares what was found with what the store holds, and loads the difference."""
        name = self.table.name
        told = ", ".join(map(identifier, self._told))
        keys = ", ".join(map(identifier, self._key))
        present = f"SELECT {told} FROM store.{identifier(name)} WHERE {self._present}"
        found = f"SELECT {told} FROM result.{identifier(name)}"
        if warehouse.execute(f"{present} LIMIT 1").fetchone() is None:
            warehouse.execute(f"CREATE TEMP TABLE ended_{name} AS {present} LIMIT 0")
            warehouse.execute(f"CREATE TEMP VIEW begun_{name} AS {found}")
        else:
            warehouse.execute(f"CREATE TEMP TABLE ended_{name} AS ({present}) EXCEPT ({found})")
            # Joined customers can leave two present rows of one key: both end, and the right one begins anew.
            warehouse.execute(
                f"CREATE TEMP TABLE begun_{name} AS ({found}) EXCEPT ({present}) "
                f"UNION (SELECT {told} FROM result.{identifier(name)} SEMI JOIN ended_{name} USING ({keys}))"
            )
        self._begun, self._ended = _count(warehouse, f"begun_{name}"), _count(warehouse, f"ended_{name}")
        self._unchanged = _count(warehouse, f"result.{identifier(name)}") - self._begun
        day = day_of(self._today)
        columns = {"as_of": day, "until": "NULL::DATE"}
        begun = ", ".join(f"{columns.get(name, identifier(name))} AS {identifier(name)}" for name in self._names)
        access.load(warehouse, f"begun_{name}", f"SELECT {begun} FROM begun_{name} ORDER BY {keys}", self.table)
        access.load(warehouse, f"ended_{name}", f"SELECT {keys} FROM ended_{name}", self.table)

    def write(self, access: StoreAccess) -> Delivered:
        name, table = self.table.name, identifier(self.table.name)
        same = " AND ".join(f"{table}.{identifier(key)} = ended.{identifier(key)}" for key in self._key)
        ended = access.loaded(f"ended_{name}")
        if self._ended:
            day = {"today": self._today.isoformat()}
            access.connection.execute(
                text(
                    f"DELETE FROM {table} WHERE until IS NULL AND as_of = :today "
                    f"AND EXISTS (SELECT 1 FROM {ended} AS ended WHERE {same})"
                ),
                day,
            )
            access.connection.execute(
                text(f"UPDATE {table} SET until = :today FROM {ended} AS ended WHERE {same} AND {table}.until IS NULL"),
                day,
            )
        access.insert(self.table, self._names, f"begun_{name}", self._begun)
        return Delivered(name, self._begun, self._ended, self._unchanged)


def _new_events(
    access: StoreAccess, warehouse: duckdb.DuckDBPyConnection, table: Table, today: date, afresh: bool
) -> Delivered:
    """An event that was found once has happened, whatever a later run still sees of it."""
    key = ", ".join(map(identifier, key_of(table)))
    warehouse.execute(
        f"CREATE TEMP TABLE begun_events AS SELECT * FROM result.insight_event "
        f"WHERE ({key}) NOT IN (SELECT ({key}) FROM store.insight_event WHERE {not afresh})"
    )
    day = day_of(today)
    columns = ", ".join(
        f"{day} AS as_of" if column.name == "as_of" else identifier(column.name) for column in table.columns
    )
    access.load(warehouse, "begun_insight_event", f"SELECT {columns} FROM begun_events", table)
    begun = _count(warehouse, "begun_events")
    return Delivered(table.name, begun, 0, _count(warehouse, "result.insight_event") - begun)


def _is_before_newest(access: StoreAccess, today: date) -> bool:
    newest = access.connection.execute(select(func.max(_table(InsightRun).c.as_of))).scalar()
    return newest is not None and newest > today


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _count(warehouse: duckdb.DuckDBPyConnection, relation: str) -> int:
    [count] = warehouse.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    return int(count)
