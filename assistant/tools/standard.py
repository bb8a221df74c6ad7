"""What the bank's standards and product sheets say."""

from dataclasses import dataclass

from assistant.grounding.ledger import Figure, Quotation
from assistant.tools.desk import Desk, Topic
from knowledge.library.passage import Passage

CLAUSES = 3
NEAR = 0.75
"""Further clauses are shown when they score at least this share of the best one."""


@dataclass(frozen=True)
class Clause:
    """A clause in its own words, and from when to when it holds."""

    source: Quotation
    lines: list[Quotation]
    valid_from: Figure | None
    valid_until: Figure | None


@dataclass(frozen=True)
class Standard:
    answered: bool
    clauses: list[Clause]


async def standard(desk: Desk, topic: Topic) -> Standard:
    """What the service standards, internal rules and product sheets say on a question, word for word,
    with clause and validity; says so when the base has no answer."""
    found = await desk.library.search(topic, top=CLAUSES, as_of=desk.today, language=desk.language)
    if not found.answered:
        return Standard(answered=False, clauses=[])
    best = found.hits[0].score
    return Standard(
        answered=True, clauses=[_clause(desk, hit.passage) for hit in found.hits if hit.score >= NEAR * best]
    )


def _clause(desk: Desk, passage: Passage) -> Clause:
    source = f"passage/{passage.id}"
    return Clause(
        source=desk.ledger.cite(passage),
        lines=[desk.ledger.quote(passage, line) for line in passage.text.splitlines() if line.strip()],
        valid_from=desk.ledger.day(passage.id, "valid_from", passage.valid_from, source)
        if passage.valid_from
        else None,
        valid_until=desk.ledger.day(passage.id, "valid_until", passage.valid_until, source)
        if passage.valid_until
        else None,
    )
