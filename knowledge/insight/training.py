"""`rapport insight train`: models of who leaves and whose deposits fall, learnt from the bank's own history.

Each is judged on the newest half year, which it has not seen, beside the rule that stands without it. It is used only
if it tells better than the rule; then it learns once more, from all of the history.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from knowledge.clock import Clock
from knowledge.crm.insights import InsightModel
from knowledge.crm.schema import check
from knowledge.crm.tables import Base
from knowledge.insight.computation import filled_warehouse
from knowledge.insight.definition import Definition, read_definitions
from knowledge.insight.model_file import library_version, write_model
from knowledge.insight.parameters import SHIPPED, read_parameters
from knowledge.insight.reading import Progress
from knowledge.insight.score_model import Evaluation, ScoreModel, TooFewToLearn, evaluate
from knowledge.insight.snapshots import TARGETS, History, Snapshot, read_history
from knowledge.insight.trained import USED
from knowledge.intake.store_access import claimed_store

SHORT, WORSE = "short", "worse"
LEAST_JUDGED = 10
"""By fewer than this many who left, in the half year kept for it, no model can be judged."""


@dataclass(frozen=True)
class TrainingReport:
    """What was learnt of one target. `state` is "used", "short" (too little history) or "worse" (than the rule).

    `evaluation` and the rule's AUC are of the newest half year, unseen while learning.
    """

    target: str
    state: str
    reason: str | None
    judged_on: date | None
    learnt_rows: int
    evaluation: Evaluation | None
    rule_auc: float | None
    file: str | None
    digest: str | None

    def as_dict(self) -> dict[str, object]:
        """The report for a program, JSON-ready."""
        return asdict(self) | {"judged_on": self.judged_on.isoformat() if self.judged_on else None}


def train_models(
    url: str,
    folder: Path,
    models: Path,
    *,
    clock: Clock,
    definitions: tuple[Definition, ...] | None = None,
    parameters: Path = SHIPPED,
    progress: Progress | None = None,
) -> tuple[TrainingReport, ...]:
    """Trains a model of each target on the store at `url` up to the clock's day, and notes each in the store.

    Works in `folder`, which is removed again; model files stay in `models`. Raises InsightError and StoreError as a
    run does.
    """
    check(url)
    tell = progress or (lambda label, done, total: None)
    chosen, prices = definitions or read_definitions(), read_parameters(parameters)
    with filled_warehouse(url, folder, prices) as (warehouse, place):
        reports, inputs = list[TrainingReport](), tuple[str, ...]()
        for target in TARGETS:
            history = read_history(warehouse, chosen, prices, clock.today(), target, tell)
            inputs = history.names
            tell(f"learn {target}", 0, None)
            reports.append(learn(history, target, models))
        with claimed_store(url, place) as access:
            table = Base.metadata.tables[InsightModel.__tablename__]
            access.connection.execute(insert(table), [_row(report, clock, inputs) for report in reports])
    return tuple(reports)


def learn(history: History, target: str, models: Path) -> TrainingReport:
    """Learns from a history, judges by its newest snapshot, and writes the model's file if it is to be used."""
    judged = history.judged
    if judged is None:
        return _without(target, SHORT, "the history is too short: half a year before and half a year after a day", None)
    known, newest = _joined(history.learnt), _joined((judged,))
    try:
        first = ScoreModel(history.names).fit(known.inputs, known.happened)
    except TooFewToLearn as error:
        return _without(target, SHORT, str(error), judged.day)
    if min(int(newest.happened.sum()), int((~newest.happened).sum())) < LEAST_JUDGED:
        return _without(target, SHORT, f"it happened to {int(newest.happened.sum())}: too few to judge by", judged.day)
    evaluation = evaluate(first.probabilities(newest.inputs), newest.happened)
    rule = evaluate(np.nan_to_num(newest.rule_score) / 100, newest.happened)
    rows = len(known.happened)
    if evaluation.auc <= rule.auc:
        reason = f"the rule tells better: {rule.auc:.3f} against {evaluation.auc:.3f}"
        return TrainingReport(target, WORSE, reason, judged.day, rows, evaluation, rule.auc, None, None)
    everything = _joined((*history.learnt, judged))
    model = ScoreModel(history.names).fit(everything.inputs, everything.happened)
    file, digest = write_model(model, models, target)
    return TrainingReport(target, USED, None, judged.day, rows, evaluation, rule.auc, file, digest)


def _joined(snapshots: Sequence[Snapshot]) -> Snapshot:
    return Snapshot(
        snapshots[-1].day,
        np.concatenate([one.inputs for one in snapshots]),
        np.concatenate([one.rule_score for one in snapshots]),
        np.concatenate([one.happened for one in snapshots]),
    )


def _without(target: str, state: str, reason: str, judged_on: date | None) -> TrainingReport:
    return TrainingReport(target, state, reason, judged_on, 0, None, None, None, None)


def _row(report: TrainingReport, clock: Clock, inputs: Sequence[str]) -> dict[str, object]:
    evaluation = asdict(report.evaluation) | {"rule_auc": report.rule_auc} if report.evaluation else {}
    return {
        "target": report.target,
        "as_of": clock.today(),
        "trained_at": clock.now(),
        "state": report.state,
        "reason": report.reason,
        "judged_on": report.judged_on,
        "learnt_rows": report.learnt_rows,
        "evaluation": evaluation,
        "inputs": list(inputs),
        "library": library_version(),
        "file": report.file,
        "digest": report.digest,
    }
