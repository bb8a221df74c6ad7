"""Excel (.xlsx): each sheet is a section, each table on it a block with its header row.

A table ends where a row or a column is empty. A row of one cell beside nothing else is a line of text: the title above
a table, or a note below it.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.errors import DocumentError
from knowledge.library.formats.block import Block, table_block

LARGEST_UNPACKED = 200_000_000
MOST_CELLS = 500_000
"""Cells of a sheet that are read: a sheet that claims more is no standard."""
_ENCRYPTED = b"\xd0\xcf\x11\xe0"

Rows = list[list[str]]


def read_workbook(content: bytes, path: Path) -> list[Block]:
    """The visible sheets in order; formulas by the values that were saved with them."""
    if content.startswith(_ENCRYPTED):
        raise DocumentError(file=str(path), reason="is encrypted, or an old .xls file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise DocumentError(file=str(path), reason="unpacks to more than 200 MB")
        workbook = load_workbook(io.BytesIO(content), data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, SyntaxError, KeyError, ValueError, TypeError) as error:
        raise DocumentError(file=str(path), reason=f"is a broken .xlsx file ({type(error).__name__})") from None
    sheets = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    return [block for sheet in sheets for block in _sheet(sheet, path)]


def _sheet(sheet: Worksheet, path: Path) -> Iterator[Block]:
    if sheet.max_row * sheet.max_column > MOST_CELLS:
        raise DocumentError(file=str(path), reason=f"has a sheet of more than {MOST_CELLS:,} cells")
    rows = [[_shown(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        for row in range(merged.min_row, min(merged.max_row, len(rows)) + 1):
            rows[row - 1][merged.min_col - 1] = rows[merged.min_row - 1][merged.min_col - 1]
    blocks = [block for band in _bands(rows) for group in _side_by_side(band) for block in _blocks(group)]
    if blocks:
        yield Block(sheet.title, level=2)
        yield from blocks


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
        case date() | time():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value)


def _bands(rows: Rows) -> Iterator[Rows]:
    """Runs of rows that hold something."""
    band: Rows = []
    for row in rows:
        if any(cell.strip() for cell in row):
            band.append(row)
        elif band:
            yield band
            band = []
    if band:
        yield band


def _side_by_side(band: Rows) -> Iterator[Rows]:
    """Tables that stand beside each other, parted by an empty column."""
    filled = [any(row[n].strip() for row in band) for n in range(len(band[0]))]
    start = 0
    for n in range(len(filled) + 1):
        if n == len(filled) or not filled[n]:
            if n > start:
                yield [row[start:n] for row in band]
            start = n + 1


def _blocks(rows: Rows) -> Iterator[Block]:
    """Lines of one cell before and after the table, and the table."""
    single = [sum(bool(cell.strip()) for cell in row) == 1 for row in rows]
    first = next((n for n, alone in enumerate(single) if not alone), len(rows))
    last = next((n for n in range(len(rows) - 1, first, -1) if not single[n]), first)
    for row in rows[:first]:
        yield Block("".join(row).strip())
    if first < len(rows):
        yield table_block(rows[first : last + 1])
    for row in rows[last + 1 :] if first < len(rows) else ():
        yield Block("".join(row).strip())
