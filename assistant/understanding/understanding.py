"""From a question to its Reading: mentions first, then the ability of what is left, then the language."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select

from assistant.tools.deposit_movers import Direction
from assistant.understanding.amounts import AmountMention, find_amounts, find_limit
from assistant.understanding.cues import all_cues
from assistant.understanding.customers import FoundCustomers, find_customers, find_unknown_name
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.intents import Intents
from assistant.understanding.language import language_of
from assistant.understanding.periods import PeriodMention, Tendency, find_periods
from assistant.understanding.products import find_code, find_products, find_risk
from assistant.understanding.reading import CustomerMention, Mentions, ProductMention, Reading
from assistant.understanding.text import PlainText
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.crm.store import Reader
from knowledge.crm.tables import Product

Codes = TypeVar("Codes", bound=StrEnum)

MENTIONS_READ = 2_000
"""Characters in which mentions are looked for; a longer text is an e-mail or a document, not a question."""

PAST = frozenset({"deposit_changes", "loan_changes", "deposit_movers", "transactions", "contacts", "feedback"})
FUTURE = frozenset({"maturities", "birthdays", "tasks"})


class Understanding:
    """Reads questions in the three languages. Knows nobody: names are resolved against the scoped store."""

    def __init__(self, intents: Intents) -> None:
        self._intents = intents

    async def read(self, question: str, reader: Reader, dialogue: Dialogue, today: date) -> Reading:
        """The Reading of a question, in the light of what the conversation was last about."""
        text = PlainText.of(question[:MENTIONS_READ])
        common = self._intents.words
        customers = await find_customers(reader, text, common)
        products = find_products(text, await reader.scalars(select(Product)))
        customers = _beside(customers, products)
        periods = find_periods(text.plain, today)
        undated = _blanked(text.plain, periods)
        amounts = find_amounts(_blanked(undated, customers.mentions))
        masked = _masked(text.original, customers, products, periods, amounts)
        guesses = await asyncio.to_thread(self._intents.guess, masked)
        ability = guesses[0].ability
        tendency = Tendency.PAST if ability in PAST else Tendency.FUTURE if ability in FUTURE else Tendency.NEAREST
        named = find_periods(text.plain, today, tendency)
        mentions = Mentions(
            masked=masked,
            customers=customers.mentions,
            account=customers.account,
            products=tuple(products),
            period=named[0].period if named else None,
            at_least=next((a.amount for a in amounts), None),
            limit=find_limit(undated),
            ordinal=_ordinal(text.plain),
            pronoun=any(cues.pronouns.search(text.plain) for cues in all_cues()),
            direction=_direction(text.plain),
            risk=find_risk(text.plain),
            tier=_code(text.plain, "tier", Tier),
            customer_kind=_code(text.plain, "customer_kind", CustomerKind),
            product_kind=_code(text.plain, "product_kind", ProductKind),
        )
        if not customers.mentions and not mentions.pronoun:
            mentions = await self._with_unknown_name(mentions, reader, text)
        return Reading(
            question=question,
            language=language_of(text.original, masked, self._intents.language_words, dialogue.language),
            ability=ability,
            confidence=guesses[0].probability,
            mentions=mentions,
            runners_up=tuple(guess.ability for guess in guesses[1:4]),
        )

    async def _with_unknown_name(self, mentions: Mentions, reader: Reader, text: PlainText) -> Mentions:
        found = await find_unknown_name(reader, text, mentions.masked, self._intents.words)
        if isinstance(found, CustomerMention):
            return replace(mentions, customers=(found,))
        return replace(mentions, unknown_name=found)


def _beside(customers: FoundCustomers, products: Sequence[ProductMention]) -> FoundCustomers:
    """A word of a product's name is no customer."""
    kept = tuple(m for m in customers.mentions if all(m.end <= p.start or m.start >= p.end for p in products))
    return FoundCustomers(kept, customers.account)


def _blanked(plain: str, mentions: Sequence[PeriodMention | CustomerMention]) -> str:
    for mention in mentions:
        plain = plain[: mention.start] + " " * (mention.end - mention.start) + plain[mention.end :]
    return plain


def _masked(
    original: str,
    customers: FoundCustomers,
    products: Sequence[ProductMention],
    periods: Sequence[PeriodMention],
    amounts: Sequence[AmountMention],
) -> str:
    """The question with its mentions replaced by what they are, as the example utterances have them."""
    kind = "account" if customers.account else "customer"
    places = [(m.start, m.end, kind) for m in customers.mentions]
    places += [(m.start, m.end, "product") for m in products if m.end]
    for dated in periods:
        places.append((dated.start, dated.end, "period"))
    for amount in amounts:
        places.append((amount.start, amount.end, "amount"))
    free: list[tuple[int, int, str]] = []
    for place in places:
        if all(place[1] <= other[0] or place[0] >= other[1] for other in free):
            free.append(place)
    for start, end, name in sorted(free, reverse=True):
        original = original[:start] + "{" + name + "}" + original[end:]
    return original


def _ordinal(plain: str) -> int | None:
    for cues in all_cues():
        for number, pattern in cues.ordinals:
            if pattern.search(plain):
                return number
    bare = re.fullmatch(r"\W*(?:no\.?|nr\.?|#)?\s*(\d{1,2})\W*", plain)
    return int(bare[1]) if bare else None


def _direction(plain: str) -> Direction | None:
    return Direction.RISE if any(cues.rises.search(plain) for cues in all_cues()) else None


def _code(plain: str, vocabulary: str, codes: type[Codes]) -> Codes | None:
    code = find_code(plain, vocabulary, list(codes))
    return codes(code) if code else None
