"""The page on which a model's sentences are set: text goes out with each sentence, a block when it is full."""

import re

from assistant.answer import Line, Listing, Paragraph, Span
from assistant.events import BlockReady, TextDelta
from assistant.grounding.ledger import Ledger
from assistant.grounding.verification import Verdict
from assistant.typesetting import text_of

PageEvent = TextDelta | BlockReady

_ITEM = re.compile(r"\s*(?:[-*•–]|\d{1,2}[.)、])\s+")
_DECORATION = re.compile(r"\*\*|__|`")
_SPACE = re.compile(r"[ \t\r\n]+")


class Page:
    """Sets sentences in paragraphs and lists. Figures carry the ids of what they rest on."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lines: list[Line] = []
        self._is_list = False
        self._sent = ""
        self._gap = False

    def take(self, verdict: Verdict) -> list[PageEvent]:
        """What goes out once this sentence is on the page."""
        item = _ITEM.match(verdict.sentence)
        events = self.close() if self._lines and bool(item) is not self._is_list else []
        line = self._line(verdict, item.end() if item else 0)
        self._is_list = bool(item)
        if item or not self._lines:
            self._lines.append(line)
        else:
            self._lines[-1] = [*self._lines[-1], *([Span(text=" ")] if self._gap else []), *line]
        events += self._grown()
        after = verdict.sentence[len(verdict.sentence.rstrip()) :]
        self._gap = bool(after)
        return events + self.close() if "\n" in after and not item else events

    def close(self) -> list[PageEvent]:
        """What goes out when the block is full."""
        if not self._lines:
            return []
        block, self._lines, self._sent = self._block(), [], ""
        return [BlockReady(block), TextDelta("\n\n")]

    def _grown(self) -> list[PageEvent]:
        text = text_of([self._block()])
        new, self._sent = text[len(self._sent) :], text
        return [TextDelta(new)] if new else []

    def _block(self) -> Paragraph | Listing:
        return Listing(items=list(self._lines)) if self._is_list else Paragraph(line=self._lines[0])

    def _line(self, verdict: Verdict, start: int) -> Line:
        spans: Line = []
        citations = {citation.id for citation in self._ledger.citations}
        for begin, end, mark in sorted(verdict.marks):
            if begin < start:
                continue
            spans.append(Span(text=_plain(verdict.sentence[start:begin])))
            written = _plain(verdict.sentence[begin:end])
            spans.append(Span(text=written, citation=mark) if mark in citations else Span(text=written, fact=mark))
            start = end
        spans.append(Span(text=_plain(verdict.sentence[start:].rstrip())))
        return [span for span in spans if span.text]


def _plain(text: str) -> str:
    """Text without the decoration that models add; our blocks have none in prose."""
    return _SPACE.sub(" ", _DECORATION.sub("", text))
