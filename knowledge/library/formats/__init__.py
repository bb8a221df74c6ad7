"""Reading a file into blocks of text: one file here for each format."""

from collections.abc import Callable
from pathlib import Path

from knowledge.errors import DocumentError
from knowledge.library.formats.block import Block

LARGEST_FILE = 20_000_000
"""Bytes of one file. Larger ones are refused: a service standard has some hundred kilobytes."""
LONGEST_DOCUMENT = 2_000_000
"""Characters of one document after reading."""

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".xlsx", ".json"})


def read_blocks(content: bytes, path: Path) -> list[Block]:
    """The blocks of a file whose bytes are `content`; the suffix of `path` tells the format.

    Raises DocumentError when the format is unknown or the file is broken, encrypted, empty or too large.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise DocumentError(file=str(path), reason="is not a .md, .txt, .html, .pdf, .docx, .xlsx or .json file")
    if not content.strip():
        raise DocumentError(file=str(path), reason="is empty")
    if len(content) > LARGEST_FILE:
        raise DocumentError(file=str(path), reason=f"is larger than {LARGEST_FILE // 1_000_000} MB")
    blocks = [block for block in _reader(path)(content, path) if block.text.strip()]
    if not blocks:
        raise DocumentError(file=str(path), reason="has no text (a scan, or pictures only)")
    if sum(len(block.text) for block in blocks) > LONGEST_DOCUMENT:
        raise DocumentError(file=str(path), reason=f"has more than {LONGEST_DOCUMENT} characters of text")
    return blocks


def _reader(path: Path) -> Callable[[bytes, Path], list[Block]]:
    """Imported on use: a search needs none of them."""
    match path.suffix.lower():
        case ".pdf":
            from knowledge.library.formats.pdf import read_pdf

            return read_pdf
        case ".docx":
            from knowledge.library.formats.word import read_word

            return read_word
        case ".xlsx":
            from knowledge.library.formats.workbook import read_workbook

            return read_workbook
        case ".json":
            from knowledge.library.formats.json_text import read_json

            return read_json
        case ".html" | ".htm":
            from knowledge.library.formats.html import read_html

            return read_html
        case ".md" | ".markdown":
            from knowledge.library.formats.markdown import read_markdown

            return read_markdown
        case _:
            from knowledge.library.formats.text import read_text

            return read_text
