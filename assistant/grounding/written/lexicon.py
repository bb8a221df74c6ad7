"""The words of each language for figures, days and names, compiled once (`prompts/verification`)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from babel.core import get_global
from babel.dates import get_day_names, get_month_names
from babel.numbers import get_currency_name

from assistant.understanding.text import PlainText
from prompts import LANGUAGES, verification

Pattern = re.Pattern[str]
HAN_DIGITS = "〇零一二两三四五六七八九"


@dataclass(frozen=True)
class Lexicon:
    """What one language writes, ready to match against plain text (`PlainText`)."""

    language: str
    numerals: Mapping[str, int]
    scales: Mapping[str, int]
    joiner: str
    half: Pattern
    ordinals: Mapping[str, int]
    ordinal: Pattern
    hedges: tuple[tuple[str, Pattern], ...]
    minus: Pattern
    plus: Pattern
    percent: Pattern
    points: Pattern
    units: tuple[tuple[Pattern, str, int], ...]
    scale: Pattern
    half_year: Pattern
    fractions: tuple[tuple[Pattern, Decimal], ...]
    multiples: tuple[tuple[Pattern, int], ...]
    nouns: tuple[tuple[Pattern, str], ...]
    classifiers: str
    currency_before: Pattern
    currency_after: Pattern
    currencies: tuple[tuple[Pattern, frozenset[str]], ...]
    days: tuple[Pattern, ...]
    months: Mapping[str, int]
    month_words: frozenset[str]
    month_needs: Pattern | None
    relative: tuple[tuple[Pattern, str], ...]
    weekdays: Mapping[str, int]
    quarters: Mapping[str, int]
    time: Pattern
    directions: Mapping[str, Pattern]
    from_to: Pattern
    to: Pattern
    span: Pattern
    as_of: Pattern
    picked_before: Pattern
    picked_after: Pattern
    clauses: Pattern
    joins: Pattern
    pronouns: Pattern
    titles: tuple[str, ...]
    measures: tuple[tuple[str, Pattern], ...]
    day_measures: tuple[tuple[str, Pattern], ...]
    trends: tuple[tuple[str, Pattern], ...]
    claims: tuple[tuple[str, Pattern], ...]
    suited: Pattern
    unsuited: Pattern
    negations: Pattern
    name_cues: Pattern
    place_lead: Pattern
    capitals: frozenset[str]

    @property
    def spaced(self) -> bool:
        """Whether words stand apart."""
        return self.language != "zh"

    def picked(self, plain: str, start: int, end: int) -> bool:
        """Whether a number there picks some of many: "the two largest", 前五."""
        return bool(self.picked_before.search(plain[:start]) or self.picked_after.match(plain, end))


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language. Raises KeyError for one that the product does not speak."""
    if language not in LANGUAGES:
        raise KeyError(language)
    words, spaced = verification(language), language != "zh"
    months = _months(language)
    month = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    return Lexicon(
        language=language,
        numerals=words["numerals"],
        scales=words["scales"],
        joiner=words["numeral_joiner"],
        half=re.compile(words["half"]),
        ordinals=words["ordinals"],
        ordinal=re.compile(rf"(?<![\w.,])(\d{{1,3}}){words['ordinal_marks']}(?!\w)"),
        hedges=tuple((name, _ending(words[name], spaced)) for name in ("nearly", "over", "under", "about")),
        minus=_ending(words["minus"], spaced),
        plus=_ending(words["plus"], spaced),
        percent=_unit(words["percent"], spaced),
        points=_unit(words["points"], spaced),
        units=_units(words["units"], spaced),
        scale=re.compile(words["scale"]),
        half_year=re.compile(words["half_year"]),
        fractions=tuple((_word(text, spaced), Decimal(share)) for text, share in words["fractions"].items()),
        multiples=tuple((_word(text, spaced), factor) for text, factor in words["multiples"].items()),
        nouns=tuple((_word(_either(texts), spaced), noun) for noun, texts in words["nouns"].items()),
        classifiers=words.get("classifiers", ""),
        **_currencies(language, words["currencies"], spaced),
        days=tuple(_day(text.replace("{month}", f"(?:{month})"), spaced) for text in words["days"]),
        months=months,
        month_words=frozenset(words["month_words"]),
        month_needs=re.compile(words["month_needs"]) if words["month_needs"] else None,
        relative=tuple((_word(_either(texts), spaced), kind) for kind, texts in words["relative"].items()),
        weekdays=_weekdays(language),
        quarters=words["quarters"],
        time=re.compile(words["time"]),
        directions={way: _word(_either(words[way]), spaced) for way in ("up", "down", "in", "out")},
        from_to=re.compile(rf"(?:{words['from_to']})\s*$"),
        to=re.compile(words["to"]),
        span=re.compile(words["span"]),
        as_of=_ending(words["as_of"], spaced),
        picked_before=_ending(words["picked_before"], spaced),
        picked_after=re.compile(rf"\s?{_either(words['picked_after'])}"),
        clauses=re.compile("|".join(words["clauses"])),
        joins=re.compile(words["joins"]),
        pronouns=re.compile(words["pronouns"]),
        titles=tuple(words["titles"]),
        measures=tuple((name, _word(_either(texts), spaced)) for name, texts in words["measures"].items()),
        day_measures=tuple((name, _word(_either(texts), spaced)) for name, texts in words["day_measures"].items()),
        trends=tuple((name, _word(_either(texts), spaced)) for name, texts in words["trends"].items()),
        claims=tuple((kind, _word(_either(texts), spaced)) for kind, texts in words["claims"].items()),
        suited=_word(_either(words["suited"]), spaced),
        unsuited=_word(_either(words["unsuited"]), spaced),
        negations=re.compile(words["negations"]),
        name_cues=re.compile(rf"(?:{words['name_cues']})[\s.:：]*$"),
        place_lead=re.compile(rf"(?:{words['place_lead']})\s?$"),
        capitals=frozenset(words["capitals"]),
    )


