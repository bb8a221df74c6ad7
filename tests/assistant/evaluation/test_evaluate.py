"""`rapport evaluate` on the demo bank: what it prints and keeps, and that the bank stays as it was."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from assistant.cli import main

CASES = """
as_of: 2026-11-20
cases:
  - as: jiang.lan
    language: zh
    turns:
      - {ask: "王建国有多少存款", tool: holdings, customers: [王建国]}
      - {ask: "提醒我明天给他打电话", tool: create_task}
  - as: tom.baker
    language: en
    turns:
      - {ask: "What does Olivia Bennett hold?", tool: loans}
"""


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    return int(left.value.code or 0)


def rows_of(home: Path) -> dict[str, int]:
    with closing(sqlite3.connect(home / "crm.sqlite")) as store:
        names = [name for (name,) in store.execute("select name from sqlite_master where type = 'table'")]
        return {name: store.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}


def test_cases_are_judged_on_a_copy(demo_home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases, kept = tmp_path / "own.yaml", tmp_path / "run.json"
    cases.write_text(CASES, encoding="utf-8")
    before = rows_of(demo_home)
    assert run("evaluate", cases, "--home", demo_home, "--out", kept) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:5] for line in lines if line.startswith("conversations")] == [
        ["conversations", "0/1", "1/1", "-", "1/2"]
    ]
    assert "wrong: en loans: What does Olivia Bennett hold?" in lines
    assert [one["problems"] for one in json.loads(kept.read_text())["outcomes"]][2] == ["tools: ['holdings']"]
    assert rows_of(demo_home) == before
    assert not list(demo_home.glob("evaluation-*"))
    assert run("evaluate", cases, "--home", demo_home, "--against", kept, "--at-least", "90") == 1
    told = capsys.readouterr()
    assert "against the run before: 0 mended, 0 broken, 0 new, 0 gone" in told.out
    assert told.err == "rapport: below 90 % in en\n"


def test_a_store_that_cannot_be_copied_is_refused(
    demo_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("evaluate", "nothing-of-that-name", "--home", demo_home) == 1
    assert capsys.readouterr().err.startswith("rapport: nothing-of-that-name: no such file or folder")
    monkeypatch.setenv("RAPPORT_DATABASE_URL", f"sqlite:///{demo_home / 'crm.sqlite'}")
    assert run("evaluate", "demo", "--home", demo_home) == 1
    assert "a copy of a home" in capsys.readouterr().err
