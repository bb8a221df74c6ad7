"""A customer's fields as text and back: conflicts, histories and repairs keep every value in this form."""

from datetime import date
from decimal import Decimal

from knowledge.crm.tables import Customer

Value = str | date | Decimal
"""What one field may hold. Lists (interests, consents) are no single value and stay out."""

_TYPES = {column.name: column.type.python_type for column in Customer.__table__.columns}
DAYS = tuple(name for name, kind in _TYPES.items() if kind is date)
AMOUNTS = ("income",)


def as_text(value: Value | None) -> str | None:
    """ISO days, amounts as plain decimals in the currency of the file, text as it is."""
    return None if value is None else str(value)


def from_text(field: str, text: str) -> Value:
    """The value of that field that `as_text` wrote. Raises ValueError where it is none."""
    if field in DAYS:
        return date.fromisoformat(text)
    if field in AMOUNTS:
        return amount(text)
    return text


def amount(text: str) -> Decimal:
    """An amount in whole hundredths. Raises ValueError for anything else."""
    try:
        value = Decimal(text)
        whole = value.is_finite() and value == value.quantize(Decimal("0.01"))
    except ArithmeticError:
        raise ValueError(f"{text} is no amount") from None
    if not whole:
        raise ValueError(f"{text} is no amount in hundredths")
    return value
