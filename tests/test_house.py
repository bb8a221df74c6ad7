"""The rules of the house that no linter knows: one noun a file, short functions, nothing swallowed."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
LONGEST_README = 150
ATTICS = {"utils", "util", "common", "helpers", "helper", "core", "misc", "manager", "base", "shared"}
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "alembic.ini",
    "assistant",
    "benchmarks",
    "constraints.txt",
    "docs",
    "knowledge",
    "migrations",
    "prompts",
    "pyproject.toml",
    "server.py",
    "tests",
}
HOMES = re.compile(r"(?<![\w.])(?:/home/|/Users/|/root/|[A-Z]:\\\\Users)\w+|" + re.escape(f"{ROOT.parent}/") + r"\w+")
"""Folders of people's machines, and the one this checkout stands in."""


@cache
def _committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def _sources() -> list[Path]:
    return [path for path in _committed() if path.suffix == ".py"]


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_top_level_holds_what_it_should() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in _committed()} <= TOP_LEVEL


def test_files_are_short() -> None:
    long = {_shown(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _sources()}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_functions_fit_a_screen() -> None:
    long = {
        f"{_shown(path)}:{function.name}": length
        for path in _sources()
        if "migrations" not in path.parts
        for function in _functions(path)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_file_is_an_attic() -> None:
    assert [_shown(path) for path in _committed() if ATTICS & {*path.relative_to(ROOT).parts[:-1], path.stem}] == []


def test_no_error_is_swallowed() -> None:
    swallowed = [
        f"{_shown(path)}:{handler.lineno}"
        for path in _sources()
        for handler in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or (all(isinstance(step, ast.Pass) for step in handler.body) and _is_broad(handler)))
    ]
    assert swallowed == []


def _is_broad(handler: ast.ExceptHandler) -> bool:
    return isinstance(handler.type, ast.Name) and handler.type.id in ("Exception", "BaseException", "RapportError")


def test_no_path_of_a_machine_is_committed() -> None:
    found = []
    for path in _committed():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{_shown(path)}: {match.group()}" for match in HOMES.finditer(text)]
    assert found == []


def test_the_readme_is_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_README


def test_only_settings_reads_the_environment() -> None:
    readers = [
        _shown(path)
        for path in _sources()
        if path.relative_to(ROOT).parts[0] in ("assistant", "knowledge", "prompts", "server.py")
        and re.search(r"\bos\.(environ|getenv)\b", path.read_text(encoding="utf-8"))
    ]
    assert readers == ["assistant/settings.py"]


def test_every_dependency_is_pinned_for_a_reproducible_install() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {
        re.split(r"[=\[ ]", line)[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    wanted = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {re.split(r"[\[<>=!~ ]", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - pinned == set()


def test_constraints_hold_no_local_path() -> None:
    assert not re.search(r"file:|@ |^-e", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
