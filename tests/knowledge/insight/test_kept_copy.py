"""A run that is killed, overtaken, or finds a copy that does not fit: nothing is lost, and the next run is right."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest

from knowledge.errors import StoreError
from knowledge.insight.kept_copy import FILE
from knowledge.insight.store_reader import SOURCE, read_apart
from tests.knowledge.insight.changing_bank import FIRST_DAY
from tests.knowledge.insight.measured_bank import FEW, change, rows, written
from tests.knowledge.insight.measured_bank import measured as run_measures

ROOT = Path(__file__).parents[3]


measured = partial(run_measures, definitions=FEW)


@pytest.fixture
def home(little_measured: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(little_measured, tmp_path / "home"))


def deposits(home: Path, customer: str) -> int:
    where = f"metric = 'deposits' AND customer_id = '{customer}' AND until IS NULL"
    found = rows(home, f"SELECT value FROM insight WHERE {where}")
    return int(str(found[0][0])) if found else 0


def add_deposit(home: Path, customer: str, amount: int) -> None:
    """An account of its own, in cents."""
    change(
        home,
        "INSERT INTO account (id, customer_id, kind, number, currency, opened_on, state) "
        f"VALUES ('D{customer}', '{customer}', 'deposit', '1', 'CNY', '2025-01-01', 'active')",
        f"INSERT INTO balance VALUES ('D{customer}', '2025-12-30', {amount}, {amount})",
    )


@pytest.mark.parametrize(
    "stage, whole",
    [("write insight_average", True), ("keep", False)],
)
def test_a_run_that_is_killed_is_made_good_by_the_next(home: Path, stage: str, whole: bool) -> None:
    later = FIRST_DAY + timedelta(days=1)
    add_deposit(home, "C1", 7_000_000)
    before = written(home)
    program = (
        "import os, signal, sys; from datetime import date; from pathlib import Path\n"
        "from knowledge.clock import Clock; from knowledge.insight import kept_copy, run\n"
        "from tests.knowledge.insight.measured_bank import FEW\n"
        "kept_copy.MANY = 10; home = Path(sys.argv[1])\n"
        "def die(label, done, total):\n"
        "    if label == sys.argv[2]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "clock = Clock(date.fromisoformat(sys.argv[3]))\n"
        "run.run_insight(f'sqlite:///{home}/crm.sqlite', home / 'insight', clock=clock,\n"
        "    definitions=FEW, kept=home / 'measures', full=sys.argv[4] == 'True', progress=die)\n"
    )
    command = [sys.executable, "-c", program, str(home), stage, str(later), str(whole)]
    killed = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (written(home) == before) == (stage != "keep")
    # The copy of the run before is as it was. It fits only while the store, too, is as that run left it.
    assert (measured(home, later).whole is None) == (stage != "keep")
    assert not (home / "insight").exists()
    assert deposits(home, "C1") >= 700_000_00
    in_full = measured(home, later, whole=True)
    assert all(one.begun == one.ended == 0 for one in in_full.delivered)


def test_what_changes_meanwhile_is_seen_to_by_the_next_run(home: Path) -> None:
    add_deposit(home, "C1", 100)
    before, moved = (deposits(home, customer) for customer in ("C1", "C2"))

    def come_between(label: str, done: int, total: int | None) -> None:
        if label == "compute branch_deposits":
            add_deposit(home, "C2", 900)
            change(home, "UPDATE balance SET \"end\" = 500 WHERE account_id = 'DC1'")

    assert measured(home, FIRST_DAY, progress=come_between).changed == 1
    assert (deposits(home, "C1"), deposits(home, "C2")) == (before, moved)
    assert measured(home, FIRST_DAY).changed == 2
    assert deposits(home, "C1") == before + 50_000
    assert deposits(home, "C2") == moved + 90_000


def test_a_customer_who_is_gone_meanwhile_gets_no_values(home: Path) -> None:
    def go(label: str, done: int, total: int | None) -> None:
        if label == "compute branch_deposits":
            change(
                home,
                "DELETE FROM insight WHERE customer_id = 'C1'",
                "DELETE FROM insight_event WHERE customer_id = 'C1'",
                "UPDATE account SET customer_id = 'C2' WHERE customer_id = 'C1'",
                "DELETE FROM customer WHERE id = 'C1'",
            )

    add_deposit(home, "C1", 100)
    measured(home, FIRST_DAY, progress=go)
    for table in ("insight", "insight_event"):
        assert rows(home, f"SELECT * FROM {table} WHERE customer_id = 'C1'") == []
    assert measured(home, FIRST_DAY).changed == 2


@pytest.mark.parametrize(
    "statement, reason, whole",
    [
        ("INSERT INTO changed_customer (customer_id) VALUES (NULL)", "imported meanwhile", True),
        (
            "INSERT INTO insight_run (as_of, run_at, currency, parameters_version, definitions, customers, token) "
            "SELECT as_of, run_at, currency, parameters_version, definitions, customers, 'x' FROM insight_run",
            "another run",
            False,
        ),
    ],
)
def test_a_run_that_was_overtaken_stores_nothing(home: Path, statement: str, reason: str, whole: bool) -> None:
    add_deposit(home, "C1", 100)
    before = written(home)

    def overtake(label: str, done: int, total: int | None) -> None:
        if label == "compute branch_deposits":
            change(home, statement)

    with pytest.raises(StoreError, match=reason):
        measured(home, FIRST_DAY, whole=whole, progress=overtake)
    assert written(home) == before
    assert measured(home, FIRST_DAY).whole


def spoil_middle(home: Path) -> None:
    file = home / "measures" / FILE
    content = bytearray(file.read_bytes())
    middle = len(content) // 3
    content[middle : 2 * middle] = os.urandom(middle)
    file.write_bytes(content)


def make_of_another_version(home: Path) -> None:
    with duckdb.connect(str(home / "measures" / FILE)) as connection:
        connection.execute("UPDATE state SET format = format + 1")


def drop_a_trigger(home: Path) -> None:
    change(home, "DROP TRIGGER changed_balance_update")


def restore_an_older_store(home: Path) -> None:
    """Two runs later; the copy is of the newer one."""
    shutil.copy(home / "crm.sqlite", home / "backup")
    measured(home, FIRST_DAY)
    shutil.copy(home / "backup", home / "crm.sqlite")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda home: (home / "measures" / FILE).unlink(),
        lambda home: (home / "measures" / FILE).write_bytes(b"no copy"),
        spoil_middle,
        make_of_another_version,
        drop_a_trigger,
        restore_an_older_store,
        lambda home: change(home, "INSERT INTO changed_customer (customer_id) VALUES (NULL)"),
    ],
)
def test_a_copy_that_does_not_fit_is_made_anew(home: Path, spoil: Callable[[Path], None]) -> None:
    spoil(home)
    change(home, "UPDATE customer SET tier = 'private'")
    again = measured(home, FIRST_DAY)
    assert again.whole
    assert again.changed is None
    present = rows(home, "SELECT label FROM insight WHERE metric = 'peer_group' AND until IS NULL")
    assert present
    assert all("/private/" in str(label) for (label,) in present)


def test_another_definition_is_computed_in_full(home: Path) -> None:
    other = tuple(replace(one, version="9") if one.name == "deposits" else one for one in FEW)
    assert run_measures(home, FIRST_DAY, definitions=other).whole == "a definition or a model changed"
    without = tuple(one for one in FEW if one.name != "loyalty")
    run_measures(home, FIRST_DAY, definitions=without)
    present = "SELECT DISTINCT metric FROM insight WHERE until IS NULL"
    assert {metric for (metric,) in rows(home, present)} >= {"deposits", "related_deposit_points"}
    assert ("loyalty",) not in rows(home, present)


def test_only_its_owner_may_read_the_copy(home: Path) -> None:
    measured(home, FIRST_DAY + timedelta(days=1))
    assert {path.name for path in (home / "measures").iterdir()} == {FILE}
    assert stat.S_IMODE((home / "measures").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "measures" / FILE).stat().st_mode) == 0o600


def test_the_reader_of_a_store_that_is_none_says_so(tmp_path: Path) -> None:
    (tmp_path / "crm.sqlite").write_bytes(b"this is no store at all" * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        read_apart(
            tmp_path / "crm.sqlite", tmp_path / "made.duckdb", tmp_path,
            [("read", f"CREATE TABLE x AS FROM {SOURCE}.customer")], lambda label: None,
        )  # fmt: skip
