"""Which averages may be told to someone who sees only some of the members they are taken over.

Who knows an average, the number of members and the values of those they may see knows the sum of the others. Where
these are few, or where two such sums differ by few, that tells about one of them.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import TypeVar

Key = TypeVar("Key")


def tellable(outside: Mapping[Key, int], order: Sequence[Key], least: int) -> frozenset[Key]:
    """Those averages that may be told together. `outside` says how many members of each lie outside of the asker's
    scope; `order` which averages come first where not all of them may be told.

    Groups lie across or within one another, so what is known of the others are sums and differences of sums. A
    combination that leaves one customer, or fewer than `least`, has a number of members between 1 and `least` - 1:
    an average joins those told only if no sum or difference of them all has.
    """
    told: list[Key] = []
    for key in order:
        if key in outside and outside[key] >= 0 and _tells_nobody([outside[other] for other in (*told, key)], least):
            told.append(key)
    return frozenset(told)


def _tells_nobody(numbers: Sequence[int], least: int) -> bool:
    nets = (abs(sum(sign * number for sign, number in zip(signs, numbers, strict=True)))
            for signs in product((-1, 0, 1), repeat=len(numbers)))  # fmt: skip
    return not any(0 < net < least for net in nets)
