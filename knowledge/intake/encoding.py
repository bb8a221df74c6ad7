"""Encodings of a bank's files: told by the mapping, told for certain by the bytes, or guessed for a message."""

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from knowledge.errors import IntakeError

SAMPLE = 4_096
LINES_LOOKED_AT = 500
CHUNK = 1 << 22
_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_COMMON_HAN = re.compile(rb"[\xb0-\xd7][\xa1-\xfe]")
"""The characters that Chinese is mostly written with, as GB 2312 and its successors code them."""
_HIGH = re.compile(rb"[\x80-\xff]")


def opened(path: Path, file: str) -> BinaryIO:
    """The bytes of a file, unpacked if it is a gzip file. Raises IntakeError if it cannot be opened."""
    try:
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise IntakeError(file=file, reason=f"there is no such file in {path.parent}") from error
    except OSError as error:
        raise IntakeError(file=file, reason=error.strerror or "it cannot be read") from error
    return gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw  # type: ignore[return-value]


def encoding_of(path: Path, file: str, named: str | None) -> str:
    """The encoding to read a file with: the one named, or UTF-16 if the bytes show it for certain, or UTF-8."""
    if named is not None:
        return named
    with opened(path, file) as binary, unpacking(file):
        sample = binary.read(SAMPLE)
    return _MARKS.get(sample[:2]) or _by_pattern(sample) or "utf-8"


def _by_pattern(sample: bytes) -> str | None:
    """UTF-16 without a mark: every second byte is NUL wherever the text is plain, and no other is."""
    pairs = len(sample) // 2
    for skipped, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        nuls = sample[skipped : 2 * pairs : 2].count(0)
        if pairs >= 4 and nuls >= pairs / 3 and not sample[1 - skipped : 2 * pairs : 2].count(0):
            return encoding
    return None


def likely_encoding(path: Path, file: str) -> str:
    """The encoding in which a file that is not UTF-8 probably is. A guess, good enough to be told to a person."""
    with opened(path, file) as binary, unpacking(file):
        strange = b"".join(islice((line for line in binary if not _is_utf_8(line)), LINES_LOOKED_AT))
    high = len(_HIGH.findall(strange))
    if _fits(strange, "gb18030") and 2 * len(_COMMON_HAN.findall(strange)) >= 0.6 * high:
        return "gb18030"
    if _fits(strange, "big5") and high >= 4 and not _fits(strange, "cp1252"):
        return "big5"
    return "cp1252" if _fits(strange, "cp1252") and re.search(rb"[\x80-\x9f]", strange) else "latin-1"


def _is_utf_8(line: bytes) -> bool:
    return line.isascii() or _fits(line, "utf-8")


def _fits(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def text_lines(path: Path, file: str, encoding: str) -> Iterator[str]:
    """The lines of a file with their ends as written (LF, CR LF or CR).

    Bytes that are wrong stay visible as surrogates, so that they reject their own row and no other. Raises
    IntakeError where that cannot be done, as in half a UTF-16 character at the end.
    """
    wide = codecs.lookup(encoding).name.startswith(("utf-16", "utf-32"))
    with opened(path, file) as binary, unpacking(file):
        errors = "surrogatepass" if wide else "surrogateescape"
        lines = io.TextIOWrapper(binary, encoding, errors, newline="")
        try:
            for number, line in enumerate(lines):
                yield line.removeprefix("\ufeff") if number == 0 else line
        except UnicodeDecodeError as error:
            place = _first_fault(path, file, encoding, errors)
            raise IntakeError(file=file, reason=f"byte {place} is not {encoding}: {error.reason}") from error


def transcoded(path: Path, file: str, encoding: str, target: Path) -> bool:
    """Writes a file again as UTF-8; tells whether every byte of it fits its encoding."""
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened(path, file) as binary, unpacking(file), target.open("wb") as plain:
        while True:
            chunk = binary.read(CHUNK)
            try:
                plain.write(decoder.decode(chunk, final=not chunk).encode())
            except UnicodeError:
                return False
            if not chunk:
                return True


def _first_fault(path: Path, file: str, encoding: str, errors: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    read = 0
    with opened(path, file) as binary:
        while True:
            chunk = binary.read(CHUNK)
            read += len(chunk)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return read - len(error.object) + error.start + 1
            if not chunk:
                return read


@contextmanager
def unpacking(file: str) -> Iterator[None]:
    """Turns what goes wrong in reading a file into an IntakeError."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it cannot be read"
        raise IntakeError(file=file, reason=reason) from error
