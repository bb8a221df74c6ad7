"""Checks what a model says against the ledger: what rests on no Fact is not sent."""

import re
from dataclasses import dataclass

from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger

_NUMBER = re.compile(r"\d[\d.,]*\d|\d")


@dataclass(frozen=True)
class Unsupported:
    """Something a sentence says that is on no Fact. `kind` is number, money, percent, date, customer, product ..."""

    written: str
    kind: str


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
        self._known = known
        self._question = question

    def check(self, sentence: str) -> Verdict:
        """Whether every figure of the sentence is on the ledger."""
        marks, unsupported = [], []
        for match in _NUMBER.finditer(sentence):
            fact = next((f.id for f in self._ledger.facts if match[0] in f.text), None)
            if fact:
                marks.append((match.start(), match.end(), fact))
            else:
                unsupported.append(Unsupported(match[0], "number"))
        return Verdict(sentence, tuple(marks), tuple(unsupported))
