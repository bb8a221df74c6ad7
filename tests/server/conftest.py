from collections.abc import Iterator

import pytest
from limits import parse

from assistant.settings import Settings
from tests.server.running import SECRET, Served, serving


@pytest.fixture(scope="session")
def _demo_server() -> Iterator[Served]:
    with serving(Settings()) as served:
        yield served


@pytest.fixture(scope="session")
def _bank_server() -> Iterator[Served]:
    with serving(Settings(auth_secret=SECRET, rate_user=parse("10000/minute"))) as served:
        yield served


@pytest.fixture
def demo(_demo_server: Served) -> Served:
    """A server as `make run` starts it: loopback, no secret, demo identities."""
    _demo_server.assistant.turns.clear()
    _demo_server.assistant.history.kept.clear()
    _demo_server.assistant.is_ready = True
    return _demo_server


@pytest.fixture
def bank(_bank_server: Served) -> Served:
    """A server as a bank sets it up: with a secret of its own."""
    _bank_server.assistant.turns.clear()
    _bank_server.assistant.history.kept.clear()
    _bank_server.assistant.is_ready = True
    return _bank_server
