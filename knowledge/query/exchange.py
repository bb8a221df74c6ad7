"""Money of several currencies, compared and added in one: at the bank's own rates, to the cent, in SQL as in Python."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, SQLColumnExpression, case, literal, type_coerce

from knowledge.crm.money import HUNDREDTH, Amount
from knowledge.insight.parameters import Parameters

Expression = SQLColumnExpression[Any]
"""A column of a mapped class, or what is computed of some."""


@dataclass(frozen=True)
class Exchange:
    """`rates` say what one unit of a currency is worth in `currency`; `version` is that of the bank's parameters."""

    currency: str
    rates: Mapping[str, Fraction]
    version: str

    @classmethod
    def of(cls, parameters: Parameters, currencies: Iterable[str]) -> "Exchange":
        """`currencies` are those of the bank's products, one for each.

        The bank's own currency is that of its parameters. Where it sells nothing in that, the parameters are not
        its own yet, and the currency of most products stands in.
        """
        sold = Counter(sorted(currencies))
        own = parameters.currency if not sold or parameters.currency in sold else sold.most_common(1)[0][0]
        if own not in parameters.exchange:
            return cls(own, {own: Fraction(1)}, parameters.version)
        base = Fraction(parameters.exchange[own])
        rates = {currency: Fraction(worth) / base for currency, worth in parameters.exchange.items()}
        return cls(own, rates, parameters.version)

    def own(self, amount: Expression, currency: Expression) -> Expression:
        """An amount of a row in the bank's own currency, halves of a cent away from zero; NULL without a rate."""
        cents: ColumnElement[int] = type_coerce(amount, BigInteger)
        worth = {code: _times(cents, rate) for code, rate in self.rates.items()}
        return type_coerce(case(worth, value=currency, else_=None), Amount())

    def convert(self, amount: Decimal, currency: str) -> Decimal | None:
        """The same in Python; None without a rate."""
        rate = self.rates.get(currency)
        if rate is None:
            return None
        exact = amount * rate.numerator / Decimal(rate.denominator)
        return exact.quantize(HUNDREDTH, ROUND_HALF_UP)

    def rate(self, currency: str) -> Decimal:
        """What one unit of that currency is worth, to six places."""
        rate = self.rates[currency]
        exact = Decimal(rate.numerator) / Decimal(rate.denominator)
        return exact.quantize(Decimal("0.000001")).normalize()


def _times(cents: ColumnElement[int], rate: Fraction) -> ColumnElement[int]:
    """Whole cents times a rate, in whole numbers alone: databases agree on those."""
    if rate == 1:
        return cents
    half = case((cents < 0, -rate.denominator), else_=rate.denominator)
    doubled: ColumnElement[int] = cents * literal(2 * rate.numerator, BigInteger) + type_coerce(half, BigInteger)
    return doubled // literal(2 * rate.denominator, Integer)
