"""The scenes that the verifier is measured on: every ability that only reads has one."""

import pytest

from assistant.wiring import TOOLS
from benchmarks.verification.scenes import asked, demo_bank


@pytest.mark.asyncio
async def test_every_ability_that_reads_answers_at_the_benchmarks_desk(demo_store_url: str) -> None:
    told = 0
    async with demo_bank(demo_store_url) as bank:
        for tool in TOOLS:
            for arguments in list(asked(tool))[:1]:
                scene = await bank.scene(tool, arguments, "en")
                assert scene.statements, tool.name
                told += 1
    assert told > len(TOOLS) / 2
