"""What customers have, or have not: one phrase after the other, each a thing of its own or a part of the one before."""

from collections.abc import Sequence

from assistant.understanding.selection.phrases import Phrase
from assistant.understanding.selection.quantities import Range
from knowledge.query import Condition, Holding, Operator

THINGS = ("product_kind", "product", "feedback_kind", "transaction_kind", "contacted_on", "contact_channel")
"""Fields that name a thing; conditions on others alone go on with the thing before."""


def with_holding(
    holdings: Sequence[Holding], phrase: Phrase, where: Sequence[Condition], number: Range | None
) -> list[Holding]:
    """The holdings with what a phrase says of a thing. `number` is how many there are to be."""
    assert phrase.owner is not None
    found, negated, least = list(holdings), phrase.negated, 1
    if number is not None and number.exact and number.least is not None:
        least = int(number.least)
        found.append(Holding(has=phrase.owner, where=tuple(where), at_least=least + 1, negated=not negated))
    elif number is not None and number.least is not None:
        least = int(number.least) + (0 if number.with_least else 1)
    elif number is not None and number.most is not None:
        least, negated = int(number.most) + (1 if number.with_most else 0), not negated
    last = found[-1] if found and found[-1].has is phrase.owner else None
    if last is not None and last.negated == negated and (phrase.joint is not None or negated):
        joined = _joined(last, where, either=phrase.either or negated)
        if joined is not None:
            return [*found[:-1], joined]
    if (
        last is not None
        and (phrase.joint or not phrase.governed)
        and not any(condition.field in THINGS for condition in where)
    ):
        # "a loan over 200k and in arrears": what names no thing of its own goes on with the one before.
        return [*found[:-1], last.model_copy(update={"where": (*last.where, *where)})]
    return [*found, Holding(has=phrase.owner, where=tuple(where), at_least=max(least, 1), negated=negated)]


def _joined(last: Holding, where: Sequence[Condition], *, either: bool) -> Holding | None:
    """A loan or a card: one thing whose kind is either; None where they are two things."""
    if len(where) != 1 or not either:
        return None
    (condition,) = where
    for at, other in enumerate(last.where):
        if other.field == condition.field and other.operator is condition.operator is Operator.IS:
            values = tuple(dict.fromkeys((*other.values, *condition.values)))
            joined = list(last.where)
            joined[at] = other.model_copy(update={"values": values})
            return last.model_copy(update={"where": tuple(joined)})
    return None
