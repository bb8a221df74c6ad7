"""Numbers and days as conditions on a field."""

from datetime import date
from decimal import Decimal

from assistant.understanding.selection.quantities import COUNT, Range
from knowledge.query import FIELDS, Condition, Kind, Operator

AGES = range(14, 111)


def on_days(name: str, days: tuple[date | None, date | None], negated: bool) -> Condition:
    """Days from the first to the last, each of which may be open."""
    first, last = days
    if first is not None and last is not None:
        return Condition(field=name, operator=Operator.BETWEEN, values=(str(first), str(last)), negated=negated)
    operator = Operator.SINCE if first is not None else Operator.UNTIL
    return Condition(field=name, operator=operator, values=(str(first or last),), negated=negated)


def compared(name: str, found: Range, negated: bool) -> Condition:
    """A range as a condition on a figure; a number without a word of comparison is the least."""

    def made(operator: Operator, *values: Decimal | None) -> Condition:
        currency = found.currency if FIELDS[name].kind is Kind.MONEY else None
        written = tuple(f"{value.normalize():f}" for value in values if value is not None)
        return Condition(field=name, operator=operator, values=written, currency=currency, negated=negated)

    if found.least is not None and found.most is not None and found.least != found.most:
        return made(Operator.BETWEEN, found.least, found.most)
    if found.least is not None:
        return made(Operator.AT_LEAST if found.with_least else Operator.MORE_THAN, found.least)
    return made(Operator.AT_MOST if found.with_most else Operator.LESS_THAN, found.most)


def is_age(found: Range) -> bool:
    """Whether a bare number is an age: "women over 60"."""
    ends = [end for end in (found.least, found.most) if end is not None]
    exact = found.least == found.most
    return found.unit in (COUNT, "year") and not exact and all(end in AGES for end in ends)
