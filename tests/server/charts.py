"""Charts for a scripted answer: a ranking with a value below zero, and a trend."""

from decimal import Decimal
from typing import Literal

from assistant.answer import Block, Chart, ChartPoint, ChartSeries, Span


def chart(form: Literal["trend", "ranking"], title: str, points: list[tuple[str, str]]) -> Chart:
    """A chart whose figures are those of the answer's only fact."""
    drawn = [
        ChartPoint(label=label, figure=Span(text=f"{value}.00", fact="f1"), value=Decimal(value))
        for label, value in points
    ]
    return Chart(form=form, title=title, unit="CNY", series=[ChartSeries(name="Contribution", points=drawn)])


CHARTS: list[Block] = [
    chart("ranking", "Contribution by branch", [("Anyang", "600"), ("Wuyang", "300"), ("Shanghai", "-400")]),
    chart("trend", "Deposits", [("Aug", "10"), ("Sep", "20"), ("Oct", "30")]),
]
