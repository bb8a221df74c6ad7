"""What the ledger of a turn can bear out: its figures, days and words, ready to be looked up."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cache, lru_cache

from assistant.grounding.fact import Fact
from assistant.grounding.ledger import Ledger
from assistant.grounding.measures import base_of, trend_of
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
_DIGIT = re.compile(r"[\d一二两三四五六七八九十百千万亿半]")
HOLDS_ON = "holds on"
"""The measure of the day for which a figure holds, which is its own fact's `as_of`."""
NAMED = ("customer", "product", "unit", "employee")
COPIED, COPIED_HAN = 8, 4
"""Characters from which words of the store are taken for copied, and not for a sentence's own."""
NAMING = ("key_contact", "counterparty", "detail")
"""Measures whose words name somebody."""
LABEL = "label"
"""What an item of a list goes by that has no name: an industry, a value group."""


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
        self._ways: list[tuple[str, str, int]] = []
        self.codes: dict[str, list[str]] = {}
        self.copies: dict[str, list[str]] = {}
        self.has_period = False
        self.day_marks: set[str] = set()
        self.labels: dict[str, frozenset[str]] = {}
        self._labelled: dict[Row, str] = {}
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
            self.copies[citation.id] = [citation.id]
        for row in ledger.rows[taken[2] :]:
            for mark in row.facts:
                self._rows.setdefault(mark, []).append(row)
            self.lists += [(name, length, row) for name, length in row.lists.items()]
        self._label(ledger.rows[taken[2] :])
        self.words = "\n".join(self._texts())
        self._ways = list(self._trends())
        self._taken = now
        return True

    def rows(self, mark: str) -> Sequence[Row]:
        """The rows of results that a fact stands in."""
        return self._rows.get(mark, ())

    def owners(self, mark: str, kind: str) -> frozenset[str]:
        """The customers (products, units, employees, labels) that a fact is told of: its subject, else those named
        nearest to it in the result. None for a fact of everybody."""
        fact = self.facts.get(mark)
        if fact is None:
            return frozenset()
        if kind == LABEL:
            return frozenset(self._labelled[row] for row in self.rows(mark) if row in self._labelled)
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

    def copies_by_length(self) -> Iterator[tuple[str, list[str]]]:
        """Words that may be copied, the longest first, each with the facts that say them."""
        return iter(sorted(self.copies.items(), key=lambda item: -len(item[0])))

    def quoted(self, words: str) -> str | None:
        """The fact or citation in which these words stand as they are."""
        for fact in self.facts.values():
            if isinstance(fact.value, str) and (words in fact.value or words in fact.text):
                return fact.id
        return next((c.id for c in self._ledger.citations if words in " ".join(c.quote.split())), None)

    def ways(self, trend: str, customers: frozenset[str]) -> frozenset[int]:
        """Which ways the ledger says that something went for one of these customers, or for anybody: 1 up, -1 down."""
        found = {way for name, mark, way in self._ways if name == trend
                 and (not customers or self.owners(mark, "customer") & customers)}  # fmt: skip
        return frozenset(found)

    def is_named(self, subject: str) -> bool:
        """Whether a subject is a product, unit or employee that the ledger names."""
        return any(subject in names.values() for kind, names in self._names.items() if kind != "customer")

    def days_beside(self, mark: str, above: bool = False) -> frozenset[str]:
        """The ids of the days in the same rows as a fact, itself among them; with `above`, in those that hold them."""
        rows = [each for row in self.rows(mark) for each in (row.upwards() if above else (row,))]
        marks = {other for row in rows for other in row.facts}
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
                self.day_marks.add(fact.id)
                self.has_period = self.has_period or fact.source == "period"
            case Decimal() | int():
                known = _known(fact)
                self.figures.append(known)
                self._of.setdefault(fact.subject, []).append(known)
                if (printed := _printed(fact)) is not None:
                    self.figures.append(replace(known, value=printed))
                if fact.as_of:
                    self.days.append(KnownDay(fact.id, fact.as_of, HOLDS_ON, fact.subject))
            case str():
                self._copy(fact)
                self._read(fact.id, fact.measure, fact.subject, fact.text)
        for source, value, unit in WINDOWS:
            if table.startswith(source):
                window = Known(fact.id, value, unit, None, "window", "", worded=True)
                if window.unit not in {known.unit for known in self.figures if known.measure == "window"}:
                    self.figures.append(window)

    def _trends(self) -> Iterator[tuple[str, str, int]]:
        """What rose or fell: changes, values beside those of a year before, and words of the ledger that say so."""
        for known in self.figures:
            trend = None if known.worded else trend_of(base_of(known.measure).removesuffix("_trend"))
            if trend is None or not known.value:
                continue
            if re.search(r"_change|_trend", known.measure):
                yield trend, known.mark, 1 if known.value > 0 else -1
            elif known.measure.endswith("_before"):
                now = next((o for o in self.of(known.subject) if o.measure == base_of(known.measure)), None)
                if now and now.value != known.value:
                    yield trend, known.mark, 1 if now.value > known.value else -1
        words = lexicon(self._ledger.language)
        for fact in self.facts.values():
            if isinstance(fact.value, str) and fact.measure.endswith("_reason"):
                plain = PlainText.of(fact.text).plain
                way = bool(words.directions["up"].search(plain)) - bool(words.directions["down"].search(plain))
                for trend, pattern in words.trends:
                    if way and pattern.search(plain):
                        yield trend, fact.id, way

    def _copy(self, fact: Fact) -> None:
        """Words of the store that may be told as they stand: codes, addresses, notes."""
        for code in {bare(fact.text), bare(fact.value if isinstance(fact.value, str) else ""), bare(fact.subject)}:
            self.codes.setdefault(code, []).append(fact.id)
        if fact.measure != "name":
            shortest = 2 if fact.measure in NAMING else COPIED
            for written in {fact.text, str(fact.value)}:
                if len(written) >= (min(shortest, COPIED_HAN) if HAN.search(written) else shortest):
                    self.copies.setdefault(written, []).append(fact.id)

    def _label(self, rows: Sequence[Row]) -> None:
        """Items of a list that begin with words of their own ("retail", "potential") go by them."""
        lists: dict[tuple[Row | None, str | None], list[tuple[Row, str]]] = defaultdict(list)
        for row in rows:
            first = self.facts.get(row.facts[0]) if row.listed_as and row.facts else None
            if first and isinstance(first.value, str) and first.measure != "name":
                lists[row.above, row.listed_as].append((row, first.text))
        for (_, listed_as), items in lists.items():
            texts = Counter(text for _, text in items)
            for row, text in items:
                if len(items) > 1 and texts[text] == 1 and len(text) > 1:
                    self._labelled[row] = f"{listed_as}/{text}"
                    self.labels[fold(text)] = self.labels.get(fold(text), frozenset()) | {f"{listed_as}/{text}"}

    def _read(self, mark: str, measure: str, subject: str, text: str) -> None:
        """Takes in the figures and days that words tell."""
        if not (_DIGIT.search(text) or _number_words() & set(PlainText.of(text).plain.replace("-", " ").split())):
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


@cache
def _number_words() -> frozenset[str]:
    known = [lexicon(language) for language in ("en", "es")]
    return frozenset(word for words in known for word in (*words.numerals, *words.scales))


def bare(text: str) -> str:
    """A code without blanks, brackets and hyphens, in lower case."""
    return re.sub(r"[\s()-]", "", text).lower()


def _known(fact: Fact) -> Known:
    value = Decimal(fact.value) if isinstance(fact.value, Decimal | int) else Decimal(0)
    unit, currency = DURATIONS.get(fact.unit), None
    if unit is None and fact.unit == "percent":
        unit = Unit.PERCENT
    elif unit is None and len(fact.unit) == 3 and fact.unit.isupper():
        unit, currency = Unit.MONEY, fact.unit
    return Known(fact.id, value, unit or Unit.COUNT, currency, fact.measure, fact.subject)


def _printed(fact: Fact) -> Decimal | None:
    """A value that is printed otherwise than it is kept: a probability is rounded down."""
    if fact.unit != "percent" or not isinstance(fact.value, Decimal):
        return None
    printed = fact.value.quantize(Decimal("0.1"), ROUND_FLOOR)
    return printed if printed != fact.value else None


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
