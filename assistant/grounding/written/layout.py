"""How a sentence is laid out: its clauses, who is named where, and the words round a figure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assistant.grounding.written.clauses import Group, Named, Place, clause_at, clauses_of, groups_of, spoken_of
from assistant.grounding.written.days import Day
from assistant.grounding.written.lexicon import Lexicon
from assistant.grounding.written.quantities import Quantity
from assistant.understanding.text import PlainText

_TABULAR = re.compile(r"^\s*(?:\||[-*+•]\s)|(?:[^\s:：|]+[:：][^:：]+[,，]){2}")
_WORDS = re.compile(r"\w+")
CUSTOMER, LABEL = "customer", "label"
ADDED = 2
"""Words that a clause may have to be read as an addition to the one before: "..., or 2.1 %"."""
LEAD = 4
"""Words besides a day that a clause may have to be read as the beginning of the next: "On 8 November, ..."."""


@dataclass(frozen=True)
class Layout:
    """A sentence with its names, days and figures found. `left` is its text without them."""

    whole: PlainText
    left: PlainText
    words: Lexicon
    groups: Mapping[str, Sequence[Group]]
    clauses: Sequence[Place]
    days: Sequence[tuple[Day, ...]]
    figures: Sequence[Quantity]
    _spoken: dict[tuple[str, int], Group | None] = field(default_factory=dict)

    @classmethod
    def of(
        cls, whole: PlainText, left: PlainText, words: Lexicon, named: Mapping[str, Sequence[Named]],
        days: Sequence[tuple[Day, ...]], figures: Sequence[Quantity],
    ) -> "Layout":  # fmt: skip
        groups = {kind: groups_of(whole.plain, names, words) for kind, names in named.items()}
        taken = [(name.start, name.end) for names in named.values() for name in names]
        taken += [(group.start, group.end) for each in groups.values() for group in each]
        taken += [(ways[0].start, ways[0].end) for ways in days] + [(q.start, q.end) for q in figures]
        return cls(whole, left, words, groups, clauses_of(whole.plain, taken, words), days, figures)

    @property
    def is_tabular(self) -> bool:
        """Whether it is a row of a table or an item of a list, where a figure stands without words."""
        return bool(_TABULAR.search(self.whole.original))

    def spoken_of(self, kind: str, at: int) -> Group | None:
        """The customers (products ...) that what stands at that place is said of. What stands in brackets is said of
        what stands before them. Of another clause the customer is still spoken of, whatever stands between; a product
        only up to the next figure, and an item of a list no more."""
        if (kind, at) not in self._spoken:
            self._spoken[kind, at] = self._group(kind, at)
        return self._spoken[kind, at]

    def _group(self, kind: str, at: int) -> Group | None:
        if not self.groups.get(kind):
            return None
        opened = max(self.whole.plain.rfind(mark, 0, at) for mark in "(（")
        if opened >= 0 and not any(mark in self.whole.plain[opened:at] for mark in ")）"):
            at = opened
        group = spoken_of(self.groups.get(kind, ()), self.clauses, at)
        if group is None or clause_at(self.clauses, group.start) == clause_at(self.clauses, at):
            return group
        low, high = min(at, group.start), max(at, group.start)
        parted = any(low < figure.start < high for figure in self.figures)
        ahead = group.start > at
        if kind == LABEL or (kind != CUSTOMER and (parted or ahead)) or (parted and ahead):
            return None
        return group

    def clause(self, at: int) -> str:
        """The words of the clause at that place, without names, days and figures."""
        begin, end = clause_at(self.clauses, at)
        return self.left.plain[begin:end]

    def days_with(self, figure: Quantity) -> list[tuple[Day, ...]]:
        """The days that are said with a figure: those in its clause, else those that lead up to it."""
        clause = clause_at(self.clauses, figure.start)
        here = [ways for ways in self.days if clause_at(self.clauses, ways[0].start) == clause]
        at = list(self.clauses).index(clause)
        if here or at == 0:
            return here
        if self.is_tabular:
            return list(self.days)
        begin, end = self.clauses[at - 1]
        leading = [ways for ways in self.days if begin <= ways[0].start < end]
        bare = len(_WORDS.findall(self.left.plain[begin:end])) <= (LEAD if self.words.spaced else LEAD + 2)
        alone = not any(begin <= q.start < end for q in self.figures)
        return leading if bare and alone else []

    def direction(self, at: int, moved: bool) -> int:
        """Which way the clause says it goes: 1 up or in, -1 down or out, 0 where it says neither or both."""
        way = self.way_of(self.clause(at), moved)
        begin, _ = clause_at(self.clauses, at)
        if way or not begin:
            return way
        if self.whole.plain[begin - 1] == ":":
            return self.way_of(self.clause(begin - 1))
        return self.direction(begin - 1, moved) if len(_WORDS.findall(self.clause(at))) <= ADDED else 0

    def says_change(self, at: int) -> bool:
        """Whether it is told which way something went: "Fell from A to B: C"."""
        begin, _ = clause_at(self.clauses, at)
        return self.whole.plain[begin - 1 : begin] == ":" and self.way_of(self.clause(begin - 1)) != 0

    def way_of(self, clause: str, moved: bool = False) -> int:
        """Which way words say that it goes; with `moved`, words for paying and receiving count as well."""
        ways = self.words.directions
        up = bool(ways["up"].search(clause)) or (moved and bool(ways["in"].search(clause)))
        down = bool(ways["down"].search(clause)) or (moved and bool(ways["out"].search(clause)))
        return int(up) - int(down)

    def measures_beside(self, figure: Quantity) -> frozenset[str]:
        """The measures that stand between the figure before and this one, else between this one and the end of its
        clause where no other figure follows."""
        begin, end = clause_at(self.clauses, figure.start)
        before = max([begin, *(other.end for other in self.figures if other.end <= figure.start)])
        named = self._measures_in(before, figure.start)
        if named or any(figure.end <= other.start < end for other in self.figures):
            return named
        return self._measures_in(figure.end, end)

    def day_measures_beside(self, day: Day) -> frozenset[str]:
        """What is said to happen on a day: between the day before and this one, else up to the end of its clause."""
        begin, end = clause_at(self.clauses, day.start)
        places = [(ways[0].start, ways[0].end) for ways in self.days if ways[0].weekday is None]
        before = max([begin, *(stop for _, stop in places if stop <= day.start)])
        for text in (self.left.plain[before : day.start], self.left.plain[day.end : end]):
            named = frozenset(name for name, pattern in self.words.day_measures if pattern.search(text))
            if named or any(day.end <= start < end for start, _ in places):
                return named
        return frozenset()

    def _measures_in(self, begin: int, end: int) -> frozenset[str]:
        text = self.left.plain[begin:end]
        return frozenset(family for family, pattern in self.words.measures if pattern.search(text))

    def is_as_of(self, day: Day) -> bool:
        """Whether a day is said to be the one for which figures hold: "as of 20 November"."""
        return self.words.as_of.search(self.whole.plain[: day.start]) is not None

    def end_of_span(self, day: Day) -> str | None:
        """Which end of a span a day is that is said: "from 1 to 5 May". A period's Facts are called `from` and `to`."""
        plain = self.whole.plain
        for ways in self.days:
            other = ways[0]
            if (
                other.weekday is None
                and other.end <= day.start
                and self.words.span.fullmatch(plain[other.end : day.start])
            ):
                return "to"
            if (
                other.weekday is None
                and day.end <= other.start
                and self.words.span.fullmatch(plain[day.end : other.start])
            ):
                return "from"
        return None
