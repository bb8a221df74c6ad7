"""Charts say what their table says, in the same order, and nothing that is not on the ledger."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Block, Chart, Paragraph, Table
from assistant.charting import WIDTH, bar
from assistant.grounding.ledger import Ledger
from assistant.typesetting import blocks_of, text_of
from prompts.answers import plain

AMOUNTS = st.lists(st.decimals(-(10**9), 10**9, places=2), min_size=2, max_size=6)


def marked(ledger: Ledger, values: list[Decimal], form: str = "ranking", name: str = "Zhang | Li") -> str:
    rows = []
    for number, value in enumerate(values):
        figure = ledger.money(f"C{number}", "contribution", value, "CNY", f"insight/C{number}/contribution")
        called = ledger.words(f"C{number}", "name", f"{name} {number}", f"customer/C{number}")
        shown = [f"\ue000{one.mark}\ue001{plain(one.text)}\ue002" for one in (called, figure)]
        rows.append(f"| {' | '.join(shown)} |")
    return "\n".join(
        ["Words before.", "", f"!{form} Contribution", "| Who | Amount |", "|---|---|", *rows, "", "After."]
    )


def blocks(ledger: Ledger, text: str) -> list[Block]:
    return blocks_of(text, frozenset(), {fact.id: fact for fact in ledger.facts})


@given(AMOUNTS)
def test_a_chart_holds_the_figures_of_its_table(values: list[Decimal]) -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    before, chart, after = blocks(ledger, marked(ledger, values))
    assert isinstance(chart, Chart)
    assert isinstance(before, Paragraph)
    assert isinstance(after, Paragraph)
    (series,) = chart.series
    assert (chart.form, chart.title, chart.unit, series.name) == ("ranking", "Contribution", "CNY", "Amount")
    assert [point.value for point in series.points] == values
    assert [point.label for point in series.points] == [f"Zhang | Li {n}" for n in range(len(values))]
    facts = {fact.id: fact for fact in ledger.facts}
    assert all(facts[point.figure.fact or ""].value == point.value for point in series.points)


@given(AMOUNTS)
def test_bars_are_as_long_as_values_are_large(values: list[Decimal]) -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    chart = blocks(ledger, marked(ledger, values))[1]
    assert isinstance(chart, Chart)
    lengths = [len(bar(chart, value)) for value in values]
    assert max(lengths) <= WIDTH
    for value, length in zip(values, lengths, strict=True):
        assert all(length <= other for bigger, other in zip(values, lengths, strict=True) if bigger >= value >= 0)
        assert not value or length > 0 or abs(value) * WIDTH * 16 < max(map(abs, values))
    text = text_of([chart])
    assert all(point.figure.text in text for point in chart.series[0].points)
    assert len({line.count(" | ") for line in text.replace("\\|", "").splitlines()}) == 1


@pytest.mark.parametrize("values", [[], [Decimal(7)]])
def test_fewer_than_two_are_not_drawn(values: list[Decimal]) -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    assert not [block for block in blocks(ledger, marked(ledger, values)) if isinstance(block, Chart | Table)]


def test_amounts_of_two_currencies_are_not_drawn_beside_each_other() -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    euro = ledger.money("C9", "contribution", Decimal(5), "EUR", "insight/C9/contribution")
    text = marked(ledger, [Decimal(1), Decimal(2)]).replace(
        "\n\nAfter.", f"\n| x | \ue000{euro.mark}\ue0015\ue002 |\n\nAfter."
    )
    assert not [block for block in blocks(ledger, text) if isinstance(block, Chart)]


def test_a_table_without_the_word_before_it_stays_a_table() -> None:
    ledger = Ledger("en", date(2026, 11, 20))
    text = marked(ledger, [Decimal(1), Decimal(2)]).replace("!ranking Contribution\n", "")
    assert [block.kind for block in blocks(ledger, text)] == ["paragraph", "table", "paragraph"]
