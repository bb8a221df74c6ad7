"""Parts: a long clause is cut where a reader would pause, so that each part is about one thing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.library.clause import Clause
from knowledge.library.formats.block import Block

LONGEST_PART = 1_100
"""Weight of a part: a Latin character counts one, a Chinese one three. A page of text has about 2,500."""

_ITEM = re.compile(r"\s*(?:[-*•·]|\(?\d+[.)])\s")
_SENTENCES = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+")


def parts(clause: Clause) -> list[str]:
    """The clause's text in parts of at most `LONGEST_PART`; a table's header stands in each of its parts."""
    pieces = [piece for block in _with_lists(clause.paragraphs) for piece in _pieces(block)]
    result: list[str] = []
    for piece in pieces:
        if result and weight(result[-1]) + weight(piece) <= LONGEST_PART:
            result[-1] += "\n" + piece
        else:
            result.append(piece)
    return result


def _with_lists(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with each list as one, as far as it fits into a part: a list that is torn apart says half."""
    result: list[Block] = []
    for block in blocks:
        last = result[-1] if result else None
        items = last and not last.table and _ITEM.match(last.text.rpartition("\n")[2]) and _ITEM.match(block.text)
        if last and items and not block.table and weight(last.text) + weight(block.text) < LONGEST_PART:
            result[-1] = replace(last, text=f"{last.text}\n{block.text}")
        else:
            result.append(block)
    return result


def weight(text: str) -> int:
    return sum(3 if ord(c) > 0x2E80 else 1 for c in text)


def _pieces(block: Block) -> list[str]:
    if weight(block.text) <= LONGEST_PART:
        return [block.text]
    if block.table:
        header, *rows = block.text.split("\n")
        return [f"{header}\n{group}" for group in _grouped(rows, LONGEST_PART - weight(header), "\n")]
    sentences = [piece for sentence in _SENTENCES.split(block.text) if sentence for piece in _hard_cut(sentence)]
    return _grouped(sentences, LONGEST_PART, "" if ord(block.text[0]) > 0x2E80 else " ")


def _grouped(items: list[str], limit: int, glue: str) -> list[str]:
    groups: list[str] = []
    for item in items:
        if groups and weight(groups[-1]) + weight(item) < limit:
            groups[-1] += glue + item
        else:
            groups.append(item)
    return groups


def _hard_cut(sentence: str) -> list[str]:
    step = LONGEST_PART // 3
    if weight(sentence) <= LONGEST_PART:
        return [sentence]
    return [sentence[start : start + step] for start in range(0, len(sentence), step)]
