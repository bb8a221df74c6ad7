"""What changed, computed on the copy of the run before, and what begins and ends by it.

Definitions that tell of each customer by that customer's rows are computed for the customers that changed, the
others for all, on the kept tables; so are those whose days, parameters or products are other than before. What the run
before found stands in the copy, so of the store's results only those of customers that changed are read back: what was
measured of two of them may have been joined.
"""

from datetime import date

import duckdb

from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult
from knowledge.crm.tables import Base
from knowledge.insight.averages import SumChanges, averages
from knowledge.insight.definition import PEERS, PERIOD, Definition, Kind
from knowledge.insight.differences import Differences
from knowledge.insight.extent import Extent, extents
from knowledge.insight.parameter_tables import make_parameter_tables
from knowledge.insight.plan import Plan
from knowledge.insight.reading import table_of
from knowledge.insight.refresh import MARKED, SOME, gather_parts, replace_changed, replace_small_tables
from knowledge.insight.results import among, events, of_customers, of_kind, results, values
from knowledge.insight.scoring import score
from knowledge.insight.snapshots import INPUTS
from knowledge.insight.warehouse import (
    CUSTOMERS_TABLES,
    PART,
    between,
    name_of,
    refuse_unpriced,
    show_as_of,
    show_part_as_of,
    source_tables,
)
from knowledge.insight.whole_run import HAPPENED, TOLD, begin_events, count, count_values

BEFORE = "before_"
"""What the rows are called that a definition had of the customers that changed."""
FRESH = "fresh"
"""A definition as it is now, for all, beside what it was."""
OLD_PEERS = "old_peers"
OTHER = "other_than_before"
"""The customers of whom it says something else than before."""
FEW = 0.25


