"""What a sentence copies from the ledger as it stands: citations, codes, addresses, notes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.evidence import Evidence
from assistant.grounding.known import bare
from assistant.grounding.ledger import Ledger
from assistant.grounding.named import Mention
from assistant.grounding.strangers import is_said
from assistant.grounding.written.codes import Code, Copied, find_codes
from assistant.grounding.written.lexicon import Lexicon
from assistant.understanding.text import PlainText

_ADJOINING = re.compile(r"[A-Za-z0-9]")
_SIGN = re.compile(r"(?:^|[\s:：(（])[-−]$")


@dataclass(frozen=True)
class Copy:
    """A copied stretch, and all facts or citations that it may be copied from; none where it only stands on the
    ledger."""

    start: int
    end: int
    marks: tuple[str, ...]


class Copies:
    """The copies in a text. `wrong` are codes that stand nowhere on the ledger, with their kinds."""

    def __init__(
        self, text: PlainText, mentions: Sequence[Mention], words: Lexicon, ledger: Ledger, evidence: Evidence
    ) -> None:
        self._text, self._ledger, self._evidence = text, ledger, evidence
        self.found: list[Copy] = []
        self.wrong: list[tuple[int, int, str]] = []
        left = self._take_words(text, mentions)
        self.mentions = [m for m in mentions if not any(c.start <= m.start and m.end <= c.end for c in self.found)]
        self.left = self._take_codes(left, words)

    def _take_words(self, text: PlainText, mentions: Sequence[Mention]) -> PlainText:
        """Longer words of the store, the longest first, but for those inside a name."""
        names = [(mention.start, mention.end) for mention in mentions]
        left = text
        for written, marks in self._evidence.copies_by_length():
            for at in _places(left.original, written):
                end = at + len(written)
                beside = left.original[at - 1 : at] + left.original[end : end + 1]
                if not _ADJOINING.search(beside) and not any(a <= at and end <= b for a, b in names):
                    self._add(at, end, marks)
                    left = left.without([(at, end)])
        return left

    def _take_codes(self, left: PlainText, words: Lexicon) -> PlainText:
        unnamed = left.without([(mention.start, mention.end) for mention in self.mentions])
        for code in find_codes(unnamed, words):
            found = self._marks_of(code)
            if found is None and code.kind is Copied.NUMBER:
                continue  # a long number that is copied from nowhere may be an amount
            if found is None:
                self.wrong.append((code.start, code.end, code.kind))
            self._add(code.start, code.end, found or ())
            left = left.without([(code.start, code.end)])
        return left

    def _add(self, start: int, end: int, marks: Sequence[str]) -> None:
        if _SIGN.search(self._text.original[:start]):
            self.wrong.append((start - 1, end, "sign"))
        self.found.append(Copy(start, end, tuple(marks)))

    def _marks_of(self, code: Code) -> Sequence[str] | None:
        """The facts or the citation that a code is copied from; none where it stands on the ledger without one."""
        ledger, evidence = self._ledger, self._evidence
        if code.kind is Copied.PLACEHOLDER:
            return None
        if code.kind is Copied.CITATION:
            number = code.text.lstrip("^")
            known = number.isdigit() and 0 < int(number) <= len(ledger.citations)
            return [ledger.citations[int(number) - 1].id] if known else None
        found = evidence.codes.get(bare(code.text))
        if found:
            return found
        on_card = any(bare(code.text) == bare(card.id) for card in ledger.products)
        return () if on_card or is_said(code.text, evidence.words) else None


def _places(text: str, written: str) -> Iterator[int]:
    at = text.find(written)
    while at >= 0:
        yield at
        at = text.find(written, at + len(written))
