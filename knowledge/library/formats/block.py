"""A block: what every format is read into."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """A heading (`level` 1..6), a paragraph (0), or a table, whose rows are lines of cells joined by ` | `.

    The first row of a table is its header. `link_share` is the part of the text that is links (HTML only).
    """

    text: str
    level: int = 0
    table: bool = False
    link_share: float = 0.0


def table_block(rows: list[list[str]]) -> Block:
    """A table of cells as one block; empty rows are left out, line breaks inside cells become spaces."""
    lines = [" | ".join(" ".join(cell.split()) for cell in row) for row in rows if any(cell.strip() for cell in row)]
    return Block("\n".join(lines), table=True)
