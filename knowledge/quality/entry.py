"""A value as a person typed it, checked before it may enter a file."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from knowledge.crm.field_text import AMOUNTS, DAYS, Value, from_text
from knowledge.crm.tables import Customer
from knowledge.errors import EntryError
from knowledge.quality.expectations import expectations
from knowledge.quality.rules import PHONE_MARKS, SEXES

REPAIRABLE = (
    "name", "name_latin", "sex", "birth_date", "phone", "email", "address", "city", "region", "occupation",
    "education", "income", "industry", "economic_nature", "owning_group", "credit_rating", "qualification_grade",
    "key_contact",
)  # fmt: skip
"""What a person may correct. A risk tolerance comes from an assessment; tier, branch and manager are the bank's
decisions and no facts about the customer."""
_EMAIL = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")


def entered(field: str, text: str, today: date) -> Value:
    """The value of that field, ready to be stored; days are typed in ISO form, amounts as plain decimals.

    Raises EntryError with the reason's code (vocabulary `rule`): a value may be refused, never bent.
    """
    if field not in REPAIRABLE:
        raise EntryError(field=field, reason="not_repairable")
    written = " ".join(_printable(" ".join(text.split())).split())
    if not written:
        raise EntryError(field=field, reason="empty")
    try:
        value = from_text(field, written)
    except ValueError:
        raise EntryError(field=field, reason="no_date" if field in DAYS else "no_amount") from None
    reason = _fault(field, value, today)
    if reason:
        raise EntryError(field=field, reason=reason)
    return value


def _fault(field: str, value: Value, today: date) -> str | None:
    match value:
        case date():
            return _day_fault(value, today)
        case Decimal() if field in AMOUNTS:
            least, most = expectations().limits.income
            return None if least <= value <= most else "unlikely_income"
        case str() if field == "sex":
            return None if value in SEXES else "unknown_code"
        case str() if len(value) > _length(field):
            return "too_long"
        case str() if field == "phone":
            return None if is_phone(value) else "phone_malformed"
        case str() if field == "email":
            return None if is_email(value) else "email_malformed"
        case str() if not any(character.isalnum() for character in value):
            return "empty"
        case _:
            return None


def is_phone(text: str) -> bool:
    """Digits with nothing but the usual marks between them, as many as a phone number has."""
    digits = text.translate({ord(mark): None for mark in PHONE_MARKS})
    fewest, most = expectations().limits.phone_digits
    return re.fullmatch("[0-9]*", digits) is not None and fewest <= len(digits) <= most


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _day_fault(day: date, today: date) -> str | None:
    if day > today:
        return "in_future"
    return "too_long_ago" if day.year < today.year - expectations().limits.oldest_years else None


def _length(field: str) -> int:
    length: int = getattr(Customer.__table__.columns[field].type, "length", None) or 200
    return length


def _printable(text: str) -> str:
    """Without control and private-use characters, full-width forms made narrow."""
    narrow = unicodedata.normalize("NFKC", text)
    return "".join(c for c in narrow if unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs"))
