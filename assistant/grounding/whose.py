"""Whom a sentence speaks of at a place, and whether a fact is told of them."""

from assistant.grounding.evidence import LABEL, NAMED, Evidence
from assistant.grounding.written.clauses import Group
from assistant.grounding.written.layout import Layout


class Whose:
    """Holds the owners of facts against the names in a sentence."""

    def __init__(self, layout: Layout, evidence: Evidence) -> None:
        self._layout, self._evidence = layout, evidence

    def fits(self, mark: str, at: int) -> bool:
        """Whether a fact is told of those whom the sentence speaks of at that place: its customer, product, branch,
        colleague or item of a list is among them wherever one of that kind is named. What belongs to a product, a
        branch or a colleague is not told where others alone are named."""
        evidence, foreign = self._evidence, False
        for kind in (*NAMED, LABEL):
            group = self._layout.spoken_of(kind, at)
            if group is None:
                continue
            owners = evidence.owners(mark, kind)
            if owners and not owners & spoken(group):
                return False
            foreign = foreign or (kind != LABEL and not owners)
        fact = evidence.facts.get(mark)
        return not (foreign and fact and evidence.is_named(fact.subject) and not self._is_spoken(fact.subject))

    def product_named_at(self, at: int) -> frozenset[str]:
        """The products that the sentence speaks of at that place."""
        return spoken(self._layout.spoken_of("product", at))

    def _is_spoken(self, subject: str) -> bool:
        return any(subject in spoken(group) for kind in NAMED for group in self._layout.groups[kind])


def spoken(group: Group | None) -> frozenset[str]:
    """The ids of all who are named together."""
    return frozenset().union(*(name.ids for name in group.names)) if group else frozenset()
