"""`rapport insight run`: every measure computed for one day, and what changed written to the store.

The store's rows are copied into DuckDB, the definitions run there one after the other, and only values that
differ from the present ones are written, in one transaction. Nobody waits while measures are computed: writing
is claimed for the delivery alone.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from time import perf_counter

from knowledge.clock import Clock
from knowledge.crm.schema import check
from knowledge.insight.computation import compute, filled_warehouse
from knowledge.insight.definition import Definition, read_definitions
from knowledge.insight.delivery import Delivered, Progress, deliver
from knowledge.insight.parameters import SHIPPED, read_parameters
from knowledge.insight.results import make_results
from knowledge.insight.scoring import score
from knowledge.insight.trained import models_in_use
from knowledge.intake.store_access import claimed_store


@dataclass(frozen=True)
class InsightReport:
    """What a run did: the day it was for, rows begun and ended per table, seconds per stage.

    `notes` say which model gave no probabilities, and why; the rule's score stands in any case.
    """

    as_of: date
    customers: int
    delivered: tuple[Delivered, ...]
    seconds: dict[str, float]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The report for a program, JSON-ready."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def run_insight(
    url: str,
    folder: Path,
    *,
    clock: Clock,
    models: Path | None = None,
    definitions: tuple[Definition, ...] | None = None,
    parameters: Path = SHIPPED,
    progress: Progress | None = None,
) -> InsightReport:
    """Computes every measure of the store at `url` for the clock's day; works in `folder`, which is removed again.

    `models` is the folder that trained models were written to. All of it is stored or nothing; the same data for the
    same day change nothing. Raises InsightError for a broken definition, parameter or model file and StoreError where
    the store cannot be read or written.
    """
    check(url)
    tell = progress or (lambda label, done, total: None)
    chosen, prices = definitions or read_definitions(), read_parameters(parameters)
    today, watch = clock.today(), _Watch()
    with filled_warehouse(url, folder, prices) as (warehouse, place):
        watch.read("read")
        compute(warehouse, chosen, prices, today, tell)
        watch.read("compute")
        trained, notes = models_in_use(url, models, chosen)
        scored = [score(warehouse, one, tell) for one in trained]
        watch.read("score")
        make_results(warehouse, (*chosen, *scored))
        watch.read("results")
        with claimed_store(url, place) as access:
            delivered = deliver(access, warehouse, today, clock.now(), prices, (*chosen, *scored), tell)
        watch.read("write")
        [customers] = warehouse.execute("SELECT count(*) FROM customer").fetchone() or (0,)
    return InsightReport(today, customers, delivered, watch.seconds, notes)


class _Watch:
    """Seconds per stage."""

    def __init__(self) -> None:
        self._last, self.seconds = perf_counter(), dict[str, float]()

    def read(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage], self._last = round(now - self._last, 2), now
