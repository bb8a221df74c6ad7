"""Figures with what they are figures of: currency, percent, duration, things counted, sign, and how exact they are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from assistant.grounding.written.lexicon import Lexicon, lexicon
from assistant.grounding.written.numerals import Numeral, Reading, find_numerals
from assistant.understanding.text import PlainText

_SIGN = re.compile(r"(?:^|[\s(:|,;\u4e00-\u9fff])(?P<sign>[-−–+])\s?$")
_INNER_MINUS = re.compile(r"[-−–]\s?$")
_RANGE = re.compile(r"\s*(?:-|–|—|to|and|or|a|y|e|o|hasta|至|到|和|与|~)\s*(?:the\s|los\s|las\s)?")
_TENTHS = re.compile(r"成(?P<half>[一二三四五六七八九半])?(?![员交功立本为长熟果份])")
_OF = re.compile(r"\s(?:of|de|del|que|that)\s")
_OF_A_HUNDRED = re.compile(r"百分之\s*$")
_HAN_NOUN = re.compile(r"[\u3400-\u9fff]{0,8}")
_LATIN_NOUN = re.compile(r"(?:\s[a-z][\w'’-]*){1,4}")


class Unit(StrEnum):
    """What a figure is a figure of; durations are named as Facts name them."""

    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    HOURS = "hours"
    MINUTES = "minutes"
    WORKING_DAYS = "working days"
    COUNT = "count"
    MULTIPLE = "multiple"
    BARE = "bare"


class Hedge(StrEnum):
    """How a figure says that it is not exact."""

    NONE = "none"
    ABOUT = "about"
    NEARLY = "nearly"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True)
class Quantity:
    """A figure and its place. `factor` is how many days or months one of its unit has, `noun` what is counted, `sign`
    what it writes (-1, 0 for none, 1); `rounded` says that a word like million allows for rounding; `or_else` is
    another way to read it."""

    start: int
    end: int
    readings: tuple[Reading, ...]
    unit: Unit
    currencies: frozenset[str] = frozenset()
    factor: int = 1
    noun: str | None = None
    sign: int = 0
    hedge: Hedge = Hedge.NONE
    rounded: bool = False
    in_words: bool = False
    open_by: Decimal | None = None
    or_else: "Quantity | None" = None


def find_quantities(text: PlainText, words: Lexicon) -> list[Quantity]:
    """The figures of a text, in its order."""
    plain = text.plain
    found = [quantity for numeral in find_numerals(plain, words) if (quantity := _quantity(text, numeral, words))]
    found = list(_sharing(found, plain))
    found = [*_shares(plain, words), *found]
    kept: list[Quantity] = []
    for quantity in sorted(found, key=lambda quantity: (quantity.start, -quantity.end)):
        if not kept or quantity.start >= kept[-1].end:
            kept.append(quantity)
    return kept


def _quantity(text: PlainText, numeral: Numeral, words: Lexicon) -> Quantity | None:
    """The figure that a number is part of; None for Chinese numerals that are part of a word."""
    plain = text.plain
    start, end, before = numeral.start, numeral.end, plain[: numeral.start]
    readings, unit, currencies, factor, noun = numeral.readings, Unit.BARE, frozenset[str](), 1, None
    if inner := _minus_after_symbol(before, words):
        before = before[:inner]
    symbol = words.currency_before.search(before)
    if symbol and _is_currency(text, symbol):
        start, currencies, unit = symbol.start(), _meant(symbol[0], words), Unit.MONEY
    elif hundred := _OF_A_HUNDRED.search(before):
        start, unit = hundred.start(), Unit.PERCENT
    sign, start = (-1, start) if inner else _sign(plain, start, words)
    after = words.currency_after.match(plain, end) if unit is Unit.BARE else None
    if after and _is_currency(text, after):
        end, currencies, unit = after.end(), _meant(after[0], words), Unit.MONEY
    elif unit is Unit.BARE and (match := words.points.match(plain, end)):
        end, unit = match.end(), Unit.POINTS
    elif unit is Unit.BARE and (match := words.percent.match(plain, end)):
        end, unit = match.end(), Unit.PERCENT
    elif unit is Unit.BARE and not words.spaced and (match := _TENTHS.match(plain, end)):
        end, unit, readings = match.end(), Unit.PERCENT, _tenths(readings, match["half"])
    elif unit is Unit.BARE:
        end, unit, factor, noun = _counted(plain, end, words)
        if unit is Unit.COUNT and any(reading.value % 1 for reading in readings) and _OF.match(plain, end):
            unit, noun = Unit.BARE, None
    if not words.spaced and numeral.in_words and unit is Unit.BARE and not numeral.scaled:
        return None
    if not words.spaced and numeral.in_words and readings[0].value == 1:
        return None
    hedge = _hedge(plain, start, end, words)
    return Quantity(
        start, end, readings, unit, currencies, factor, noun, sign, hedge, numeral.scaled, numeral.in_words,
        numeral.open_by,
    )  # fmt: skip


def _minus_after_symbol(before: str, words: Lexicon) -> int | None:
    """Where the minus of "¥-300" stands."""
    match = _INNER_MINUS.search(before)
    return match.start() if match and words.currency_before.search(before[: match.start()]) else None


def _sign(plain: str, start: int, words: Lexicon) -> tuple[int, int]:
    """The sign before a figure, and where the figure begins with it."""
    before = plain[:start]
    if match := _SIGN.search(before):
        return (1 if match["sign"] == "+" else -1), match.start("sign")
    if match := words.minus.search(before):
        return -1, match.start()
    if match := words.plus.search(before):
        return 1, match.start()
    return 0, start


def _hedge(plain: str, start: int, end: int, words: Lexicon) -> Hedge:
    before, after = plain[:start], plain[end : end + 3]
    for name, pattern in words.hedges:
        if pattern.search(before):
            return Hedge(name)
    if not words.spaced and re.match(r"\s?(?:左右|上下)", after):
        return Hedge.ABOUT
    return Hedge.NONE


def _is_currency(text: PlainText, match: re.Match[str]) -> bool:
    """Whether it is one as it is written: TOP is Tonga's, top is not."""
    code = match[0].strip()
    return (
        len(code) != 3
        or not code.isascii()
        or not code.isalpha()
        or text.original[match.start() : match.end()].strip().isupper()
        or code in ("rmb", "yen")
    )


