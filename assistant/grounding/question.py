"""What the question itself says: an answer may repeat a bound or a time that was asked for, and claim nothing by it."""

from dataclasses import dataclass
from datetime import date

from assistant.grounding.written.days import find_days
from assistant.grounding.written.layout import Layout
from assistant.grounding.written.lexicon import Lexicon
from assistant.grounding.written.quantities import Hedge, Quantity, Unit, find_quantities
from assistant.understanding.text import PlainText
from knowledge.crm.names import fold

_TIMES = (Unit.DAYS, Unit.MONTHS, Unit.YEARS)


@dataclass(frozen=True)
class Question:
    """The question's words, folded, and its figures."""

    words: str
    figures: tuple[Quantity, ...]

    @classmethod
    def of(cls, question: str, words: Lexicon, today: date) -> "Question":
        text = PlainText.of(question)
        days = find_days(text, words, today)
        dayless = text.without([(ways[0].start, ways[0].end) for ways in days])
        return cls(f" {fold(question)} ", tuple(find_quantities(dayless, words)))

    def asks(self, figure: Quantity, layout: Layout) -> bool:
        """Whether a figure only repeats what was asked: "over 500,000", "the last six months", "the top five". Where a
        customer is spoken of it would be a claim about them, except for the last or next so many months."""
        if not any(self._same(figure, asked) for asked in self.figures):
            return False
        about_all = layout.spoken_of("customer", figure.start) is None
        picked = layout.words.picked(layout.whole.plain, figure.start, figure.end)
        if figure.unit in _TIMES:
            return about_all or picked
        return about_all and (picked or figure.hedge in (Hedge.OVER, Hedge.UNDER))

    @staticmethod
    def _same(one: Quantity, other: Quantity) -> bool:
        values = {(reading.value * one.factor) for reading in one.readings}
        units = {one.unit, other.unit}
        alike = one.unit is other.unit or Unit.BARE in units
        return alike and any(reading.value * other.factor in values for reading in other.readings)
