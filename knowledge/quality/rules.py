"""What a recorded value must meet, as SQL conditions: the same ones for one file and for a whole bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, func, not_, or_

from knowledge.crm.codes import CustomerKind, Tier
from knowledge.crm.lineage import SourceRecord
from knowledge.crm.tables import Customer
from knowledge.quality.expectations import expectations

Filed = type[Customer] | type[SourceRecord]
"""Tables that hold a customer's fields: what the bank believes, and what each system says."""

TOLERANCES = ("C1", "C2", "C3", "C4", "C5")
SEXES = ("F", "M")
DIGITS = "0123456789"
PHONE_MARKS = " +-()./"
"""What may stand between the digits of a phone number."""
CHECKED = ("phone", "email", "sex", "birth_date", "income", "tolerance", "tier", "customer_since", "closed_on")
"""Fields on which there is a rule; accuracy is a share of their recorded values."""


@dataclass(frozen=True)
class Rule:
    """`broken` is true of a row whose `field` cannot be right, or no longer holds."""

    code: str
    field: str
    broken: ColumnElement[bool]


def column(table: Filed, field: str) -> ColumnElement[Any]:
    """That field of the table, by its name."""
    return cast(ColumnElement[Any], getattr(table, field))


def rules(table: Filed, today: date) -> tuple[Rule, ...]:
    """All rules, for the rows of that table as of that day. At most one rule is broken per field."""
    limits = expectations().limits
    born, since, closed = table.birth_date, table.customer_since, table.closed_on
    oldest = date(today.year - limits.oldest_years, 1, 1)
    assessed_after = today - timedelta(days=limits.assessment_days)
    least, most = limits.income
    named = table.tolerance.in_(TOLERANCES)
    return (
        Rule("phone_malformed", "phone", _phone_malformed(table)),
        Rule("email_malformed", "email", _email_malformed(table)),
        Rule("unknown_code", "sex", table.sex.not_in(SEXES)),
        Rule("in_future", "birth_date", born > today),
        Rule("too_long_ago", "birth_date", born < oldest),
        Rule("unlikely_income", "income", _is_person(table, or_(table.income < least, table.income > most))),
        Rule("unknown_code", "tolerance", not_(named)),
        Rule("undated", "tolerance", and_(named, table.tolerance_assessed_on.is_(None))),
        Rule("expired", "tolerance", and_(named, table.tolerance_assessed_on < assessed_after)),
        Rule("unknown_code", "tier", table.tier.not_in([tier.value for tier in Tier])),
        Rule("in_future", "customer_since", since > today),
        Rule("before_birth", "customer_since", and_(since <= today, since < born)),
        Rule("before_start", "closed_on", closed < since),
    )


def _is_person(table: Filed, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return and_(table.kind == CustomerKind.PERSON.value, condition)


def _phone_malformed(table: Filed) -> ColumnElement[bool]:
    """Anything besides digits and the marks between them, or too few or too many digits."""
    phone = cast(ColumnElement[str], table.phone)
    fewest, most = expectations().limits.phone_digits
    # Most numbers are nothing but digits: taking the marks out of every one would be most of the work on a bank.
    bare = func.ltrim(phone, DIGITS) == ""
    number = case((bare, func.length(phone)), else_=func.length(_without(phone, PHONE_MARKS)))
    return or_(func.ltrim(phone, DIGITS + PHONE_MARKS) != "", not_(number.between(fewest, most)))


def _email_malformed(table: Filed) -> ColumnElement[bool]:
    """No name, no domain with a dot inside, a space, or not exactly one @."""
    email = cast(ColumnElement[str], table.email)
    ats = func.length(email) - func.length(func.replace(email, "@", ""))
    shaped = and_(email.like("_%@_%._%"), ats == 1, not_(email.like("%@.%")), not_(email.like("% %")))
    return not_(shaped)


def _without(text: ColumnElement[str], characters: Sequence[str]) -> ColumnElement[str]:
    return reduce(lambda left, character: func.replace(left, character, ""), characters, text)
