"""Promises and judgements, which no figure proves: guaranteed returns, what suits whom, who is creditworthy."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.grounding.written.lexicon import Lexicon

_REACH = 24
"""Characters before a claim in which a "not" takes it back."""
_BREAK = re.compile(r"[,.;:。，；：]")


@dataclass(frozen=True)
class Claim:
    """A claim and its place. `kind` is promise, suitability, recommendation, credit or superlative."""

    start: int
    end: int
    kind: str


def find_claims(plain: str, words: Lexicon) -> Iterator[Claim]:
    """The claims in plain text, but for those that it denies."""
    for kind, pattern in words.claims:
        for match in pattern.finditer(plain):
            before = _BREAK.split(plain[max(0, match.start() - _REACH) : match.start()])[-1]
            if not words.negations.search(before):
                yield Claim(match.start(), match.end(), kind)
