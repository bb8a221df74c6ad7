from pathlib import Path

import pytest

from tests.knowledge.intake.bank import Bank


@pytest.fixture
def bank(tmp_path: Path, store_url: str) -> Bank:
    return Bank(tmp_path, store_url)
