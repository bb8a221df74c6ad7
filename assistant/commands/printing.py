"""Answers on a terminal: plain text in a pipe, tables and dimmed sources where a person looks."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from assistant.answer import Answer, Block, Chart, Line, Span

MOST_SOURCES = 12
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def harmless(text: str) -> str:
    """Without what could steer a terminal: escape sequences, overstriking, changes of direction."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def print_answer(answer: "Answer") -> None:
    """The answer, and below it where its figures come from."""
    if sys.stdout.isatty():
        _print_richly(answer)
        return
    print(harmless(answer.answer))
    sources = source_lines(answer)
    if sources:
        print("\nSources:")
        for line in sources:
            print(f"  {harmless(line)}")


def source_lines(answer: "Answer") -> list[str]:
    """One line a source, in the order of the answer: the figures read there, the row, the day. Then one a
    clause. Names, words and the dates beside a figure have sources too, but it is the figures that are
    looked up. A long list is cut; `--json` has it whole."""
    from assistant.answer import spans_of

    facts = {fact.id: fact for fact in answer.facts}
    spans = (span for block in answer.blocks for span in spans_of(block))
    shown = [facts[span.fact] for span in spans if span.fact in facts]
    figures = [fact for fact in shown if fact.unit not in ("text", "date")]
    counted = {fact.source for fact in figures}
    dates = [fact for fact in shown if fact.unit == "date" and "/" in fact.source and fact.source not in counted]
    cited = {f"passage/{citation.id}" for citation in answer.citations}
    read: dict[str, list[str]] = {}
    for fact in [*figures, *(date for date in dates if date.source not in cited)]:
        texts = read.setdefault(f"{fact.source}, as of {fact.as_of}", [])
        if fact.text not in texts:
            texts.append(fact.text)
    lines = [f"{'; '.join(texts)}: {source}" for source, texts in read.items()]
    lines += [f"{citation.title}, {citation.section}: {citation.id}" for citation in answer.citations]
    more = len(lines) - MOST_SOURCES
    return lines if more <= 0 else [*lines[:MOST_SOURCES], f"and {more} more (--json shows all)"]


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: drawn on a terminal, tab-separated in a pipe."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(harmless(cell).replace("\t", " ").replace("\n", " ") for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        drawn.add_row(*(Text(harmless(cell)) for cell in row))
    Console(highlight=False).print(drawn)


def _print_richly(answer: "Answer") -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if answer.blocks:
        for block in answer.blocks:
            _print_block(console, block)
    else:
        console.print(Text(harmless(answer.answer)))
    for line in source_lines(answer):
        console.print(Text(harmless(f"  {line}"), style="dim"))


def _print_block(console: "Console", block: "Block") -> None:
    from rich.padding import Padding
    from rich.text import Text

    from assistant.typesetting import said_of

    match block.kind:
        case "heading":
            console.print(Text.assemble(_text(block.line), style="bold"))
        case "paragraph":
            console.print(_text(block.line))
        case "list":
            for item in block.items:
                console.print(Padding(Text.assemble("- ", _text(item)), (0, 0, 0, 2)))
        case "quote":
            console.print(Padding(Text.assemble(_text(block.line), style="italic"), (0, 0, 0, 4)))
        case "table":
            console.print(_table(block.columns, block.rows))
        case "chart":
            console.print(_chart(block))
        case "proposal":
            console.print(Text(harmless(said_of(block.proposal)), style="bold"))
    console.print()


def _table(columns: "list[str]", rows: "list[list[Line]]") -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    table = Table(header_style="bold")
    for column in columns:
        table.add_column(Text(harmless(column)))
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    return table


def _chart(chart: "Chart") -> "RenderableType":
    """A chart as bars of blocks, each beside its label and its figure."""
    from rich.table import Table
    from rich.text import Text

    from assistant.charting import bar

    drawn = Table.grid(padding=(0, 1))
    drawn.title = Text(harmless(chart.title))
    drawn.title_justify = "left"
    for _ in range(2):
        drawn.add_column(max_width=32, overflow="ellipsis", no_wrap=True)
    drawn.add_column(justify="right", no_wrap=True)
    drawn.add_column(no_wrap=True)
    for series in chart.series:
        for point in series.points:
            name = series.name if len(chart.series) > 1 else ""
            row = (name, point.label, point.figure.text, bar(chart, point.value))
            drawn.add_row(*(Text(harmless(cell)) for cell in row))
    return drawn


def _text(line: "Sequence[Span]") -> "Text":
    from rich.text import Text

    return Text.assemble(*((harmless(span.text), "bold" if span.strong else "") for span in line))
