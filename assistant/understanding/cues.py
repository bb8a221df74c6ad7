"""The cue words of the three languages, compiled once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.dates import get_month_names

from prompts import LANGUAGES
from prompts import cues as words_of

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Cues:
    """What one language says of customers, days and amounts, ready to match against plain text."""

    language: str
    pronouns: Pattern
    many: Pattern
    titles: dict[str, tuple[str, ...]]
    title_after_name: bool
    customer_cues: tuple[str, ...]
    account_cues: dict[str, tuple[str, ...]]
    rises: Pattern
    at_least: Pattern
    limit: tuple[Pattern, ...]
    numerals: dict[str, int]
    ordinals: tuple[tuple[int, Pattern], ...]
    amount_units: dict[str, int]
    months: dict[str, int]
    month_needs: Pattern | None
    periods: tuple[tuple[Pattern, str], ...]
    dates: tuple[Pattern, ...]
    units: dict[str, str]
    relative_years: dict[str, int]
    surnames: frozenset[str]
    beside_names: frozenset[str]
    codes: dict[str, dict[str, list[str]]]
    everyday: frozenset[str]
    new_value: tuple[tuple[Pattern, Pattern], ...]
    asking: Pattern


@cache
def all_cues() -> tuple[Cues, ...]:
    return tuple(_compiled(language) for language in LANGUAGES)


def _compiled(language: str) -> Cues:
    words = words_of(language)
    months = dict(_months(language))
    bounded = language != "zh"
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    dates = [text.replace("{month}", month) for text in words["dates"]]
    any_date = "|".join(re.sub(r"\?P<\w+>", "?:", text) for text in (*dates, r"\d{4}-\d{1,2}-\d{1,2}"))
    return Cues(
        language=language,
        pronouns=_any(words["pronouns"], bounded),
        many=_any(words["many"], bounded),
        titles={sex: tuple(titles) for sex, titles in words["titles"].items()},
        title_after_name=words["title_position"] == "after",
        customer_cues=tuple(words["customer_cues"]),
        account_cues={kind: tuple(cues) for kind, cues in words["account_cues"].items()},
        rises=re.compile("|".join(words["rises"])),
        at_least=re.compile("|".join(words["at_least"])),
        limit=tuple(re.compile(text.replace("{n}", _several(words["numerals"]))) for text in words["limit"]),
        numerals=words["numerals"],
        ordinals=tuple((number, _any(texts, bounded)) for number, texts in words["ordinals"].items()),
        amount_units=words["amount_units"],
        months=months,
        month_needs=re.compile(words["month_needs"] + "$") if words["month_needs"] else None,
        periods=tuple((re.compile(text.replace("{date}", f"(?:{any_date})")), kind) for text, kind in words["periods"]),
        dates=tuple(re.compile(rf"\b(?:{text})\b" if bounded else text) for text in dates),
        units={name: unit for unit, names in words["units"].items() for name in names},
        relative_years=words["relative_years"],
        surnames=frozenset(words.get("surnames", "")),
        beside_names=frozenset(words.get("beside_names", "")),
        codes=words["codes"],
        everyday=frozenset(words["everyday"]),
        new_value=tuple((re.compile(verb), re.compile(link)) for verb, link in words["new_value"]),
        asking=re.compile("|".join(words["asking"])),
    )


def _several(numerals: dict[str, int]) -> str:
    """A numeral from two up: "the first one" is no limit."""
    return r"\d{1,3}|" + "|".join(name for name, number in numerals.items() if number > 1)


def _any(texts: list[str], bounded: bool) -> Pattern:
    joined = "|".join(sorted(texts, key=len, reverse=True))
    return re.compile(rf"\b(?:{joined})\b" if bounded else f"(?:{joined})")


def _months(language: str) -> Iterator[tuple[str, int]]:
    if language == "zh":
        return
    for width in ("wide", "abbreviated") if language == "en" else ("wide",):
        for number, name in get_month_names(width, locale=language).items():
            yield name.lower().rstrip("."), number
