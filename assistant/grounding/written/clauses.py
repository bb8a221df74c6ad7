"""Clauses of a sentence, and which of the names in it a figure is said of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.grounding.written.lexicon import Lexicon

Place = tuple[int, int]


@dataclass(frozen=True)
class Named:
    """A place where something is named, and the ids of what may be meant."""

    start: int
    end: int
    ids: frozenset[str]


@dataclass(frozen=True)
class Group:
    """Names of which the same is said: "Ann, Ben and Carl"."""

    names: tuple[Named, ...]

    @property
    def start(self) -> int:
        return self.names[0].start

    @property
    def end(self) -> int:
        return self.names[-1].end


Placed = TypeVar("Placed", Named, Group)


def groups_of(plain: str, names: Sequence[Named], words: Lexicon) -> list[Group]:
    """The names in the order of the text; those that only a comma or "and" parts belong together."""
    groups: list[list[Named]] = []
    for name in sorted(names, key=lambda n: n.start):
        if groups and words.joins.fullmatch(plain[groups[-1][-1].end : name.start]):
            groups[-1].append(name)
        else:
            groups.append([name])
    return [Group(tuple(group)) for group in groups]


def clauses_of(plain: str, taken: Sequence[Place], words: Lexicon) -> list[Place]:
    """The clauses of a sentence. No clause ends within a place that is taken: a name or a figure."""
    clauses, begin = [], 0
    for match in words.clauses.finditer(plain):
        if all(match.end() <= start or match.start() >= end for start, end in taken):
            clauses.append((begin, match.start()))
            begin = match.end()
    clauses.append((begin, len(plain)))
    return clauses


def clause_at(clauses: Sequence[Place], at: int) -> Place:
    """The clause that a place lies in."""
    return next((clause for clause in reversed(clauses) if clause[0] <= at), clauses[0])


def spoken_of(groups: Sequence[Group], clauses: Sequence[Place], at: int) -> Group | None:
    """The names that what stands at that place is said of: those before it in its clause, else those after it there,
    else the nearest ones before, else the nearest ones after."""
    begin, end = clause_at(clauses, at)
    before = [group for group in groups if group.end <= at]
    after = [group for group in groups if group.start >= at]
    for group in reversed(before):
        if group.end > begin:
            return group
    if after and after[0].start < end:
        return after[0]
    return before[-1] if before else (after[0] if after else None)
