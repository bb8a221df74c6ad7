"""Money as it is stored: exact, in whole hundredths of the currency's unit."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Money:
    """An amount in a currency (ISO 4217)."""

    amount: Decimal
    currency: str


class Amount(TypeDecorator[Decimal]):
    """A Decimal with two places in Python, a whole number of hundredths in the database.

    SQLite has no exact decimal type: NUMERIC columns become floats there and sums drift. Whole
    hundredths add up exactly in SQL on every database. The currency stands in a column beside it.
    A sum over an Amount column is itself an Amount. Whole numbers are taken as they are; floats are
    refused, because they are not what was meant.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        _refuse_float(value)
        hundredths = Decimal(value) * 100
        if hundredths != hundredths.to_integral_value():
            raise ValueError(f"{value} has more than two decimal places")
        return int(hundredths)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else (Decimal(value) / 100).quantize(HUNDREDTH)


class Rate(TypeDecorator[Decimal]):
    """A yearly percentage (2.75 means 2.75 %) kept exactly as whole ten-thousandths of a percent."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        _refuse_float(value)
        scaled = Decimal(value) * 10_000
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} % has more than four decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 10_000


def _refuse_float(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value} is a float: money and rates are Decimal")
