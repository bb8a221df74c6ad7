"""`rapport insight`: measures computed, models trained, and what each measure means."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.commands.making import telling
from assistant.commands.options import AsOf, Debug, Home, Json, day, settings_of_bank

if TYPE_CHECKING:
    from collections.abc import Iterable

    from knowledge.insight.run import InsightReport
    from knowledge.insight.training import TrainingReport
    from knowledge.offering.scoring import Scored

app = typer.Typer(help="Measures of customers: value, loyalty, risk, change, churn.", no_args_is_help=True)
MODELS = "models"
WORKPLACE = "insight"
KEPT = "measures"
Full = Annotated[bool, typer.Option("--full", help="Read and compute everything anew, not what changed alone")]


@app.command()
def run(as_of: AsOf = None, full: Full = False, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """Compute every measure for one day; after the first time, what changed alone."""
    from knowledge.clock import Clock
    from knowledge.insight.run import run_insight

    settings = settings_of_bank(home)
    clock = Clock(day(as_of) or settings.as_of)
    with telling() as progress:
        report = run_insight(
            settings.store_url,
            settings.home / WORKPLACE,
            clock=clock,
            models=settings.home / MODELS,
            kept=settings.home / KEPT,
            full=full,
            progress=progress,
        )
    _print(report.as_dict() if as_json else _run_lines(report))


@app.command()
def products(as_of: AsOf = None, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """Score which products each customer is likely to take, for recommendations."""
    from knowledge.clock import Clock
    from knowledge.offering.scoring import score_products

    settings = settings_of_bank(home)
    with telling() as progress:
        progress("score products", 0, None)
        scored = score_products(settings.store_url, Clock(day(as_of) or settings.as_of).today())
    _print(asdict(scored) if as_json else _scored_lines(scored))


@app.command()
def train(as_of: AsOf = None, as_json: Json = False, home: Home = None, debug: Debug = False) -> None:
    """Learn from the bank's own history who leaves, and say how well."""
    from knowledge.clock import Clock
    from knowledge.insight.training import train_models

    settings = settings_of_bank(home)
    clock = Clock(day(as_of) or settings.as_of)
    with telling() as progress:
        reports = train_models(
            settings.store_url,
            settings.home / WORKPLACE,
            settings.home / MODELS,
            clock=clock,
            progress=progress,
        )
    if as_json:
        _print({"models": [report.as_dict() for report in reports]})
    else:
        _print(line for report in reports for line in _training_lines(report))


@app.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(metavar="[MEASURE]", help="Only this one, with its SQL")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """The measures: what each means, its unit and formula."""
    from assistant.commands.options import CommandError
    from knowledge.insight.definition import Kind, read_definitions

    found = [one for one in read_definitions() if one.name == name or (name is None and one.kind is not Kind.STEP)]
    if not found:
        raise CommandError(reason=f"there is no measure {name}")
    if as_json:
        keys = ("name", "kind", "unit", "meaning", "formula", "version", "sql")
        _print({"measures": [{key: getattr(one, key) for key in keys} for one in found]})
        return
    for one in sorted(found, key=lambda one: (one.kind, one.name)):
        unit = f", {one.unit}" if one.unit else ""
        print(f"{one.name} ({one.kind}{unit}, version {one.version})")
        print(f"  {one.meaning}")
        print(f"  = {one.formula}")
        if name:
            print(one.sql)


def _scored_lines(scored: "Scored") -> "Iterable[str]":
    yield f"{scored.scores:,} scores of products for {scored.customers:,} customers"
    if scored.note:
        yield f"no probability that offers are accepted: {scored.note}"


def _run_lines(report: "InsightReport") -> "Iterable[str]":
    yield f"{report.customers:,} customers, measured as of {report.as_of}"
    yield f"  all computed: {report.whole}" if report.whole else f"  {report.changed:,} changed since the run before"
    for one in report.delivered:
        yield f"  {one.table}: {one.begun:,} began, {one.ended:,} ended, {one.unchanged:,} as before"
    yield from (f"  no model of {note}" for note in report.notes)
    yield "  " + ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in report.seconds.items())


def _training_lines(report: "TrainingReport") -> "Iterable[str]":
    judged = report.evaluation
    if judged is None:
        yield f"{report.target}: no model, the rule stands: {report.reason}"
        return
    yield f"{report.target}: {report.state}" + (f" ({report.reason})" if report.reason else "")
    yield f"  learnt from {report.learnt_rows:,} rows, judged on {judged.rows:,} of {report.judged_on}, unseen"
    yield (
        f"  AUC {judged.auc:.3f} (the rule: {report.rule_auc or 0:.3f}), calibration error "
        f"{judged.calibration_error:.3f}, {judged.lift:.1f} times as many in the first tenth"
    )
    yield f"  it happened to {judged.positives:,} of {judged.rows:,}"


def _print(what: "dict[str, object] | Iterable[str]") -> None:
    if isinstance(what, dict):
        print(json.dumps(what, ensure_ascii=False, indent=2, default=str))
    else:
        print("\n".join(what))