def _meant(written: str, words: Lexicon) -> frozenset[str]:
    """The currencies that a word or symbol may mean."""
    return _currencies(re.sub(r"^\s?(?:de\s)?", "", written).strip(), words.language)


@lru_cache(maxsize=1_000)
def _currencies(written: str, language: str) -> frozenset[str]:
    known = lexicon(language).currencies
    return frozenset().union(*(codes for pattern, codes in known if pattern.fullmatch(written)))


def _tenths(readings: tuple[Reading, ...], half: str | None) -> tuple[Reading, ...]:
    """三成 is 30 percent, 两成五 25."""
    more = Decimal("一二三四五六七八九".index(half) + 1 if half and half != "半" else 5 if half else 0)
    return tuple(Reading(r.value * 10 + more, Decimal(1) if half else r.step * 10) for r in readings)


def _counted(plain: str, end: int, words: Lexicon) -> tuple[int, Unit, int, str | None]:
    """Where a figure ends with its unit, the unit, its factor, and what is counted."""
    for pattern, unit, factor in words.units:
        if match := pattern.match(plain, end):
            return match.end(), Unit(unit), factor, None
    if words.spaced:
        run = _LATIN_NOUN.match(plain, end)
        noun = _noun(run[0], words) if run else None
        return end, Unit.COUNT if noun else Unit.BARE, 1, noun
    classified = plain[end : end + 1] in words.classifiers and plain[end : end + 1] != ""
    if not classified:
        noun = next((name for pattern, name in words.nouns if pattern.match(plain, end)), None)
        return end, Unit.COUNT if noun else Unit.BARE, 1, noun
    run = _HAN_NOUN.match(plain, end)
    return end + 1, Unit.COUNT, 1, _noun(run[0] if run else "", words)


def _noun(text: str, words: Lexicon) -> str | None:
    """The first thing that is named in a text."""
    places = [(match.start(), -match.end(), noun) for pattern, noun in words.nouns if (match := pattern.search(text))]
    return min(places)[2] if places else None


def _sharing(found: list[Quantity], plain: str) -> Iterator[Quantity]:
    """In "between 28.8 and 38.5 million yuan" the first figure shares the second one's scale and unit."""
    for index, quantity in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        bare = quantity.unit in (Unit.BARE, Unit.MONEY) and not quantity.rounded
        if following and bare and _RANGE.fullmatch(plain[quantity.end : following.start]):
            scale = following.readings[0].step.scaleb(-_exponent(quantity.readings[0].step)) if following.rounded else 1
            if following.rounded or (quantity.unit is Unit.BARE and following.unit is not Unit.BARE):
                scaled = tuple(Reading(r.value * scale, r.step * scale) for r in quantity.readings)
                alike = replace(
                    quantity, readings=scaled, unit=following.unit, rounded=following.rounded, noun=following.noun,
                    currencies=quantity.currencies or following.currencies, factor=following.factor,
                )  # fmt: skip
                quantity = replace(quantity, or_else=alike)
        yield quantity


def _exponent(step: Decimal) -> int:
    exponent = step.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _shares(plain: str, words: Lexicon) -> Iterator[Quantity]:
    """Shares and multiples in words: half, two thirds, doubled."""
    for pattern, share in words.fractions:
        for match in pattern.finditer(plain):
            if not words.half_year.match(plain, match.start()):
                reading = Reading(share, Decimal(1))
                hedge = _hedge(plain, match.start(), match.end(), words)
                yield Quantity(
                    match.start(), match.end(), (reading,), Unit.PERCENT, hedge=hedge, rounded=True, in_words=True
                )
    for match in words.half_year.finditer(plain):
        yield Quantity(match.start(), match.end(), (Reading(Decimal(6), Decimal(1)),), Unit.MONTHS, in_words=True)
    for pattern, factor in words.multiples:
        for match in pattern.finditer(plain):
            reading = Reading(Decimal(factor), Decimal(1))
            yield Quantity(match.start(), match.end(), (reading,), Unit.MULTIPLE, in_words=True)
