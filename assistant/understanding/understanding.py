"""From a question to its Reading: mentions first, then the ability of what is left, then language and parts."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import select

from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import Period
from assistant.understanding.amounts import AmountMention, find_amounts, find_limit
from assistant.understanding.campaigning import find_themes
from assistant.understanding.case_numbers import find_cases
from assistant.understanding.casework import is_settled, tells_outcome
from assistant.understanding.courtesies import without_courtesies
from assistant.understanding.cues import all_cues
from assistant.understanding.customers import FoundCustomers, find_customers
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.fields import ValueMention, find_field, find_new_value
from assistant.understanding.filing import asks_for_triage, asks_to_file
from assistant.understanding.fitting import fitted
from assistant.understanding.intents import Intents
from assistant.understanding.language import language_of
from assistant.understanding.masked import Masked, Place
from assistant.understanding.ordinals import OrdinalMention, find_ordinal, place_of
from assistant.understanding.parts import Part, cut
from assistant.understanding.periods import PeriodMention, Tendency, find_periods
from assistant.understanding.products import find_code, find_products, find_risk
from assistant.understanding.reading import CONVERSATIONAL, CustomerMention, Guess, Mentions, ProductMention, Reading
from assistant.understanding.selection.choosing import SELECTION
from assistant.understanding.selection.criteria import Criteria
from assistant.understanding.sharing import shared
from assistant.understanding.spelling import without_calendar_slips
from assistant.understanding.strangers import is_name, names_in, stranger
from assistant.understanding.surveying import speaks_of_surveys
from assistant.understanding.text import PlainText, blanked
from assistant.understanding.themes import by_branch, is_compared
from knowledge.crm.campaign import Campaign
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.crm.names import HAN
from knowledge.crm.store import Reader
from knowledge.crm.tables import Product

Codes = TypeVar("Codes", bound=StrEnum)
MENTIONS_READ = 2_000
"""Characters in which mentions are looked for; a longer text is an e-mail or a document, not a question."""
THEMES = 100
"""Campaigns, the newest ones, whose names are looked for."""
LIKELY = 12
"""Abilities that a Reading keeps, the likeliest first."""
GIST = 300
"""Characters that are enough to tell what is asked for."""

PAST = frozenset(
    {
        "deposit_changes",
        "loan_changes",
        "deposit_movers",
        "transactions",
        "contacts",
        "feedback",
        "log_contact",
        "record_answer",
        "results",
        "survey_results",
    }
)
FUTURE = frozenset({"maturities", "birthdays", "tasks", "create_task"})

TALK = ("out_of_scope", "smalltalk")
ASKS = re.compile("[?？]")
MESSAGES = ("file_feedback", "triage")
"""Abilities that take a customer's message, whatever is said in it."""
WITH_CASES = (
    *MESSAGES, "settle_feedback", "reply_draft", "message_draft", "create_task", "settle_task", "log_contact",
)  # fmt: skip
"""Abilities that take up a case by its number; what else is asked of one is how it stands."""
OF_CASES = ("feedback", "settle_feedback", "reply_draft")
"""Abilities that a number tells all of: whoever "she" is, the case is hers."""
SURVEYS = ("record_answer", "survey_results")
"""Abilities of which a question always has a word of surveys, or a score."""
DIVIDED = ("feedback_themes", "survey_results")
"""Abilities that divide their figures by branch: "by branch" behind a comma is no further question."""
SURE_OF_ONE = 0.5
"""A reading at least this probable outweighs all others together."""
CLEAR_PART = 0.65
"""A part read less surely is none beside a whole that is sure."""
SURE_OF_TALK = 0.9
"""Questions that look nothing up and hold a name ("the capital of France") are read as such this surely."""


