"""The figures of a sentence, held against the ledger: value, whose it is, sign, measure and day."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import product

from assistant.grounding.bearing import computed, derived, figures_for
from assistant.grounding.copied import Copy
from assistant.grounding.evidence import Evidence
from assistant.grounding.known import WINDOW, Known
from assistant.grounding.measures import SIGNED, base_of, families_of
from assistant.grounding.rows import Row
from assistant.grounding.said_days import SaidDays
from assistant.grounding.whose import Whose
from assistant.grounding.written.layout import Layout
from assistant.grounding.written.quantities import Quantity, Unit

DURATIONS = (Unit.DAYS, Unit.MONTHS, Unit.YEARS, Unit.HOURS, Unit.MINUTES, Unit.WORKING_DAYS)
NO_MONEY = frozenset({"rate", "age", "loyalty", "leaving"})
"""Measures that are told in no currency: "interest of 302 yuan" tells of a booking, not of a rate."""
KINDS = {
    Unit.MONEY: "money",
    Unit.PERCENT: "percent",
    Unit.POINTS: "percent",
    Unit.MULTIPLE: "multiple",
} | dict.fromkeys(DURATIONS, "duration")


class SaidFigures:
    """Which figures of a sentence the ledger bears out, and by what. `wrong` are those it does not, and why."""

    def __init__(
        self,
        layout: Layout,
        days: SaidDays,
        evidence: Evidence,
        today: date,
        whose: Whose,
        copies: Sequence[Copy],
    ) -> None:
        self._copies = copies
        self._layout, self._days, self._evidence, self._today, self._whose = layout, days, evidence, today, whose
        self._candidates: dict[int, list[Known]] = {}
        self.borne: dict[int, Known] = {}
        self.wrong: list[tuple[Quantity, str]] = []
        self.marks: list[tuple[int, int, str]] = []
        self._check_each()
        self._check_rows()
        self._check_changes()

    def _check_each(self) -> None:
        failed: list[tuple[Quantity, str]] = []
        for quantity in self._layout.figures:
            found, wrong = self._bear(quantity)
            if found:
                self.borne[quantity.start] = found
                self.marks.append((quantity.start, quantity.end, found.mark))
            else:
                failed.append((quantity, wrong))
        for quantity, wrong in failed:
            third = (
                computed(quantity, list(self.borne.values())) if wrong in KINDS.values() or wrong == "number" else None
            )
            if third:
                self.marks.append((quantity.start, quantity.end, third.mark))
            elif not self._counts_along(quantity):
                self.wrong.append((quantity, wrong))

    def _bear(self, quantity: Quantity) -> tuple[Known | None, str]:
        """The figure of the ledger that bears a written one out, or what is wrong with it."""
        wrong = KINDS.get(quantity.unit, "number")
        for way in (quantity, *([quantity.or_else] if quantity.or_else else [])):
            candidates = figures_for(way, self._evidence)
            candidates += derived(way, self._evidence, self._today, self._told_with(way))
            candidates = self._of_the_product(quantity, candidates)
            for kind, fits in self._conditions():
                kept = [known for known in candidates if fits(way, known)]
                if candidates and not kept:
                    wrong = kind
                candidates = kept
            if candidates and self._is_of_all(quantity, candidates):
                self._candidates[quantity.start] = candidates
                return min(candidates, key=lambda known: (known.worded, known.measure == WINDOW)), ""
        return None, wrong

    def _conditions(self) -> Iterator[tuple[str, Callable[[Quantity, Known], bool]]]:
        yield "subject", lambda quantity, known: self._whose.fits(known.mark, quantity.start)
        yield "sign", self._fits_sign
        yield "measure", self._fits_measure
        yield "date", self._fits_days

    def _is_of_all(self, quantity: Quantity, candidates: list[Known]) -> bool:
        """Of "Ann, Ben and Carl are all at 45" each has to be at 45; of as many figures as names each has its own."""
        group = self._layout.spoken_of("customer", quantity.start)
        if group is None or len(group.names) == 1:
            return True
        same = [q for q in self._layout.figures if self._layout.spoken_of("customer", q.start) == group]
        owners = [self._evidence.owners(known.mark, "customer") for known in candidates]
        if len(same) == 1:
            return all(any(not own or own & name.ids for own in owners) for name in group.names)
        if len(same) == len(group.names):
            name = group.names[same.index(quantity)]
            return any(not own or own & name.ids for own in owners)
        return True

    def _fits_sign(self, quantity: Quantity, known: Known) -> bool:
        """Whether the sign that is written, or the word of direction, is that of the fact."""
        value = known.value
        if quantity.sign:
            return (value < 0) == (quantity.sign < 0)
        if known.worded or known.unit in DURATIONS:
            return True
        if self._layout.is_tabular and SIGNED.fullmatch(known.measure) and not self._layout.says_change(quantity.start):
            return value >= 0
        way = self._layout.direction(quantity.start, known.measure == "amount" or "_change" in known.measure)
        if not SIGNED.fullmatch(known.measure):
            return value >= 0 and self._agrees(way, known)
        if value < 0:
            return way < 0 or (known.measure == "amount" and way == 0)
        return way >= 0 or value == 0 or "contribution" in known.measure

    def _agrees(self, way: int, known: Known) -> bool:
        """Whether what is said to have risen or fallen did so, as far as the ledger tells."""
        if way == 0:
            return True
        base, others = base_of(known.measure), self._evidence.of(known.subject)
        change = next((o.value for o in others if o.measure == f"{base}_change" and o.unit is known.unit), None)
        if change is None:
            before = next((o.value for o in others if o.measure == f"{base}_before" and o.unit is known.unit), None)
            now = next((o.value for o in others if o.measure == base and o.unit is known.unit), None)
            change = None if before is None or now is None else now - before
        return not change or (change > 0) == (way > 0)

    def _fits_measure(self, quantity: Quantity, known: Known) -> bool:
        """Whether the measure that is named beside the figure is the fact's."""
        families = families_of(known.measure)
        if not families or known.worded:
            return True
        named = self._layout.measures_beside(quantity) - (NO_MONEY if quantity.unit is Unit.MONEY else frozenset())
        return not named or bool(named & families)

    def _fits_days(self, quantity: Quantity, known: Known) -> bool:
        """Whether the day that is said with a figure is one of those that stand beside it."""
        said = [ways for ways in self._layout.days_with(quantity) if not self._layout.is_as_of(ways[0])]
        said = [ways for ways in said if not self._layout.end_of_span(ways[0]) and ways[0].start in self._days.borne]
        if not said or known.worded:
            return True
        if known.unit in DURATIONS and known.mark in self._evidence.day_marks:
            beside = frozenset({known.mark})
        else:
            beside = self._evidence.days_beside(known.mark)
        return not beside or any(day.mark in beside for ways in said for day in self._days.borne[ways[0].start])

    def _counts_along(self, quantity: Quantity) -> bool:
        """Whether "the two largest" counts what the sentence goes on to tell, or a whole list; "three customers" those
        that it names."""
        value = quantity.readings[0].value
        named = {len(group.names) for group in self._layout.groups["customer"]}
        if value > 1 and value in named:
            return True
        if quantity.unit not in (Unit.COUNT, Unit.BARE) or not self._layout.words.picked(
            self._layout.whole.plain, quantity.start, quantity.end
        ):
            return False
        told: dict[object, int] = {}
        for other in self._layout.figures:
            if other.start > quantity.start and not other.or_else and other.unit is not Unit.BARE:
                told[other.unit] = told.get(other.unit, 0) + 1
        told["days"] = sum(ways[0].start > quantity.start for ways in self._layout.days)
        told["names"] = sum(len(group.names) for group in self._layout.groups["customer"])
        several = {number for number in told.values() if number > 1}
        if several:
            return value in several
        return any(length == value for _, length, _ in self._evidence.lists)

    def _check_rows(self) -> None:
        """What a table's row tells comes from one row of a result: the one that bears out most of it."""
        if not self._layout.is_tabular:
            return
        told = {start: rows for start, known in self._candidates.items() if (rows := self._lines(known))}
        told |= {copy.start: rows for copy in self._copies if (rows := self._rows_of(copy.marks))}
        lines = {each for rows in told.values() for row in rows for each in (row, row.item())}
        chains = {line: {start for start, rows in told.items() if _in_line(line, rows)} for line in lines}
        covered = max(chains.values(), key=len, default=set())
        for quantity in self._layout.figures:
            if quantity.start in told and quantity.start not in covered:
                self.wrong.append((quantity, "row"))

    def _lines(self, candidates: list[Known]) -> frozenset[Row]:
        if any(known.worded for known in candidates):
            return frozenset()
        return self._rows_of([known.mark for known in candidates])

    def _rows_of(self, marks: Sequence[str]) -> frozenset[Row]:
        return frozenset(row for mark in marks for row in self._evidence.rows(mark))

    def _check_changes(self) -> None:
        """ "From A to B" goes the way that is said, and somewhere."""
        plain, words = self._layout.whole.plain, self._layout.words
        for first, second in zip(self._layout.figures, self._layout.figures[1:], strict=False):
            if not (words.from_to.search(plain[: first.start]) and words.to.fullmatch(plain[first.end : second.start])):
                continue
            pairs = product(self._candidates.get(first.start, ()), self._candidates.get(second.start, ()))
            moves = [(a.mark != b.mark, b.value - a.value) for a, b in pairs]
            way = self._layout.direction(first.start, moved=False)
            if moves and not any(other and (not way or move * way > 0) for other, move in moves):
                self.wrong.append((second, "direction"))

    def _told_with(self, quantity: Quantity) -> frozenset[str]:
        """What is said to have happened, or to happen, that long ago or ahead."""
        clause = self._layout.clause(quantity.start)
        return frozenset(name for name, pattern in self._layout.words.day_measures if pattern.search(clause))

    def _of_the_product(self, quantity: Quantity, candidates: list[Known]) -> list[Known]:
        """Where a product is named, a figure of one comes from that one: a total of the same value does not."""
        named = self._whose.product_named_at(quantity.start)
        owned = [known for known in candidates if self._evidence.owners(known.mark, "product")]
        if not named or not owned:
            return candidates
        mine = [known for known in owned if self._evidence.owners(known.mark, "product") & named]
        return candidates if mine else owned


def _in_line(row: Row, others: Iterable[Row]) -> bool:
    """Whether a row holds one of the others, or is held by one."""
    above = set(row.upwards())
    return any(other in above or row in other.upwards() for other in others)
