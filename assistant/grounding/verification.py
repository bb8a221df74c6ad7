"""Checks what a model says against the ledger: what rests on no Fact is not sent."""

import re
from dataclasses import dataclass

from assistant.grounding.evidence import Evidence
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.named import LedgerNames
from assistant.grounding.question import Question
from assistant.grounding.statement import Grounds, Statement, Unsupported
from assistant.grounding.trends import Trends
from assistant.grounding.written.lexicon import lexicon
from assistant.understanding.text import PlainText

_HEADING = re.compile(r"^\s*#|[:：]\**\s*$")
_LISTED = re.compile(r"^\s*(?:\||[-*+•]\s|\d{1,2}[.)]\s)")

__all__ = ["Unsupported", "Verdict", "Verifier"]


@dataclass(frozen=True)
class Verdict:
    """What was found of one sentence. `marks` are start, end and the fact or citation id that a figure rests on."""

    sentence: str
    marks: tuple[tuple[int, int, str], ...]
    unsupported: tuple[Unsupported, ...]

    @property
    def holds(self) -> bool:
        """Whether the sentence may be sent."""
        return not self.unsupported


class Verifier:
    """Checks the sentences of one turn, in their order: "she" is the customer whom the last sentence that held named.
    Facts that come onto the ledger later count from then on."""

    def __init__(self, ledger: Ledger, known: KnownNames, question: str) -> None:
        self._ledger = ledger
        self._evidence = Evidence(ledger)
        self._names = LedgerNames()
        self._named = 0
        self._spoken: frozenset[str] = frozenset()
        self._heading: frozenset[str] = frozenset()
        words = lexicon(ledger.language)
        self._trends = Trends(self._evidence, words)
        asked = Question.of(question, words, ledger.today)
        self._grounds = Grounds(ledger, self._evidence, self._trends, self._names, known, asked, words)

    def check(self, sentence: str) -> Verdict:
        """Whether all that the sentence says in figures, days, names and citations is on the ledger."""
        self._refresh()
        text = PlainText.of(sentence)
        statement = Statement(text, self._grounds, self._before(text))
        marks = tuple(sorted(set(statement.marks)))
        verdict = Verdict(sentence, marks, tuple(dict.fromkeys(statement.unsupported)))
        if verdict.holds:
            self._remember(text, statement.customers)
        return verdict

    def _before(self, text: PlainText) -> frozenset[str]:
        """Whom a sentence speaks of by "she" or "the customer", or a list by the heading above it."""
        if self._grounds.words.pronouns.search(text.plain):
            return self._spoken
        return self._heading if _LISTED.match(text.original) else frozenset()

    def _remember(self, text: PlainText, customers: frozenset[str]) -> None:
        """Keeps whom the last sentence that held has named, for those that follow."""
        self._spoken = customers or self._spoken
        if _HEADING.search(text.original):
            self._heading = customers
        elif not _LISTED.match(text.original):
            self._heading = frozenset()

    def _refresh(self) -> None:
        if self._evidence.refresh():
            for fact in self._ledger.facts[self._named :]:
                if isinstance(fact.value, str):
                    self._names.take(fact)
            self._named = len(self._ledger.facts)
            self._trends.refresh()