class Understanding:
    """Reads questions in the three languages. Knows nobody: names are resolved against the scoped store."""

    def __init__(self, intents: Intents) -> None:
        self._intents = intents
        self._criteria = Criteria(intents.words)

    async def read(self, question: str, reader: Reader, dialogue: Dialogue, today: date) -> Reading:
        """The Reading of a question, in the light of what the conversation was last about. Where it asks several
        things, each part is read as a question, and the first has the others with it."""
        reading, masked = await self._read(without_calendar_slips(question), reader, dialogue, today)
        reading = replace(reading, question=question)
        message = reading.ability in MESSAGES and not ASKS.search(question)
        whole = reading.mentions.new_value or message or (reading.ability in DIVIDED and by_branch(question))
        parts = [] if whole else await asyncio.to_thread(cut, masked.text, self._likeliest)
        if len(parts) < 2 or (_by_criteria(reading) and not _all_asked(masked.text, parts)):
            return reading
        found: list[Reading] = []
        for part in parts:
            words = masked.origin(part.start, part.end).strip(" ,;，；、")
            one, _ = await self._read(words, reader, dialogue, today, is_part=True)
            found.append(replace(one, question=question, part=words, language=reading.language))
        if _one_question(reading, found):
            return reading
        if _tells_what_to_write(found):
            meant = next((part for part in found if part.ability == "survey_invitation"), found[0])
            return replace(reading, ability=meant.ability, confidence=meant.confidence)
        first, *others = shared(found, [part.beside for part in parts])
        return replace(first, further=tuple(others))

    def _likeliest(self, masked: str) -> Guess:
        return self._intents.guess(masked)[0]

    async def _read(
        self, question: str, reader: Reader, dialogue: Dialogue, today: date, is_part: bool = False
    ) -> tuple[Reading, Masked]:
        """The Reading of a question as one, and its masked form, in which a name that nobody bears is masked too."""
        whole = PlainText.of(question[:MENTIONS_READ])
        value = find_new_value(whole)
        text = whole.without([(value.start, value.end)] if value else [])
        cases = [(number.start, number.end) for number in await find_cases(reader, text.original)]
        free = text.without(cases)
        periods = find_periods(free.plain, today)
        undated = blanked(free.plain, [(m.start, m.end) for m in periods])
        taken = [(m.start, m.end) for m in periods] + [(m.start, m.end) for m in find_amounts(undated)]
        catalogue = await reader.scalars(select(Product))
        products = find_products(free, catalogue)
        customers = _beside(await find_customers(reader, free, self._intents.words, taken), products)
        amounts = find_amounts(blanked(undated, [(m.start, m.end) for m in customers.mentions]))
        limit, pointed = find_limit(undated), find_ordinal(free.plain)
        if not products and limit is None and (at := _product_pointed_at(free, pointed, dialogue)):
            products, pointed = [at], None
        places = _places(customers, products, await _campaigns(reader, free, dialogue), periods, amounts)
        points = pointed and limit is None and not customers.mentions and (dialogue.listed or dialogue.pending)
        places += _more_places(cases, value, pointed if points else None)
        masked = named_masked = Masked.of(text.original, places)
        many, pronoun = _points(text.plain)
        guesses = await self._guess(masked.text)
        if customers.mentions or (dialogue.customer and not is_part):
            guesses = _of_somebody(guesses)
        named = None if customers.mentions else await self._stranger(reader, free, places, pronoun)
        if named is not None:
            named_masked = Masked.of(text.original, [*places, (named.start, named.end, "customer")])
            again = await self._guess(named_masked.text)
            if named.ids or _fits_better(again[0], guesses[0]):
                masked, guesses = named_masked, again
        customer, spoken_of = bool(customers.mentions or (named and named.ids)), _is_of_one(dialogue) and not many
        guesses = fitted(guesses, customer=customer, product=bool(products), spoken_of=spoken_of)
        guesses = _of_cases(_meant_as_said(_of_surveys(guesses, text.plain), text.plain), text.original, bool(cases))
        ability = guesses[0].ability
        reading = Reading(
            question=question,
            language=language_of(text.original, masked.text, self._intents.language_words, dialogue.language),
            ability=ability,
            confidence=guesses[0].probability,
            mentions=replace(
                _told_by_words(masked.text, text.plain),
                customers=(named,) if named is not None and named.ids else customers.mentions,
                account=customers.account,
                unknown_name=named.written if named is not None and not named.ids else None,
                products=tuple(products),
                period=_period(free.plain, ability, today), period_said=_said(text, periods),
                at_least=next((a.amount for a in amounts), None), at_least_said=_said(text, amounts),
                limit=limit, ordinal=pointed.number if pointed else None, many=many,
                pronoun=pronoun and not (cases and ability in OF_CASES),
                new_value=value.written if value else None,
            ),
            guesses=tuple(guesses[:LIKELY]),
        )  # fmt: skip
        if cases:
            return reading, named_masked
        return await self._criteria.read(reading, free, reader, dialogue, today, catalogue), named_masked

    async def _guess(self, masked: str) -> list[Guess]:
        return await asyncio.to_thread(self._intents.guess, _gist(without_courtesies(masked)))

    async def _stranger(
        self, reader: Reader, text: PlainText, places: Sequence[Place], pronoun: bool
    ) -> CustomerMention | None:
        """A name in the question that nobody in scope bears, with those spelt nearly like it. Places are none."""
        values = await self._criteria.values(reader)
        named_places = list(values.places(text))
        taken = [(start, end) for start, end, _ in places]
        free = blanked(text.original, [*taken, *(p for p in named_places if HAN.match(text.plain[p[0]]))])
        for place in names_in(free, self._intents.words):
            if any(start <= place[0] and place[1] <= end for start, end in named_places):
                continue
            certain = is_name(free, place)
            if pronoun and not (certain and " " in free[place[0] : place[1]]):
                continue
            named = await stranger(reader, text, place, ())
            if named.ids or certain:
                return named
        return None


