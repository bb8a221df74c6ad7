"""The engine without a model: a Reading becomes a Plan, tools read, templates answer."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from assistant.engines.engine import EngineEvent, Reply
from assistant.engines.plan import Call, Missing, Outcome, Plan, WhichCustomer, WhichProduct, left_out, plan_for
from assistant.engines.running import run, said, use_of
from assistant.tools.desk import CustomerId, Desk, Period, ProductId, Told, Topic
from assistant.tools.find_customer import SHOWN, described
from assistant.tools.tool import Tool
from assistant.understanding.corrections import NO_OTHER
from assistant.understanding.dialogue import Dialogue, Pending
from assistant.understanding.reading import CONVERSATIONAL, SURE, Reading
from knowledge.crm.codes import Role
from knowledge.crm.tables import Customer, Product
from knowledge.query import Query, Subject
from prompts import suggestions, word

LIKELY = 0.1
"""An ability less probable than this is not offered."""
LIKELY_ALONE = 0.25
"""An ability at least this probable is offered where no other is likely."""
OFFERED = 2
"""Abilities that are offered where none is sure."""

LIBRARY_FIRST = 0.9
"""A question read as out of scope less surely than this is put to the library first."""
OF_ONE = {
    "birthdays": "portrait", "deposit_movers": "deposit_changes", "neglected": "contacts", "leaving": "comparison",
    "most_valuable": "comparison", "value_groups": "comparison",
}  # fmt: skip
"""What answers for one customer where a list is asked for all: when is her birthday?"""
BY_CRITERIA = ("selection", "my_customers")
"""After these, "and in Madrid?" takes the question further."""
OF_PRODUCTS = ("product", "product_list", "recommendation", "suitability")
"""What shows products: after it, "the second one" is a product."""
DRAFTS = ("message_draft", "reply_draft")
"""What drafts a message: after it, "shorter" and "in English" ask for the same otherwise."""
OPEN_TO_ALL = (
    "feedback", "tasks", "create_task", "product", "product_list", "standard", "file_feedback", "triage", "due_cases",
    "settle_feedback", "feedback_themes", "reply_draft", "survey_results",
)  # fmt: skip
"""What the service desk may ask for: it sees no customer's file."""


