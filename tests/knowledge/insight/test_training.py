"""Models of who leaves: used only where they tell better than the rule, and only the very file that was trained."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.clock import Clock
from knowledge.crm.store import sqlite_url
from knowledge.errors import InsightError
from knowledge.insight import score_model
from knowledge.insight.model_file import read_model, write_model
from knowledge.insight.run import run_insight
from knowledge.insight.score_model import Features, Flags, ScoreModel, evaluate
from knowledge.insight.snapshots import History, Snapshot, snapshot_days
from knowledge.insight.training import learn, train_models

NAMES = ("telling", "noise", "never_known")
DAYS = (date(2025, 6, 30), date(2026, 3, 31))


def customers(seed: int, number: int = 600) -> tuple[Features, Flags]:
    """Who has a high first input leaves, mostly."""
    rng = np.random.default_rng(seed)
    rows = np.column_stack([rng.normal(size=number), rng.normal(size=number), np.full(number, np.nan)])
    return rows, rng.random(number) < 1 / (1 + np.exp(2 - 2 * rows[:, 0]))


def history(rule: str, number: int = 600) -> History:
    snapshots = []
    for seed, day in enumerate(DAYS):
        rows, left = customers(seed, number)
        score = np.where(left, 90.0, 10.0) if rule == "perfect" else np.full(len(rows), 50.0)
        snapshots.append(Snapshot(day, rows, score, left))
    return History(NAMES, (snapshots[0],), snapshots[1])


def test_a_model_that_tells_better_is_kept_with_its_evaluation(tmp_path: Path) -> None:
    report = learn(history("blind"), "churn", tmp_path)
    assert report.state == "used"
    assert report.judged_on == DAYS[1]
    assert report.evaluation is not None
    assert report.evaluation.auc > 0.75
    assert report.evaluation.calibration_error < 0.08
    assert report.evaluation.lift > 1.5
    assert report.file is not None
    model = read_model(tmp_path, report.file, report.digest or "")
    assert model is not None
    assert model.names == NAMES
    rows, _ = customers(9)
    likely = np.argsort(-model.probabilities(rows))[:20]
    assert {names[0] for names in model.reasons(rows[likely])} == {"telling"}


def test_a_rule_that_tells_better_stands(tmp_path: Path) -> None:
    report = learn(history("perfect"), "churn", tmp_path)
    assert report.state == "worse"
    assert report.file is None
    assert not list(tmp_path.iterdir())


def test_too_few_who_left_teach_nothing(tmp_path: Path) -> None:
    report = learn(history("blind", number=60), "churn", tmp_path)
    assert report.state == "short"
    assert "too few" in (report.reason or "")
    assert learn(History(NAMES, (), None), "churn", tmp_path).state == "short"


def test_only_the_very_file_that_was_trained_is_read(tmp_path: Path) -> None:
    """A model file can run what its writer wants."""
    rows, left = customers(1)
    name, digest = write_model(ScoreModel(NAMES).fit(rows, left), tmp_path, "churn")
    assert read_model(tmp_path, name, digest) is not None
    assert read_model(tmp_path, "gone.joblib", digest) is None
    with (tmp_path / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(InsightError, match="train again"):
        read_model(tmp_path, name, digest)


def test_no_outcome_reaches_into_the_half_year_that_judges() -> None:
    days = snapshot_days(date(2026, 11, 20), date(2024, 11, 1))
    assert days == (date(2025, 7, 31), date(2025, 10, 31), date(2026, 4, 30))
    assert snapshot_days(date(2026, 10, 31), date(2024, 1, 31))[-1] == date(2026, 4, 30)
    assert snapshot_days(date(2026, 11, 20), date(2026, 1, 31)) == ()
    assert snapshot_days(date(2026, 11, 20), None) == ()


def test_evaluation_of_who_knows_all_and_who_knows_nothing() -> None:
    left = np.array([True] * 20 + [False] * 80)
    knows = evaluate(np.where(left, 1.0, 0.0), left)
    assert (knows.auc, knows.calibration_error, knows.brier, knows.lift) == (1.0, 0.0, 0.0, 5.0)
    guesses = evaluate(np.full(100, 0.2), left)
    assert guesses.auc == 0.5


def test_the_demo_bank_from_history_to_probabilities(
    demo_store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(demo_store_url.removeprefix("sqlite:///"), tmp_path / "crm.sqlite")
    url, clock, models = sqlite_url(tmp_path), Clock(date(2026, 11, 20)), tmp_path / "models"
    reports = train_models(url, tmp_path / "insight", models, clock=clock)
    assert (reports[0].target, reports[0].state) == ("churn", "short")
    monkeypatch.setattr(score_model, "LEAST_POSITIVES", 20)
    monkeypatch.setattr("knowledge.insight.training.LEAST_JUDGED", 5)
    again = {one.target: one for one in train_models(url, tmp_path / "insight", models, clock=clock)}
    report = run_insight(url, tmp_path / "insight", clock=clock, models=models)
    assert [note.partition(":")[0] for note in report.notes] == [
        target for target, one in again.items() if one.state != "used"
    ]
    with sqlite3.connect(tmp_path / "crm.sqlite") as connection:
        metrics = {row[0] for row in connection.execute("SELECT DISTINCT metric FROM insight")}
        states = connection.execute("SELECT target, state, digest FROM insight_model ORDER BY id").fetchall()
        odd = "SELECT count(*) FROM insight WHERE metric LIKE '%_probability' AND value NOT BETWEEN 0 AND 1000000"
        assert connection.execute(odd).fetchone() == (0,)
    connection.close()
    assert {f"{target}_probability" for target, one in again.items() if one.state == "used"} == {
        name for name in metrics if name.endswith("_probability")
    }
    assert states[2:] == [(one.target, one.state, one.digest) for one in again.values()]
