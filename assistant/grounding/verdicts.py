"""What suits whom is said only as the bank's rules have found it: a product's card on the ledger bears the verdict."""

from collections.abc import Iterator

from assistant.grounding.ledger import Ledger
from assistant.grounding.whose import spoken
from assistant.grounding.written.layout import Layout

SUITS = ("allowed", "warning")
DOES_NOT = ("not_allowed",)


def said_verdicts(layout: Layout, ledger: Ledger) -> Iterator[tuple[int, int, bool]]:
    """Where a product is said to suit or not to suit, and whether each one that is meant was found so."""
    found = {card.id: card.verdict for card in ledger.products}
    taken: list[tuple[int, int]] = []
    for pattern, verdicts in ((layout.words.unsuited, DOES_NOT), (layout.words.suited, SUITS)):
        for match in pattern.finditer(layout.whole.plain):
            if any(match.start() < end and match.end() > start for start, end in taken):
                continue
            taken.append(match.span())
            if products := spoken(layout.spoken_of("product", match.start())):
                yield *match.span(), all(found.get(product) in verdicts for product in products)
