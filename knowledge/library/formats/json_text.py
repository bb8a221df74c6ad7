"""JSON: names of fields are headings, lists of objects are tables, everything else is text."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from knowledge.errors import DocumentError
from knowledge.library.formats.block import Block, table_block
from knowledge.library.formats.encoding import decode

DEEPEST = 5
"""Levels of headings below the document's title; what lies deeper is written in one line."""

Value = Mapping[str, object] | list[object] | str | float | bool | None


def read_json(content: bytes, path: Path) -> list[Block]:
    try:
        whole: Value = json.loads(decode(content, path))
    except json.JSONDecodeError as error:
        raise DocumentError(file=str(path), reason=f"is no JSON: {error.msg} in line {error.lineno}") from None
    except RecursionError:
        raise DocumentError(file=str(path), reason="nests its values too deeply") from None
    return list(_blocks(whole, 2))


def _blocks(value: object, level: int) -> Iterator[Block]:
    match value:
        case Mapping():
            plain = [[str(name), _line(part)] for name, part in value.items() if _is_plain(part) and part is not None]
            for name, text in plain:
                yield Block(f"{name}: {text}")
            for name, part in value.items():
                if not _is_plain(part):
                    yield Block(str(name), level=level) if level <= DEEPEST + 1 else Block(f"{name}:")
                    yield from _blocks(part, level + 1) if level <= DEEPEST else [Block(_line(part))]
        case list() if _is_table(value):
            names = list(dict.fromkeys(str(name) for row in value if isinstance(row, Mapping) for name in row))
            rows = [[_line(row.get(name)) for name in names] for row in value if isinstance(row, Mapping)]
            yield table_block([names, *rows])
        case list():
            for part in value:
                yield from [Block(f"- {_line(part)}")] if _is_plain(part) else _blocks(part, level)
        case _:
            yield Block(_line(value))


def _is_plain(value: object) -> bool:
    return not isinstance(value, Mapping | list)


def _is_table(value: list[object]) -> bool:
    """Objects whose fields are values or lists of values: each is a row."""
    return bool(value) and all(isinstance(row, Mapping) and row and all(map(_is_cell, row.values())) for row in value)


def _is_cell(value: object) -> bool:
    return _is_plain(value) or (isinstance(value, list) and all(map(_is_plain, value)))


def _line(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Mapping():
            return "; ".join(f"{name}: {_line(part)}" for name, part in value.items())
        case list():
            return ", ".join(map(_line, value))
        case _:
            return str(value)
