"""A question in its conversation: replies to what was asked back, corrections, and what leans on the turn before."""

from dataclasses import replace
from datetime import date

from assistant.understanding.continuing import (
    DEFAULT_ABILITY,
    about,
    agrees,
    another_product,
    choice_of,
    continued,
    listed_one,
    says_little,
    with_choice,
)
from assistant.understanding.corrections import (
    Correction,
    asked_of,
    corrected,
    find_correction,
    somebody_else,
    without_denied,
)
from assistant.understanding.dialogue import Dialogue, Pending
from assistant.understanding.leaning import MENTION, POINTING
from assistant.understanding.ordinals import place_of
from assistant.understanding.reading import CustomerMention, Reading
from assistant.understanding.understanding import Understanding
from knowledge.crm.store import Reader


class Conversing:
    """Reads the questions of one conversation at a time: each in the light of its dialogue."""

    def __init__(self, understanding: Understanding, reader: Reader, dialogue: Dialogue, today: date) -> None:
        self._understanding = understanding
        self._reader, self._dialogue, self._today = reader, dialogue, today

    async def read(self, question: str) -> Reading:
        """The Reading. A reply to "which one?" is read as the question that it completes, or has it asked again; a
        correction as the question that was meant."""
        pending, correction = self._dialogue.pending, find_correction(question, self._dialogue.language)
        if pending is not None:
            reply = await self._read(correction.rest if correction and correction.rest.strip() else question)
            completed = await self._completed(replace(reply, question=question), pending)
            if completed is not None:
                return completed
        if correction is not None:
            meant = await self._corrected(question, correction)
            if meant is not None:
                return meant
        reading = await self._read(question)
        if pending is not None:
            return continued(reading, self._dialogue)
        reading = await another_product(reading, self._dialogue, self._reader)
        listed = await listed_one(reading, self._dialogue, self._reader)
        return continued(about(listed, reading, self._dialogue) if listed else reading, self._dialogue)

    async def _read(self, question: str) -> Reading:
        reading = await self._understanding.read(question, self._reader, self._dialogue, self._today)
        return without_denied(reading)

    async def _completed(self, reply: Reading, pending: Pending) -> Reading | None:
        """The pending question with what the reply says; None if it is another question."""
        if pending.abilities:
            return await self._of_ability(reply, pending)
        if not pending.candidates:
            return await self._of_newly_named(reply, pending)
        choice = await choice_of(pending, reply, self._reader)
        if choice:
            asked = await self._read(pending.question)
            return continued(with_choice(asked, pending, choice), self._dialogue)
        if reply.mentions.customers and reply.ability in POINTING:
            return await self._of_newly_named(reply, pending)
        return await self._read(pending.question) if says_little(reply) else None

    async def _of_ability(self, reply: Reading, pending: Pending) -> Reading | None:
        picked = place_of(pending.abilities, reply.mentions.ordinal) if reply.mentions.ordinal else None
        if (
            picked is None
            and reply.ability in pending.abilities
            and not (reply.mentions.customers or reply.mentions.many)
        ):
            picked = reply.ability
        if picked is None and len(pending.abilities) == 1 and agrees(reply.question):
            picked = pending.abilities[0]
        if picked is None:
            return None
        asked = await self._read(pending.question)
        return continued(replace(asked, ability=picked, confidence=1.0), self._dialogue)

    async def _of_newly_named(self, reply: Reading, pending: Pending) -> Reading | None:
        """The pending question about the customer that a reply names, where it does nothing else."""
        named = reply.mentions.customers
        if not named or reply.further or reply.ability not in (*POINTING, DEFAULT_ABILITY):
            return None
        asked = await self._read(pending.question)
        return continued(_about(named, asked, pending.written), self._dialogue)

    async def _corrected(self, question: str, correction: Correction) -> Reading | None:
        if not correction.rest.strip():
            return None
        reading = await self._read(correction.rest)
        if correction.language and not _says_words(reading):
            reading = replace(reading, language=correction.language)
        if correction.points and not reading.mentions.customers:
            ids = await somebody_else(correction, self._dialogue, self._reader)
            if ids is not None:
                return replace(asked_of(ids, correction.rest, reading, self._dialogue), question=question)
        if not correction.opened:
            return None
        return replace(await corrected(reading, self._dialogue, self._reader), question=question)


def _says_words(reading: Reading) -> bool:
    """Whether it has words beside its mentions, which tell its language."""
    return any(letter.isalpha() for letter in MENTION.sub("", reading.mentions.masked))


def _about(named: tuple[CustomerMention, ...], asked: Reading, written: str) -> Reading:
    """The Reading with those customers in place of the name that nobody bears, in each of its parts."""
    own = asked.mentions
    others = tuple(mention for mention in own.customers if mention.written != written and mention.ids)
    lacks = own.unknown_name == written or len(others) < len(own.customers) or not own.customers
    mentions = replace(own, customers=(*others, *named), unknown_name=None) if lacks else own
    return replace(asked, mentions=mentions, further=tuple(_about(named, part, written) for part in asked.further))
