"""What the ledger of a turn can bear out: its figures, days and words, ready to be looked up."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from assistant.grounding.fact import Fact
from assistant.grounding.known import HOLDS_ON, Known, KnownDay, bare, figures_of, told_in, windows_of
from assistant.grounding.ledger import Ledger
from assistant.grounding.rows import Row
from assistant.grounding.written.quantities import Unit
from knowledge.crm.names import HAN, fold

NAMED = ("customer", "product", "unit", "employee")
LABEL = "label"
"""What an item of a list goes by that has no name: an industry, a value group."""
COPIED, COPIED_HAN = 8, 4
"""Characters from which words of the store are taken for copied, and not for a sentence's own."""
NAMING = ("key_contact", "counterparty", "detail")
"""Measures whose words name somebody, however short."""


class Evidence:
    """Looks up what a ledger holds. Facts that come later are taken in by `refresh`.

    `figures` and `days` are what it bears out, `sums` those of columns; `codes` and `copies` the facts by what may be
    copied from them; `words` all its words, folded; `labels` the items of lists by what they go by.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._taken = (0, 0, 0)
        self.figures: list[Known] = []
        self.days: list[KnownDay] = []
        self.sums: list[Known] = []
        self.facts: dict[str, Fact] = {}
        self.lists: list[tuple[str, int, Row]] = []
        self.words = ""
        self.codes: dict[str, list[str]] = {}
        self.copies: dict[str, list[str]] = {}
        self.labels: dict[str, frozenset[str]] = {}
        self.has_period = False
        self.day_marks: set[str] = set()
        self._of: dict[str, list[Known]] = {}
        self._rows: dict[str, list[Row]] = {}
        self._labelled: dict[Row, str] = {}
        self._names: dict[str, dict[str, str]] = {kind: {} for kind in NAMED}

    def refresh(self) -> bool:
        """Takes in what is new on the ledger; whether anything was."""
        ledger, taken = self._ledger, self._taken
        self._taken = (len(ledger.facts), len(ledger.citations), len(ledger.rows))
        if self._taken == taken:
            return False
        for fact in ledger.facts[taken[0] :]:
            self._take(fact)
        for citation in ledger.citations[taken[1] :]:
            self._read("\n".join((citation.quote, citation.title, citation.section)), citation.id, "quote", citation.id)
            self.copies[citation.id] = [citation.id]
        for row in ledger.rows[taken[2] :]:
            for mark in row.facts:
                self._rows.setdefault(mark, []).append(row)
            self.lists += [(name, length, row) for name, length in row.lists.items()]
        self._label(ledger.rows[taken[2] :])
        self.words = "\n".join(self._texts())
        self.sums = list(self._sums())
        return True

    def rows(self, mark: str) -> Sequence[Row]:
        """The rows of results that a fact stands in."""
        return self._rows.get(mark, ())

    def of(self, subject: str) -> Sequence[Known]:
        """The figures of a subject, without those that only words tell."""
        return self._of.get(subject, ())

    def owners(self, mark: str, kind: str) -> frozenset[str]:
        """The customers (products, units, employees, labels) that a fact is told of: its subject, else those named
        nearest to it in the result. None for a fact of everybody."""
        fact = self.facts.get(mark)
        if fact is None:
            return frozenset()
        if kind == LABEL:
            return frozenset(self._labelled[row] for row in self.rows(mark) if row in self._labelled)
        if fact.subject in self._names[kind].values():
            return frozenset({fact.subject})
        return self._beside(mark, kind)

    def owners_of_name(self, ids: frozenset[str], kind: str) -> frozenset[str]:
        """The customers beside whom any of these products, branches or colleagues is named."""
        marks = [mark for names in self._names.values() for mark, id in names.items() if id in ids]
        return frozenset().union(*(self._beside(mark, kind) for mark in marks))

    def is_named(self, subject: str) -> bool:
        """Whether a subject is a product, unit or employee that the ledger names."""
        return any(subject in names.values() for kind, names in self._names.items() if kind != "customer")

    def has_place(self, number: int, ids: frozenset[str]) -> bool:
        """Whether one of these customers has that place in a list or a ranking; without any, whether there is one."""
        names = {mark for mark, id in self._names["customer"].items() if id in ids}
        if not names:
            return any(length >= number for _, length, _ in self.lists)
        if any(row.place == number for mark in names for row in self.rows(mark)):
            return True
        ranks = [known for known in self.figures if known.measure == "rank" and known.value == number]
        return any(self.owners(known.mark, "customer") & ids for known in ranks)

    def days_beside(self, mark: str, above: bool = False) -> frozenset[str]:
        """The ids of the days in the same rows as a fact, itself among them; with `above`, in those that hold them."""
        rows = [each for row in self.rows(mark) for each in (row.upwards() if above else (row,))]
        return frozenset(other for row in rows for other in row.facts if other in self.day_marks)

    def copies_by_length(self) -> Iterator[tuple[str, list[str]]]:
        """Words that may be copied, the longest first, each with the facts that say them."""
        return iter(sorted(self.copies.items(), key=lambda item: -len(item[0])))

    def quoted(self, words: str) -> str | None:
        """The fact or citation in which these words stand as they are."""
        for fact in self.facts.values():
            if isinstance(fact.value, str) and (words in fact.value or words in fact.text):
                return fact.id
        return next((c.id for c in self._ledger.citations if words in " ".join(c.quote.split())), None)

    def _beside(self, mark: str, kind: str) -> frozenset[str]:
        found: set[str] = set()
        for row in self.rows(mark):
            found |= next((ids for each in row.upwards() if (ids := self._named_in(each, kind))), frozenset[str]())
        return frozenset(found)

    def _named_in(self, row: Row, kind: str) -> frozenset[str]:
        names = self._names[kind]
        return frozenset(names[mark] for mark in row.facts if mark in names)

    def _take(self, fact: Fact) -> None:
        self.facts[fact.id] = fact
        table = re.split(r"[/?]", fact.source)[0]
        if fact.measure == "name" and table in NAMED:
            self._names[table][fact.id] = fact.subject
        self.figures += [window for window in windows_of(fact) if all(
            (window.measure, window.unit) != (known.measure, known.unit) for known in self.figures)]  # fmt: skip
        match fact.value:
            case date():
                self.days.append(KnownDay(fact.id, fact.value, fact.measure, fact.subject))
                self.day_marks.add(fact.id)
                self.has_period = self.has_period or fact.source == "period"
            case str():
                self._copy(fact, fact.value)
                self._read(fact.text, fact.id, fact.measure, fact.subject)
            case _:
                known = list(figures_of(fact))
                self.figures += known
                self._of.setdefault(fact.subject, []).append(known[0])
                self.days.append(KnownDay(fact.id, fact.as_of, HOLDS_ON, fact.subject))

    def _read(self, text: str, mark: str, measure: str, subject: str) -> None:
        figures, days = told_in(text, mark, measure, subject, self._ledger.today)
        self.figures += figures
        self.days += days

    def _copy(self, fact: Fact, value: str) -> None:
        """Words of the store that may be told as they stand: codes, addresses, notes."""
        for code in {bare(fact.text), bare(value), bare(fact.subject)}:
            self.codes.setdefault(code, []).append(fact.id)
        if fact.measure != "name":
            shortest = 2 if fact.measure in NAMING else COPIED
            for written in {fact.text, value}:
                if len(written) >= (min(shortest, COPIED_HAN) if HAN.search(written) else shortest):
                    self.copies.setdefault(written, []).append(fact.id)

    def _label(self, rows: Sequence[Row]) -> None:
        """Items of a list that begin with words of their own ("retail", "potential") go by them."""
        lists: dict[tuple[Row | None, str | None], list[tuple[Row, str]]] = defaultdict(list)
        parted = {row.above for row in rows}
        for row in rows:
            tells = len(row.facts) > 1 or row in parted
            first = self.facts.get(row.facts[0]) if row.listed_as and row.facts and tells else None
            if first and isinstance(first.value, str) and first.measure != "name":
                lists[row.above, row.listed_as].append((row, first.text))
        for (_, listed_as), items in lists.items():
            texts = Counter(text for _, text in items)
            for row, text in items:
                if len(items) > 1 and texts[text] == 1 and len(text) > 1:
                    self._labelled[row] = f"{listed_as}/{text}"
                    self.labels[fold(text)] = self.labels.get(fold(text), frozenset()) | {f"{listed_as}/{text}"}

    def _sums(self) -> Iterator[Known]:
        """The sum of each column of money in a list."""
        columns: dict[tuple[Row | None, str, str, str | None], list[Known]] = defaultdict(list)
        for known in self.figures:
            for row in self.rows(known.mark) if known.unit is Unit.MONEY and not known.worded else ():
                if row.listed_as:
                    columns[row.above, row.listed_as, known.measure, known.currency].append(known)
        for (_, _, measure, currency), column in columns.items():
            if len(column) > 1:
                total = sum((known.value for known in column), Decimal(0))
                yield Known(column[0].mark, total, Unit.MONEY, currency, measure, "", worded=True)

    def _texts(self) -> Iterator[str]:
        for fact in self._ledger.facts:
            if isinstance(fact.value, str):
                yield from (f" {fold(written)} " for written in dict.fromkeys((fact.text, fact.value)))
        for citation in self._ledger.citations:
            yield f" {fold(f'{citation.title} {citation.section} {citation.quote}')} "
