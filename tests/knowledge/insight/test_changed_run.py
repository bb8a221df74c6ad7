"""Computing what changed leaves what computing everything would have left, whatever changed, for whichever day."""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.crm.store import sqlite_url
from knowledge.insight.parameters import SHIPPED
from tests.knowledge.insight.changing_bank import CHANGES, FIRST_DAY, ChangingBank
from tests.knowledge.insight.measured_bank import measured, written

LATER = (0, 0, 1, 1, 2, 5, 40, 400)
Step = tuple[list[int], int, int, bool]
changes_of_a_day = st.lists(st.integers(0, len(CHANGES) - 1), max_size=3)
steps = st.tuples(changes_of_a_day, st.sampled_from(LATER), st.integers(0, 10_000), st.booleans())


@pytest.fixture(scope="module")
def cheap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Other parameters than those that ship."""
    path = tmp_path_factory.mktemp("parameters") / "cheap.yaml"
    other = {"exchange": {"CNY": "1", "USD": "6.90"}, "new_payee": {"amount": "1000"}}
    path.write_text(yaml.safe_dump(yaml.safe_load(SHIPPED.read_text()) | other))
    return path


@settings(max_examples=int(os.environ.get("INSIGHT_EXAMPLES", "5")), deadline=None)
@given(seed=st.integers(0, 1), history=st.lists(steps, min_size=1, max_size=3))
def test_whatever_changes_the_store_ends_as_if_all_had_been_computed(
    measured_banks: list[Path], cheap: Path, tmp_path_factory: pytest.TempPathFactory, seed: int, history: list[Step]
) -> None:
    place = tmp_path_factory.mktemp("both")
    one, other = (Path(shutil.copytree(measured_banks[seed], place / name)) for name in ("changed", "whole"))
    banks = [ChangingBank(sqlite_url(home), 1000) for home in (one, other)]
    today = FIRST_DAY
    for changes, later, luck, cheaper in history:
        today += timedelta(days=later)
        for bank in banks:
            rng = Random(luck)
            for change in changes:
                CHANGES[change](bank, rng, today)
        parameters = cheap if cheaper else SHIPPED
        changed = measured(one, today, parameters=parameters)
        whole = measured(other, today, whole=True, parameters=parameters)
        assert changed.whole is None
        assert changed.delivered == whole.delivered
        assert written(one) == written(other)
    for bank in banks:
        bank.close()
    shutil.rmtree(place)
