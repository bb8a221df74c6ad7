"""The Plan: the tool calls that answer a Reading, or what stands in their way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import (
    AccountId,
    CampaignId,
    Candidates,
    Cases,
    CustomerField,
    CustomerId,
    Customers,
    NewValue,
    Pairs,
    Period,
    ProductId,
    Risk,
    Told,
    Topic,
)
from assistant.tools.tool import Parameter, Tool
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.filing import of_nobody_known
from assistant.understanding.ordinals import place_of
from assistant.understanding.reading import CustomerMention, Mentions, ProductMention, Reading
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.query import Query

MANY_CUSTOMERS = 3
"""At most this many customers of one question are answered for, one after the other."""


MANY_PRODUCTS = 3
"""At most this many products of one question are answered for."""


OF_NAMESAKES = ("duplicates",)
"""Tools to which several of one name are what is asked about, and no riddle."""
HEEDS_ALL = (
    "standard", "briefing", "create_task", "log_contact", "daily_brief", "message_draft", "target_list", "triage",
    "file_feedback", "settle_feedback", "reply_draft", "record_answer",
    "make_campaign", "campaigns", "campaign_checklist", "campaign_review", "update_campaign",
)  # fmt: skip
"""Tools to which a day or an amount is talk: they take the whole question, or look at everything."""


OF_ANYBODY = ("file_feedback",)
"""Tools that do their work for somebody whom the bank does not know, too: a pronoun may stand for nobody."""


OF_THIS_YEAR = ("most_valuable",)
"""Tools whose trends are of this year: who says so is heeded."""


@dataclass(frozen=True)
class Call:
    """One tool with its arguments."""

    tool: Tool
    arguments: Mapping[str, object]


@dataclass(frozen=True)
class Plan:
    calls: tuple[Call, ...]


@dataclass(frozen=True)
class WhichCustomer:
    """A name that several customers bear, or that nobody bears exactly."""

    mention: CustomerMention


@dataclass(frozen=True)
class WhichProduct:
    mention: ProductMention


@dataclass(frozen=True)
class Missing:
    """What the question lacks: `template` says so, `written` is the name that nobody bears."""

    template: str
    written: str | None = None


Outcome = Plan | WhichCustomer | WhichProduct | Missing


def plan_for(tool: Tool, reading: Reading, dialogue: Dialogue) -> Outcome:
    """The calls of that tool for this Reading. A customer is never guessed: several of one name, or a
    name that nobody bears, come back as a question."""
    mentions = reading.mentions
    if tool.needs(Query) and mentions.query is None:
        return Missing("unclear_selection", ", ".join(mentions.unread) or reading.topic)
    wants_customer = tool.needs(CustomerId)
    products = _products(tool, mentions, dialogue)
    if isinstance(products, WhichProduct | Missing):
        return products
    if tool.needs(Pairs):
        return _about_two(tool, reading, dialogue)
    if tool.needs(Customers):
        if not any(mention.ids for mention in mentions.customers):
            return _no_customer(mentions)
        unclear = next((mention for mention in mentions.customers if mention.spelt_alike), None)
        if unclear:
            return WhichCustomer(unclear)
        return Plan((Call(tool, _arguments(tool, reading, None, products[0], dialogue)),))
    customers: Sequence[str | None] = (None,)
    if wants_customer:
        chosen = _customers(wants_customer, mentions, dialogue, tool.name in OF_NAMESAKES)
        if tool.name in OF_ANYBODY:
            chosen = _or_nobody(chosen, reading)
        if isinstance(chosen, WhichCustomer | Missing):
            return chosen
        customers = chosen
        if customers == (None,) and tool.needs(Cases) and not dialogue.cases:
            customers = (dialogue.customer,)
    return Plan(
        tuple(
            Call(tool, _arguments(tool, reading, customer, product, dialogue))
            for customer in customers
            for product in products
        )
    )


def _about_two(tool: Tool, reading: Reading, dialogue: Dialogue) -> Outcome:
    """The call of a tool about two customers: those that are named, else those that the conversation is about. A
    name that both bear is no riddle, so who is meant is left to the tool."""
    mentions = reading.mentions
    named = [mention for mention in mentions.customers if mention.end > mention.start]
    for mention in named:
        if not mention.ids:
            return Missing("no_customer", mention.written)
        if mention.spelt_alike:
            return WhichCustomer(mention)
    if not named and mentions.unknown_name and mentions.unknown_name[:1].isupper():
        return Missing("no_customer", mentions.unknown_name)
    pointed = place_of(dialogue.pairs, mentions.ordinal) if mentions.ordinal else None
    ids = dict.fromkeys(id for mention in named for id in mention.ids)
    if dialogue.customer and len(ids) < 2 and (not ids or mentions.pronoun):
        ids |= {dialogue.customer: None}
    said: dict[object, object] = {
        Candidates: tuple(ids),
        Pairs: () if named else (pointed,) if pointed else tuple(dialogue.pairs),
        Topic: reading.topic,
    }
    return Plan((Call(tool, {p.name: said[p.kind] for p in tool.parameters}),))


def left_out(tool: Tool, mentions: Mentions, today: date) -> list[str]:
    """What the question says and the tool cannot heed, in the asker's words: a period that is not just
    today, a least amount."""
    if tool.name in HEEDS_ALL:
        return []
    if tool.needs(Query):
        return list(mentions.unread)
    this_year = Period(date(today.year, 1, 1), date(today.year, 12, 31))
    now = mentions.period == Period(today, today) or (tool.name in OF_THIS_YEAR and mentions.period == this_year)
    said = ((Period, None if now else mentions.period_said), (Decimal, mentions.at_least_said))
    return [words for kind, words in said if words and tool.needs(kind) is None]


def _customers(
    parameter: Parameter, mentions: Mentions, dialogue: Dialogue, of_namesakes: bool
) -> Sequence[str | None] | WhichCustomer | Missing:
    for mention in mentions.customers:
        if not mention.ids:
            return Missing("no_customer", mention.written)
        if (len(mention.ids) > 1 and not of_namesakes) or mention.spelt_alike:
            return WhichCustomer(mention)
    if mentions.customers:
        return tuple(dict.fromkeys(m.ids[0] for m in mentions.customers))[:MANY_CUSTOMERS]
    if mentions.unknown_name and (parameter.required or mentions.unknown_name[:1].isupper()):
        return Missing("no_customer", mentions.unknown_name)
    if dialogue.customer and (mentions.pronoun or (parameter.required and not mentions.many)):
        return (dialogue.customer,)
    return _no_customer(mentions) if parameter.required or mentions.pronoun else (None,)


def _or_nobody(
    chosen: Sequence[str | None] | WhichCustomer | Missing, reading: Reading
) -> Sequence[str | None] | WhichCustomer | Missing:
    """The first that is named, and nobody in place of one whom nobody knows."""
    if isinstance(chosen, Missing) or (not reading.mentions.customers and of_nobody_known(reading.topic)):
        return (None,)
    return chosen if isinstance(chosen, WhichCustomer) else chosen[:1]


def _no_customer(mentions: Mentions) -> Missing:
    unknown = next((m.written for m in mentions.customers if not m.ids), mentions.unknown_name)
    return Missing("no_customer", unknown) if unknown else Missing("need_customer")


def _products(tool: Tool, mentions: Mentions, dialogue: Dialogue) -> Sequence[str | None] | WhichProduct | Missing:
    """The products that are meant: all that are named where the tool is about a product, else the first."""
    parameter = tool.needs(ProductId)
    if parameter is None:
        return (None,)
    unclear = next((mention for mention in mentions.products if len(mention.ids) > 1), None)
    if unclear is not None:
        return WhichProduct(unclear)
    named = tuple(dict.fromkeys(mention.ids[0] for mention in mentions.products))
    if named:
        return named[:MANY_PRODUCTS] if parameter.required else named[:1]
    return (dialogue.product,) if dialogue.product or not parameter.required else Missing("need_product")


def _arguments(
    tool: Tool, reading: Reading, customer: str | None, product: str | None, dialogue: Dialogue
) -> dict[str, object]:
    """What the Reading says for each parameter, by its type; parameters it says nothing of keep their default."""
    mentions = reading.mentions
    said: dict[object, object] = {
        CustomerId: customer,
        Customers: tuple(dict.fromkeys(id for m in mentions.customers for id in m.ids)),
        AccountId: mentions.account,
        ProductId: product,
        CampaignId: dialogue.campaign,
        Period: mentions.period,
        Decimal: mentions.at_least,
        int: mentions.limit,
        Tier: mentions.tier,
        CustomerKind: mentions.customer_kind,
        ProductKind: mentions.product_kind,
        Risk: mentions.risk,
        CustomerField: mentions.customer_field,
        NewValue: mentions.new_value,
        Direction: mentions.direction,
        Topic: reading.topic,
        Told: reading.topic,
        Cases: tuple(dialogue.cases),
        Query: mentions.query,
    }
    return {p.name: said[p.kind] for p in tool.parameters if said[p.kind] is not None}
