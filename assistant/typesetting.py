"""From a rendered template to typed blocks, and from blocks to plain text.

Templates write a small Markdown: `##` headings, `-` lists, `>` quotes, pipe tables, `**strong**`
and paragraphs. Values come between marks (see `prompts.answers`), so a value can never become markup.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from assistant.answer import Block, Heading, Line, Listing, Paragraph, ProposalBlock, Quote, ShownProposal, Span, Table
from prompts import FIGURE_CLOSE, FIGURE_MIDDLE, FIGURE_OPEN, PIPE, STAR

_INLINE = re.compile(
    rf"{FIGURE_OPEN}(?P<mark>[^{FIGURE_MIDDLE}]*){FIGURE_MIDDLE}(?P<text>[^{FIGURE_CLOSE}]*){FIGURE_CLOSE}|(?P<star>\*\*)"
)
_KINDS = (("## ", "heading"), ("- ", "list"), ("> ", "quote"), ("|", "table"))


def blocks_of(marked: str, citations: frozenset[str]) -> list[Block]:
    """The blocks of a rendered template. A mark is a citation's id if it is among `citations`, else a fact's."""
    lines = [line.strip() for line in marked.splitlines()]
    return [
        block
        for kind, group in groupby(lines, key=_kind)
        if kind != "blank"
        for block in _blocks(kind, list(group), citations)
    ]


def _kind(line: str) -> str:
    if not line:
        return "blank"
    return next((kind for start, kind in _KINDS if line.startswith(start)), "paragraph")


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
    return "\n\n".join(_block_text(block) for block in blocks)


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
        case Paragraph():
            return _begun(plain_line(block.line))
        case ProposalBlock():
            return _begun(plain_line([Span(text=said_of(block.proposal))]))


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
