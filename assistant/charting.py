"""Charts: a table of figures made into series, and the bars that stand for it where nothing can be drawn."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal, cast

from assistant.answer import Chart, ChartPoint, ChartSeries, Line, Span, Table
from assistant.grounding.fact import Fact

FEWEST = 2
"""A single value is told, not drawn."""
WIDTH = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"
Form = Literal["trend", "ranking", "comparison"]


def chart_of(form: str, title: str, table: Table, facts: Mapping[str, Fact]) -> Iterator[Chart]:
    """The chart of a table whose first column holds labels and whose others are each a series of numbers.

    Rows without a number in every column are left out; nothing is made of fewer than two, or of several units.
    """
    rows = [row for row in table.rows if all(_fact(cell, facts) is not None for cell in row[1:])]
    drawn = [[cast(Fact, _fact(cell, facts)) for cell in row[1:]] for row in rows]
    units = {fact.unit for row in drawn for fact in row}
    if len(rows) < FEWEST or len(units) != 1:
        return
    labels = ["".join(span.text for span in row[0]) for row in rows]
    series = [
        ChartSeries(
            name=name,
            points=[
                ChartPoint(label=label, figure=_figure(row[at]), value=Decimal(str(found[at - 1].value)))
                for label, row, found in zip(labels, rows, drawn, strict=True)
            ],
        )
        for at, name in enumerate(table.columns[1:], start=1)
    ]
    yield Chart(form=cast(Form, form), title=title, unit=units.pop(), series=series)


def bar(chart: Chart, value: Decimal) -> str:
    """A bar of blocks as long as the value is beside the largest of the chart; one below zero is hatched."""
    largest = max(abs(point.value) for series in chart.series for point in series.points)
    if not largest:
        return ""
    eighths = round(abs(value) / largest * WIDTH * 8)
    if value < 0:
        return "░" * max(1, eighths // 8)
    return ("█" * (eighths // 8) + _EIGHTHS[eighths % 8]).rstrip()


def _figure(cell: Line) -> Span:
    return next(span for span in cell if span.fact)


def _fact(cell: Line, facts: Mapping[str, Fact]) -> Fact | None:
    """The number that a cell shows; None for a text, a date or no figure at all."""
    found = next((facts[span.fact] for span in cell if span.fact and span.fact in facts), None)
    return found if found and found.unit not in ("text", "date") else None
