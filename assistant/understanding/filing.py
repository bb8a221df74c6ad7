"""What is to be filed or triaged: a customer's own message within what the asker tells of it."""

import re
from collections.abc import Sequence
from functools import cache

from knowledge.crm.codes import Channel
from prompts import LANGUAGES, note_words

REPORTED_BY = (Channel.PHONE, Channel.EMAIL, Channel.HOTLINE, Channel.BRANCH, Channel.VISIT, Channel.SMS)
"""Channels that a person tells of; an app or a website in what is told is what the message is about."""


def message_of(told: str) -> str:
    """The message: all that is told, without "file this:" before it and "file it" after it."""
    begin = max((m.end() for m in _each(("triage_lead", "file_lead"), told)), default=0)
    begin = begin if told[begin:].strip() else 0
    rest = told[begin:]
    end = min((m.start() for m in _each(("file_tail",), rest)), default=len(rest))
    kept = rest[:end] if rest[:end].strip() else rest
    return " ".join(kept.split()).strip(" \"'“”‘’«»,;:，；：") or told.strip()


def asks_for_triage(told: str) -> bool:
    """Whether it begins with the order to triage what follows: nothing in that is an order."""
    return any(True for _ in _each(("triage_lead",), told))


def asks_to_file(told: str) -> bool:
    """Whether it says before or after a message that this is to be filed."""
    return any(len(told) > len(m[0].strip()) + 3 for m in _each(("file_lead", "file_tail"), told))


def tells_nothing(told: str) -> bool:
    """Whether it is the order to file something alone, without what that is."""
    return any(True for _ in _each(("file_bare",), told))


def means_a_note(told: str) -> bool:
    """Whether what is to be filed stands in a contact note."""
    return any(True for _ in _each(("file_note",), told))


def of_nobody_known(told: str) -> bool:
    """Whether it speaks of a customer whom nobody has to know: "a customer", "somebody"."""
    return any(True for _ in _each(("anybody",), told))


def _each(names: Sequence[str], told: str) -> list[re.Match[str]]:
    return [match for name in names for pattern in _patterns(name) if (match := pattern.search(told))]


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
