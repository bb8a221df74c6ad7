"""Clauses: the parts of a document that can be cited, found by their headings and numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.library.formats.block import Block

LONGEST_HEADING = 90
"""Characters (Chinese ones count three) of a line that may be a heading in a text without marked headings."""

_ARTICLE = re.compile(
    r"^(?:article|artículo|clause|cláusula|section|sección|第)\s*(\d[\d.]*)\s*[条條章节節款.:]?\s*(.*)$",
    re.IGNORECASE | re.DOTALL,
)
_DIGITS = "零一二三四五六七八九十"
_DECIMAL = re.compile(
    r"^(?:§\s*)?(\d{1,3}(?:\.\d{1,3})+|\d{1,3}(?=[.、)）:：,，]|\s))[.、)）:：,，]?\s*(?=\D)(.*)$", re.DOTALL
)
_HAN_NUMBER = re.compile(r"^(?:第\s*)?([一二三四五六七八九十]{1,3})(?:\s*[条條章节節款]|[、.．])\s*(.*)$", re.DOTALL)
_BRACKET = re.compile(r"^[（(]([\d一二三四五六七八九十]{1,3})[)）]\s*(.*)$", re.DOTALL)
_SENTENCE_END = tuple(".。!！?？;；:：,，…")


@dataclass
class Clause:
    """A section with its own text. `number` is None where the document gives none; then only the position
    tells clauses apart. `path` holds the headings above it, `paragraphs` and tables its text."""

    number: str | None
    heading: str
    path: tuple[str, ...] = ()
    paragraphs: list[Block] = field(default_factory=list)

    @property
    def section(self) -> str:
        return f"{self.number} {self.heading}".strip() if self.number else self.heading

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.paragraphs)


def clauses(blocks: Sequence[Block], title: str) -> list[Clause]:
    """The clauses of a document in order; sections without text of their own only lend their headings."""
    marked = any(block.level > 1 or (block.level and n) for n, block in enumerate(blocks))
    if not marked:
        blocks = _with_headings(blocks)
    current = Clause(None, title)
    result = [current]
    above: list[tuple[int, str, str | None]] = []
    for block in blocks:
        if not block.level:
            current.paragraphs.append(block)
            continue
        if not marked and block.text == title:
            continue
        number, heading, whole = _number(block.text)
        above = [entry for entry in above if entry[0] < block.level]
        if number and not whole:
            parent = above[-1][2] if above else None
            number = f"{parent}.{number}" if parent else number if not above else None
        path = tuple(entry[1] for entry in above)
        above.append((block.level, heading or block.text, number))
        current = Clause(number, heading or block.text, path)
        result.append(current)
    return _unique([clause for clause in result if clause.text.strip()])


def first_heading(blocks: Sequence[Block]) -> str | None:
    """The heading that a plain text begins with, without its number."""
    if not blocks or blocks[0].table or not _heading_level(blocks[0].text):
        return None
    return _number(blocks[0].text)[1] or None


def _unique(found: list[Clause]) -> list[Clause]:
    """A number that stands twice tells nothing: its second clause is known by position."""
    seen: set[str] = set()
    for clause in found:
        if clause.number in seen:
            clause.number = None
        elif clause.number:
            seen.add(clause.number)
    return found


def _number(heading: str) -> tuple[str | None, str, bool]:
    """(number, words, whether the number is whole): `2.1 First answer` is, `（一）范围` counts within its parent."""
    if match := _ARTICLE.match(heading) or re.match(r"^(\d{1,3}(?:\.\d{1,3})*)[.、)）:：,，]?\s+(.*)$", heading):
        return match[1].strip("."), match[2], True
    if match := _DECIMAL.match(heading):
        return match[1], match[2], "." in match[1]
    if match := _HAN_NUMBER.match(heading):
        return str(_value(match[1])), match[2], True
    if match := _BRACKET.match(heading):
        return str(_value(match[1])), match[2], False
    return None, heading, False


def _value(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    tens, _, ones = numeral.rpartition("十")
    ten = (_DIGITS.index(tens) if tens else 1) * 10 if "十" in numeral else 0
    return ten + (_DIGITS.index(ones) if ones else 0)


def _with_headings(blocks: Sequence[Block]) -> list[Block]:
    """Marks the headings of a plain text: short lines without a sentence's end, followed by text."""
    result: list[Block] = []
    for position, block in enumerate(blocks):
        level = _heading_level(block.text) if not block.table and not block.level else block.level
        is_last = position == len(blocks) - 1
        result.append(Block(block.text, level=0 if is_last else level, table=block.table))
    return result


def _heading_level(line: str) -> int:
    """1 for `一、`, 2 for `1.`, more for `1.1` and `(1)`; 1 for a short line without number; 0 for text."""
    weight = sum(3 if ord(c) > 0x2E80 else 1 for c in line)
    numbered = _ARTICLE.match(line) or _HAN_NUMBER.match(line) or _DECIMAL.match(line) or _BRACKET.match(line)
    deep = re.match(r"^\d+(?:\.\d+)+", line)
    if "\n" in line or weight > LONGEST_HEADING * (2.7 if deep else 1.5 if numbered else 1):
        return 0
    if numbered is None:
        return 0 if line.endswith(_SENTENCE_END) or re.match(r"^[-*•·①-⑳]", line) else 1
    if line.endswith(_SENTENCE_END) and not (line.endswith((".", "。")) and line[0].isdigit() and _is_title(line)):
        return 0
    if _HAN_NUMBER.match(line) or _ARTICLE.match(line):
        return 1
    if _BRACKET.match(line):
        return 6
    return min(5, 2 + deep[0].count(".")) if deep else 2


def _is_title(line: str) -> bool:
    """`3. The role of banks.` is a heading in spite of its full stop: there is no other sentence in the line."""
    return not re.search(r"[.;:!?]\s|[。；：]", re.sub(r"^\S+\s+", "", line)[:-1])
