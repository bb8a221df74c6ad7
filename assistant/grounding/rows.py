"""What stands together in a tool's result: the balance beside the name, the item in its list."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Protocol


class Marked(Protocol):
    """Whatever carries the id of a fact."""

    @property
    def mark(self) -> str: ...


@dataclass(frozen=True, eq=False)
class Row:
    """One dataclass of a result: the ids of the facts in it, and the row that holds it.

    `place` counts from 1 in the list `listed_as` that it is an item of; `lists` are the whole lists in it by name,
    with their lengths.
    """

    facts: tuple[str, ...]
    above: "Row | None" = None
    listed_as: str | None = None
    place: int | None = None
    lists: dict[str, int] = field(default_factory=dict)

    def upwards(self) -> "Iterator[Row]":
        """This row and those that hold it, the nearest first."""
        row: Row | None = self
        while row is not None:
            yield row
            row = row.above

    def item(self) -> "Row":
        """The item of a list that this row is part of; itself where it is part of none."""
        place, item = (self.listed_as, self.place), self
        while self.place is not None and item.above and (item.above.listed_as, item.above.place) == place:
            item = item.above
        return item


def rows_of(result: object) -> Iterator[Row]:
    """The rows of a tool's result, outer ones first."""
    yield from _rows(result, None, None, None)


def _rows(node: object, above: Row | None, listed_as: str | None, place: int | None) -> Iterator[Row]:
    parts = {part.name: getattr(node, part.name) for part in fields(node)} if is_dataclass(node) else {}
    if hasattr(node, "evidence"):  # a sentence: all that it rests on stands together
        parts = {"evidence": node.evidence}
    complete = not parts.get("more", False)
    lists = {name: len(part) for name, part in parts.items() if isinstance(part, list)} if complete else {}
    row = Row(tuple(_marks(parts.values())), above, listed_as, place, lists)
    yield row
    for name, part in parts.items():
        items = part if isinstance(part, list | tuple) else [part]
        for number, item in enumerate(items, start=1):
            if is_dataclass(item) and not hasattr(item, "mark"):
                among = (name, number) if part is items else (listed_as, place)
                yield from _rows(item, row, *among)


def _marks(parts: object) -> Iterator[str]:
    for part in parts:  # type: ignore[attr-defined]
        for item in part if isinstance(part, list | tuple) else [part]:
            mark = getattr(item, "mark", None)
            if isinstance(mark, str):
                yield mark
