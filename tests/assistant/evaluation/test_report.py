"""A report counts by ability and language, is kept, and says what changed since another."""

from pathlib import Path

import pytest

from assistant.errors import CaseError
from assistant.evaluation.report import Outcome, Report


def outcome(case: str, asked: str, *problems: str, language: str = "en", unseen: bool = False) -> Outcome:
    return Outcome(
        case=case, asked=(asked,), employee="tom.baker", language=language, ability="holdings", unseen=unseen,
        problems=problems, elapsed_ms=40, model_calls=0,
    )  # fmt: skip


RUN = Report.of(
    [
        outcome("a", "one"), outcome("a", "two", "tools: []"), outcome("b", "three", unseen=True),
        outcome("c", "四", language="zh"),
    ],
    "builtin",
)  # fmt: skip


def test_a_conversation_is_right_where_all_its_answers_are() -> None:
    assert (RUN.share("en"), RUN.share("en", unseen=True), RUN.share("zh"), RUN.share("es")) == (0.5, 1.0, 1.0, 1.0)


def test_the_table_counts_questions_and_conversations() -> None:
    lines = [line.split() for line in RUN.lines()]
    assert ["holdings", "2/3", "1/1", "-", "3/4", "40"] in lines
    assert ["conversations", "1/2", "1/1", "-", "2/3"] in lines
    assert ["of", "them", "unseen", "1/1", "-", "-", "1/1"] in lines
    assert "    tools: []" in RUN.lines()


def test_what_was_mended_and_what_broke_is_told(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(RUN.model_dump_json())
    before = Report.read(tmp_path / "run.json")
    now = Report.of([outcome("x", "two"), outcome("y", "three", "error"), outcome("z", "five")], "builtin")
    lines = list(now.changes(before))
    assert lines[0] == "against the run before: 1 mended, 1 broken, 1 new, 2 gone"
    assert {"mended: en holdings: two", "broken: en holdings: three"} <= set(lines)
    assert "en: 50.0% -> 66.7% of conversations" in lines


def test_what_is_no_report_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text("{}")
    (tmp_path / "later.json").write_text(RUN.model_copy(update={"version": 99}).model_dump_json())
    for name in ("other.json", "later.json", "nowhere.json"):
        with pytest.raises(CaseError):
            Report.read(tmp_path / name)
