"""What is said of surveys: how a customer rated us, on which scale, in which words; and what results are asked for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from assistant.feedback.survey_counts import Grouping
from assistant.understanding.text import PlainText
from assistant.understanding.themes import by_branch
from knowledge.crm.codes import SurveyKind
from prompts import LANGUAGES, note_words

_QUOTED = re.compile(r"(?:[\"“«「『‘]|(?<!\w)')([^\"“”«»「」『』‘’]{2,}?)(?:[\"”»」』’]|'(?!\w))")
_LEADS = re.compile(r"^[\s,，.。;；:：()（）!！\-–—]+")
_REST = re.compile(r"[\s,，;；:：()（）\-–—]+$")
FEWEST_LETTERS = 3
FEWEST_CHARACTERS = 2
"""Letters, or Chinese characters, that what stands behind a score has to hold to be a customer's words."""


@dataclass(frozen=True)
class Rating:
    """A score as it is told. `out_of` is where its scale ends, None where that is not said; `kinds` are what the words
    call it; `comment` the customer's words."""

    score: Decimal
    out_of: int | None
    kinds: tuple[SurveyKind, ...]
    comment: str | None


def rating_in(told: str) -> Rating | None:
    """The score that is told; None where none is."""
    plain = PlainText.of(told).plain
    for name in ("survey_score_of", "survey_score"):
        for language, pattern in _scores(name):
            if match := pattern.search(plain):
                found = match.groupdict()
                out_of = _number(found["of"], language) if "of" in found else None
                score = _number(found["score"], language)
                return Rating(score, int(out_of) if out_of is not None else None, kinds_in(told),
                              _comment(told, match.end()))  # fmt: skip
    return None


def speaks_of_surveys(told: str) -> bool:
    """Whether it tells a score or has a word of surveys: what has neither is about something else."""
    plain = PlainText.of(told).plain
    return rating_in(told) is not None or any(pattern.search(plain) for pattern in _patterns("survey_words"))


def kinds_in(told: str) -> tuple[SurveyKind, ...]:
    """The kinds of survey that the words speak of."""
    return _named(told, "survey_kinds")


def kinds_asked(asked: str) -> tuple[SurveyKind, ...]:
    """The scores that are asked for: one that is named, else both."""
    return _named(asked, "survey_only") or tuple(SurveyKind)


def grouping_in(asked: str) -> Grouping | None:
    """By what the results are to be divided; None where that is not said."""
    if by_branch(asked):
        return Grouping.BRANCH
    plain = PlainText.of(asked).plain
    for grouping in (Grouping.CHANNEL, Grouping.PRODUCT):
        if any(pattern.search(plain) for pattern in _patterns(f"survey_by_{grouping}")):
            return grouping
    return None


def _comment(told: str, end: int) -> str | None:
    """What stands in quotes; else what is said behind the score, without the asker's own "note it"."""
    if quoted := _QUOTED.search(told):
        return quoted[1].strip()
    rest = told[end:]
    for errand in _patterns("survey_errand"):
        rest = errand.sub("", rest)
    rest = _REST.sub("", _LEADS.sub("", rest)).strip(" '\"”’")
    letters = sum(letter.isalpha() for letter in rest)
    return rest if letters >= (FEWEST_LETTERS if rest.isascii() else FEWEST_CHARACTERS) else None


def _named(told: str, name: str) -> tuple[SurveyKind, ...]:
    plain = PlainText.of(told).plain
    return tuple(kind for kind, patterns in _kinds(name) if any(pattern.search(plain) for pattern in patterns))


def _number(written: str, language: str) -> Decimal:
    number = _numbers(language).get(written)
    return Decimal(number) if number is not None else Decimal(written.replace(",", "."))


@cache
def _numbers(language: str) -> Mapping[str, int]:
    return {word: number for number, words in note_words(language)["survey_numbers"].items() for word in words}


@cache
def _scores(name: str) -> Sequence[tuple[str, re.Pattern[str]]]:
    found = []
    for language in LANGUAGES:
        words = "|".join(_numbers(language))
        digits = r"\d{1,3}(?:[.,]\d)?"
        number = f"(?:{digits}|{words})" if language == "zh" else rf"(?:(?<![\w.]){digits}(?!\d)|\b(?:{words})\b)"
        found += [(language, re.compile(text.replace("NUMBER", number))) for text in note_words(language)[name]]
    return found


@cache
def _kinds(name: str) -> Sequence[tuple[SurveyKind, Sequence[re.Pattern[str]]]]:
    return [
        (kind, [re.compile(text) for language in LANGUAGES for text in note_words(language)[name][kind]])
        for kind in SurveyKind
    ]


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text) for language in LANGUAGES for text in note_words(language)[name]]
