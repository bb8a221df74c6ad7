"""The bank that the cases ask about."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.evaluation.truth import Truth
from knowledge.crm.store import sqlite_url


@pytest.fixture(scope="session")
def truth(demo_home: Path) -> Iterator[Truth]:
    truth = Truth(sqlite_url(demo_home))
    yield truth
    truth.close()