def _either(texts: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(texts, key=len, reverse=True))})"


def _word(text: str, spaced: bool) -> Pattern:
    return re.compile(rf"(?<!\w)(?:{text})(?!\w)" if spaced else text)


def _ending(texts: Sequence[str], spaced: bool) -> Pattern:
    """Words right before a figure."""
    return re.compile(rf"(?:(?<!\w){_either(texts)}|[~≈<>])\s*$" if spaced else rf"{_either(texts)}\s*$")


def _unit(words: Sequence[str], spaced: bool) -> Pattern:
    """Any of the words directly after a figure."""
    return re.compile(rf"\s?{_either(words)}(?!\w)" if spaced else rf"\s?{_either(words)}")


def _units(units: Mapping[str, Mapping[str, int]], spaced: bool) -> tuple[tuple[Pattern, str, int], ...]:
    """Longer words first, so that a half-year is no year."""
    each = [(text, unit, factor) for unit, texts in units.items() for text, factor in texts.items()]
    each.sort(key=lambda one: len(one[0]), reverse=True)
    return tuple(
        (re.compile(rf"[\s-]?(?:{text})(?!\w)" if spaced else rf"\s?(?:{text})"), unit, factor)
        for text, unit, factor in each
    )


def _currencies(language: str, more: Mapping[str, Sequence[str]], spaced: bool) -> dict[str, Any]:
    """Every currency in use, by code, by the names that Babel knows, and by further words; a word may mean several."""
    meant: dict[str, set[str]] = {}
    current = {use[0] for uses in get_global("territory_currencies").values() for use in uses if use[2] is None}
    for code in sorted(code for code in current if code[0] != "X" or code in ("XAF", "XCD", "XOF", "XPF")):
        names = {get_currency_name(code, count, language) for count in (None, 1, 2)}
        for written in {code, *names}:
            meant.setdefault(re.escape(PlainText.of(written).plain), set()).add(code)
    for code, texts in more.items():
        for text in texts:
            meant.setdefault(text, set()).add(code)
    before = [text for text in meant if len(text) <= 6]
    around = r"(?<![a-z])" if spaced else ""
    return {
        "currency_before": re.compile(rf"{around}{_either(before)}\s?$"),
        "currency_after": re.compile(
            rf"\s?(?:de\s)?{_either(meant)}(?!\w)" if spaced else rf"\s?{_either(meant)}(?![a-z])"
        ),
        "currencies": tuple((re.compile(text), frozenset(codes)) for text, codes in meant.items()),
    }


def _day(text: str, spaced: bool) -> Pattern:
    return re.compile(rf"(?<![\w/])(?<!\d-)(?:{text})(?!\w)" if spaced else text)


def _months(language: str) -> dict[str, int]:
    if language == "zh":
        return {**{str(n): n for n in range(1, 13)}, **{_han(n): n for n in range(1, 13)}}
    months: dict[str, int] = {}
    for width in ("wide", "abbreviated"):
        for number, name in get_month_names(width, locale=language).items():
            months[PlainText.of(name).plain.rstrip(".")] = number
    return months | ({"sept": 9, "sep": 9} if language in ("en", "es") else {})


def _han(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("十" if tens else "") + (HAN_DIGITS.replace("〇", "").replace("两", "")[ones] if ones else "")


def _weekdays(language: str) -> dict[str, int]:
    """Monday is 0."""
    if language == "zh":
        names = {f"{lead}{day}": n for n, day in enumerate("一二三四五六日") for lead in ("周", "星期", "礼拜")}
        return names | {"周天": 6, "星期天": 6, "礼拜天": 6}
    return {PlainText.of(name).plain: number for number, name in get_day_names("wide", locale=language).items()}
