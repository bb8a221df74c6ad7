"""A lying model: sentences written by hand and their lies are held against what tools answer on the demo bank.

`python -m benchmarks --only verification` counts over many more of them; here a few tools are enough to notice that the
verifier has come to refuse what is true, or to let through what is not.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.verification.rates import Rates, names_by_kind, of_written
from benchmarks.verification.scenes import demo_bank
from prompts import LANGUAGES

HERE = Path(__file__).parent
CAUGHT, REFUSED = 0.99, 0.02

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rates(demo_store_url: str) -> Mapping[str, Rates]:
    async with demo_bank(demo_store_url) as bank:
        return await of_written(bank, HERE / "faithful.yaml", await names_by_kind(bank))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_true_may_be_said(rates: Mapping[str, Rates], language: str) -> None:
    assert rates[language].faithful > 150
    assert rates[language].refused_share <= REFUSED, rates[language].wrongly_refused


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_changed_figure_sign_unit_name_or_day_is_caught(rates: Mapping[str, Rates], language: str) -> None:
    assert rates[language].lies.total() > 700
    assert rates[language].caught_share >= CAUGHT, rates[language].not_caught
    assert {"digit", "sign", "unit", "currency", "name", "date"} <= rates[language].lies.keys()
