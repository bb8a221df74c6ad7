"""Banks of seven customers that were measured once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from tests.knowledge.insight.changing_bank import FIRST_DAY, ChangingBank, fill
from tests.knowledge.insight.measured_bank import measured, read_here


@pytest.fixture(scope="module")
def measured_banks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Path]]:
    """Their homes. In so small a bank one customer is many, and a process for each reading of it is much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.insight.kept_copy.MANY", 10)
        patch.setattr("knowledge.insight.reading.read_apart", read_here)
        homes = []
        for seed in range(2):
            homes.append(tmp_path_factory.mktemp("bank"))
            migrate(sqlite_url(homes[-1]))
            bank = ChangingBank(sqlite_url(homes[-1]))
            fill(bank, seed)
            bank.close()
            assert measured(homes[-1], FIRST_DAY).whole == "there is no copy of an earlier run"
        yield homes


@pytest.fixture
def measured_home(measured_banks: list[Path], tmp_path: Path) -> Path:
    return Path(shutil.copytree(measured_banks[0], tmp_path / "home"))
