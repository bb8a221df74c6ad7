"""What things that are named together share: of whom, and of when."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.understanding.reading import Mentions, Reading
from assistant.understanding.selection.choosing import SELECTION


def shared(readings: Sequence[Reading], beside: Sequence[bool]) -> list[Reading]:
    """The Readings with the customer and the period of a neighbour, where they name none themselves: in "the deposits
    and last contact of Zhang Li" both are hers. `beside` tells which are merely named with the one before."""
    found = list(readings)
    neighbours = [(left, right) for left, right in pairwise(range(len(found))) if beside[right]]
    for left, right in neighbours:
        found[right] = _with(found[right], found[left].mentions)
    for left, right in reversed(neighbours):
        found[left] = _with(found[left], found[right].mentions)
    return found


def _with(reading: Reading, other: Mentions) -> Reading:
    own, ability = reading.mentions, reading.ability
    if not (own.customers or own.unknown_name or own.pronoun or own.many or own.account):
        if ability == SELECTION and (other.customers or other.pronoun):
            ability, own = _of_somebody(reading), replace(own, query=None, unread=())
        own = replace(
            own,
            customers=other.customers,
            account=other.account,
            unknown_name=other.unknown_name,
            pronoun=other.pronoun,
        )
    if own.period is None:
        own = replace(own, period=other.period)
    return replace(reading, ability=ability, mentions=own)


def _of_somebody(reading: Reading) -> str | None:
    """What a question by criteria asks of one customer."""
    return next((guess.ability for guess in reading.guesses if guess.ability != SELECTION), reading.ability)
