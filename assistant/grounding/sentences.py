"""Cuts a stream of text into what can be checked by itself: sentences, list items, table rows, headings."""

import re

from prompts import LANGUAGES, verification

LONGEST = 1_000
"""Characters after which a text without an end is cut at a space, so that a stream cannot hold back for ever."""

_ABBREVIATIONS = frozenset(word for language in LANGUAGES for word in verification(language)["abbreviations"])
_LATIN_END = re.compile(r"[.!?…]+[\"'”’»)\]*_]*")
_HAN_END = re.compile(r"[。！？；]+[”’」』）)】*_]*")
_LINE_END = re.compile(r"\n\s*")
_END = re.compile(f"{_LINE_END.pattern}|{_HAN_END.pattern}|{_LATIN_END.pattern}")
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«*_|]*$")
_MARKER = re.compile(r"\s*(?:[-*+>]\s+)*\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})$")


class Sentences:
    """Cuts a stream of text. However the stream comes in pieces, the sentences are the same, and together they are
    the text: each keeps the white space that follows it."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that are finished with this piece. One is finished once what follows it has begun."""
        self._waiting += piece
        return self._cut(ended=False)

    def rest(self) -> list[str]:
        """What is left at the end of the stream."""
        finished = self._cut(ended=True)
        left, self._waiting = self._waiting, ""
        return [*finished, left] if left else finished

    def _cut(self, ended: bool) -> list[str]:
        finished = []
        while (end := _first_end(self._waiting, ended)) is not None:
            finished.append(self._waiting[:end])
            self._waiting = self._waiting[end:]
        return finished


def _first_end(text: str, ended: bool) -> int | None:
    """Where the first sentence of the text ends, white space included; None where that cannot be told yet."""
    for match in _END.finditer(text):
        if not text[: match.start()].strip():
            continue
        if match.end() > LONGEST:
            break
        if match.end() == len(text):
            return None
        if match[0][0] == "\n":
            return match.end()
        after = re.compile(r"\s*").match(text, match.end())
        begins = after.end() if after else match.end()
        if begins == len(text) and not ended:
            return None
        if begins == len(text) or _ends(text, match, begins):
            return begins
    return _forced(text)


def _ends(text: str, mark: re.Match[str], begins: int) -> bool:
    """Whether a sentence ends at that mark, seeing what begins after it."""
    if _HAN_END.fullmatch(mark[0]):
        return True
    spaced = begins > mark.end()
    if not spaced or "\n" in text[mark.end() : begins]:
        return spaced
    if mark[0][0] != ".":
        return mark[0][0] != "…" or not text[begins].islower()
    before = text[: mark.start()]
    if _MARKER.fullmatch(before):
        return False
    found = _LAST_WORD.search(before)
    word = (found[0] if found else "").lower()
    initial = len(word) == 1 and word.isalpha()
    return not (word in _ABBREVIATIONS or initial or text[begins].islower())


def _forced(text: str) -> int | None:
    if len(text) <= LONGEST:
        return None
    space = max(text.rfind(mark, LONGEST // 2, LONGEST) for mark in " ，,、")
    return space + 1 if space > 0 else LONGEST
