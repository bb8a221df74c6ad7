"""What is said to have risen or fallen without a figure, held against what the ledger says of it."""

import re
from collections.abc import Iterator

from assistant.grounding.evidence import Evidence
from assistant.grounding.measures import base_of, trend_of
from assistant.grounding.whose import spoken
from assistant.grounding.written.layout import Layout
from assistant.grounding.written.lexicon import Lexicon
from assistant.understanding.text import PlainText

UP, DOWN = 1, -1
_ARROWS = (("↑", "down"), ("↓", "up"))


class Trends:
    """What a ledger says rose or fell, for whom: changes, values beside those of a year before, and reasons."""

    def __init__(self, evidence: Evidence, words: Lexicon) -> None:
        self._evidence, self._words = evidence, words
        self._known: list[tuple[str, str, int]] = []

    def refresh(self) -> None:
        """Reads the evidence anew."""
        self._known = [*self._of_figures(), *self._of_words()]

    def wrong_in(self, layout: Layout) -> Iterator[tuple[int, int, str]]:
        """Where a sentence says "deposits rose" and all that is known is that they fell, or an arrow stands beside a
        word for the other way."""
        plain = layout.left.plain
        for arrow, against in _ARROWS:
            for pointed in re.finditer(rf"{arrow}\s*\w+", plain):
                if self._words.directions[against].search(pointed[0]):
                    yield pointed.start(), pointed.end(), "direction"
        for begin, end in layout.clauses:
            way = layout.way_of(plain[begin:end])
            if way == 0 or any(begin <= figure.start < end for figure in layout.figures):
                continue
            customers = spoken(layout.spoken_of("customer", begin)) or spoken(layout.spoken_of("customer", end))
            for trend, pattern in self._words.trends:
                match = pattern.search(plain[begin:end])
                known = self._ways(trend, customers) if match else frozenset()
                if match and known and way not in known:
                    yield begin + match.start(), begin + match.end(), "direction"

    def _ways(self, trend: str, customers: frozenset[str]) -> frozenset[int]:
        """Which ways something went for one of these customers, or for anybody."""
        return frozenset(
            way
            for name, mark, way in self._known
            if name == trend and (not customers or self._evidence.owners(mark, "customer") & customers)
        )

    def _of_figures(self) -> Iterator[tuple[str, str, int]]:
        for known in self._evidence.figures:
            trend = None if known.worded else trend_of(base_of(known.measure).removesuffix("_trend"))
            if trend is None or not known.value:
                continue
            if re.search(r"_change|_trend", known.measure):
                yield trend, known.mark, UP if known.value > 0 else DOWN
            elif known.measure.endswith("_before"):
                others = self._evidence.of(known.subject)
                now = next((o for o in others if o.measure == base_of(known.measure)), None)
                if now and now.value != known.value:
                    yield trend, known.mark, UP if now.value > known.value else DOWN

    def _of_words(self) -> Iterator[tuple[str, str, int]]:
        up, down = self._words.directions["up"], self._words.directions["down"]
        for fact in self._evidence.facts.values():
            if isinstance(fact.value, str) and fact.measure.endswith("_reason"):
                plain = PlainText.of(fact.text).plain
                way = bool(up.search(plain)) - bool(down.search(plain))
                yield from (
                    (trend, fact.id, way) for trend, pattern in self._words.trends if way and pattern.search(plain)
                )
