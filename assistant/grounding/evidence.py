"""What the ledger of a turn can bear out: its figures, days and words, ready to be looked up."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from assistant.grounding.fact import Fact
from assistant.grounding.ledger import Ledger
from assistant.grounding.rows import Row
from assistant.grounding.written.codes import find_codes
from assistant.grounding.written.days import Day, find_days
from assistant.grounding.written.lexicon import lexicon
from assistant.grounding.written.quantities import Quantity, Unit, find_quantities
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN, fold

DURATIONS = {"days": Unit.DAYS, "months": Unit.MONTHS, "years": Unit.YEARS, "hours": Unit.HOURS}
WINDOWS = (("insight", Decimal(12), Unit.MONTHS), ("insight_event", Decimal(90), Unit.DAYS))
"""Over what time measures are taken, by the table of their source (`knowledge/insight/definitions`): the words for it
stand in the answers' templates, not on Facts."""
_TELLING = re.compile(
    r"[\d一二两三四五六七八九十百千万亿半]|\b(?:two|three|four|five|six|seven|dos|tres|cuatro|cinco|seis)\b"
)
NAMED = ("customer", "product", "unit", "employee")


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


class Evidence:
    """Looks up what a ledger holds. Facts that come later are taken in by `refresh`."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._taken = (0, 0, 0)
        self.figures: list[Known] = []
        self.days: list[KnownDay] = []
        self.facts: dict[str, Fact] = {}
        self.lists: list[tuple[str, int, Row]] = []
        self.words = ""
        self._rows: dict[str, list[Row]] = {}
        self._of: dict[str, list[Known]] = {}
        self._names: dict[str, dict[str, str]] = {kind: {} for kind in NAMED}

    def refresh(self) -> bool:
        """Takes in what is new on the ledger; whether anything was."""
        ledger, taken = self._ledger, self._taken
        now = (len(ledger.facts), len(ledger.citations), len(ledger.rows))
        if now == taken:
            return False
        for fact in ledger.facts[taken[0] :]:
            self._take(fact)
        for citation in ledger.citations[taken[1] :]:
            texts = (citation.quote, citation.title, citation.section)
            self._read(citation.id, "quote", citation.id, "\n".join(texts))
        for row in ledger.rows[taken[2] :]:
            for mark in row.facts:
                self._rows.setdefault(mark, []).append(row)
            self.lists += [(name, length, row) for name, length in row.lists.items()]
        self.words = "\n".join(self._texts())
        self._taken = now
        return True

    def rows(self, mark: str) -> Sequence[Row]:
        """The rows of results that a fact stands in."""
        return self._rows.get(mark, ())

    def owners(self, mark: str, kind: str) -> frozenset[str]:
        """The customers (products, units, employees) that a fact is told of: its subject, else those named nearest to
        it in the result. None for a fact of everybody."""
        fact = self.facts.get(mark)
        if fact is None:
            return frozenset()
        names = self._names[kind]
        if fact.subject in names.values():
            return frozenset({fact.subject})
        return self._beside(mark, kind)

    def _beside(self, mark: str, kind: str) -> frozenset[str]:
        found: set[str] = set()
        for row in self.rows(mark):
            nearest = next((ids for each in row.upwards() if (ids := self._named_in(each, kind))), frozenset[str]())
            found |= nearest
        return frozenset(found)

    def of(self, subject: str) -> Sequence[Known]:
        """The figures of a subject, without those that only words tell."""
        return self._of.get(subject, ())

    def owners_of_name(self, ids: frozenset[str], kind: str) -> frozenset[str]:
        """The customers beside whom any of these products, branches or colleagues is named."""
        marks = [mark for names in self._names.values() for mark, id in names.items() if id in ids]
        return frozenset().union(*(self._beside(mark, kind) for mark in marks))

    def has_place(self, number: int, ids: frozenset[str]) -> bool:
        """Whether one of these customers has that place in a list or a ranking; without any, whether there is one."""
        names = {mark for mark, id in self._names["customer"].items() if id in ids}
        if not names:
            return any(length >= number for _, length, _ in self.lists)
        ranked = any(
            k.value == number and k.measure == "rank" and self.owners(k.mark, "customer") & ids for k in self.figures
        )
        return ranked or any(row.place == number for mark in names for row in self.rows(mark))

    def days_beside(self, mark: str) -> frozenset[str]:
        """The ids of the days in the same rows as a fact, itself among them."""
        marks = {other for row in self.rows(mark) for other in row.facts}
        return frozenset(other for other in marks if isinstance(self._value(other), date))

    def _named_in(self, row: Row, kind: str) -> frozenset[str]:
        names = self._names[kind]
        return frozenset(names[mark] for mark in row.facts if mark in names)

    def _value(self, mark: str) -> object:
        fact = self.facts.get(mark)
        return fact.value if fact else None

    def _take(self, fact: Fact) -> None:
        self.facts[fact.id] = fact
        table = re.split(r"[/?]", fact.source)[0]
        if fact.measure == "name" and table in NAMED:
            self._names[table][fact.id] = fact.subject
        match fact.value:
            case date():
                self.days.append(KnownDay(fact.id, fact.value, fact.measure, fact.subject))
            case Decimal() | int():
                known = _known(fact)
                self.figures.append(known)
                self._of.setdefault(fact.subject, []).append(known)
                if fact.as_of:
                    self.days.append(KnownDay(fact.id, fact.as_of, "as_of", fact.subject))
            case str():
                self._read(fact.id, fact.measure, fact.subject, fact.text)
        for source, value, unit in WINDOWS:
            if table.startswith(source):
                window = Known(fact.id, value, unit, None, "window", "", worded=True)
                if window.unit not in {known.unit for known in self.figures if known.measure == "window"}:
                    self.figures.append(window)

    def _read(self, mark: str, measure: str, subject: str, text: str) -> None:
        """Takes in the figures and days that words tell."""
        if not _TELLING.search(text.lower()):
            return
        quantities, days = _read(text, self._ledger.today)
        for quantity in quantities:
            for reading in quantity.readings:
                currency = next(iter(sorted(quantity.currencies)), None)
                self.figures.append(
                    Known(mark, reading.value * quantity.factor, quantity.unit, currency, measure, subject,
                          quantity.noun, worded=True)
                )  # fmt: skip
        self.days += [KnownDay(mark, None, measure, subject, ways) for ways in days]

    def _texts(self) -> Iterator[str]:
        for fact in self._ledger.facts:
            if isinstance(fact.value, str):
                yield f" {fold(fact.text)} "
                if fact.value != fact.text:
                    yield f" {fold(fact.value)} "
        for citation in self._ledger.citations:
            yield f" {fold(f'{citation.title} {citation.section} {citation.quote}')} "


def _known(fact: Fact) -> Known:
    value = Decimal(fact.value) if isinstance(fact.value, Decimal | int) else Decimal(0)
    unit, currency = DURATIONS.get(fact.unit), None
    if unit is None and fact.unit == "percent":
        unit = Unit.PERCENT
    elif unit is None and len(fact.unit) == 3 and fact.unit.isupper():
        unit, currency = Unit.MONEY, fact.unit
    return Known(fact.id, value, unit or Unit.COUNT, currency, fact.measure, fact.subject)


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


def places(items: Iterable[Day]) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in items]
