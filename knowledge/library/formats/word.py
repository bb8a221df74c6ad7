"""Word (.docx): headings by style, paragraphs and tables in the order of the page."""

import io
import re
import zipfile
from pathlib import Path

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from docx.text.paragraph import Paragraph

from knowledge.errors import DocumentError
from knowledge.library.formats.block import Block, table_block

LARGEST_UNPACKED = 200_000_000
_ENCRYPTED = b"\xd0\xcf\x11\xe0"


def read_word(content: bytes, path: Path) -> list[Block]:
    if content.startswith(_ENCRYPTED):
        raise DocumentError(file=str(path), reason="is encrypted, or an old .doc file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise DocumentError(file=str(path), reason="unpacks to more than 200 MB")
        document = docx.Document(io.BytesIO(content))
    except (zipfile.BadZipFile, OpcError, SyntaxError, KeyError, ValueError) as error:
        raise DocumentError(file=str(path), reason=f"is a broken .docx file ({type(error).__name__})") from None
    return [_block(item) for item in document.iter_inner_content()]


def _block(item: Paragraph | Table) -> Block:
    if isinstance(item, Table):
        return table_block([[cell.text for cell in row.cells] for row in item.rows])
    style = (item.style.name or "") if item.style is not None else ""
    heading = re.fullmatch(r"(?:Heading|标题|Título) ([1-6])", style)
    level = int(heading[1]) if heading else 1 if style == "Title" else 0
    return Block(item.text, level=level)
