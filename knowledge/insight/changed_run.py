"""A run in proportion to what changed: the copy of the run before, brought up to date and compared with itself."""

from secrets import token_hex

import duckdb

from knowledge.insight.changed_computation import ChangedComputation
from knowledge.insight.definition import PEERS
from knowledge.insight.delivery import Done, Seen, deliver
from knowledge.insight.differences import Differences
from knowledge.insight.kept_copy import KeptCopy, Misfit, State, write_state
from knowledge.insight.plan import Plan
from knowledge.insight.reading import read_changed
from knowledge.insight.whole_run import count
from knowledge.intake.workplace import first_line


def run_changed(plan: Plan, copy: KeptCopy, state: State) -> Done:
    """Runs on a copy that fits. Raises Misfit where it is broken, or the store has gone on meanwhile."""
    news, token = plan.place / "news.duckdb", token_hex(16)
    read_changed(plan.url, plan.place, news)
    differences = Differences(plan.place / "changed")
    with copy.changing(plan.place, news) as warehouse:
        seen = _seen(warehouse, state)
        try:
            changed = _bring_up_to_date(plan, warehouse, state, differences)
            looked_at, customers = (count(warehouse, relation) for relation in ("customer", PEERS))
            write_state(warehouse, State(token, plan.today, state.signature, state.size))
        except duckdb.Error as error:
            raise Misfit(f"the copy cannot be used: {first_line(error)}") from error
        delivered = deliver(plan, differences, seen, customers, token)
        plan.watch.read("write")
        plan.tell("keep", 0, None)
        warehouse.execute("COMMIT")
    plan.watch.read("keep")
    return Done(delivered, looked_at, changed)


def _bring_up_to_date(plan: Plan, warehouse: duckdb.DuckDBPyConnection, state: State, differences: Differences) -> int:
    computation = ChangedComputation(plan, warehouse, differences)
    changed = computation.replace_rows(state.as_of)
    plan.watch.read("read")
    computation.compute()
    plan.watch.read("compute")
    computation.compare()
    plan.watch.read("compare")
    return changed


def _seen(warehouse: duckdb.DuckDBPyConnection, state: State) -> Seen:
    [newest] = warehouse.execute("SELECT run FROM news.newest_run").fetchone() or (None,)
    notes = warehouse.execute("SELECT id, customer_id FROM news.changed_customer").fetchall()
    if newest != state.token:
        raise Misfit("the copy is not of the store's newest run")
    if any(customer is None for _, customer in notes):
        raise Misfit("any customer may have changed")
    return Seen(newest, tuple(number for number, _ in notes), afresh=False)
