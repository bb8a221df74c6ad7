"""Questions that lean on the turn before: "and in March?", "the second one", "the one in Madrid"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from assistant.tools.desk import Period
from assistant.understanding.cues import all_cues
from assistant.understanding.dialogue import Dialogue, Pending
from assistant.understanding.leaning import (
    ANOTHER,
    CLEAR,
    FOLLOW_UP,
    OF_A_PRODUCT,
    OF_CUSTOMERS,
    POINTING,
    SHORT,
    asks_for_field,
    asks_of_rule,
    leans_on_the_last,
    wants_otherwise,
    with_rule,
)
from assistant.understanding.ordinals import place_of
from assistant.understanding.products import find_code, nicknamed
from assistant.understanding.reading import CustomerMention, Mentions, ProductMention, Reading
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer, Employee, Product, Unit
from prompts import LANGUAGES, codes_of, word

DEFAULT_ABILITY = "portrait"
WITH_REASONS = ("leaving", "deposit_movers", "most_valuable", "value_groups", "tier_review", "neglected")
"""Lists of which "why the first one?" asks."""
MAY_BE = 0.1
"""A reading at least this probable may be meant where none is sure."""
STEM = 5
"""Letters that a word's other forms share with it at least: ingeniero, ingeniería."""


def continued(reading: Reading, dialogue: Dialogue) -> Reading:
    """The Reading with what it leaves unsaid taken from the dialogue: the ability of a follow-up, its
    period and amount, and the customer that an ordinal points at."""
    further = tuple(continued(part, dialogue) for part in reading.further)
    return replace(_continued(reading, dialogue), further=further)


def _continued(reading: Reading, dialogue: Dialogue) -> Reading:
    if dialogue.drafted and dialogue.told and wants_otherwise(reading):
        part = f"{reading.topic}\n{dialogue.told}"
        meant = replace(reading.mentions, pronoun=True)
        return replace(reading, ability=dialogue.drafted, confidence=1.0, part=part, mentions=meant)
    mentions = _earlier(reading, dialogue)
    reading = replace(reading, mentions=mentions)
    if mentions.ordinal and not mentions.customers and dialogue.listed and mentions.limit is None:
        picked = place_of(dialogue.listed, mentions.ordinal)
        if picked:
            reading = about(picked, reading, dialogue)
            mentions = reading.mentions
    if _settles(reading, dialogue):
        return replace(reading, ability="repair", confidence=1.0, mentions=replace(mentions, pronoun=True))
    if asks_for_field(reading, dialogue):
        return replace(reading, ability=DEFAULT_ABILITY, confidence=1.0, mentions=replace(mentions, pronoun=True))
    if asks_of_rule(reading, dialogue):
        return replace(reading, ability=dialogue.ability, confidence=1.0, part=with_rule(reading.topic, dialogue))
    if _goes_on(reading, dialogue):
        reading = replace(reading, ability=dialogue.ability, confidence=CLEAR)
    elif leans_on_the_last(reading, dialogue):
        reading = replace(reading, ability=FOLLOW_UP, confidence=1.0)
    if reading.ability != FOLLOW_UP:
        return replace(reading, mentions=replace(mentions, pronoun=mentions.pronoun or _of_those(reading, dialogue)))
    if dialogue.ability is None:
        ability = DEFAULT_ABILITY if mentions.customers or mentions.unknown_name else None
        return replace(reading, ability=ability, mentions=mentions)
    return replace(
        reading,
        ability=dialogue.ability,
        mentions=replace(
            mentions,
            period=mentions.period or dialogue.period,
            at_least=mentions.at_least or dialogue.at_least,
            pronoun=mentions.pronoun or (not mentions.customers and dialogue.ability == dialogue.ability_of_one),
        ),
    )


