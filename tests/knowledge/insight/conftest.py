"""Banks of seven customers that were measured once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.crm.schema import migrate
from knowledge.crm.store import sqlite_url
from knowledge.insight.definition import Definition
from tests.knowledge.insight.changing_bank import FIRST_DAY, ChangingBank, fill
from tests.knowledge.insight.measured_bank import DEFINITIONS, FEW, measured, read_here


@pytest.fixture(scope="module")
def small_bank() -> Iterator[None]:
    """In so small a bank one customer is many, and a process for each reading of it is much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("knowledge.insight.kept_copy.MANY", 10)
        patch.setattr("knowledge.insight.reading.read_apart", read_here)
        yield


@pytest.fixture(scope="module")
def measured_banks(small_bank: None, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The homes of two, all measures computed."""
    return [_measured(tmp_path_factory.mktemp("bank"), seed, DEFINITIONS) for seed in range(2)]


@pytest.fixture(scope="module")
def little_measured(small_bank: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of one, few measures computed."""
    return _measured(tmp_path_factory.mktemp("bank"), 0, FEW)


def _measured(home: Path, seed: int, definitions: tuple[Definition, ...]) -> Path:
    migrate(sqlite_url(home))
    bank = ChangingBank(sqlite_url(home))
    fill(bank, seed)
    bank.close()
    assert measured(home, FIRST_DAY, definitions=definitions).whole == "there is no copy of an earlier run"
    return home
