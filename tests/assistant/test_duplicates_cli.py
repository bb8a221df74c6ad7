"""`rapport duplicates`: nothing happens without a yes, everything can be undone, and the journal knows of it."""

import json
import sqlite3
from pathlib import Path

import pytest

from assistant.cli import main


def run(capsys: pytest.CaptureFixture[str], home: Path, *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as left:
        main(["duplicates", *arguments, "--home", str(home)])
    said = capsys.readouterr()
    return int(str(left.value.code)), said.out + said.err


def owners(home: Path, customer: str) -> int:
    with sqlite3.connect(home / "crm.sqlite") as connection:
        return int(connection.execute("SELECT count(*) FROM account WHERE customer_id = ?", [customer]).fetchone()[0])


@pytest.fixture
def bank(demo_store_url: str, tmp_path: Path) -> Path:
    """A home folder with a demo bank of its own."""
    with (
        sqlite3.connect(demo_store_url.removeprefix("sqlite:///")) as made,
        sqlite3.connect(tmp_path / "crm.sqlite") as copy,
    ):
        made.backup(copy)
    return tmp_path


def test_a_pair_is_joined_shown_and_taken_apart(capsys: pytest.CaptureFixture[str], bank: Path) -> None:
    code, listed = run(capsys, bank, "list", "--as", "chen.guohua", "--json")
    assert code == 0
    pair = json.loads(listed)[0]
    one, other = sorted((pair["one"], pair["other"]))
    before = owners(bank, one), owners(bank, other)
    code, shown = run(capsys, bank, "show", pair["pair"], "--as", "chen.guohua", "--json")
    assert {each["field"] for each in json.loads(shown)["evidence"]} >= {"name", "birth_date"}
    code, said = run(capsys, bank, "join", pair["pair"], "--as", "chen.guohua", "--yes")
    assert (code, "become one customer" in said) == (0, True)
    assert (owners(bank, one), owners(bank, other)) == (sum(before), 0)
    code, said = run(capsys, bank, "join", pair["pair"], "--as", "chen.guohua", "--yes")
    assert code == 1
    _, shown = run(capsys, bank, "show", one, "--as", "chen.guohua", "--json")
    (merge,) = json.loads(shown)["merge"]
    assert merge["of"] == other
    code, _ = run(capsys, bank, "undo", merge["merge"], "--as", "chen.guohua", "--yes")
    assert code == 0
    assert (owners(bank, one), owners(bank, other)) == before
    with sqlite3.connect(bank / "crm.sqlite") as connection:
        kinds = [row[0] for row in connection.execute("SELECT kind FROM journal ORDER BY number")]
    assert kinds.count("confirmed") == 2


def test_nothing_is_done_without_a_yes(
    capsys: pytest.CaptureFixture[str], bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, listed = run(capsys, bank, "list", "--as", "chen.guohua", "--json")
    pair = json.loads(listed)[0]["pair"]
    monkeypatch.setattr("typer.confirm", lambda *_, **__: False)
    code, _ = run(capsys, bank, "apart", pair, "--as", "chen.guohua")
    assert code == 130
    assert run(capsys, bank, "list", "--as", "chen.guohua", "--json")[1] == listed
    assert run(capsys, bank, "apart", pair, "--as", "chen.guohua", "--yes")[0] == 0
    assert pair not in run(capsys, bank, "list", "--as", "chen.guohua", "--json")[1]


def test_a_pair_out_of_view_is_no_pair(capsys: pytest.CaptureFixture[str], bank: Path) -> None:
    _, listed = run(capsys, bank, "list", "--as", "chen.guohua", "--json")
    strangers = [each["pair"] for each in json.loads(listed)]
    own = {each["pair"] for each in json.loads(run(capsys, bank, "list", "--as", "jiang.lan", "--json")[1])}
    stranger = next(each for each in strangers if each not in own)
    code, said = run(capsys, bank, "join", stranger, "--as", "jiang.lan", "--yes")
    assert (code, f"no pair {stranger} in your view" in said) == (1, True)
