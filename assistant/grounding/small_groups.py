"""Which averages may be told to someone who sees only some of the members they are taken over, and how exactly.

Who knows an average, the number of members and the values of those they may see knows the sum of the others. Averages
of several groups give several such sums, and sums and differences of them. Two rules keep one customer's value from
showing through:

- **Number.** What an asker may be told is decided once for all groups they can ever ask about, whatever the question:
  the bank, their own branch, and the peer groups of their customers. No sum or difference of what may be told has
  between one and `least` - 1 customers in it whom the asker may not see.
- **Rounding.** An average over anybody out of view is rounded so far that from it the largest member's value, and so
  anyone's, cannot be worked out more closely than to a set part of it (the p% rule of official statistics). It keeps
  one large customer from being the average, and averages of two days from telling who came in between.

docs/security.md says what they do not protect from.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import count

from knowledge.crm.members import Cell, Outside

STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Tellable:
    """The groups whose averages may be told."""

    bank: bool
    branch: bool
    peers: frozenset[str]


def tellable(outside: Outside, least: int) -> Tellable:
    """Which averages of one measure may be told, all of them together. Of peer groups only those that the asker has
    customers in are ever asked about.

    The bank comes first, then the branch, then peer groups: whether the first two may be told does not depend on which
    others are asked for. Numbers that do not fit each other (somebody has moved since they were counted) tell nothing.
    """
    bank = _enough(outside.bank, least)
    own = outside.branch
    branch = own is not None and _enough(own, least) and (own == 0 or (bank and _enough(outside.bank - own, least)))
    if any(here < 0 or elsewhere < 0 for here, elsewhere in outside.peers.values()):
        return Tellable(bank, branch, frozenset())
    told = {group for group in outside.own_peers & outside.peers.keys() if _enough(sum(outside.peers[group]), least)}
    while told and not _together(outside.peers, told, least, bank=bank, branch=branch and own != 0):
        told.remove(min(told, key=lambda group: (not sum(outside.peers[group]), sum(outside.peers[group]), group)))
    return Tellable(bank, branch, frozenset(told))


def _together(peers: Mapping[str, Cell], told: Collection[str], least: int, *, bank: bool, branch: bool) -> bool:
    """Whether these peer groups may be told beside the bank and the branch.

    A sum of told averages gives each told peer group a weight, all others together the bank's, and those in the branch
    the branch's besides. So without the branch, what is left of the bank beside the told groups has to be enough. With
    it, each told group can be cancelled out in the branch or elsewhere but not in both: the smaller of the two is what
    a sum cannot get rid of, and all of these together have to be enough or nobody.
    """
    rest_here = sum(here for group, (here, _) in peers.items() if group not in told)
    rest_elsewhere = sum(elsewhere for group, (_, elsewhere) in peers.items() if group not in told)
    if bank and not _enough(rest_here + rest_elsewhere, least):
        return False
    if not branch:
        return True
    remaining = sum(min(peers[group]) for group in told)
    remaining += min(rest_here, rest_elsewhere) if bank else rest_here
    return _enough(remaining, least)


def _enough(number: int, least: int) -> bool:
    return number == 0 or number >= least


def rounding_step(largest: Decimal, members: int, closest: Decimal) -> Decimal:
    """To what an average over that many members is rounded: 1, 2 or 5 with noughts, so large that half of it times the
    members is at least `closest` percent of the largest member's value."""
    needed = largest * closest / 50 / members
    if needed <= 0:
        return Decimal(0)
    for exponent in count(needed.adjusted()):
        for step in STEPS:
            if (found := Decimal(step).scaleb(exponent)) >= needed:
                return found
    raise AssertionError("there is always a larger step")


def rounded(average: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` that is nearest to the average."""
    return (average / step).to_integral_value(ROUND_HALF_EVEN) * step if step else average
