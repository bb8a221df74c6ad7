"""A question that takes the last one further: "and in Madrid?", "only the gold ones", "by branch?"."""

from collections.abc import Sequence

from pydantic import ValidationError

from knowledge.query import Condition, Holding, Order, Query, Show
from knowledge.query.query import OF_A_FIGURE

THINGS = ("product_kind", "product", "feedback_kind", "transaction_kind", "contact_channel")
"""Fields that say what a customer has: of the same thing the newer word counts."""


def refined(last: Query, more: Query, *, measured: bool) -> Query | None:
    """The last query with what the further question says: new values of a field replace the old ones, further
    conditions join them, groups and order are the newer ones. `measured` says that it asks for a number or a figure of
    its own. None where the two do not go together."""
    show, figure = (more.show, more.figure) if measured else (last.show, last.figure)
    if more.order and not (more.where or more.group or last.group):
        show, figure = Show.LIST, None
    lists = measured and show is Show.LIST and not more.group
    groups = () if lists else more.group or last.group
    order: Order | None = more.order or last.order
    if groups and show is Show.LIST:
        show = Show.COUNT
    listed = show is Show.LIST
    try:
        return Query(
            about=last.about,
            show=show,
            figure=figure if show in OF_A_FIGURE else None,
            where=_merged(last.where, more.where),
            group=groups,
            order=order if listed else None,
            limit=(more.limit or last.limit) if listed else None,
        )
    except ValidationError:
        return None


def _merged(
    last: Sequence[Condition | Holding], more: Sequence[Condition | Holding]
) -> tuple[Condition | Holding, ...]:
    return (*(old for old in last if not any(_replaces(new, old) for new in more)), *more)


def _replaces(new: Condition | Holding, old: Condition | Holding) -> bool:
    if isinstance(new, Condition) and isinstance(old, Condition):
        return new.field == old.field
    if isinstance(new, Holding) and isinstance(old, Holding):
        return new.has is old.has and (_thing(new) == _thing(old))
    return False


def _thing(holding: Holding) -> frozenset[str]:
    return frozenset(v for c in holding.where if c.field in THINGS for v in c.values)
