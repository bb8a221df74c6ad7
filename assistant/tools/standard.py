"""What the bank's standards and product sheets say."""

from collections.abc import Collection
from dataclasses import dataclass, field

from assistant.grounding.ledger import Figure, Quotation
from assistant.tools.desk import Desk, Topic
from knowledge.library.passage import Contradiction, Passage
from knowledge.library.questions import questions_in

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
class Disagreement:
    """Two clauses that say the same thing differently."""

    first: Clause
    second: Clause


@dataclass(frozen=True)
class Standard:
    """`complete` is false where a part of the question has no answer."""

    answered: bool
    clauses: list[Clause]
    complete: bool = True
    disagreements: list[Disagreement] = field(default_factory=list)


async def standard(desk: Desk, topic: Topic) -> Standard:
    """What the service standards, internal rules and product sheets say on a question, word for word,
    with clause and validity; says so when the base has no answer, and when its documents contradict each other."""
    passages: dict[str, Passage] = {}
    disagreeing: dict[tuple[str, str], Contradiction] = {}
    parts = questions_in(topic)
    answered = 0
    for part in parts:
        found = await desk.library.search(part, top=CLAUSES, as_of=desk.today, language=desk.language)
        if not found.answered:
            continue
        answered += 1
        best = found.hits[0].score
        near = {hit.passage.id: hit.passage for hit in found.hits if hit.score >= NEAR * best}
        passages |= near
        shown = {(passage.document_id, passage.section) for passage in near.values()}
        disagreeing |= {(c.first.id, c.second.id): c for c in found.contradictions if _is_of(c, shown)}
    if answered < len(parts):
        desk.unanswered.append(topic)
    return Standard(
        answered=answered > 0,
        clauses=[_clause(desk, passage) for passage in passages.values()],
        complete=answered == len(parts),
        disagreements=[Disagreement(_clause(desk, c.first), _clause(desk, c.second)) for c in disagreeing.values()],
    )


def _is_of(contradiction: Contradiction, shown: Collection[tuple[str, str]]) -> bool:
    """Whether one side is a clause that is shown."""
    return any((p.document_id, p.section) in shown for p in (contradiction.first, contradiction.second))


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
