"""The cue words of the three languages, compiled once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Literal

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
    own: Pattern
    titles: dict[str, tuple[str, ...]]
    title_after_name: bool
    customer_cues: tuple[str, ...]
    account_cues: dict[str, tuple[str, ...]]
    rises: Pattern
    at_least: Pattern
    at_least_after: Pattern
    at_most: Pattern
    at_most_after: Pattern
    currencies: Pattern
    shares: tuple[Pattern, ...]
    limit: tuple[Pattern, ...]
    numerals: dict[str, int]
    scales: dict[str, int]
    joiners: frozenset[str]
    halves: frozenset[str]
    ordinals: tuple[tuple[int, Pattern], ...]
    amount_units: dict[str, int]
    months: dict[str, int]
    month_needs: Pattern | None
    periods: tuple[tuple[Pattern, str], ...]
    holidays: tuple[tuple[Pattern, str], ...]
    dates: tuple[Pattern, ...]
    day_ranges: tuple[Pattern, ...]
    beside: "Beside"
    units: dict[str, str]
    days: tuple[str, ...]
    relative_years: dict[str, int]
    places: dict[str, int]
    which: dict[str, str]
    surnames: frozenset[str]
    beside_names: frozenset[str]
    company_ends: tuple[str, ...]
    codes: dict[str, dict[str, list[str]]]
    everyday: frozenset[str]
    clause_seams: tuple[Pattern, ...]
    beside_seams: tuple[Pattern, ...]
    correction: "Correction"
    new_value: tuple[tuple[Pattern, Pattern], ...]
    asking: Pattern
    same_period: Pattern
    stretch_before: Pattern
    of_those: Pattern
    ends_asking: Pattern
    requests: Pattern
    reminds: Pattern
    asides: "Asides"
    nicknames: tuple[tuple[Pattern, Pattern], ...]


@dataclass(frozen=True)
class Asides:
    """What is said at the edges of a question and asks nothing, what asks for a reason, for what fell, or for more of
    the same ("and the fee?"), how a part begins that tells what a message is to say, and how products are put beside
    one another and pointed at."""

    courtesies_before: Pattern
    courtesies_after: Pattern
    falls: Pattern
    why: Pattern
    elliptic: Pattern
    says: Pattern
    joins_products: Pattern
    points_at_product: Pattern


@dataclass(frozen=True)
class Beside:
    """What stands before (`_before`) or after (`_after`) a period and changes it; between two it makes a range."""

    parts_before: tuple[tuple[Pattern, str], ...]
    parts_after: tuple[tuple[Pattern, str], ...]
    since_before: Pattern
    since_after: Pattern
    until_before: Pattern
    until_after: Pattern
    before_before: Pattern
    before_after: Pattern
    after_before: Pattern
    after_after: Pattern
    range_before: Pattern
    range_between: Pattern
    range_between_if_announced: Pattern
    and_between: Pattern


@dataclass(frozen=True)
class Correction:
    """How a correction opens, what in it points at a namesake or at the other of two, and what stands before a name
    that is not meant; `denied` says of whom a choice among several is not, `agrees` takes the one that was offered."""

    opens: tuple[Pattern, ...]
    namesake: tuple[Pattern, ...]
    other: tuple[Pattern, ...]
    denies: Pattern
    denied: tuple[Pattern, ...]
    agrees: Pattern


NEVER = re.compile(r"(?!)")
BEFORE = r"^[\s¡¿]*(?:{said})[\s,;:.!，。！；、—-]+"
BEHIND = r"[\s,;.!，。！；、¿?？—-]+(?:{said})[\s.!?。！？]*$"
"""What is said at an edge of a question, and the marks that part it from the question."""


@cache
def all_cues() -> tuple[Cues, ...]:
    return tuple(_compiled(language) for language in LANGUAGES)


def _compiled(language: str) -> Cues:
    words = words_of(language)
    months, short = dict(_months(language, "wide")), dict(_months(language, "abbreviated"))
    bounded = language != "zh"
    macros = _macros(words, bounded)
    named = {"{month}": _one_of(months | (short if language == "en" else {})), "{short}": _one_of(short)}
    return Cues(
        language=language,
        pronouns=_any(words["pronouns"], bounded),
        many=_any(words["many"], bounded),
        own=_any(words["own"], bounded),
        titles={sex: tuple(titles) for sex, titles in words["titles"].items()},
        title_after_name=words["title_position"] == "after",
        customer_cues=tuple(words["customer_cues"]),
        account_cues={kind: tuple(cues) for kind, cues in words["account_cues"].items()},
        rises=re.compile("|".join(words["rises"])),
        at_least=re.compile("|".join(words["at_least"])),
        at_least_after=re.compile("|".join(words["at_least_after"])),
        at_most=re.compile("|".join(words["at_most"])),
        at_most_after=re.compile("|".join(words["at_most_after"])),
        currencies=re.compile(r"\s?(?:" + "|".join(words["currencies"]) + (r")\b" if bounded else ")")),
        shares=tuple(map(re.compile, words["shares"])),
        limit=tuple(re.compile(text.replace("{n}", _several(words["numerals"]))) for text in words["limit"]),
        numerals=words["numerals"],
        scales=words["scales"],
        joiners=frozenset(words["joiners"]),
        halves=frozenset(words["halves"]),
        ordinals=tuple((number, _any(texts, bounded)) for number, texts in words["ordinals"].items()),
        amount_units=words["amount_units"],
        months=months | short,
        month_needs=re.compile(words["month_needs"]) if words["month_needs"] else None,
        periods=tuple((re.compile(_filled(text, macros)), kind) for text, kind in words["periods"]),
        holidays=_holidays(words["holiday"], words["holidays"]),
        dates=tuple(_bounded(_filled(text, named), bounded) for text in words["dates"]),
        day_ranges=tuple(_bounded(_filled(text, named), bounded) for text in words["day_ranges"]),
        beside=_beside(words["beside"]),
        units={name: unit for unit, names in words["units"].items() for name in names},
        days=(*(name for names in words["weekdays"].values() for name in names), *words["near_days"]),
        relative_years=words["relative_years"],
        places={str(name): number for name, number in words["places"].items()},
        which=words["which"],
        surnames=frozenset(words.get("surnames", "")),
        beside_names=frozenset(words.get("beside_names", "")),
        company_ends=tuple(words.get("company_ends", ())),
        codes=words["codes"],
        everyday=frozenset(words["everyday"]),
        clause_seams=tuple(map(re.compile, words["seams"]["clause"])),
        beside_seams=tuple(map(re.compile, words["seams"]["beside"])),
        correction=_correction(words["correction"]),
        new_value=tuple((re.compile(verb), re.compile(link)) for verb, link in words["new_value"]),
        asking=re.compile("|".join(words["asking"])),
        same_period=re.compile(words["same_period"]),
        stretch_before=re.compile(words["stretch_before"]),
        of_those=re.compile(words["of_those"]),
        ends_asking=re.compile(words["ends_asking"]),
        requests=re.compile(words["requests"]),
        reminds=re.compile(words["reminds"]),
        asides=_asides(words, bounded),
        nicknames=tuple((_any([said], bounded), re.compile(name)) for said, name in words["nicknames"].items()),
    )


def _asides(words: dict[str, Any], bounded: bool) -> Asides:
    return Asides(
        courtesies_before=_around(words["courtesies"]["before"], bounded, BEFORE),
        courtesies_after=_around(words["courtesies"]["after"], bounded, BEHIND),
        falls=re.compile("|".join(words["falls"])),
        why=re.compile(words["why"]),
        elliptic=re.compile(words["elliptic"]),
        says=re.compile(words["says"]),
        joins_products=_any(words["joins_products"], bounded),
        points_at_product=re.compile(words["points_at_product"]),
    )


def _holidays(said: str, named: dict[str, list[str]]) -> tuple[tuple[Pattern, str], ...]:
    return tuple((re.compile(said.replace("{names}", "|".join(texts))), name) for name, texts in named.items())


def _correction(words: dict[str, Any]) -> Correction:
    opens, namesake, other = (tuple(map(re.compile, words[part])) for part in ("opens", "namesake", "other"))
    denied = tuple(map(re.compile, words["denied"]))
    return Correction(opens, namesake, other, re.compile(words["denies"]), denied, re.compile(words["agrees"]))


def _macros(words: dict[str, Any], bounded: bool) -> dict[str, str]:
    """What {n}, {units}, {unit} and {weekday} stand for in patterns of periods."""
    names = _one_of(words["numerals"])
    joint = "|".join([" ", "-", *(f" {word} " for word in words["joiners"])])
    numeral = rf"\d{{1,3}}|(?:{names})(?:(?:{joint})(?:{names}))?" if bounded else rf"\d{{1,3}}|(?:{names}|百){{1,4}}"
    units = _one_of(name for names in words["units"].values() for name in names)
    single = _one_of(names[0] for unit, names in words["units"].items() if unit != "day")
    days = "|".join(rf"(?P<{day}>{_one_of(names)})" for day, names in words["weekdays"].items())
    return {"{n}": f"(?P<n>{numeral})", "{units}": f"(?P<unit>{units})", "{unit}": f"(?P<unit>{single})",
            "{weekday}": f"(?:{days})"}  # fmt: skip


def _around(texts: list[str], bounded: bool, form: str) -> Pattern:
    """What stands at an edge of a question, with the marks between it and the question; Chinese needs none."""
    form = form if bounded else form.replace("]+", "]*", 1)
    return re.compile(form.replace("{said}", "|".join(texts)), re.IGNORECASE)


def _beside(words: dict[str, Any]) -> Beside:
    def pattern(name: str) -> Pattern:
        return re.compile(words[name]) if words[name] else NEVER

    parts = {
        side: tuple((re.compile(text), part) for part, text in words[f"part_{side}"].items())
        for side in ("before", "after")
    }
    names = [field.name for field in fields(Beside) if not field.name.startswith("parts")]
    return Beside(parts["before"], parts["after"], **{name: pattern(name) for name in names})


def _filled(text: str, macros: dict[str, str]) -> str:
    for name, pattern in macros.items():
        text = text.replace(name, pattern)
    return text


def _bounded(text: str, bounded: bool) -> Pattern:
    return re.compile(rf"\b(?:{text})\b" if bounded else text)


def _one_of(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


def _several(numerals: dict[str, int]) -> str:
    """A numeral from two up: "the first one" is no limit."""
    return r"\d{1,3}|" + "|".join(name for name, number in numerals.items() if number > 1)


def _any(texts: list[str], bounded: bool) -> Pattern:
    joined = "|".join(sorted(texts, key=len, reverse=True))
    return re.compile(rf"\b(?:{joined})\b" if bounded else f"(?:{joined})")


def _months(language: str, width: Literal["wide", "abbreviated"]) -> Iterator[tuple[str, int]]:
    if language == "zh":
        return
    for number, name in get_month_names(width, locale=language).items():
        yield name.lower().rstrip("."), number