def _goes_on(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether a question that is read as nothing surely names a customer, and may well be what was last asked."""
    likely = {guess.ability for guess in reading.guesses if guess.probability >= MAY_BE}
    return bool(reading.mentions.customers) and reading.confidence < CLEAR and dialogue.ability in likely


def _of_those(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it asks which of the rows that were just shown of one customer: "which of those ends first?"."""
    of_one = dialogue.customer is not None and dialogue.ability == dialogue.ability_of_one
    names_nobody = not (reading.mentions.customers or reading.mentions.unknown_name)
    plain = PlainText.of(reading.topic).plain
    return of_one and names_nobody and any(cues.of_those.search(plain) for cues in all_cues())


def _settles(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it says which system is right, directly after what is contradictory in a file was told."""
    plain = PlainText.of(reading.topic).plain.strip()
    asks = any(cues.ends_asking.search(plain) or cues.asking.match(plain) for cues in all_cues())
    names_nobody = not (reading.mentions.customers or reading.mentions.unknown_name)
    systems = list(codes_of("system"))
    after = dialogue.ability == "file_quality" and dialogue.customer is not None and len(plain) <= 2 * SHORT
    return after and names_nobody and not asks and find_code(plain, "system", systems) is not None


def _earlier(reading: Reading, dialogue: Dialogue) -> Mentions:
    """The mentions, with "the same months last year" and "the month before" counted from the period last spoken of."""
    period, plain = dialogue.period, PlainText.of(reading.topic).plain
    if period is None:
        return reading.mentions
    if any(cues.stretch_before.search(plain) for cues in all_cues()):
        return replace(reading.mentions, period=_before(period))
    if any(cues.same_period.search(plain) for cues in all_cues()):
        year = relativedelta(years=1)
        return replace(reading.mentions, period=Period(period.start - year, period.end - year))
    return reading.mentions


def _before(period: Period) -> Period:
    """The stretch of the same length that ends the day before; whole months stay whole months."""
    last, next_day = period.start - timedelta(days=1), period.end + timedelta(days=1)
    if period.start.day == 1 and next_day.day == 1:
        months = (next_day.year - period.start.year) * 12 + next_day.month - period.start.month
        return Period(period.start - relativedelta(months=months), last)
    return Period(last - (period.end - period.start), last)


def about(customer: str, reading: Reading, dialogue: Dialogue) -> Reading:
    """The Reading with that customer of the last list as its own; a mere "the second one" asks again for
    what was last asked of one customer."""
    mentions = replace(reading.mentions, customers=(CustomerMention(0, 0, customer, (customer,)),), unknown_name=None)
    plain = PlainText.of(reading.topic).plain
    if dialogue.ability in WITH_REASONS and any(cues.asides.why.search(plain) for cues in all_cues()):
        return replace(reading, ability=dialogue.ability, mentions=mentions, confidence=1.0)
    if reading.ability in POINTING or reading.confidence < CLEAR:
        return asked_again(replace(reading, mentions=mentions), dialogue)
    return replace(reading, mentions=mentions)


def asked_again(reading: Reading, dialogue: Dialogue) -> Reading:
    """What was last asked of one customer, asked of the Reading's."""
    ability, mentions = dialogue.ability_of_one or DEFAULT_ABILITY, reading.mentions
    if ability == dialogue.ability:
        period, at_least = mentions.period or dialogue.period, mentions.at_least or dialogue.at_least
        mentions = replace(mentions, period=period, at_least=at_least)
    return replace(reading, ability=ability, mentions=mentions, confidence=1.0)


async def another_product(reading: Reading, dialogue: Dialogue, reader: Reader) -> Reading:
    """The Reading of "and the two-year one?" about the one product that is told so beside the one spoken of."""
    mentions = reading.mentions
    may_point = reading.ability in POINTING or (reading.ability == "selection" and len(reading.question) <= SHORT)
    if not may_point or dialogue.product is None or mentions.products or mentions.customers:
        return reading
    catalogue = await reader.scalars(select(Product))
    own = next((product for product in catalogue if product.id == dialogue.product), None)
    if own is None or mentions.unknown_name or (dialogue.customer and dialogue.ability not in OF_A_PRODUCT):
        return reading
    beside = [product for product in catalogue if product.kind == own.kind and product.id != own.id]
    called = nicknamed(PlainText.of(reading.topic), beside)
    if called:
        return replace(reading, ability=FOLLOW_UP, confidence=1.0, mentions=replace(mentions, products=tuple(called)))
    names = {p.id: " ".join([p.name, *p.names.values()]) for p in beside}
    told = _nearest({id: PlainText.of(name).plain for id, name in names.items()}, reading.topic)
    if told is None:
        return reading
    product = ProductMention(0, 0, reading.topic, (told,))
    return replace(reading, ability=FOLLOW_UP, confidence=1.0, mentions=replace(mentions, products=(product,)))


async def listed_one(reading: Reading, dialogue: Dialogue, reader: Reader) -> str | None:
    """The customer of the last list whom a description tells ("the one in Wuyang"), where the question
    names nobody whom it could be about otherwise."""
    mentions = reading.mentions
    named = any(mention.ids and not mention.spelt_alike for mention in mentions.customers)
    if named or not dialogue.listed or not (mentions.customers or mentions.unknown_name):
        return None
    return await choice_of(Pending(question="", candidates=dialogue.listed, written=""), reading, reader)


async def choice_of(pending: Pending, reading: Reading, reader: Reader) -> str | None:
    """The one candidate that a reply points at: by place in the list, number, fuller name, city, branch,
    manager or tier. None where it points at none or at several."""
    mentions = reading.mentions
    if len(pending.candidates) == 1 and len(reading.question) <= SHORT and agrees(reading.question):
        return pending.candidates[0]
    meant = await _not_denied(pending.candidates, reading.question, reader)
    if meant is not None:
        return meant
    certain = [mention for mention in mentions.customers if not mention.spelt_alike]
    if certain:
        left = [id for mention in certain for id in pending.candidates if id in mention.ids]
        return left[0] if len(left) == 1 else None
    if mentions.ordinal:
        return place_of(pending.candidates, mentions.ordinal)
    if reading.confidence >= ANOTHER and not _may_describe(reading):
        return None
    descriptions = await _descriptions(pending.candidates, reader)
    named = [mentions.unknown_name] if mentions.unknown_name else [mention.written for mention in mentions.customers]
    if not all(any(_hits(text, name) for text in descriptions.values()) for name in named):
        return None
    return _nearest(descriptions, reading.question)


def agrees(question: str) -> bool:
    """Whether a reply takes the one that was offered: "yes, him"."""
    plain = PlainText.of(question).plain.strip()
    return any(cues.correction.agrees.search(plain) for cues in all_cues())


async def _not_denied(candidates: Sequence[str], question: str, reader: Reader) -> str | None:
    """The one candidate left where a reply says who is not meant: "not Jiang Lan's, the other one"."""
    plain = PlainText.of(question).plain.strip()
    said = [match for cues in all_cues() for pattern in cues.correction.denied if (match := pattern.search(plain))]
    if not said:
        return None
    descriptions = await _descriptions(candidates, reader)
    for match in said:
        out = {id for id, text in descriptions.items() if _hits(text, match["who"])}
        left = [id for id in candidates if id not in out]
        if out and len(left) == 1:
            return left[0]
    return None


def _may_describe(reading: Reading) -> bool:
    """Whether it may say which customer is meant: "the platinum one" reads like a list of such customers."""
    singular = reading.ability in OF_CUSTOMERS and not reading.mentions.many
    return singular or reading.ability in (*POINTING, DEFAULT_ABILITY)


async def described(candidates: Sequence[str], words: str, reader: Reader) -> str | None:
    """The one candidate whom these words describe: by city, branch, manager, tier, occupation or industry."""
    return _nearest(await _descriptions(candidates, reader), words)


def _nearest(descriptions: Mapping[str, str], words: str) -> str | None:
    hits = {id: _hits(text, words) for id, text in descriptions.items()}
    best = max(hits.values(), default=0)
    nearest = [id for id, number in hits.items() if number == best]
    return nearest[0] if best and len(nearest) == 1 else None


def says_little(reading: Reading) -> bool:
    """Whether a reply is no question of its own, so that what was asked back has to be asked again."""
    return reading.confidence < (ANOTHER if reading.ability in POINTING else CLEAR)


def with_choice(reading: Reading, pending: Pending, choice: str) -> Reading:
    """The Reading of the pending question, its unclear name now meaning the chosen customer."""
    chosen = tuple(
        replace(m, ids=(choice,), spelt_alike=False) if m.written == pending.written else m
        for m in reading.mentions.customers
    )
    further = tuple(with_choice(part, pending, choice) for part in reading.further)
    return replace(reading, mentions=replace(reading.mentions, customers=chosen), further=further)


def _codes(customer: Customer) -> list[tuple[str, str]]:
    """What is stored as codes, each with its vocabulary."""
    codes = {
        "tier": customer.tier,
        "customer_kind": customer.kind,
        "occupation": customer.occupation,
        "industry": customer.industry,
    }
    return [(vocabulary, code) for vocabulary, code in codes.items() if code]


def _hits(description: str, reply: str) -> int:
    plain = PlainText.of(reply).plain
    latin = re.findall(r"[a-z]{4,}", plain)
    han = [plain[i : i + 2] for i in range(len(plain) - 1) if HAN.match(plain[i]) and HAN.match(plain[i + 1])]
    stems = [rf"\b{w}\b" if len(w) < STEM else rf"\b{w[: max(STEM, len(w) - 3)]}" for w in latin]
    return sum(re.search(stem, description) is not None for stem in stems) + sum(pair in description for pair in han)


async def _descriptions(candidates: Sequence[str], reader: Reader) -> dict[str, str]:
    """What tells the candidates apart, as one plain text each."""
    customers = await reader.scalars(select(Customer).where(Customer.id.in_(candidates)))
    units = {u.id: " ".join([u.name, *u.names.values()]) for u in await reader.scalars(select(Unit))}
    people = await reader.scalars(select(Employee).where(Employee.id.in_({c.manager_id for c in customers})))
    managers = {e.id: e.name for e in people}
    return {
        c.id: PlainText.of(
            " ".join(
                [
                    c.city or "",
                    units.get(c.branch_id or "", ""), managers.get(c.manager_id or "", ""),
                    *(
                        word(vocabulary, code, language)
                        for vocabulary, code in _codes(c)
                        for language in LANGUAGES
                    ),
                ]
            )
        ).plain
        for c in customers
    }  # fmt: skip
