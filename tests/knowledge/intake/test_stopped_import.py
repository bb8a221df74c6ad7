"""An import that is killed, or whose disk is full, leaves the store as it was; the same again comes to its end."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.errors import RapportError, StoreError
from tests.knowledge.intake.bank import Bank

ROOT = Path(__file__).parents[3]
RUN = """
import os, resource, signal, sys
from pathlib import Path
from knowledge.errors import RapportError
from knowledge.intake.intake import import_folder

folder, mapping, url, rejects, moment, limit = sys.argv[1:]

def act(label, done, total):
    if label == moment:
        if limit == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    import_folder(Path(folder), Path(mapping), url=url, rejects=Path(rejects), progress=act)
except RapportError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


def run(bank: Bank, moment: str, limit: str) -> subprocess.CompletedProcess[str]:
    arguments = [str(bank.folder), str(bank.mapping), bank.url, str(bank.rejects), moment, limit]
    return subprocess.run(
        [sys.executable, "-c", RUN, *arguments], cwd=ROOT, env=os.environ, check=False, capture_output=True, text=True
    )


def dump(bank: Bank) -> list[str]:
    connection = sqlite3.connect(bank.url.removeprefix("sqlite:///"))
    lines = list(connection.iterdump())
    connection.close()
    return lines


@pytest.fixture
def loaded(bank: Bank) -> Bank:
    """A bank with a store and a second delivery waiting that changes, adds and derives."""
    bank.load()
    bank.write("bookings.csv", "id;account;date;way;type;amount;after\nt9;10;240401;in;cash;1,00;80,50\n")
    bank.replace("persons.csv", "Muster AG", "Other AG")
    return bank


@pytest.mark.parametrize("moment", ["read", "resolution", "hand over transaction", "write transaction"])
def test_a_killed_import_leaves_the_store_as_it_was(loaded: Bank, moment: str) -> None:
    before = dump(loaded)
    assert run(loaded, moment, "kill").returncode == -signal.SIGKILL
    assert dump(loaded) == before
    left = loaded.rejects.with_name("importing")
    assert left.is_dir()
    assert left.stat().st_mode & 0o077 == 0
    assert loaded.load().balanced
    assert not left.exists()
    assert loaded.rows("SELECT name FROM customer WHERE id = 'p-2'") == [("Other AG",)]


@pytest.mark.parametrize("moment", ["read", "resolution", "hand over transaction", "write transaction"])
def test_a_full_disk_is_one_clear_line_and_changes_nothing(loaded: Bank, moment: str) -> None:
    """No file may grow: what a full disk says, at every file that an import writes."""
    before = dump(loaded)
    stopped = run(loaded, moment, "4096")
    assert stopped.returncode == 1
    assert stopped.stderr.startswith(("StoreError: ", "IntakeError: ")), stopped.stderr
    assert len(stopped.stderr.strip().splitlines()) == 1
    assert dump(loaded) == before
    assert not loaded.rejects.with_name("importing").exists()
    assert loaded.load().balanced


def test_two_imports_at_once_do_not_mix(bank: Bank) -> None:
    refused: list[RapportError] = []

    def again(label: str, done: int, total: int | None) -> None:
        if label == "resolution":
            with pytest.raises(StoreError, match="another import is at work") as caught:
                bank.load()
            refused.append(caught.value)

    assert bank.load(again).balanced
    assert len(refused) == 1


def test_a_machine_without_the_extension_is_told(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.intake.sqlite_access.find_spec", lambda name: None)
    with pytest.raises(StoreError, match="has no extension of DuckDB"):
        bank.load()


def test_references_hold_after_an_import(bank: Bank) -> None:
    bank.load()
    assert bank.rows("PRAGMA foreign_key_check") == []
