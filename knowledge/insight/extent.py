"""For whom a run computes each definition: for nobody, for the customers that changed, or for all."""

from collections.abc import Sequence, Set
from enum import StrEnum

from knowledge.insight.definition import PERIOD, Definition


class Extent(StrEnum):
    """`CHANGED` is for definitions that tell of each customer by that customer's rows alone."""

    NONE = "none"
    CHANGED = "changed"
    ALL = "all"


def extents(definitions: Sequence[Definition], inputs: Set[str], *, changed: bool) -> dict[str, Extent]:
    """The extent of each definition, which are in the order in which they read one another.

    `inputs` are the tables without customers that are other than before, and the days, as `period.<column>`; `changed`
    says whether rows of any customers are.
    """
    chosen: dict[str, Extent] = {}
    for one in definitions:
        read = {chosen[name] for name in one.reads if name in chosen}
        used = {*one.reads, *(f"{PERIOD}.{day}" for day in one.days)}
        if used & inputs or Extent.ALL in read or (changed and not one.per_customer):
            chosen[one.name] = Extent.ALL
        else:
            chosen[one.name] = Extent.CHANGED if changed else Extent.NONE
    return chosen
