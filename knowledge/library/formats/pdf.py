"""PDF: the text of its pages, without the lines that every page repeats."""

import io
import logging
import re
from collections import Counter
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from knowledge.errors import DocumentError
from knowledge.library.formats.block import Block
from knowledge.library.formats.text import paragraphs

MOST_PAGES = 2_000


def read_pdf(content: bytes, path: Path) -> list[Block]:
    if not content.lstrip().startswith(b"%PDF-"):
        raise DocumentError(file=str(path), reason="is no PDF file")
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError(file=str(path), reason="is encrypted")
        if len(reader.pages) > MOST_PAGES:
            raise DocumentError(file=str(path), reason=f"has more than {MOST_PAGES} pages")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        # A damaged file makes the parser fail in all these ways; the file is refused, the rest goes on.
        raise DocumentError(file=str(path), reason=f"is a broken PDF file ({type(error).__name__})") from None
    text = "\n".join(_without_running_lines(pages))
    return [Block(paragraph.replace("\u00ad ", "")) for paragraph in paragraphs(text)]


def _without_running_lines(pages: list[str]) -> list[str]:
    """Drops headers, footers and page numbers: first and last lines that most pages share but for digits."""
    lines = [[line.rstrip() for line in page.split("\n") if line.strip()] for page in pages]
    edges = Counter(_shape(line) for page in lines for line in {*page[:2], *page[-2:]})
    running = {shape for shape, count in edges.items() if count > max(2, len(pages) // 2)}
    kept = [
        [line for n, line in enumerate(page) if not (_shape(line) in running and (n < 2 or n >= len(page) - 2))]
        for page in lines
    ]
    return ["\n".join(re.sub(r"(?<=[a-zà-ÿ])-$", "\u00ad", line) for line in page) for page in kept]


def _shape(line: str) -> str:
    """Short lines are equal but for their digits (`Page 3 of 9`), long ones only when they are the same."""
    return re.sub(r"\d+", "#", line.strip()) if len(line) <= 30 else line.strip()
