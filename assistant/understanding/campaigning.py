"""What a message says of a campaign: how it is to be made, which one is meant, and what has become of it."""

import re
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import TypeVar

from assistant.understanding.amounts import find_amounts, find_shares
from assistant.understanding.settling import most_alike
from assistant.understanding.text import PlainText
from knowledge.crm.codes import CampaignMethod, CampaignState, Frequency, InvitationState
from knowledge.crm.names import HAN, fold
from prompts import LANGUAGES, note_words

Named = TypeVar("Named")
SHORTEST_THEME, SHORTEST_HAN, SHORTEST_PART = 5, 3, 4
"""Letters, or Chinese characters, of a theme that is found in a question; a shorter one may be any word."""
_QUOTED = re.compile(r"[“\"«「『《](?P<words>[^”\"»」』》]{1,200})[”\"»」』》]")


def method_of(told: str) -> CampaignMethod | None:
    """How customers are to be addressed, by the first method that is named."""
    return next((CampaignMethod(code) for code in _said(told, "campaign_method")), None)


def frequency_of(told: str) -> Frequency | None:
    return next((Frequency(code) for code in _said(told, "campaign_frequency")), None)


def held_out_of(told: str) -> Decimal | None:
    """The share to hold out, in percent: "hold out a fifth", 留出20%作对照. None where none is named."""
    for pattern in _patterns("held_out"):
        for match in pattern.finditer(told):
            share = _share(match["share"])
            if share is not None:
                return share
    return None


def quoted_in(told: str) -> str | None:
    """The words in quotation marks: what the campaign is to be called."""
    match = _QUOTED.search(told)
    return match["words"].strip() or None if match else None


def amount_of(told: str) -> Decimal | None:
    """The first sum of money that is named."""
    found = find_amounts(PlainText.of(told).plain)
    return found[0].amount if found else None


def invitation_of(told: str) -> InvitationState | None:
    """What became of an invitation; a no goes before the yes that it may hold ("did not accept")."""
    return next((InvitationState(code) for code in _said(told, "invitation")), None)


def campaign_state_of(told: str) -> CampaignState | None:
    """Whether a campaign is to be started or closed."""
    for name, state in (("campaign_closed", CampaignState.CLOSED), ("campaign_started", CampaignState.RUNNING)):
        if any(pattern.search(told) for pattern in _patterns(name)):
            return state
    return None


def tells_of_cost(told: str) -> bool:
    return any(pattern.search(told) for pattern in _patterns("campaign_cost"))


def is_undone(told: str) -> bool:
    """Whether something on a checklist is said not to be done after all."""
    return any(pattern.search(told) for pattern in _patterns("item_undone"))


def campaigns_meant(told: str, titled: Sequence[tuple[str, Named]]) -> list[Named]:
    """Those whose title shares the most words with what was told, words of every campaign aside; none where no title
    shares any."""
    return most_alike(_plain_words().sub(" ", told), titled)


def find_themes(text: PlainText, themes: Collection[str], *, partly: bool = False) -> list[tuple[int, int]]:
    """Where campaigns are named, by id or by theme; a theme in several languages ("... / ...") by each. `partly`: a
    part of one Chinese theme will do, because campaigns are spoken of."""
    places: list[tuple[int, int]] = []
    names = {fold(part) for theme in themes for part in (theme, *theme.split("/"))}
    for name in sorted(names, key=len, reverse=True):
        if len(name) < (SHORTEST_HAN if HAN.search(name) else SHORTEST_THEME):
            continue
        for match in _named(name).finditer(text.plain):
            if all(match.end() <= start or match.start() >= end for start, end in places):
                places.append(match.span())
    return places or (_part_of_theme(text, names) if partly else [])


def _part_of_theme(text: PlainText, names: Collection[str]) -> list[tuple[int, int]]:
    """The longest part of a Chinese theme that stands in the text, where only one theme has it."""
    parts = {
        name[start:end]
        for name in names
        if HAN.search(name)
        for start in range(len(name))
        for end in range(start + SHORTEST_PART, len(name) + 1)
    }
    said = [part for part in sorted(parts, key=len, reverse=True) if part in text.plain]
    whole = [part for part in said if len(part) == len(said[0])]
    if len(whole) != 1 or sum(whole[0] in name for name in names) != 1:
        return []
    start = text.plain.index(whole[0])
    return [(start, start + len(whole[0]))]


@lru_cache(maxsize=1_000)
def _named(name: str) -> re.Pattern[str]:
    pattern = r"[^\w]*".join(map(re.escape, re.split(r"[\W_]+", name)))
    return re.compile(pattern if HAN.search(name) else rf"(?<![a-z0-9]){pattern}(?![a-z0-9])")


def _share(words: str) -> Decimal | None:
    plain = PlainText.of(words).plain
    named = next((percent for percent, patterns in _fractions() if any(p.search(plain) for p in patterns)), None)
    if named is not None:
        return named
    found = find_shares(plain)
    share = found[0].percent if found else None
    return share if share is not None and 0 <= share <= 100 else None


def _said(told: str, name: str) -> list[str]:
    """The codes whose words are in what was told, in the order of the file."""
    return [code for code, patterns in _coded(name).items() if any(pattern.search(told) for pattern in patterns)]


@cache
def _coded(name: str) -> Mapping[str, Sequence[re.Pattern[str]]]:
    words = [note_words(language)[name] for language in LANGUAGES]
    return {code: [re.compile(text, re.IGNORECASE) for each in words for text in each[code]] for code in words[0]}


@cache
def _fractions() -> Sequence[tuple[Decimal, Sequence[re.Pattern[str]]]]:
    words = [note_words(language)["fractions"] for language in LANGUAGES]
    return [
        (Decimal(str(percent)), [re.compile(text, re.IGNORECASE) for each in words for text in each[percent]])
        for percent in words[0]
    ]


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]


@cache
def _plain_words() -> re.Pattern[str]:
    words = [word for language in LANGUAGES for word in note_words(language)["campaign_words"]]
    return re.compile("|".join(rf"\b{word}\b" if word.isascii() else word for word in words), re.IGNORECASE)
