"""A sentence whose values are evidence: said in the asker's language, with each value led back to its source."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.grounding.ledger import Figure, Quotation
from prompts import phrase


@dataclass(frozen=True)
class Part:
    """Words, and the evidence that follows them."""

    words: str
    figure: Figure | None
    quotation: Quotation | None


@dataclass(frozen=True)
class Said:
    """One sentence."""

    parts: list[Part]

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        evidence = ((part.figure or part.quotation) for part in self.parts)
        return "".join(p.words + (e.text if e else "") for p, e in zip(self.parts, evidence, strict=True))

    @property
    def evidence(self) -> list[Figure | Quotation]:
        """What the sentence rests on, in its order."""
        return [evidence for part in self.parts if (evidence := part.figure or part.quotation)]


def said(book: str, code: str, language: str, values: Mapping[str, Figure | Quotation]) -> Said:
    """The sentence of that code with its values. Raises KeyError for a sentence or a value that is not there."""
    parts = []
    for words, name in phrase(book, code, language):
        value = values[name] if name else None
        parts.append(
            Part(words, value if isinstance(value, Figure) else None, value if isinstance(value, Quotation) else None)
        )
    return Said(parts)
