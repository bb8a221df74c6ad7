"""Checks what a model says against the ledger: what rests on no Fact is not sent."""

from dataclasses import dataclass

from assistant.grounding.evidence import Evidence
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.named import LedgerNames
from assistant.grounding.statement import Grounds, Statement, Unsupported
from assistant.grounding.trends import Trends
from assistant.grounding.written.lexicon import lexicon
from assistant.understanding.text import PlainText
from knowledge.crm.names import fold

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
    """Checks the sentences of one turn. Facts that come onto the ledger later count from then on."""

    def __init__(self, ledger: Ledger, known: KnownNames, question: str) -> None:
        self._ledger = ledger
        self._evidence = Evidence(ledger)
        self._names = LedgerNames()
        self._named = 0
        words = lexicon(ledger.language)
        self._trends = Trends(self._evidence, words)
        asked = f" {fold(question)} "
        self._grounds = Grounds(ledger, self._evidence, self._trends, self._names, known, asked, words)

    def check(self, sentence: str) -> Verdict:
        """Whether all that the sentence says in figures, days, names and citations is on the ledger."""
        self._refresh()
        statement = Statement(PlainText.of(sentence), self._grounds)
        marks = tuple(sorted(set(statement.marks)))
        return Verdict(sentence, marks, tuple(dict.fromkeys(statement.unsupported)))

    def _refresh(self) -> None:
        if self._evidence.refresh():
            for fact in self._ledger.facts[self._named :]:
                if isinstance(fact.value, str):
                    self._names.take(fact)
            self._named = len(self._ledger.facts)
            self._trends.refresh()