class Builtin:
    """Answers from templates. No model, no key, no network."""

    name = "builtin"

    def __init__(self, tools: Sequence[Tool]) -> None:
        self._tools = {tool.name: tool for tool in tools}

    async def answer(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        """The events of one turn, a Reply last. Of several things asked, those that hang on a customer who has to be
        asked back wait for the answer; the others are answered."""
        replies: list[Reply] = []
        pending: Pending | None = None
        for part in reading.parts:
            if pending and _of_nobody(self._tools.get(part.ability or ""), part, Dialogue()):
                pending = _with_part(pending, part.topic)
                continue
            async for event in self._answer_part(part, dialogue, desk):
                if isinstance(event, Reply):
                    replies.append(event)
                    dialogue = event.dialogue
                else:
                    yield event
            if dialogue.pending:
                pending = _with_part(pending, dialogue.pending.question) if pending else dialogue.pending
        uses = tuple(use for reply in replies for use in reply.tools)
        refused = None if uses else next((reply.refused for reply in replies if reply.refused), None)
        yield Reply(refused, uses, dialogue.model_copy(update={"pending": pending}))

    async def _answer_part(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> AsyncIterator[EngineEvent]:
        tool = await self._tool(reading, dialogue, desk)
        if isinstance(tool, str):
            offered = self._offered(reading, desk) if tool == "not_understood" else []
            template, values = _conversation(tool, reading, offered, desk)
            for event in said(template, values, desk):
                yield event
            refused = tool if tool in ("out_of_scope", "not_understood", "no_access", NO_OTHER) else None
            pending = Pending(question=reading.topic, candidates=[], written="", abilities=offered) if offered else None
            kept = {"language": desk.language, "pending": pending, "customer": _named(reading) or dialogue.customer}
            yield Reply(refused, (), dialogue.model_copy(update=kept))
            return
        outcome = plan_for(tool, reading, dialogue)
        if isinstance(outcome, Plan):
            for call in outcome.calls:
                async for done in run(call, desk):
                    yield done
            unheeded = left_out(tool, reading.mentions, desk.today)
            if unheeded:
                for event in said("left_out", {"said": unheeded}, desk):
                    yield event
            yield Reply(None, tuple(map(use_of, outcome.calls)), after(outcome, reading, dialogue, desk))
            return
        template, values = await question_back(outcome, desk)
        for event in said(template, values, desk):
            yield event
        yield Reply(reason_of(outcome), (), waiting(outcome, reading, dialogue, desk))

    async def _tool(self, reading: Reading, dialogue: Dialogue, desk: Desk) -> Tool | str:
        """The tool that the Reading asks for, or the name of the template that says there is none."""
        ability, standard = reading.ability, self._tools["standard"]
        if reading.mentions.customers or (reading.mentions.pronoun and dialogue.customer):
            ability = OF_ONE.get(ability or "", ability)
        tool = self._tools.get(ability or "")
        doubtful = reading.confidence < (LIBRARY_FIRST if ability in CONVERSATIONAL else SURE)
        if (doubtful or _of_nobody(tool, reading, dialogue)) and standard.name in (ability, *reading.runners_up):
            found = await desk.library.search(reading.topic, as_of=desk.today, language=desk.language)
            if found.answered:
                return standard
        if reading.confidence < SURE:
            return "not_understood"
        if ability is not None and ability in (*CONVERSATIONAL, NO_OTHER):
            return ability
        if tool is None:
            return "not_understood"
        return "no_access" if desk.scope.role is Role.SERVICE_DESK and not _is_open(tool, reading) else tool

    def _offered(self, reading: Reading, desk: Desk) -> list[str]:
        """The likeliest abilities, for the asker to choose from or to agree to; none where nothing is likely."""
        likely = [guess.ability for guess in reading.guesses if guess.probability >= LIKELY]
        alone = bool(reading.guesses) and reading.guesses[0].probability >= LIKELY_ALONE
        tools = [self._tools[ability] for ability in likely if ability in self._tools]
        desks = desk.scope.role is Role.SERVICE_DESK
        open_to = [tool.name for tool in tools if tool.name in ABILITIES and (not desks or _is_open(tool, reading))]
        return open_to[:OFFERED] if len(open_to) >= OFFERED or (alone and open_to == likely[:1]) else []


def _named(reading: Reading) -> str | None:
    """The one customer whom the question names: who is not understood goes on about the same one."""
    named = [mention for mention in reading.mentions.customers if not mention.spelt_alike]
    return named[0].ids[0] if len(named) == 1 and len(named[0].ids) == 1 else None


def _with_part(pending: Pending, words: str) -> Pending:
    """The question that waits, with a further one that waits for the same answer."""
    return pending.model_copy(update={"question": f"{pending.question}; {words}"})


def _is_open(tool: Tool, reading: Reading) -> bool:
    """Whether the service desk may ask it: of a selection, what is of feedback alone."""
    query = reading.mentions.query
    if tool.needs(Query):
        return query is None or (query.about is Subject.FEEDBACK and query.subjects == {Subject.FEEDBACK})
    return tool.name in OPEN_TO_ALL


def _of_nobody(tool: Tool | None, reading: Reading, dialogue: Dialogue) -> bool:
    """Whether the tool is about a customer and nobody is meant: then the question may be one of the rules."""
    mentions, parameter = reading.mentions, tool.needs(CustomerId) if tool else None
    wanted = parameter is not None and (parameter.required or mentions.pronoun)
    return wanted and not (mentions.customers or mentions.unknown_name or dialogue.customer)


def _conversation(template: str, reading: Reading, offered: Sequence[str], desk: Desk) -> tuple[str, dict[str, object]]:
    """The template, with its values, that says that nothing is looked up."""
    if template == "not_understood" and offered:
        names = [word("ability", name, desk.language) for name in offered]
        return "which_ability", {"abilities": names, "part": reading.part}
    if template == "not_understood" and reading.part:
        return "part_not_understood", {"part": reading.part}
    if template == "not_understood":
        return template, {"abilities": [word("ability", name, desk.language) for name in ABILITIES]}
    if template == "help":
        return template, {"questions": suggestions("start", desk.language)}
    return template, {}


ABILITIES = (
    "daily_brief", "results", "find_customer", "portrait", "holdings", "loans", "transactions", "deposit_changes",
    "deposit_movers", "maturities",
    "birthdays", "contacts", "neglected", "feedback", "tasks", "suitability", "recommendation",
    "talking_points", "product", "standard", "my_customers", "top_customers",
    "most_valuable", "comparison", "leaving", "tier_review", "value_groups", "happenings", "unit_results",
    "product_results", "credit_by_industry", "selection", "briefing", "file_quality", "customers_lacking",
    "data_quality", "field_history", "repair",
    "create_task", "log_contact", "message_draft", "duplicates", "decide_duplicate", "file_feedback", "triage",
    "due_cases", "settle_feedback", "feedback_themes", "reply_draft", "survey_results", "record_answer",
    "survey_invitation",
    "target_list", "make_campaign", "campaigns", "campaign_checklist", "campaign_review", "update_campaign",
)  # fmt: skip


async def question_back(outcome: Outcome, desk: Desk) -> tuple[str, dict[str, object]]:
    """The template and values that ask for what the plan lacks."""
    match outcome:
        case WhichCustomer(mention):
            rows = await desk.reader.scalars(select(Customer).where(Customer.id.in_(mention.ids[:SHOWN])))
            ranked = sorted(rows, key=lambda customer: mention.ids.index(customer.id))
            return "which_customer", {
                "customers": await described(desk, ranked),
                "count": desk.ledger.number("customers", "found", len(mention.ids), "count", "customer_name?key"),
                "written": mention.written,
                "spelt_alike": mention.spelt_alike,
                "more": len(mention.ids) > SHOWN,
            }
        case WhichProduct(mention):
            products = await desk.reader.scalars(select(Product).where(Product.id.in_(mention.ids)))
            return "which_product", {"products": [desk.ledger.product(product) for product in products]}
        case Missing(template, written):
            return template, {"written": written} if written else {}
        case Plan():
            raise ValueError("a plan lacks nothing")


def reason_of(outcome: Outcome) -> str:
    match outcome:
        case WhichCustomer(mention):
            return "unknown_customer" if mention.spelt_alike else "ambiguous_customer"
        case WhichProduct():
            return "ambiguous_product"
        case Missing(template):
            return {"no_customer": "unknown_customer"}.get(template, template)
        case Plan():
            raise ValueError("a plan is no refusal")


def after(plan: Plan, reading: Reading, dialogue: Dialogue, desk: Desk) -> Dialogue:
    """What the conversation is about once the plan has run."""
    last: Call = plan.calls[-1]
    arguments = {p.kind: last.arguments.get(p.name) for p in last.tool.parameters}
    customer = arguments.get(CustomerId)
    shown = desk.ledger.customers
    period = arguments.get(Period)
    at_least = arguments.get(Decimal)
    dates: tuple[date | None, date | None] = (period.start, period.end) if isinstance(period, Period) else (None, None)
    only = shown[0] if len(shown) == 1 else None
    # What is to be written down is told in full: no "and on Monday?" proposes it anew.
    repeated = None if last.tool.needs(Told) else last.tool.name
    return Dialogue(
        language=desk.language,
        ability=repeated or dialogue.ability,
        ability_of_one=repeated if repeated and customer else dialogue.ability_of_one,
        customer=str(customer) if customer else only or dialogue.customer,
        account=reading.mentions.account,
        product=str(arguments[ProductId]) if arguments.get(ProductId) else dialogue.product,
        listed=shown if len(shown) > 1 else dialogue.listed,
        pairs=_shown(desk, "likeness") or dialogue.pairs,
        campaign=_only(_shown(desk, "campaign")) or dialogue.campaign,
        cases=_shown(desk, "feedback") or dialogue.cases,
        start=dates[0],
        end=dates[1],
        at_least=at_least if isinstance(at_least, Decimal) else None,
        query=reading.mentions.query if last.tool.name in BY_CRITERIA else None,
        products=_several(_shown(desk, "product")) if last.tool.name in OF_PRODUCTS else [],
        drafted=last.tool.name if last.tool.name in DRAFTS else None,
        told=str(arguments.get(Told) or arguments.get(Topic)) if last.tool.name in (*DRAFTS, "standard") else None,
    )


def _shown(desk: Desk, table: str) -> list[str]:
    """The rows of a table that the answer tells of, by their keys, in its order: duplicates, campaigns, cases."""
    rows = (fact.source.partition("/") for fact in desk.ledger.facts)
    return list(dict.fromkeys(key for name, _, key in rows if name == table and key))


def _several(keys: list[str]) -> list[str]:
    return keys if len(keys) > 1 else []


def _only(keys: Sequence[str]) -> str | None:
    return keys[0] if len(keys) == 1 else None


def waiting(outcome: Outcome, reading: Reading, dialogue: Dialogue, desk: Desk) -> Dialogue:
    """The dialogue with the question kept until the asker has said who is meant."""
    pending = None
    match outcome:
        case WhichCustomer(mention):
            pending = Pending(question=reading.topic, candidates=list(mention.ids[:SHOWN]), written=mention.written)
        case Missing("no_customer" | "need_customer", written):
            pending = Pending(question=reading.topic, candidates=[], written=written or "")
    return dialogue.model_copy(update={"language": desk.language, "pending": pending})
