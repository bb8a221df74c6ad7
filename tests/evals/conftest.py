"""The bank that the cases ask about."""

from pathlib import Path

import pytest

from knowledge.crm.store import sqlite_url
from tests.evals.case import Bank


@pytest.fixture(scope="session")
def bank(demo_home: Path) -> Bank:
    return Bank(sqlite_url(demo_home))
