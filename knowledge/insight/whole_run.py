"""A run in full: all rows read anew, every measure computed for everybody, compared with all that the store holds."""

from pathlib import Path
from secrets import token_hex

import duckdb

from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult
from knowledge.insight.averages import averages, begin_sums, sum_up
from knowledge.insight.computation import compute
from knowledge.insight.definition import PEERS, Kind
from knowledge.insight.delivery import Done, Seen, deliver
from knowledge.insight.differences import Differences, key_without_days
from knowledge.insight.kept_copy import KeptCopy, State, write_state
from knowledge.insight.plan import Plan
from knowledge.insight.reading import HELD, read_all, table_of
from knowledge.insight.results import among, events, of_customers, of_kind, results, values
from knowledge.insight.scoring import score
from knowledge.insight.warehouse import configure, refuse_unpriced
from knowledge.intake.statement import identifier

HAPPENED = "happened"
"""The keys of all events that the store has."""
TOLD = "told"
"""The schema of the averages and results that the store holds at present."""


def run_whole(plan: Plan, copy: KeptCopy | None) -> Done:
    """Runs in full, and leaves the analytic copy behind where there is a place for it."""
    file, token = plan.place / "made.duckdb", token_hex(16) if copy else None
    read_all(plan.url, plan.place, file, plan.tell, results=True)
    plan.watch.read("read")
    differences = Differences(plan.place / "differences")
    with duckdb.connect(str(file)) as warehouse:
        configure(warehouse, plan.place)
        refuse_unpriced(warehouse, plan.parameters)
        compute(warehouse, plan.definitions, plan.parameters, plan.today, plan.tell)
        for model in plan.models:
            plan.tell(f"score {model.metric}", 0, None)
            score(warehouse, model, model.metric)
        plan.watch.read("compute")
        seen = _seen(plan, warehouse)
        _compare(plan, warehouse, differences, held=not seen.afresh and seen.newest is not None)
        looked_at, customers = (count(warehouse, relation) for relation in ("customer", PEERS))
        warehouse.execute(f"DROP SCHEMA {HELD} CASCADE")
        plan.watch.read("compare")
    # The connection is closed here, so that its memory is free for the writing.
    delivered = deliver(plan, differences, seen, customers, token)
    plan.watch.read("write")
    if copy is not None and token is not None:
        _leave(plan, copy, file, token)
        plan.watch.read("keep")
    return Done(delivered, looked_at, None)


def _seen(plan: Plan, warehouse: duckdb.DuckDBPyConnection) -> Seen:
    newest, as_of = warehouse.execute(f"SELECT run, as_of FROM {HELD}.newest_run").fetchone() or (None, None)
    notes = warehouse.execute(f"SELECT id FROM {HELD}.changed_customer").fetchall()
    return Seen(newest, tuple(number for (number,) in notes), as_of is not None and as_of > plan.today)


def _compare(plan: Plan, warehouse: duckdb.DuckDBPyConnection, differences: Differences, *, held: bool) -> None:
    """Compares everything with what the store holds, if it holds anything that counts, measure by measure."""
    begin_sums(warehouse)
    insight, metrics = table_of(Insight), of_customers(plan.measures)
    for one in metrics:
        plan.tell(f"compare {one.name}", 0, None)
        was = f"FROM {HELD}.insight WHERE metric = '{one.name}'" if held else None
        differences.add(warehouse, insight, was, among(values(one, one.name)))
        if one.name != PEERS:
            sum_up(warehouse, one)
    if held:
        told = ", ".join(f"'{one.name}'" for one in metrics)
        keys = ", ".join(map(identifier, key_without_days(insight)))
        gone = f"SELECT DISTINCT {keys} FROM {HELD}.insight WHERE metric NOT IN ({told})"
        differences.end(warehouse, insight, gone)
    _compare_events(plan, warehouse, differences, held=held)
    warehouse.execute(f"CREATE SCHEMA {TOLD}")
    for model, found in ((InsightAverage, averages()), (InsightResult, results(plan.measures))):
        table = table_of(model)
        warehouse.execute(f"CREATE TABLE {TOLD}.{table.name} AS {found}")
        was = f"FROM {HELD}.{table.name}" if held else None
        differences.add(warehouse, table, was, f"FROM {TOLD}.{table.name}")
        differences.found[table.name] = count(warehouse, f"{TOLD}.{table.name}")
    differences.found[insight.name] = count_values(warehouse)


def _compare_events(plan: Plan, warehouse: duckdb.DuckDBPyConnection, differences: Differences, *, held: bool) -> None:
    """An event that was found once has happened, whatever a later run still sees of it."""
    table = table_of(InsightEvent)
    keys = ", ".join(map(identifier, key_without_days(table)))
    where = "" if held else " WHERE false"
    warehouse.execute(f"CREATE TABLE {HAPPENED} AS SELECT {keys} FROM {HELD}.insight_event{where}")
    for one in of_kind(plan.measures, Kind.EVENT):
        found = events(one, one.name)
        begin_events(warehouse, differences, found)
        differences.found[table.name] += count(warehouse, one.name)


def begin_events(warehouse: duckdb.DuckDBPyConnection, differences: Differences, found: str) -> None:
    """Notes the events of a query that have not happened yet."""
    table = table_of(InsightEvent)
    keys = ", ".join(map(identifier, key_without_days(table)))
    warehouse.execute(f"CREATE OR REPLACE TEMP TABLE happening AS FROM ({found}) ANTI JOIN {HAPPENED} USING ({keys})")
    differences.begin(warehouse, table, "FROM happening")
    warehouse.execute(f"INSERT INTO {HAPPENED} SELECT {keys} FROM happening")


def count_values(warehouse: duckdb.DuckDBPyConnection) -> int:
    """How many values hold in all: of every measure, and whom everybody is compared with."""
    [members] = warehouse.execute(
        f"SELECT coalesce(sum(members), 0) FROM {TOLD}.insight_average WHERE grouping = 'bank'"
    ).fetchone() or (0,)
    return int(members) + count(warehouse, PEERS)


def _leave(plan: Plan, copy: KeptCopy, file: Path, token: str) -> None:
    plan.tell("keep", 0, None)
    with duckdb.connect(str(file)) as warehouse:
        configure(warehouse, plan.place)
        warehouse.execute("CHECKPOINT")
        write_state(warehouse, State(token, plan.today, plan.signature(), file.stat().st_size))
    copy.put(file)


def count(warehouse: duckdb.DuckDBPyConnection, relation: str) -> int:
    [count] = warehouse.execute(f"SELECT count(*) FROM {relation}").fetchone() or (0,)
    return int(count)
