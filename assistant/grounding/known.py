"""Figures and days that a ledger bears out, read from its facts and from words on it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cache, lru_cache

from assistant.grounding.fact import Fact
from assistant.grounding.written.codes import find_codes
from assistant.grounding.written.days import Day, find_days
from assistant.grounding.written.lexicon import lexicon
from assistant.grounding.written.quantities import Quantity, Unit, find_quantities
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN

HOLDS_ON = "holds on"
"""The measure of the day for which a figure holds, which is its own fact's `as_of`."""
WINDOW = "window"
"""The measure of the time over which measures are taken."""
_DURATIONS = {"days": Unit.DAYS, "months": Unit.MONTHS, "years": Unit.YEARS, "hours": Unit.HOURS}
_WINDOWS = (("insight", Decimal(12), Unit.MONTHS), ("insight_event", Decimal(90), Unit.DAYS))
"""Over what time measures are taken, by the table of their source (`knowledge/insight/definitions`): the words for it
stand in the answers' templates, not on Facts."""
_DIGIT = re.compile(r"[\d一二两三四五六七八九十百千万亿半]")


@dataclass(frozen=True)
class Known:
    """A figure that the ledger bears out. `mark` is the id of its fact or citation; `worded` says that it stands in
    the words of one, and not as its value."""

    mark: str
    value: Decimal
    unit: Unit
    currency: str | None
    measure: str
    subject: str
    noun: str | None = None
    worded: bool = False


@dataclass(frozen=True)
class KnownDay:
    """A day that the ledger bears out, or where only words tell it, how it may be read."""

    mark: str
    day: date | None
    measure: str
    subject: str
    worded: tuple[Day, ...] = ()


def figures_of(fact: Fact) -> Iterator[Known]:
    """The figure that a fact is, and as it is printed where that differs: a probability is rounded down."""
    if not isinstance(fact.value, Decimal | int):
        return
    unit, currency = _DURATIONS.get(fact.unit), None
    if unit is None and fact.unit in (Unit.PERCENT, Unit.POINTS):
        unit = Unit(fact.unit)
    elif unit is None and len(fact.unit) == 3 and fact.unit.isupper():
        unit, currency = Unit.MONEY, fact.unit
    known = Known(fact.id, Decimal(fact.value), unit or Unit.COUNT, currency, fact.measure, fact.subject)
    yield known
    printed = known.value.quantize(Decimal("0.1"), ROUND_FLOOR)
    if unit in (Unit.PERCENT, Unit.POINTS) and printed != known.value:
        yield replace(known, value=printed)


def windows_of(fact: Fact) -> Iterator[Known]:
    """The time over which what a fact tells was taken."""
    for table, value, unit in _WINDOWS:
        if fact.source.startswith(table):
            yield Known(fact.id, value, unit, None, WINDOW, "", worded=True)


def told_in(text: str, mark: str, measure: str, subject: str, today: date) -> tuple[list[Known], list[KnownDay]]:
    """The figures and days that words tell."""
    if not (_DIGIT.search(text) or _number_words() & set(PlainText.of(text).plain.replace("-", " ").split())):
        return [], []
    quantities, days = _read(text, today)
    figures = [
        Known(mark, reading.value * quantity.factor, quantity.unit, next(iter(sorted(quantity.currencies)), None),
              measure, subject, quantity.noun, worded=True)
        for quantity in quantities for reading in quantity.readings
    ]  # fmt: skip
    return figures, [KnownDay(mark, None, measure, subject, ways) for ways in days]


def bare(text: str) -> str:
    """A code without blanks, brackets and hyphens, in lower case."""
    return re.sub(r"[\s()-]", "", text).lower()


@lru_cache(maxsize=2_000)
def _read(text: str, today: date) -> tuple[tuple[Quantity, ...], tuple[tuple[Day, ...], ...]]:
    """The figures and days in words of any language."""
    quantities: list[Quantity] = []
    days: list[tuple[Day, ...]] = []
    for language in ("zh",) if HAN.search(text) else ("en", "es"):
        words = lexicon(language)
        plain = PlainText.of(text)
        plain = plain.without([(code.start, code.end) for code in find_codes(plain, words)])
        found = find_days(plain, words, today)
        days += found
        quantities += find_quantities(plain.without([(ways[0].start, ways[0].end) for ways in found]), words)
    return tuple(quantities), tuple(days)


@cache
def _number_words() -> frozenset[str]:
    known = [lexicon(language) for language in ("en", "es")]
    return frozenset(word for words in known for word in (*words.numerals, *words.scales))
