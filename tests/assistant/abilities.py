"""Every ability with arguments as questions give them, and what its answer says."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from assistant.answer import Block
from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import CustomerId, Desk, Period
from assistant.tools.tool import Tool, values_of
from assistant.typesetting import blocks_of
from knowledge.query import Holding, Query
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


def _query(about: str, *where: dict[str, object], **rest: object) -> Query:
    return Query.model_validate({"about": about, "where": where, **rest})


SELECTIONS = [
    _query(
        "customers",
        {"field": "tier", "values": ["gold", "platinum"]},
        {"field": "deposits", "operator": "more_than", "values": [500000]},
        {"has": "accounts", "where": [{"field": "product_kind", "values": ["fund"]}], "negated": True},
        {"has": "contacts", "where": [{"field": "contacted_on", "operator": "since", "values": ["2026-08-01"]}]},
        show="list",
    ),
    _query(
        "customers",
        {"field": "age", "operator": "between", "values": [30, 40]},
        {"field": "income", "operator": "at_least", "values": [10000], "currency": "USD"},
        {"field": "city", "values": ["Anyang"], "negated": True},
        {"has": "accounts", "where": [{"field": "rate", "operator": "more_than", "values": ["0.1"]}], "at_least": 2},
        show="list",
        order={"field": "churn_risk"},
    ),
    _query("customers", {"field": "branch", "values": ["anyang"]}, group=[{"field": "age"}, {"field": "sex"}]),
    _query("customers", show="median", figure="contribution", group=[{"field": "manager"}]),
    _query("customers", show="average", figure="days_since_contact"),
    _query(
        "accounts",
        {"field": "currency", "values": ["USD", "EUR"]},
        {"field": "balance", "operator": "more_than", "values": [1000]},
        show="list",
    ),
    _query("accounts", {"field": "product_risk", "values": ["R4", "R5"]}, show="sum", figure="balance",
           group=[{"field": "product"}]),
    _query("accounts", {"field": "matures_on", "operator": "between", "values": ["2026-12-01", "2026-12-31"]},
           show="list", limit=5),
    _query("transactions", {"field": "booking_amount", "operator": "more_than", "values": [200000]},
           {"field": "booked_on", "operator": "since", "values": ["2026-09-01"]}, show="list"),
    _query("transactions", {"field": "booked_on", "operator": "since", "values": ["2026-09-01"]}, show="sum",
           figure="booking_amount", group=[{"field": "booked_on", "step": "month"}]),
    _query("contacts", {"field": "mood", "values": ["angry", "worried"]}, show="list", limit=5),
    _query("contacts", group=[{"field": "contacted_by"}, {"field": "contact_channel"}]),
    _query("feedback", {"field": "feedback_kind", "values": ["complaint"]}, show="list", limit=5),
    _query("feedback", group=[{"field": "received_on", "step": "year"}]),
]  # fmt: skip
SAID = {"my money is gone, I am 80 and will call the ombudsman", "Toledo", "13700004444", Decimal("250000.00")} | {
    value
    for query in SELECTIONS
    for part in query.where
    for condition in (part.where if isinstance(part, Holding) else (part,))
    for value in condition.read_values
} | {part.at_least for query in SELECTIONS for part in query.holdings}  # fmt: skip
"""What the questions themselves say."""

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
    questions += [
        Asked(tool(name), {"customer": CustomerId(customer)})
        for name in ("recommendation", "talking_points", "wealth_plan")
    ]
    questions += [
        Asked(tool("talking_points"), {"customer": CustomerId(customer), "product": product})
        for product in ("P-F-MIX", "P-TD12", "P-I-HEALTH", "P-C-GOLD")
    ]
    questions.append(Asked(tool("suitability"), {"customer": CustomerId(customer)}))
    for product in ("P-W-STRUCT", "P-F-GROWTH", "P-TD12", "P-W-PRIVATE"):
        questions.append(Asked(tool("suitability"), {"customer": CustomerId(customer), "product": product}))
    wanted = {"customer": CustomerId(customer), "product": "P-W-180", "amount": Decimal("250000")}
    questions.append(Asked(tool("suitability"), wanted))
    for name in ("create_task", "log_contact", "settle_task", "update_campaign"):
        questions.append(Asked(tool(name), {"customer": CustomerId(customer), "told": "I have to call her"}))
    for told in ("she is angry, the app lost her transfer: file it", "file a complaint", "谢谢柜台的小姑娘：登记表扬"):
        questions.append(Asked(tool("file_feedback"), {"customer": CustomerId(customer), "told": told}))
    questions.append(Asked(tool("reply_draft"), {"customer": CustomerId(customer), "told": "draft a reply"}))
    for told in ("she gave us 2 out of 5, 'slow'", "she gave us 30 of 10"):
        questions.append(Asked(tool("record_answer"), {"customer": CustomerId(customer), "told": told}))
    questions.append(
        Asked(tool("survey_invitation"), {"customer": CustomerId(customer), "told": "invite her to rate us"})
    )
    for told in ("close it: we refunded 30", "reopen the case", "close it"):
        questions.append(Asked(tool("settle_feedback"), {"customer": CustomerId(customer), "told": told}))
    for told in (
        "draft a birthday message",
        "Christmas greeting by e-mail",
        "text that the deposit matures",
        "invite her",
    ):
        questions.append(Asked(tool("message_draft"), {"customer": CustomerId(customer), "told": told}))
    for name in ("deposit_changes", "loan_changes", "transactions"):
        questions.append(Asked(tool(name), {"customer": CustomerId(customer), "period": AUTUMN}))
    return questions


RATINGS = ("how satisfied are customers, by branch", "NPS by channel", "CSAT by product")


def asked_of_all(customers: list[str]) -> list[Asked]:
    """The questions that look over all customers in view, over products and standards."""
    return [
        Asked(tool("birthdays"), {}),
        Asked(tool("create_task"), {"told": "remind me to call the notary"}),
        Asked(tool("birthdays"), {"period": AHEAD}),
        Asked(tool("birthdays"), {"period": AHEAD, "topic": "lunar birthdays"}),
        Asked(tool("customers_lacking"), {}),
        Asked(tool("customers_lacking"), {"field": "phone"}),
        Asked(tool("daily_brief"), {}),
        Asked(tool("daily_brief"), {"limit": 50}),
        Asked(tool("data_quality"), {}),
        Asked(tool("decide_duplicate"), {"topic": "which pair is it?"}),
        Asked(tool("decide_duplicate"), {"topic": "undo the merge"}),
        Asked(tool("deposit_movers"), {}),
        Asked(tool("duplicates"), {}),
        Asked(tool("deposit_movers"), {"period": AUTUMN, "direction": Direction.RISE, "limit": 50}),
        Asked(tool("feedback"), {}),
        Asked(tool("due_cases"), {}),
        Asked(tool("reply_draft"), {"told": "draft a reply to her complaint in English by e-mail"}),
        Asked(tool("due_cases"), {"period": AHEAD}),
        Asked(tool("feedback_themes"), {"topic": "themes by branch", "period": AUTUMN}),
        Asked(tool("feedback_themes"), {"topic": "why do people complain about fees"}),
        *(Asked(tool("survey_results"), {"topic": topic, "period": AUTUMN}) for topic in RATINGS),
        Asked(tool("file_feedback"), {"told": "the guard was rude: file it"}),
        Asked(tool("settle_feedback"), {"told": "put the case on hold"}),
        Asked(tool("triage"), {"told": "triage this: my money is gone, I am 80 and will call the ombudsman"}),
        Asked(tool("find_customer"), {"customers": tuple(customers)}),
        Asked(tool("maturities"), {}),
        Asked(tool("maturities"), {"period": AHEAD}),
        Asked(tool("maturities"), {"period": Period(date(2026, 10, 1), AS_OF)}),
        Asked(tool("my_customers"), {}),
        Asked(tool("neglected"), {}),
        Asked(tool("product"), {"product": "P-W-90"}),
        Asked(tool("product_list"), {}),
        *(Asked(tool("selection"), {"query": query}) for query in SELECTIONS),
        Asked(tool("settle_task"), {"told": "the call is done"}),
        Asked(tool("settle_task"), {"told": "postpone it"}),
        Asked(tool("results"), {}),
        Asked(tool("results"), {"period": AUTUMN}),
        Asked(tool("standard"), {"topic": "When is a complaint answered?"}),
        *(
            Asked(tool(name), {"asked": asked})
            for name in ("campaigns", "campaign_checklist", "campaign_review")
            for asked in ("how are the campaigns going?", "M-RENEW", "the salon")
        ),
        Asked(tool("make_campaign"), {"product": "P-W-90", "told": "a campaign with 20 customers, hold out a fifth"}),
        Asked(tool("make_campaign"), {"product": "P-TD12", "told": "a campaign with 0 customers"}),
        Asked(tool("update_campaign"), {"told": "close M-GOLD, it cost 30,000"}),
        Asked(tool("update_campaign"), {"told": "tick off 礼品"}),
        Asked(tool("target_list"), {"product": "P-W-90", "asked": "20 customers for it"}),
        Asked(tool("target_list"), {"product": "P-TD12", "asked": "0 customers for it"}),
        Asked(tool("tasks"), {}),
        Asked(tool("top_customers"), {"limit": 50}),
        *(Asked(tool(name), {}) for name in MEASURED),
        Asked(tool("happenings"), {"period": AUTUMN}),
        Asked(tool("leaving"), {"limit": 50}),
        Asked(tool("most_valuable"), {"limit": 50}),
        Asked(tool("unit_results"), {"period": AUTUMN}),
    ]
