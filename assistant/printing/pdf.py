"""A PDF of what is to be printed. Chinese is set in the reader's own song face (STSong), which needs no font file."""

import re
from collections.abc import Iterator
from io import BytesIO
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, PageBreak, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from assistant.answer import Block, Heading, Line, Listing, Paragraph, Quote, Span, Table
from assistant.printing.printed import Printed
from prompts import word

LATIN, SONG = "Helvetica", "STSong-Light"
MARGIN = 18 * mm
FRAME = 6
"""What a frame keeps free around its text."""
WIDTH = A4[0] - 2 * MARGIN - 2 * FRAME
PADDING = 9
"""Beside what stands in a cell."""
INK, GREY, RULE = colors.HexColor("#1b1f24"), colors.HexColor("#4b5563"), colors.HexColor("#d9dee4")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def pdf_of(page: Printed) -> bytes:
    """The document, A4, with page numbers. The same page gives the same bytes."""
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))
    file = BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=page.title, author="Rapport", lang=page.language, invariant=True,
    )  # fmt: skip
    document.build(list(_flow(page)), onFirstPage=_numbered, onLaterPages=_numbered)
    return file.getvalue()


def _flow(page: Printed) -> Iterator[Flowable]:
    for number, part in enumerate(page.parts):
        if number:
            yield PageBreak()
        for place, block in enumerate(part):
            yield from _flowables(block, page.language, is_title=number == place == 0)
    yield Text(_set(word("printed", "sources", page.language)), _style(page.language, 12, before=10))
    rows = [[[Span(text=figure)], [Span(text=source)]] for figure, source in page.sources]
    columns = [word("printed", name, page.language) for name in ("figure", "source")]
    yield _table(columns, rows, page.language, 7.5)


def _flowables(block: Block, language: str, *, is_title: bool) -> Iterator[Flowable]:
    match block:
        case Heading():
            size, before = (16, 0) if is_title else (12, 10)
            yield Text(_line(block.line), _style(language, size, before=before, keep=True))
        case Paragraph() | Quote():
            yield Text(_line(block.line), _style(language, 9.5, before=4))
        case Listing():
            for item in block.items:
                yield Text(_line(item), _style(language, 9.5, before=2, indent=10), bulletText="\u2022")
        case Table():
            yield Spacer(1, 4)
            yield _table(block.columns, block.rows, language, 8.5)


def _table(columns: list[str], rows: list[list[Line]], language: str, size: float) -> Grid:
    head = [Text(_set(column), _style(language, size, color=GREY)) for column in columns]
    body = [[Text(_line(cell), _style(language, size)) for cell in row] for row in rows]
    widths = _widths([[_plain(cell) for cell in row] for row in rows], columns, size)
    grid = LongTable([head, *body], colWidths=widths, repeatRows=1, hAlign="LEFT")
    grid.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, RULE),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), PADDING - 1),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
    )
    return grid


def _widths(rows: list[list[str]], columns: list[str], size: float) -> list[float]:
    """Widths of columns: as wide as what stands in them, so that no figure is broken; long texts share what is left."""
    natural = [
        max(_breadth(text, size) for text in (head, *(row[i] for row in rows))) + PADDING
        for i, head in enumerate(columns)
    ]
    if sum(natural) <= WIDTH:
        return [width * WIDTH / sum(natural) for width in natural]
    narrow = [width <= WIDTH / len(natural) for width in natural]
    left = WIDTH - sum(width for width, fits in zip(natural, narrow, strict=True) if fits)
    long = sum(width for width, fits in zip(natural, narrow, strict=True) if not fits)
    return [width if fits else width * left / long for width, fits in zip(natural, narrow, strict=True)]


def _breadth(text: str, size: float) -> float:
    return sum(pdfmetrics.stringWidth(c, LATIN, size) if _is_latin(c) else size for c in text)


def _style(
    language: str, size: float, *, before: float = 0, indent: float = 0, color: colors.Color = INK, keep: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "text",
        fontName=LATIN,
        fontSize=size,
        leading=size * 1.45,
        spaceBefore=before,
        leftIndent=indent,
        bulletIndent=indent and 1,
        textColor=color,
        keepWithNext=keep,
        wordWrap="CJK" if language == "zh" else None,
    )


def _line(line: Line) -> str:
    return "".join(f"<b>{_set(span.text)}</b>" if span.strong else _set(span.text) for span in line)


def _plain(line: Line) -> str:
    return "".join(span.text for span in line)


def _set(text: str) -> str:
    """Text as a paragraph's markup: what the Latin face lacks is set in the song face, nothing in it is a tag."""
    runs: list[tuple[bool, str]] = []
    for character in _CONTROLS.sub(" ", text):
        is_latin = _is_latin(character)
        if runs and (runs[-1][0] == is_latin or character == " "):
            runs[-1] = (runs[-1][0], runs[-1][1] + character)
        else:
            runs.append((is_latin, character))
    return "".join(escape(run) if latin else f'<font name="{SONG}">{escape(run)}</font>' for latin, run in runs)


def _is_latin(character: str) -> bool:
    try:
        character.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _numbered(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont(LATIN, 8)
    canvas.setFillColor(GREY)
    canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(document.page))
    canvas.restoreState()
