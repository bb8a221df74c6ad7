"""From a rendered template to typed blocks, and from blocks to plain text.

Templates write a small Markdown: `##` headings, `-` lists, `>` quotes, pipe tables, `**strong**`
and paragraphs; a table below a line `!trend`, `!ranking` or `!comparison` with a title is a chart, a line
`!download PATH TITLE` offers files, with `{form}` in the path, and a line `!card` says what the
block below it is about.
Values come between marks (see `prompts.answers`), so a value can never become markup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from assistant.answer import (
    Block,
    Chart,
    Download,
    DownloadFile,
    Heading,
    Line,
    Listing,
    Paragraph,
    ProposalBlock,
    Quote,
    ShownProposal,
    Span,
    Table,
)
from assistant.charting import bar, chart_of
from assistant.grounding.fact import Fact
from prompts import FIGURE_CLOSE, FIGURE_MIDDLE, FIGURE_OPEN, PIPE, STAR

_INLINE = re.compile(
    rf"{FIGURE_OPEN}(?P<mark>[^{FIGURE_MIDDLE}]*){FIGURE_MIDDLE}(?P<text>[^{FIGURE_CLOSE}]*){FIGURE_CLOSE}|(?P<star>\*\*)"
)
_KINDS = (("## ", "heading"), ("- ", "list"), ("> ", "quote"), ("|", "table"))
_CHART = re.compile(r"!(trend|ranking|comparison) (.+)")
_DOWNLOAD = re.compile(r"!download (\S+) (.+)")
_FORMS = ("csv", "xlsx")
_CARD = re.compile(r"!card (customer|product|case|task|talk)")
_NONE: Mapping[str, Fact] = {}


def blocks_of(marked: str, citations: frozenset[str], facts: Mapping[str, Fact] = _NONE) -> list[Block]:
    """The blocks of a rendered template. A mark is a citation's id if it is among `citations`, else a fact's.

    `facts` by id are what charts draw; a chart without any is left out.
    """
    lines = [line.strip() for line in marked.splitlines()]
    blocks: list[Block] = []
    drawn: tuple[str, str] | None = None
    card: str | None = None
    for kind, group in groupby(lines, key=_kind):
        if kind == "download":
            blocks += [_download(line) for line in group]
        elif kind == "chart":
            drawn = next((match[1], match[2]) for line in group if (match := _CHART.match(line)))
        elif kind == "card":
            card = next(match[1] for line in group if (match := _CARD.match(line)))
        elif kind != "blank":
            made = [_as_card(block, card) for block in _blocks(kind, list(group), citations)]
            for block in made:
                if drawn and isinstance(block, Table):
                    blocks += chart_of(drawn[0], drawn[1], block, facts)
                else:
                    blocks.append(block)
            drawn = card = None
    return blocks


def _as_card(block: Block, card: str | None) -> Block:
    is_card = card and isinstance(block, Paragraph | Listing | Table)
    return block.model_copy(update={"card": card}) if is_card else block


def _kind(line: str) -> str:
    if not line:
        return "blank"
    if _CHART.match(line):
        return "chart"
    if _DOWNLOAD.match(line):
        return "download"
    if _CARD.fullmatch(line):
        return "card"
    return next((kind for start, kind in _KINDS if line.startswith(start)), "paragraph")


def _download(line: str) -> Download:
    match = _DOWNLOAD.match(line)
    assert match
    path, title = _restored(match[1]), _restored(match[2])
    return Download(
        title=title, files=[DownloadFile(form=form.upper(), path=path.replace("{form}", form)) for form in _FORMS]
    )


def _blocks(kind: str, lines: list[str], citations: frozenset[str]) -> Iterator[Block]:
    match kind:
        case "heading":
            yield from (Heading(line=_line(line[3:], citations)) for line in lines)
        case "list":
            yield Listing(items=[_line(line[2:], citations) for line in lines])
        case "quote":
            yield from (Quote(line=_line(line[2:], citations)) for line in lines)
        case "table":
            header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            yield Table(columns=header, rows=[[_line(cell, citations) for cell in row] for row in rows])
        case _:
            yield Paragraph(line=_line(" ".join(lines), citations))


def _line(text: str, citations: frozenset[str]) -> Line:
    spans, strong, at = [], False, 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            spans.append(Span(text=_restored(text[at : match.start()]), strong=strong))
        if match["star"]:
            strong = not strong
        elif match["mark"] in citations:
            spans.append(Span(text=_restored(match["text"]), citation=match["mark"], strong=strong))
        else:
            spans.append(Span(text=_restored(match["text"]), fact=match["mark"], strong=strong))
        at = match.end()
    if at < len(text):
        spans.append(Span(text=_restored(text[at:]), strong=strong))
    return spans


def _restored(text: str) -> str:
    return text.replace(PIPE, "|").replace(STAR, "*")


def text_of(blocks: Sequence[Block]) -> str:
    """The blocks as plain Markdown text, for a terminal and for clients that show no blocks."""
    return "\n\n".join(_block_text(block) for block in blocks if not isinstance(block, Download))


def _block_text(block: Block) -> str:
    match block:
        case Heading():
            return f"## {plain_line(block.line)}"
        case Listing():
            return "\n".join(f"- {_begun(plain_line(item))}" for item in block.items)
        case Quote():
            return f"> {plain_line(block.line)}"
        case Table():
            rows = [block.columns, ["---"] * len(block.columns)]
            rows += [[plain_line(cell).replace("|", "\\|") for cell in row] for row in block.rows]
            return "\n".join(f"| {' | '.join(row)} |" for row in rows)
        case Chart():
            return _chart_text(block)
        case Paragraph():
            return _begun(plain_line(block.line))
        case Download():
            return ""
        case ProposalBlock():
            return _begun(plain_line([Span(text=said_of(block.proposal))]))


def _chart_text(chart: Chart) -> str:
    """A chart as a table of its figures with bars of blocks, series after series."""
    rows = [
        [_cell(series.name), _cell(point.label), _cell(point.figure.text), bar(chart, point.value)]
        for series in chart.series
        for point in series.points
    ]
    title = plain_line([Span(text=chart.title)])
    head = [" ", " ", " ", title.replace("|", "\\|")]
    skip = 1 if len(chart.series) == 1 else 0
    return "\n".join(f"| {' | '.join(row[skip:])} |" for row in [head, ["---"] * 4, *rows])


def _cell(text: str) -> str:
    return plain_line([Span(text=text)]).replace("|", "\\|")


def said_of(proposal: ShownProposal) -> str:
    """A proposal in one line: what would be done and how it stands."""
    return " ".join(f"{proposal.title} ({proposal.id}): {proposal.summary} – {proposal.message}".split())


def plain_line(line: Line) -> str:
    """The words of a line. What a client that renders Markdown would take for a tag, a link or an image
    is escaped: it came with a value."""
    text = _TAG.sub(r"\1\1\\<", "".join(span.text for span in line))
    return _BRACKET.sub(r"\1\1\\[", text) if "](" in text else text


def _begun(text: str) -> str:
    """A line that begins with a value, which must not begin a heading, a list or a table."""
    text = _ORDINAL.sub(r"\1\\\2", text.lstrip())
    return f"\\{text}" if _BEGINNING.match(text) else text


_TAG = re.compile(r"(\\*)<(?=[A-Za-z/!?])")
_BRACKET = re.compile(r"(\\*)\[")
_ORDINAL = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_BEGINNING = re.compile(r"#|>|\||[-+*](?=\s|$)|[-*_=](?:\s*[-*_=])+\s*$|\[[^\]]*\]:|```|~~~")