def _is_of_one(dialogue: Dialogue) -> bool:
    """Whether the last answer was about one customer."""
    return dialogue.customer is not None and dialogue.ability == dialogue.ability_of_one


def _product_pointed_at(text: PlainText, pointed: OrdinalMention | None, dialogue: Dialogue) -> ProductMention | None:
    """The product at that place of those last shown."""
    id = place_of(dialogue.products, pointed.number) if pointed else None
    if pointed is None or id is None:
        return None
    return ProductMention(pointed.start, pointed.end, text.original[pointed.start : pointed.end], (id,))


async def _campaigns(reader: Reader, text: PlainText, dialogue: Dialogue) -> list[tuple[int, int]]:
    """Where the question names a campaign, by a part of its name where one was spoken of."""
    newest = select(Campaign.id, Campaign.theme).order_by(Campaign.starts_on.desc(), Campaign.id).limit(THEMES)
    names = [name for row in await reader.rows(newest) for name in row]
    return find_themes(text, names, partly=(dialogue.ability or "").startswith("campaign"))


def _tendency(ability: str) -> Tendency:
    return Tendency.PAST if ability in PAST else Tendency.FUTURE if ability in FUTURE else Tendency.NEAREST


def _period(plain: str, ability: str, today: date) -> Period | None:
    """The period that is asked about: the first, or of those that are held against one another the last."""
    compared = ability == "feedback_themes" and is_compared(plain)
    found = [mention.period for mention in find_periods(plain, today, _tendency(ability), compared=compared)]
    return max(found, key=lambda period: period.start) if compared and found else next(iter(found), None)


def _by_criteria(reading: Reading) -> bool:
    """Whether a whole question reads as one by criteria: it has commas, and conditions that look like questions."""
    return reading.ability == SELECTION and not reading.mentions.pronoun


def _one_question(whole: Reading, parts: Sequence[Reading]) -> bool:
    """Whether all but one part say too little to be read, and that one asks what the whole surely asks."""
    clear = [part for part in parts if part.confidence >= CLEAR_PART]
    return whole.confidence >= SURE_OF_TALK and len(clear) == 1 and clear[0].ability == whole.ability


def _tells_what_to_write(parts: Sequence[Reading]) -> bool:
    """Whether all that follows a message to be drafted is what it has to say: "write to her, saying ..." or "asking
    how satisfied she is"."""
    first, *others = parts
    says = [cues.asides.says for cues in all_cues()]
    told = [PlainText.of(part.topic).plain for part in others if part.ability != "survey_invitation"]
    return first.ability == "message_draft" and all(any(said.search(text) for said in says) for text in told)


def _all_asked(masked: str, parts: Sequence[Part]) -> bool:
    """Whether each part ends with a question mark."""
    return all(masked[: part.end].rstrip().endswith(("?", "？")) for part in parts)


def _of_somebody(guesses: list[Guess]) -> list[Guess]:
    """The guesses of a question about a customer, by name or by what was last spoken of: unless it surely is talk, it
    is none, and the others are as likely as they are among themselves."""
    if guesses[0].ability not in TALK or guesses[0].probability >= SURE_OF_TALK:
        return guesses
    left = [guess for guess in guesses if guess.ability not in TALK]
    whole = sum(guess.probability for guess in left)
    clear = bool(left) and left[0].probability >= SURE_OF_ONE * whole
    return [Guess(guess.ability, guess.probability / whole) for guess in left] if clear else guesses


def _of_surveys(guesses: list[Guess], plain: str) -> list[Guess]:
    """Without abilities of surveys where no word is of one: the others are as likely as they are among themselves."""
    if guesses[0].ability not in SURVEYS or speaks_of_surveys(plain):
        return guesses
    left = [guess for guess in guesses if guess.ability not in SURVEYS]
    whole = sum(guess.probability for guess in left)
    return [Guess(guess.ability, guess.probability / whole) for guess in left]


