"""Files of cases: what is taken, and what a person is told of a broken one."""

from pathlib import Path

import pytest

from assistant.errors import CaseError
from assistant.evaluation.case import SHIPPED, find_cases, read_cases

GOOD = "cases: [{as: tom.baker, language: en, turns: [{ask: hello, tool: none}]}]"


def test_what_ships_is_found_by_its_name() -> None:
    assert {file.name for file in find_cases("demo")} >= {"demo"}
    assert {path.stem for path in SHIPPED.glob("*.yaml")} >= {file.name for file in find_cases("demo")}


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(GOOD)
    assert [file.name for file in find_cases(str(tmp_path))] == ["one", "two"]


@pytest.mark.parametrize(
    "text, said",
    [
        ("cases: [{as: tom.baker, language: en, turns: [{ask: hello, tool: [}]}]", "flow"),
        ("cases: []", "at least 1"),
        ("- {as: tom.baker}", "valid dictionary"),
        ("cases: [{as: tom.baker, language: fr, turns: [{ask: hello, tool: none}]}]", "language"),
        ("cases: [{as: tom.baker, language: en, turns: [{ask: hello}]}]", "neither tool, tools nor any"),
        ("cases: [{as: tom.baker, language: en, turns: [{ask: hello, tool: none, facs: {}}]}]", "facs"),
    ],
)
def test_a_broken_file_is_named_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(text)
    with pytest.raises(CaseError) as raised:
        read_cases(path)
    assert raised.value.values["file"] == str(path)
    assert said in str(raised.value.values["reason"])


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "bytes.yaml", tmp_path):
        with pytest.raises(CaseError):
            read_cases(path)
    with pytest.raises(CaseError, match="no cases of that name"):
        find_cases(str(tmp_path / "nowhere"))
