"""Nothing that was asked is dropped in silence."""

from datetime import date
from decimal import Decimal

import pytest

from assistant.engines.plan import left_out
from assistant.tools.briefing import briefing
from assistant.tools.desk import Period
from assistant.tools.holdings import holdings
from assistant.tools.maturities import maturities
from assistant.tools.tool import Tool
from assistant.tools.transactions import transactions
from assistant.understanding.reading import Mentions

TODAY = date(2026, 11, 20)
OCTOBER = Mentions(masked="", period=Period(date(2026, 10, 1), date(2026, 10, 31)), period_said="last month")
LARGE = Mentions(masked="", at_least=Decimal(500_000), at_least_said="50万")
NOW = Mentions(masked="", period=Period(TODAY, TODAY), period_said="today")


@pytest.mark.parametrize(
    "tool, mentions, said",
    [
        (holdings, OCTOBER, ["last month"]),
        (maturities, OCTOBER, []),
        (maturities, LARGE, ["50万"]),
        (transactions, LARGE, []),
        (holdings, NOW, []),
        (briefing, OCTOBER, []),
    ],
)
def test_what_a_tool_cannot_heed_is_said(tool: object, mentions: Mentions, said: list[str]) -> None:
    assert left_out(Tool.of(tool), mentions, TODAY) == said  # type: ignore[arg-type]
