"""Plain text: paragraphs, whether each is one line or lines wrapped at a width."""

import re
from pathlib import Path

from knowledge.library.formats.block import Block
from knowledge.library.formats.encoding import decode

WRAPPED_WIDTH = 100
_ITEM = re.compile(r"\s*(?:[-*•·]|\(?\d+[.)]|[（(]?[一二三四五六七八九十]+[)）、.]|\d+\.\d)")


def read_text(content: bytes, path: Path) -> list[Block]:
    return [Block(paragraph) for paragraph in paragraphs(decode(content, path))]


def paragraphs(text: str) -> list[str]:
    """Lines are paragraphs, unless the text is wrapped: then blank lines and list marks part them."""
    lines = text.split("\n")
    filled = sorted(len(line) for line in lines if line.strip())
    if not filled:
        return []
    wrapped = filled[len(filled) * 9 // 10] <= WRAPPED_WIDTH and any(not line.strip() for line in lines)
    if not wrapped:
        return [line.strip() for line in lines if line.strip()]
    return _joined(lines, filled[len(filled) * 9 // 10])


def _joined(lines: list[str], width: int) -> list[str]:
    """Joins a line to the one before it when that one was full."""
    result: list[str] = []
    open_line = False
    for line in lines:
        if not line.strip():
            open_line = False
            continue
        if open_line and not _ITEM.match(line):
            glue = "" if ord(result[-1][-1]) > 0x2E80 and ord(line.strip()[0]) > 0x2E80 else " "
            result[-1] += glue + line.strip()
        else:
            result.append(line.strip())
        open_line = len(line) > width * 0.6
    return result
