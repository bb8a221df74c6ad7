"""What a message tells of a task or of a contact: what is to be done, over which channel, in which mood, what next."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.text import PlainText
from knowledge.crm.codes import Channel, Mood, TaskKind
from prompts import LANGUAGES, cues

Code = TypeVar("Code", bound=StrEnum)
Pattern = re.Pattern[str]
LONGEST_LINE = 200
LONGEST_NOTE = 4_000


@dataclass(frozen=True)
class Step:
    """What comes next, in the asker's words, and the last day that these name."""

    words: str
    on: date | None


def errand_of(told: str, today: date) -> str:
    """What is to be done, without "remind me to" and without the day; all that was told where nothing is left."""
    text = PlainText.of(told)
    places = [(m.start, m.end) for m in find_periods(text.plain, today, Tendency.FUTURE)]
    for start, _ in tuple(places):
        lead = next((m for m in _each("day_lead", text.plain[:start]) if m[0]), None)
        places += [(lead.start(), start)] if lead else []
    undated = text.without(places)
    leads = sorted((m.end() for m in _each("errand_lead", undated.plain)), reverse=True)
    kept = next((rest for lead in (*leads, 0) if (rest := _begun(undated.original[lead:]))), _tidied(told))
    return (kept[:1].upper() + kept[1:])[:LONGEST_LINE]


def task_kind_of(told: str) -> TaskKind:
    return _code(told, "task_kinds", TaskKind) or TaskKind.FOLLOW_UP


def note_of(told: str) -> str:
    """What a contact came to: all that was told, without "log a call with ...:"."""
    begin = max((m.end() for m in _each("note_lead", PlainText.of(told).plain)), default=0)
    return (told[begin:].strip() or told.strip())[:LONGEST_NOTE]


def channel_of(told: str) -> Channel | None:
    """The channel of the contact that was, not of the one that is to come."""
    step = next(_each("next_step", PlainText.of(told).plain), None)
    return _code(told[: step.start()] + told[step.end() :] if step else told, "channels", Channel)


def mood_of(told: str) -> Mood | None:
    """The mood that the words tell; a worse one goes before a better one, so that "not happy" is no joy."""
    return _code(told, "moods", Mood)


def purpose_of(told: str) -> str | None:
    """What it was about."""
    return _named(told, "about")


def next_step_of(told: str, today: date) -> Step | None:
    step = _named(told, "next_step")
    if step is None:
        return None
    days = find_periods(PlainText.of(step).plain, today, Tendency.FUTURE)
    return Step(step, days[-1].period.end if days and days[-1].period.end >= today else None)


def _named(told: str, name: str) -> str | None:
    """The first stretch that the cues of that name point out, as it was written."""
    found = next(_each(name, PlainText.of(told).plain), None)
    if found is None:
        return None
    start, end = found.span(found.re.groups and 1)
    return _tidied(told[start:end]) or None


def _code(told: str, name: str, codes: type[Code]) -> Code | None:
    """The first code of which a word stands in the text, in the order in which the cues list them."""
    plain = PlainText.of(told).plain
    for code, patterns in _by_code(name):
        if any(pattern.search(plain) for pattern in patterns):
            return codes(code)
    return None


def _each(name: str, plain: str) -> Iterator[re.Match[str]]:
    yield from filter(None, (pattern.search(plain) for pattern in _patterns(name)))


def _begun(text: str) -> str:
    """The text without a "to" or "that I have to" at its start."""
    text = _tidied(text)
    start = next(_each("errand_start", PlainText.of(text).plain), None)
    return _tidied(text[start.end() :]) if start else text


def _tidied(text: str) -> str:
    return " ".join(text.split()).strip(" ,.;:!?，。；：！？、-–—\"'“”")[:LONGEST_LINE].strip()


@cache
def _patterns(name: str) -> Sequence[Pattern]:
    words = (cues(language)[name] for language in LANGUAGES)
    return [re.compile(text) for each in words for text in ([each] if isinstance(each, str) else each)]


@cache
def _by_code(name: str) -> Sequence[tuple[str, Sequence[Pattern]]]:
    words = [cues(language)[name] for language in LANGUAGES]
    return [(code, [re.compile(text) for each in words for text in each[code]]) for code in words[0]]
