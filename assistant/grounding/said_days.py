"""The days of a sentence, held against the ledger."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.grounding.bearing import days_for, weekday_fits
from assistant.grounding.copied import Copy
from assistant.grounding.evidence import Evidence
from assistant.grounding.known import HOLDS_ON, KnownDay
from assistant.grounding.measures import day_families_of
from assistant.grounding.whose import Whose
from assistant.grounding.written.days import Day
from assistant.grounding.written.layout import Layout

AS_OF = (HOLDS_ON, "as_of", "balances_as_of", "to")
"""Measures of days for which something holds."""


class SaidDays:
    """Which days of a sentence the ledger bears out, and by what. `wrong` are those it does not."""

    def __init__(self, layout: Layout, evidence: Evidence, today: date, whose: Whose, copies: Sequence[Copy]) -> None:
        self._layout, self._evidence, self._today, self._whose = layout, evidence, today, whose
        self._beside_copies = self._days_of(copies)
        self.borne: dict[int, list[KnownDay]] = {}
        self.wrong: list[Day] = []
        self.marks: list[tuple[int, int, str]] = []
        for ways in layout.days:
            self._check(ways)

    def _check(self, ways: Sequence[Day]) -> None:
        day = ways[0]
        if day.weekday is not None and (beside := self._beside(day)):
            if not any(weekday_fits(day, way, self._today) for way in beside):
                self.wrong.append(day)
            return
        candidates = [known for known in days_for(ways, self._evidence, self._today) if self._may_be(day, known)]
        mine = [known for known in candidates if self._whose.fits(known.mark, day.start)]
        if not mine:
            self.wrong.append(day)
            return
        self.borne[day.start] = candidates
        best = min(mine, key=lambda known: (known.measure == HOLDS_ON, bool(known.worded)))
        self.marks.append((day.start, day.end, best.mark))

    def _may_be(self, day: Day, known: KnownDay) -> bool:
        """A span is that of the period asked for. The day for which a figure holds is no day on which something
        happens."""
        families = day_families_of(known.measure)
        if families and (named := self._layout.day_measures_beside(day)) and not named & families:
            return False
        end = self._layout.end_of_span(day)
        if end:
            return known.measure == end or not self._evidence.has_period
        if self._layout.is_as_of(day):
            return known.measure in AS_OF or known.mark in self._beside_copies
        if self._beside_copies and self._layout.is_tabular:
            return known.mark in self._beside_copies
        if known.measure != HOLDS_ON:
            return True
        figures = self._layout.figures
        return any(day in ways for q in figures for ways in self._layout.days_with(q))

    def _days_of(self, copies: Sequence[Copy]) -> frozenset[str]:
        """The days that stand beside what is copied."""
        return frozenset(
            day for copy in copies for mark in copy.marks for day in self._evidence.days_beside(mark, above=True)
        )

    def _beside(self, weekday: Day) -> tuple[Day, ...]:
        """The day that a weekday stands beside."""
        plain = self._layout.whole.plain
        for ways in self._layout.days:
            other = ways[0]
            if other.weekday is None and other.day:
                between = plain[min(weekday.end, other.end) : max(weekday.start, other.start)]
                if len(between) <= 5 and not re.search(r"\w{3}", between):
                    return ways
        return ()
