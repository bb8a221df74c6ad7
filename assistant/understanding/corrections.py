"""Corrections: "no, the other one of that name", "no, I meant Li Wei of Pudong", 不是他，是另一个同名的."""

from dataclasses import dataclass, replace

from sqlalchemy import select

from assistant.understanding.continuing import DEFAULT_ABILITY, asked_again, continued, described
from assistant.understanding.cues import all_cues
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.leaning import ANOTHER, POINTING
from assistant.understanding.reading import CustomerMention, Reading
from assistant.understanding.text import PlainText, blanked
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer

NO_OTHER = "no_other_customer"
"""What is said where nobody else is of that name."""


@dataclass(frozen=True)
class Correction:
    """What is left of a question once it has said that the last answer was about the wrong thing. `opened` tells that
    it said so, in `language`; `namesake` and `other` that somebody else of that name, or the other of two, is meant."""

    rest: str
    language: str | None
    opened: bool
    namesake: bool
    other: bool

    @property
    def points(self) -> bool:
        return self.namesake or self.other


def find_correction(question: str, spoken: str) -> Correction | None:
    """How a question corrects the one before; None if it does not. `spoken` is the language so far: some words that
    open a correction are of several."""
    text = PlainText.of(question)
    openings = [
        (match.end(), cues.language == spoken, cues.language)
        for cues in all_cues()
        for pattern in cues.correction.opens
        if (match := pattern.match(text.plain))
    ]
    opening, _, language = max(openings, default=(0, True, None))
    rest = text.plain[opening:]
    opened = len(rest) < len(text.plain)
    namesake = any(pattern.search(rest) for cues in all_cues() for pattern in cues.correction.namesake)
    other = any(pattern.search(rest) for cues in all_cues() for pattern in cues.correction.other)
    if not (opened or namesake or other):
        return None
    return Correction(question[len(text.plain) - len(rest) :], language, opened, namesake, other)


async def somebody_else(correction: Correction, dialogue: Dialogue, reader: Reader) -> tuple[str, ...] | None:
    """Who "the other one" is: the other of a list of two, or those of the same name as the customer spoken of. None
    where the conversation is about nobody, or the words may mean a place of a longer list."""
    if dialogue.customer is None:
        return None
    pair = [id for id in dialogue.listed if id != dialogue.customer]
    if not correction.namesake and len(dialogue.listed) == 2 and len(pair) == 1:
        return tuple(pair)
    namesakes = await _namesakes(dialogue.customer, reader)
    return namesakes if namesakes or correction.namesake or correction.opened else None


def asked_of(ids: tuple[str, ...], written: str, reading: Reading, dialogue: Dialogue) -> Reading:
    """The last question, or the one that the correction asks itself, about these customers instead."""
    if not ids:
        return replace(reading, ability=NO_OTHER, confidence=1.0, further=())
    mentions = replace(
        reading.mentions, customers=(CustomerMention(0, 0, written, ids),), unknown_name=None, ordinal=None, query=None
    )
    corrected = replace(reading, mentions=mentions, further=())
    return asked_again(corrected, dialogue) if _says_no_more(reading) else corrected


async def corrected(reading: Reading, dialogue: Dialogue, reader: Reader) -> Reading:
    """The Reading of what stands after "no, I meant": the last question with another customer or period in it, or
    another question about the customer spoken of. Of several of that name the one spoken of is not meant, and what
    else is said of the right one tells who it is."""
    mentions = reading.mentions
    if not (mentions.customers or mentions.unknown_name):
        pronoun = mentions.pronoun or (dialogue.customer is not None and not mentions.many)
        return continued(replace(reading, mentions=replace(mentions, pronoun=pronoun)), dialogue)
    customers = tuple([await _meant(mention, reading.topic, dialogue, reader) for mention in mentions.customers])
    reading = replace(reading, mentions=replace(mentions, customers=customers))
    return asked_again(reading, dialogue) if _says_no_more(reading) else continued(reading, dialogue)


def without_denied(reading: Reading) -> Reading:
    """The Reading without customers named only to say that they are not meant: "not Wang Wei, Wang Jianguo"."""
    mentions = reading.mentions
    plain = PlainText.of(reading.topic).plain
    meant = tuple(mention for mention in mentions.customers if not _denied(plain, mention))
    if not meant or len(meant) == len(mentions.customers):
        return reading
    return replace(reading, mentions=replace(mentions, customers=meant))


def _denied(plain: str, mention: CustomerMention) -> bool:
    return any(cues.correction.denies.search(plain[: mention.start]) for cues in all_cues())


def _says_no_more(reading: Reading) -> bool:
    """Whether a correction says who is meant and nothing else."""
    return reading.ability in (*POINTING, DEFAULT_ABILITY) or reading.confidence < ANOTHER


async def _meant(mention: CustomerMention, question: str, dialogue: Dialogue, reader: Reader) -> CustomerMention:
    ids = tuple(id for id in mention.ids if id != dialogue.customer) or mention.ids
    if len(ids) > 1 and dialogue.customer in mention.ids:
        namesakes = await _namesakes(dialogue.customer, reader)
        ids = tuple(id for id in ids if id in namesakes) or ids
    if len(ids) < 2:
        return replace(mention, ids=ids)
    words = blanked(question, [(mention.start, mention.end)])
    told = await described(ids, words, reader)
    return replace(mention, ids=(told,) if told else ids)


async def _namesakes(customer: str, reader: Reader) -> tuple[str, ...]:
    """The others in scope who go by one of the full names of that customer."""
    own = await reader.get(Customer, customer)
    if own is None:
        return ()
    names = [name for name in (own.name, own.name_latin) if name]
    alike = select(Customer.id).where(Customer.name.in_(names) | Customer.name_latin.in_(names)).order_by(Customer.id)
    return tuple(id for (id,) in await reader.rows(alike) if id != customer)
