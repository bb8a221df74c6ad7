"""Every ability with arguments as questions give them, and what its answer says."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from assistant.answer import Block
from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import CustomerId, Desk, Period
from assistant.tools.tool import Tool, values_of
from assistant.typesetting import blocks_of
from prompts import render
from tests.assistant.raw_bank import AS_OF

TOOLS_FOLDER = Path(__file__).parents[2] / "assistant" / "tools"
AUTUMN = Period(date(2026, 9, 17), AS_OF)
AHEAD = Period(AS_OF, date(2027, 2, 28))


@cache
def tool(name: str) -> Tool:
    return Tool.of(getattr(importlib.import_module(f"assistant.tools.{name}"), name))


def tool_names() -> set[str]:
    """The abilities, by their files; the other two are what a tool works with and what it is."""
    return {path.stem for path in TOOLS_FOLDER.glob("*.py")} - {"__init__", "desk", "tool"}


@dataclass(frozen=True)
class Asked:
    """One call of a tool. Its arguments are as typed as the tool's, so a map of objects."""

    tool: Tool
    arguments: Mapping[str, object]

    def __str__(self) -> str:
        return "-".join([self.tool.name, *map(str, self.arguments.values())])

    async def blocks(self, desk: Desk) -> list[Block]:
        """The answer at that desk, as it is shown."""
        result = await self.tool.run(desk, **self.arguments)
        marked = render(self.tool.name, desk.language, values_of(result))
        facts = {fact.id: fact for fact in desk.ledger.facts}
        return blocks_of(marked, frozenset(citation.id for citation in desk.ledger.citations), facts)


MEASURED = ("credit_by_industry", "happenings", "leaving", "most_valuable", "product_results", "tier_review",
            "unit_results", "value_groups")  # fmt: skip
OF_ONE = (
    "briefing", "comparison", "contacts", "deposit_changes", "duplicates", "feedback", "field_history", "file_quality",
    "happenings", "holdings",
          "loan_changes", "loans", "maturities", "portrait", "tasks", "transactions")  # fmt: skip


def asked_of(customer: str) -> list[Asked]:
    """All questions about one customer."""
    questions = [Asked(tool(name), {"customer": CustomerId(customer)}) for name in OF_ONE]
    questions.append(Asked(tool("repair"), {"customer": CustomerId(customer), "field": "city", "value": "Toledo"}))
    typed = {"customer": CustomerId(customer), "field": "phone", "value": "13700004444"}
    questions.append(Asked(tool("repair"), typed))
    for name in ("create_task", "log_contact"):
        questions.append(Asked(tool(name), {"customer": CustomerId(customer), "told": "I have to call her"}))
    for name in ("deposit_changes", "loan_changes", "transactions"):
        questions.append(Asked(tool(name), {"customer": CustomerId(customer), "period": AUTUMN}))
    return questions


def asked_of_all(customers: list[str]) -> list[Asked]:
    """The questions that look over all customers in view, over products and standards."""
    return [
        Asked(tool("birthdays"), {}),
        Asked(tool("create_task"), {"told": "remind me to call the notary"}),
        Asked(tool("birthdays"), {"period": AHEAD}),
        Asked(tool("customers_lacking"), {}),
        Asked(tool("customers_lacking"), {"field": "phone"}),
        Asked(tool("data_quality"), {}),
        Asked(tool("decide_duplicate"), {"topic": "which pair is it?"}),
        Asked(tool("decide_duplicate"), {"topic": "undo the merge"}),
        Asked(tool("deposit_movers"), {}),
        Asked(tool("duplicates"), {}),
        Asked(tool("deposit_movers"), {"period": AUTUMN, "direction": Direction.RISE, "limit": 50}),
        Asked(tool("feedback"), {}),
        Asked(tool("find_customer"), {"customers": tuple(customers)}),
        Asked(tool("maturities"), {}),
        Asked(tool("maturities"), {"period": AHEAD}),
        Asked(tool("maturities"), {"period": Period(date(2026, 10, 1), AS_OF)}),
        Asked(tool("my_customers"), {}),
        Asked(tool("neglected"), {}),
        Asked(tool("product"), {"product": "P-W-90"}),
        Asked(tool("product_list"), {}),
        Asked(tool("standard"), {"topic": "When is a complaint answered?"}),
        Asked(tool("tasks"), {}),
        Asked(tool("top_customers"), {"limit": 50}),
        *(Asked(tool(name), {}) for name in MEASURED),
        Asked(tool("happenings"), {"period": AUTUMN}),
        Asked(tool("leaving"), {"limit": 50}),
        Asked(tool("most_valuable"), {"limit": 50}),
        Asked(tool("unit_results"), {"period": AUTUMN}),
    ]
