"""`rapport insight run`: every measure computed for one day, and what changed written to the store.

The store's rows are copied into DuckDB, the definitions run there one after the other, and only values that
differ from the present ones are written, in one transaction. Nobody waits while measures are computed: writing
is claimed for the delivery alone. The copy stays, so that the next run reads and computes only what changed.
"""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from knowledge.clock import Clock
from knowledge.crm.schema import check
from knowledge.insight.changed_run import run_changed
from knowledge.insight.definition import Definition, read_definitions
from knowledge.insight.delivery import Delivered, Done
from knowledge.insight.kept_copy import KeptCopy, Misfit
from knowledge.insight.parameters import SHIPPED, read_parameters
from knowledge.insight.plan import Plan, Watch
from knowledge.insight.reading import Progress, look
from knowledge.insight.trained import models_in_use
from knowledge.insight.whole_run import run_whole
from knowledge.intake.workplace import workplace


@dataclass(frozen=True)
class InsightReport:
    """What a run did: the day it was for, rows begun and ended per table, seconds per stage.

    `changed` is the number of customers that changed since the run before; where all were computed it is None, and
    `whole` says why. `notes` say which model gave no probabilities, and why; the rule's score stands in any case.
    """

    as_of: date
    customers: int
    changed: int | None
    whole: str | None
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
    kept: Path | None = None,
    full: bool = False,
    definitions: tuple[Definition, ...] | None = None,
    parameters: Path = SHIPPED,
    progress: Progress | None = None,
) -> InsightReport:
    """Computes every measure of the store at `url` for the clock's day; works in `folder`, which is removed again.

    `models` is the folder that trained models were written to. In the folder `kept` the analytic copy stays for the
    next run, which then computes what changed alone, unless it is to be `full`. All of it is stored or nothing; the
    same data for the same day change nothing. Raises InsightError for a broken definition, parameter or model file
    and StoreError where the store cannot be read or written.
    """
    check(url)
    chosen, prices = definitions or read_definitions(), read_parameters(parameters)
    trained, notes = models_in_use(url, models, chosen)
    with workplace(folder) as place:
        plan = Plan(
            url, place, clock.today(), clock.now(), chosen, trained, prices,
            progress or (lambda label, done, total: None), Watch(),
        )  # fmt: skip
        done, whole = _run(plan, KeptCopy(kept) if kept is not None else None, full)
    return InsightReport(plan.today, done.customers, done.changed, whole, done.delivered, plan.watch.seconds, notes)


def _run(plan: Plan, copy: KeptCopy | None, full: bool) -> tuple[Done, str | None]:
    """In proportion to what changed where that can be, else in full, and why in full."""
    why = "it was asked for" if full else "no copy is kept"
    if copy is not None and not full:
        try:
            return run_changed(plan, copy, copy.state(plan, look(plan.url, plan.place))), None
        except Misfit as misfit:
            why = str(misfit)
    return run_whole(plan, copy), why
