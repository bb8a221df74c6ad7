"""The benchmark of many conversations finds nothing wrong with a sound server, and finds what is wrong."""

from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.load import Judged, Measured, judge, load
from tests.server.own_process import ready_server

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "a secret that only this load knows, 32+"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def measured(own_demo_home: Path) -> Measured:
    environment = {
        "RAPPORT_AUTH_SECRET": SECRET, "RAPPORT_RATE_USER": "100000/minute", "RAPPORT_AS_OF": "2026-11-20",
    }  # fmt: skip
    with ready_server(own_demo_home, environment) as url:
        return await load(url, SECRET, minutes=0.05, conversations=12, think_s=0.2)


async def test_many_conversations_at_once_lose_nothing(measured: Measured, own_demo_home: Path) -> None:
    assert len(measured.received) >= 12
    assert (measured.errors, measured.astray) == ([], [])
    assert len(measured.whole) == len(measured.first_words) == len(measured.received)
    judged = await judge(own_demo_home, measured.received)
    assert (judged.lost, judged.doubled, judged.different, judged.fault) == (0, 0, 0, "")


async def test_what_is_lost_or_different_is_counted(measured: Measured, own_demo_home: Path) -> None:
    received = {**measured.received, "never-stored": "an answer", next(iter(measured.received)): "another answer"}
    judged = await judge(own_demo_home, received)
    assert judged == Judged(lost=1, doubled=0, different=1, fault="", bytes_a_turn=judged.bytes_a_turn)
