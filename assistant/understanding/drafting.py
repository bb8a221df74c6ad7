"""What a message to a customer is to be: for which occasion, over which channel, in which language, to which event."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.text import PlainText
from knowledge.crm.codes import Consent
from prompts import LANGUAGES, note_words

Code = TypeVar("Code", bound=StrEnum)
LONGEST_EVENT = 80


class Occasion(StrEnum):
    """What a message is for. The words for them stand under `occasion`."""

    BIRTHDAY = "birthday"
    INVITATION = "invitation"
    MATURITY = "maturity"
    HOLIDAY = "holiday"


def occasion_of(told: str) -> Occasion | None:
    """The first occasion of which the words speak, in the order in which they are listed."""
    return _first(told, "occasions", Occasion)


def channel_wanted(told: str) -> Consent | None:
    """The channel that is named; None where none is. Of several lines the first that names one counts: what was said
    last stands first."""
    return next((one for line in told.splitlines() if (one := _first(line, "draft_channels", Consent))), None)


def language_wanted(told: str) -> str | None:
    """The language that is named, by its code, line by line as for the channel."""
    named = _codes("draft_languages")
    said = (code for line in told.splitlines() for code, patterns in named if any(p.search(line) for p in patterns))
    return next(said, None)


def is_brief(told: str) -> bool:
    """Whether a short message is wanted."""
    return any(pattern.search(told) for pattern in _plain("briefer"))


def asks_otherwise(text: str) -> bool:
    """Whether it asks for a draft in another form: shorter, in another language, over another channel."""
    return is_brief(text) or language_wanted(text) is not None or channel_wanted(text) is not None


def event_of(told: str, today: date) -> str | None:
    """What the customer is invited to, as it was written and without its day."""
    found = next((match for pattern in _plain("invited_to") if (match := pattern.search(told))), None)
    if found is None:
        return None
    text = PlainText.of(found["event"])
    undated = text.without([(m.start, m.end) for m in find_periods(text.plain, today, Tendency.FUTURE)]).original
    return " ".join(undated.split())[:LONGEST_EVENT] or None


def _first(told: str, name: str, codes: type[Code]) -> Code | None:
    return next((codes(code) for code, patterns in _codes(name) if any(p.search(told) for p in patterns)), None)


@cache
def _codes(name: str) -> Sequence[tuple[str, Sequence[re.Pattern[str]]]]:
    words = [note_words(language)[name] for language in LANGUAGES]
    return [(code, [re.compile(text, re.IGNORECASE) for each in words for text in each[code]]) for code in words[0]]


@cache
def _plain(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
