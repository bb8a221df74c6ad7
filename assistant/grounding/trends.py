"""What is said to have risen or fallen without a figure, held against what the ledger says of it."""

import re
from collections.abc import Iterator

from assistant.grounding.evidence import Evidence
from assistant.grounding.whose import spoken
from assistant.grounding.written.layout import Layout

_ARROWS = (("↑", "down"), ("↓", "up"))


def wrong_trends(layout: Layout, evidence: Evidence) -> Iterator[tuple[int, int, str]]:
    """Where "deposits rose" stands against facts that they fell, or an arrow beside a word for the other way."""
    plain, words = layout.left.plain, layout.words
    for arrow, against in _ARROWS:
        for pointed in re.finditer(rf"{arrow}\s*\w+", plain):
            if words.directions[against].search(pointed[0]):
                yield pointed.start(), pointed.end(), "direction"
    for begin, end in layout.clauses:
        if any(begin <= figure.start < end for figure in layout.figures):
            continue
        clause = plain[begin:end]
        way = layout.way_of(clause)
        if way == 0:
            continue
        ids = spoken(layout.spoken_of("customer", begin)) or spoken(layout.spoken_of("customer", end))
        for noun, pattern in words.trends:
            match = pattern.search(clause)
            known = evidence.ways(noun, ids) if match else frozenset()
            if match and known and way not in known:
                yield begin + match.start(), begin + match.end(), "direction"
