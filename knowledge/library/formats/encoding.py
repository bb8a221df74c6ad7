"""From bytes to text: the encoding is detected, and what is no text is refused."""

from pathlib import Path

from knowledge.errors import DocumentError

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\x7fELF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")


def decode(content: bytes, path: Path) -> str:
    """The text of a file. UTF-8 and marked UTF-16/32 are read strictly, other encodings are detected.

    Raises DocumentError when the bytes are no text, hold a lone surrogate, or no encoding fits.
    """
    mark = next((mark for mark in _MARKS if content.startswith(mark)), None)
    if mark is None and (content.startswith(_BINARY) or b"\x00" in content):
        raise DocumentError(file=str(path), reason="is binary data, not text")
    try:
        text = content.decode(_MARKS[mark] if mark else "utf-8")
    except UnicodeDecodeError as error:
        if mark:
            raise DocumentError(file=str(path), reason=f"is broken {_MARKS[mark]} at byte {error.start}") from None
        _refuse_surrogates(content, path)
        text = _detected(content, path)
    if sum(1 for c in text if ord(c) < 32 and c not in "\t\n\r\f\v") > len(text) // 100:
        raise DocumentError(file=str(path), reason="is binary data, not text")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")


def _refuse_surrogates(content: bytes, path: Path) -> None:
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return
    raise DocumentError(file=str(path), reason="holds a lone surrogate: it is no valid UTF-8")


def _detected(content: bytes, path: Path) -> str:
    """Text of an older encoding (GB 18030, Big5, Windows-1252, ...)."""
    from charset_normalizer import from_bytes

    candidates = ["gb18030", "big5", "cp1252", "latin_1", "utf_16_le", "utf_16_be"]
    best = from_bytes(content, cp_isolation=candidates).best()
    if best is None or best.percent_chaos > 20:
        raise DocumentError(file=str(path), reason="is in an encoding that is not recognised: save it as UTF-8")
    return str(best)
