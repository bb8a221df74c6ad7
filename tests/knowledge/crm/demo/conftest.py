"""The demo bank open for plain reading, and banks of other dates as they are in memory."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine

from knowledge.crm.demo.bank import compose
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.period import Period
from knowledge.crm.store import bulk_engine


@pytest.fixture(scope="session")
def demo_engine(demo_store_url: str) -> Iterator[Engine]:
    engine = bulk_engine(demo_store_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def leap_day_bank() -> Making:
    return compose(7, Period.until(date(2024, 2, 29)), lambda line: None)


@pytest.fixture(scope="session")
def year_end_bank() -> Making:
    return compose(7, Period.until(date(2025, 12, 31)), lambda line: None)


@pytest.fixture(params=["leap_day_bank", "year_end_bank"])
def composed(request: pytest.FixtureRequest) -> Making:
    """The bank as of a leap day and of a year's end."""
    bank: Making = request.getfixturevalue(request.param)
    return bank