def _meant_as_said(guesses: list[Guess], plain: str) -> list[Guess]:
    """What the form of the words decides: who asks whether two are one decides nothing, who asks whether a case is
    closed closes none, who asks how somebody rated us records nothing, who begins with "remind me" tells of no contact
    and invites nobody, and what is to be triaged or filed is a message, whatever stands in it."""
    first = guesses[0]
    asks = any(cues.ends_asking.search(plain) for cues in all_cues())
    asks = asks and not any(cues.requests.search(plain) for cues in all_cues())
    if first.ability == "decide_duplicate" and asks:
        return [Guess("duplicates", first.probability), *guesses[1:]]
    if asks_for_triage(plain):
        return [Guess("triage", max(first.probability, SURE_OF_ONE)), *guesses]
    if first.ability == "settle_feedback" and (asks or asks_to_file(plain)):
        return [Guess("feedback" if asks else "file_feedback", first.probability), *guesses[1:]]
    if first.ability == "feedback" and not asks and is_settled(plain):
        return [Guess("settle_feedback", first.probability), *guesses[1:]]
    if first.ability == "record_answer" and asks:
        return [Guess("feedback", first.probability), *guesses[1:]]
    if first.ability in ("log_contact", "survey_invitation") and any(cues.reminds.search(plain) for cues in all_cues()):
        return [Guess("create_task", max(first.probability, SURE_OF_ONE)), *guesses]
    return guesses


def _of_cases(guesses: list[Guess], told: str, numbered: bool) -> list[Guess]:
    """The guesses of a question that says the number of a case: one that nothing is told of comes into no state."""
    first = guesses[0]
    if not numbered:
        return guesses
    settles = first.ability != "settle_feedback" or tells_outcome(told)
    if first.ability in WITH_CASES and first.probability >= SURE_OF_ONE and settles:
        return guesses
    return [Guess("feedback", max(first.probability, SURE_OF_TALK)), *guesses]


def _gist(masked: str) -> str:
    """What is read for the ability: of a long text its beginning and end, because reading takes time by length."""
    return masked if len(masked) <= GIST else f"{masked[: GIST * 2 // 3]} {masked[-GIST // 3 :]}"


def _fits_better(named: Guess, unnamed: Guess) -> bool:
    """Whether a question reads better when an unusual word in it is taken for a name."""
    sure = SURE_OF_TALK if unnamed.ability in CONVERSATIONAL else SURE_OF_ONE
    return unnamed.probability < sure and named.ability not in CONVERSATIONAL and named.probability >= SURE_OF_ONE


def _beside(customers: FoundCustomers, products: Sequence[ProductMention]) -> FoundCustomers:
    """A word of a product's name is no customer."""
    kept = tuple(m for m in customers.mentions if all(m.end <= p.start or m.start >= p.end for p in products))
    return FoundCustomers(kept, customers.account)


def _places(
    customers: FoundCustomers,
    products: Sequence[ProductMention],
    campaigns: Sequence[tuple[int, int]],
    periods: Sequence[PeriodMention],
    amounts: Sequence[AmountMention],
) -> list[Place]:
    """Where the mentions stand and what each is, the first to claim a place keeping it."""
    places = [(m.start, m.end, m.kind) for m in customers.mentions]
    places += [(m.start, m.end, "product") for m in products if m.end]
    places += [(start, end, "campaign") for start, end in campaigns]
    places += [(m.start, m.end, "period") for m in periods]
    places += [(m.start, m.end, "amount") for m in amounts]
    free: list[Place] = []
    for place in places:
        if all(place[1] <= other[0] or place[0] >= other[1] for other in free):
            free.append(place)
    return free


def _points(plain: str) -> tuple[bool, bool]:
    """Whether it speaks of several customers, or else of the one who was spoken of."""
    many = any(cues.many.search(plain) for cues in all_cues())
    return many, not many and any(cues.pronouns.search(plain) for cues in all_cues())


def _more_places(
    cases: Sequence[tuple[int, int]], value: ValueMention | None, pointed: OrdinalMention | None
) -> list[Place]:
    """Where the numbers of cases, a new value and a customer who is pointed at stand."""
    places = [(start, end, "number") for start, end in cases]
    places += [(value.start, value.end, "value")] if value else []
    return places + ([(pointed.start, pointed.end, "customer")] if pointed else [])


def _told_by_words(masked: str, plain: str) -> Mentions:
    """The mentions that words tell wherever they stand: tiers, kinds, fields, directions."""
    return Mentions(
        masked=masked,
        direction=_direction(plain),
        risk=find_risk(plain),
        customer_field=find_field(plain),
        tier=_code(plain, "tier", Tier),
        customer_kind=_code(plain, "customer_kind", CustomerKind),
        product_kind=_code(plain, "product_kind", ProductKind),
    )


def _direction(plain: str) -> Direction | None:
    return Direction.RISE if any(cues.rises.search(plain) for cues in all_cues()) else None


def _code(plain: str, vocabulary: str, codes: type[Codes]) -> Codes | None:
    code = find_code(plain, vocabulary, list(codes))
    return codes(code) if code else None


def _said(text: PlainText, mentions: Sequence[PeriodMention] | Sequence[AmountMention]) -> str | None:
    """The asker's own words for the first of these."""
    return text.original[mentions[0].start : mentions[0].end].strip() if mentions else None
