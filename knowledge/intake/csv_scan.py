"""A look at the bytes of a CSV file: whether the database's own reader is certain to read it line by line as we do."""

import codecs
import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from knowledge.intake.encoding import CHUNK, opened, unpacking

_OTHER_SPACE = re.compile("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


class Edges(Enum):
    """What stands at the edges of cells and does not belong to them."""

    CLEAN = "nothing"
    SPACES = "spaces"
    WHITE = "any white space"


@dataclass(frozen=True)
class Scan:
    """A file of plain UTF-8 with ordinary lines. `lines` counts them with the header."""

    lines: int
    quoted: bool
    edges: Edges


def scanned(path: Path, file: str, delimiter: str) -> Scan | None:
    """The scan of a file; None if it has anything that readers of CSV differ about."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, quoted, edges, kept, last = 0, False, Edges.CLEAN, b"", b"\n"
    strange, spaces, white = _beside(delimiter)
    with opened(path, file) as binary, unpacking(file):
        while chunk := binary.read(CHUNK):
            try:
                text = "" if chunk.isascii() and not decoder.getstate()[0] else decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            lines += chunk.count(b"\n")
            quoted = quoted or b'"' in chunk
            # What stands across two chunks is seen too.
            chunk, kept, last = kept + chunk, chunk[-8:], chunk[-1:]
            if b"\0" in chunk or (b"\r" in chunk and chunk.rstrip(b"\r").count(b"\r") > chunk.count(b"\r\n")):
                return None
            if any(form in chunk for form in strange) and quoted:
                return None
            edges = _wider(edges, chunk, text, spaces, white)
    if decoder.getstate()[0] or last == b"\r":
        return None
    return Scan(lines + (last != b"\n"), quoted, edges)


def _beside(delimiter: str) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Space next to a quote inside a cell's edge, and spaces and other white space at the edges of cells."""
    ends = [delimiter.encode(), b"\n", b"\r", b'"']
    spaces = [form for end in ends for form in (end + b" ", b" " + end)]
    white = [
        form
        for end in ends
        for space in (b"\t", b"\v", b"\f")
        if space != ends[0]
        for form in (end + space, space + end)
    ]
    strange = [form for form in [*spaces, *white] if b'"' in form]
    return strange, spaces, white


def _wider(edges: Edges, chunk: bytes, text: str, spaces: list[bytes], white: list[bytes]) -> Edges:
    if edges is Edges.WHITE:
        return edges
    rare = (b"\t" in chunk or b"\v" in chunk or b"\f" in chunk) and any(form in chunk for form in white)
    if rare or _OTHER_SPACE.search(text) or any(byte in chunk for byte in (b"\x1c", b"\x1d", b"\x1e", b"\x1f")):
        return Edges.WHITE
    return Edges.SPACES if edges is Edges.SPACES or any(form in chunk for form in spaces) else Edges.CLEAN
