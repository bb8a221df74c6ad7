"""A look at the bytes of a CSV file: whether the database's own reader is certain to read it line by line as we do."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from knowledge.intake.encoding import CHUNK, opened, unpacking
from knowledge.intake.raw_rows import WHITE

_OTHER_SPACE = re.compile("[\u1680\u2000-\u200a\u2028\u2029\u202f\u205f]")
_RARE_SPACE = (b"\x1c", b"\x1d", b"\x1e", b"\x1f", b"\xc2\x85", b"\xc2\xa0", b"\xe3\x80\x80")
_PERHAPS_SPACE = (b"\xe1\x9a", b"\xe2\x80", b"\xe2\x81")
"""Bytes that white space beyond ASCII has; the second kind stands in other characters too."""


@dataclass(frozen=True)
class Scan:
    """A file of plain UTF-8 with ordinary lines. `lines` counts them with the header; `edges` are the characters
    that stand at the edges of cells and do not belong to them."""

    lines: int
    delimiters: int
    quoted: bool
    open_ended: bool
    edges: str

    def even(self, columns: int) -> bool:
        """Whether no line can have one empty cell too many, which the database's reader lets pass."""
        return not self.open_ended or (not self.quoted and self.delimiters == self.lines * (columns - 1))


def scanned(path: Path, file: str, delimiter: str) -> Scan | None:
    """The scan of a file; None if it has anything that readers of CSV differ about."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, delimiters, quoted, open_ended, edges, kept, last = 0, 0, False, False, "", b"", b"\n"
    delimiting = delimiter.encode()
    empty = [delimiting, delimiting + b'""']
    ends = [form + end for form in empty for end in (b"\n", b"\r")]
    strange, spaces, white = _beside(delimiter)
    with opened(path, file) as binary, unpacking(file):
        while chunk := binary.read(CHUNK):
            try:
                text = "" if chunk.isascii() and not decoder.getstate()[0] else decoder.decode(chunk)
            except UnicodeDecodeError:
                return None
            lines += chunk.count(b"\n")
            delimiters += chunk.count(delimiting)
            quoted = quoted or b'"' in chunk
            # What stands across two chunks is seen too.
            chunk, kept, last = kept + chunk, chunk[-8:], chunk[-1:]
            if b"\0" in chunk or (b"\r" in chunk and chunk.rstrip(b"\r").count(b"\r") > chunk.count(b"\r\n")):
                return None
            if any(form in chunk for form in strange) and quoted:
                return None
            open_ended = open_ended or any(form in chunk for form in ends)
            edges = _wider(edges, chunk, text, spaces, white)
    if decoder.getstate()[0] or last == b"\r":
        return None
    open_ended = open_ended or kept.endswith(tuple(empty))
    return Scan(lines + (last != b"\n"), delimiters, quoted, open_ended, edges)


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


def _wider(edges: str, chunk: bytes, text: str, spaces: list[bytes], white: list[bytes]) -> str:
    if edges == WHITE:
        return edges
    rare = (b"\t" in chunk or b"\v" in chunk or b"\f" in chunk) and any(form in chunk for form in white)
    if rare or any(form in chunk for form in _RARE_SPACE):
        return WHITE
    if any(form in chunk for form in _PERHAPS_SPACE) and _OTHER_SPACE.search(text):
        return WHITE
    return " " if edges == " " or any(form in chunk for form in spaces) else ""