class ChangedComputation:
    """On a copy within a transaction, beside which `news` stands. What begins and ends goes to `differences`."""

    def __init__(self, plan: Plan, warehouse: duckdb.DuckDBPyConnection, differences: Differences) -> None:
        self._plan, self._warehouse, self._differences = plan, warehouse, differences
        self._models = {model.metric: model for model in plan.models}
        self._extents: dict[str, Extent] = {}
        self._sums = SumChanges(warehouse)

    def replace_rows(self, before: date) -> int:
        """Brings the kept rows to what the store holds and the views to the new day; returns how many customers
        change by it. `before` is the day of the last run. Raises InsightError for a currency without a rate."""
        warehouse, plan = self._warehouse, self._plan
        inputs = replace_small_tables(warehouse)
        marked = replace_changed(warehouse)
        show_as_of(warehouse, plan.today)
        inputs |= make_parameter_tables(warehouse, plan.parameters, plan.today)
        if marked or "exchange" in inputs:
            refuse_unpriced(warehouse, plan.parameters)
        moved = f" UNION {between(before, plan.today)}" if before != plan.today else ""
        warehouse.execute(f"CREATE TEMP TABLE {SOME} AS FROM {MARKED}{moved}")
        peers = plan.measures[0]
        if inputs & {*peers.reads, *(f"{PERIOD}.{day}" for day in peers.days)}:
            self._add_regrouped(peers)
        some = count(warehouse, SOME)
        self._extents = extents(plan.measures, inputs, changed=some > 0)
        return some

    def _add_regrouped(self, peers: Definition) -> None:
        """Customers who are compared with others than before change too: their values count for other averages."""
        differs = " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in peers.columns)
        self._warehouse.execute(
            f"INSERT INTO {SOME} FROM (SELECT coalesce(o.customer_id, n.customer_id) AS customer_id "
            f"FROM {peers.name} o FULL JOIN ({peers.sql}) n ON n.customer_id = o.customer_id WHERE {differs}) "
            f"ANTI JOIN {SOME} USING (customer_id)"
        )

    def compute(self) -> None:
        """Computes every definition for whom it has to be, and compares those that are computed for all."""
        if not self._of_extent(Extent.CHANGED, Extent.ALL):
            return
        self._warehouse.execute(f"CREATE TEMP TABLE {OLD_PEERS} AS FROM {PEERS}")
        changed, renewed = self._of_extent(Extent.CHANGED), self._of_extent(Extent.ALL)
        total = len(changed) + len(renewed)
        if changed:
            self._compute_parts(changed, total)
        for number, one in enumerate(renewed, start=len(changed)):
            self._plan.tell(f"compute {one.name}", number, total)
            self._renew(one)

    def _compute_parts(self, changed: list[Definition], total: int) -> None:
        """Computes definitions for some customers, and puts what is found of these in the place of what there was."""
        warehouse = self._warehouse
        gather_parts(warehouse)
        show_part_as_of(warehouse, self._plan.today)
        names = [*map(name_of, source_tables(CUSTOMERS_TABLES)), *(one.name for one in changed)]
        parts = {name: PART + name for name in names}
        for number, one in enumerate(changed):
            self._plan.tell(f"compute {one.name}", number, total)
            warehouse.execute(f"CREATE TEMP TABLE {PART}{one.name} AS {one.sql_over(parts)}")
        for one in changed:
            if of_customers([one]):
                rows = f"FROM {one.name} SEMI JOIN {SOME} USING (customer_id)"
                warehouse.execute(f"CREATE TEMP TABLE {BEFORE}{one.name} AS {rows}")
            warehouse.execute(f"DELETE FROM {one.name} WHERE customer_id IN (FROM {SOME})")
            warehouse.execute(f"INSERT INTO {one.name} FROM {PART}{one.name}")

    def _renew(self, one: Definition) -> None:
        """Computes a definition for all."""
        warehouse = self._warehouse
        if not of_customers([one]):
            warehouse.execute(f"CREATE OR REPLACE TABLE {one.name} AS {one.sql}")
            return
        if one.name in self._models:
            some = SOME if self._extents[INPUTS] is Extent.CHANGED else None
            score(warehouse, self._models[one.name], f"temp.{FRESH}", some, one.name)
        else:
            warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {FRESH} AS {one.sql}")
        self._compare_renewed(one)
        self._replace_renewed(one)

    def _compare_renewed(self, one: Definition) -> None:
        """Compares a definition as it is with what it was. Most rows are the same: what is told is made of the rest,
        which stay in the tables `was`, `now` and their groups."""
        warehouse, columns = self._warehouse, one.columns
        both = ", ".join(f"o.{name} AS was_{name}, n.{name} AS now_{name}" for name in columns)
        differs = " OR ".join(f"o.{name} IS DISTINCT FROM n.{name}" for name in columns)
        warehouse.execute(
            f"CREATE OR REPLACE TEMP TABLE {OTHER} AS "
            f"SELECT coalesce(o.customer_id, n.customer_id) AS customer_id, {both} "
            f"FROM {one.name} o FULL JOIN {FRESH} n ON n.customer_id = o.customer_id "
            f"WHERE {differs} OR coalesce(o.customer_id, n.customer_id) IN (FROM {SOME})"
        )
        for side, peers in (("was", OLD_PEERS), ("now", FRESH if one.name == PEERS else PEERS)):
            rows = ", ".join(f"{side}_{name} AS {name}" for name in columns)
            there = f"SELECT {rows} FROM {OTHER} WHERE {side}_customer_id IS NOT NULL"
            theirs = f"FROM {peers} SEMI JOIN {OTHER} USING (customer_id)"
            warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {side} AS {there}")
            warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {side}_peers AS {theirs}")
        was, now = (f"(FROM {side} ANTI JOIN {MARKED} USING (customer_id))" for side in ("was", "now"))
        self._differences.add(
            warehouse,
            table_of(Insight),
            among(values(one, was), "was_peers"),
            among(values(one, now), "now_peers"),
        )
        if one.name != PEERS:
            self._sums.add(one, "was", "was_peers", -1)
            self._sums.add(one, "now", "now_peers", 1)

    def _replace_renewed(self, one: Definition) -> None:
        """Writing few rows anew is faster than writing all."""
        warehouse = self._warehouse
        if count(warehouse, OTHER) < FEW * count(warehouse, FRESH):
            warehouse.execute(f"DELETE FROM {one.name} WHERE customer_id IN (SELECT customer_id FROM {OTHER})")
            warehouse.execute(f"INSERT INTO {one.name} FROM now")
        else:
            warehouse.execute(f"CREATE OR REPLACE TABLE {one.name} AS FROM {FRESH}")

    def compare(self) -> None:
        """Compares the customers that changed, and what is told of groups and units, with what there was."""
        warehouse, found = self._warehouse, self._differences.found
        if self._of_extent(Extent.CHANGED, Extent.ALL):
            if count(warehouse, SOME):
                self._compare_customers()
            self._sums.settle()
            self._compare_events()
            self._compare_told(InsightAverage, averages())
            self._compare_told(InsightResult, results(self._plan.measures))
        found[Insight.__tablename__] = count_values(warehouse)
        for model in (InsightAverage, InsightResult):
            found[model.__tablename__] = count(warehouse, f"{TOLD}.{model.__tablename__}")
        for one in of_kind(self._plan.measures, Kind.EVENT):
            found[InsightEvent.__tablename__] += count(warehouse, one.name)

    def _compare_customers(self) -> None:
        """Of marked customers with what the store holds, of the others that changed with what there was."""
        warehouse, told = self._warehouse, of_customers(self._plan.measures)
        parts = [one for one in told if self._extents[one.name] is Extent.CHANGED]
        renewed = [one for one in told if self._extents[one.name] is Extent.ALL]
        for name, peers in ((f"{SOME}_before", OLD_PEERS), (f"{SOME}_now", PEERS)):
            warehouse.execute(f"CREATE TEMP TABLE {name} AS FROM {peers} SEMI JOIN {SOME} USING (customer_id)")
        but, only = f"ANTI JOIN {MARKED} USING (customer_id)", f"SEMI JOIN {MARKED} USING (customer_id)"
        was = "FROM news.insight"
        if parts:
            before = among(_all([values(one, BEFORE + one.name) for one in parts]), f"{SOME}_before")
            was = f"FROM ({before}) {but} UNION ALL {was}"
        found = [values(one, PART + one.name) for one in parts]
        found += [values(one, f"(FROM {one.name} {only})") for one in renewed]
        self._differences.add(warehouse, table_of(Insight), was, among(_all(found), f"{SOME}_now"))
        for one in parts:
            if one.name != PEERS:
                self._sums.add(one, BEFORE + one.name, f"{SOME}_before", -1)
                self._sums.add(one, PART + one.name, f"{SOME}_now", 1)

    def _compare_events(self) -> None:
        warehouse = self._warehouse
        warehouse.execute(f"DELETE FROM {HAPPENED} WHERE customer_id IN (FROM {MARKED})")
        warehouse.execute(f"INSERT INTO {HAPPENED} FROM news.insight_event")
        for one in of_kind(self._plan.measures, Kind.EVENT):
            rows = {Extent.CHANGED: PART + one.name, Extent.ALL: one.name}.get(self._extents[one.name])
            if rows:
                begin_events(warehouse, self._differences, events(one, rows))

    def _compare_told(self, model: type[Base], found: str) -> None:
        """What is told of groups and units is little, and made anew every time."""
        table, told = table_of(model), f"{TOLD}.{model.__tablename__}"
        self._warehouse.execute(f"CREATE TEMP TABLE now_{table.name} AS {found}")
        self._differences.add(self._warehouse, table, f"FROM {told}", f"FROM now_{table.name}")
        self._warehouse.execute(f"CREATE OR REPLACE TABLE {told} AS FROM now_{table.name}")

    def _of_extent(self, *wanted: Extent) -> list[Definition]:
        return [one for one in self._plan.measures if self._extents[one.name] in wanted]


def _all(queries: list[str]) -> str:
    return " UNION ALL ".join(f"({query})" for query in queries)
