"""`rapport import` on the command line: databases that sources lie in, given beside the mapping."""

import sqlite3
from pathlib import Path

import pytest

from assistant.cli import main

MAPPING = """\
version: 1
sources:
  units: {table: units}
tables:
  unit:
    - source: units
      columns: {id: no, kind: {value: branch}, name: name}
"""


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    return int(left.value.code or 0)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    (tmp_path / "bank.yaml").write_text(MAPPING)
    with sqlite3.connect(tmp_path / "core.sqlite") as connection:
        connection.execute("CREATE TABLE units (no TEXT, name TEXT)")
        connection.execute("INSERT INTO units VALUES ('n', 'North')")
    return ["import", str(tmp_path), "--mapping", str(tmp_path / "bank.yaml"), "--home", str(tmp_path / "home")]


def test_a_source_is_read_from_the_database_that_is_named(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing_more(*_: object) -> None: ...

    monkeypatch.setattr("assistant.commands.making._furnish", nothing_more)
    assert run(*files, "--source-url", f"units=sqlite:///{tmp_path}/core.sqlite") == 0
    with sqlite3.connect(tmp_path / "home" / "crm.sqlite") as connection:
        assert connection.execute("SELECT id, name FROM unit").fetchall() == [("n", "North")]


@pytest.mark.parametrize(
    "given, code, said",
    [
        ("units", 2, "'units' is not NAME=URL"),
        ("=sqlite://", 2, "is not NAME=URL"),
        ("branches=sqlite://", 1, "the source branches, which it does not have"),
    ],
)
def test_a_database_for_no_source_is_refused(
    files: list[str], capsys: pytest.CaptureFixture[str], given: str, code: int, said: str
) -> None:
    assert run(*files, "--source-url", given) == code
    assert said in capsys.readouterr().err
