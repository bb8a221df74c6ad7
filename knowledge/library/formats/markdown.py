"""Markdown: headings, paragraphs, list items and tables; links and emphasis leave their words."""

import re
from pathlib import Path

from knowledge.library.formats.block import Block, table_block
from knowledge.library.formats.encoding import decode

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_RULE = re.compile(r"^\s*([-*_])(?:\s*\1){2,}\s*$")
_CELLS = re.compile(r"(?<!\\)\|")
_DIVIDER = re.compile(r"^\s*\|?[\s:|-]+\|[\s:|-]*$")


def read_markdown(content: bytes, path: Path) -> list[Block]:
    return markdown_blocks(decode(content, path))


def markdown_blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    paragraph: list[str] = []
    rows: list[list[str]] = []

    def close() -> None:
        if paragraph:
            blocks.append(Block(_words(" ".join(paragraph))))
            paragraph.clear()
        if rows:
            blocks.append(table_block(rows))
            rows.clear()

    for line in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).split("\n"):
        heading = _HEADING.match(line)
        if not line.strip() or line.strip().startswith(("```", "~~~")) or heading or _RULE.match(line):
            if len(paragraph) == 1 and line.strip().startswith("---"):
                blocks.append(Block(_words(paragraph.pop()), level=2))
            close()
            if heading:
                blocks.append(Block(_words(heading[2]), level=len(heading[1])))
        elif len(paragraph) == 1 and re.fullmatch(r"\s*=+\s*", line):
            blocks.append(Block(_words(paragraph.pop()), level=1))
        elif line.lstrip().startswith("|"):
            if paragraph:
                close()
            if not _DIVIDER.match(line):
                rows.append([_words(cell) for cell in _CELLS.split(line.strip().strip("|"))])
        elif _ITEM.match(line):
            close()
            paragraph.append(line.strip())
        else:
            if rows:
                close()
            paragraph.append(line.strip().lstrip("> "))
    close()
    return blocks


def _words(text: str) -> str:
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__|`)(.+?)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])", r"\1", text)
    return text.replace("\\|", "|").strip()
