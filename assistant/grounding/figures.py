"""Figures as the asker's language writes them. Formatting is Babel's; the values are never rounded away."""

from datetime import date
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal

from prompts import word

LOCALES = {"en": Locale("en"), "zh": Locale("zh"), "es": Locale("es")}


def money(value: Decimal, currency: str, language: str) -> str:
    """`CN¥1,234.50`, `¥1,234.50`, `1234,50 CNY`. Hundredths are shown even of a currency that knows none."""
    whole = value == value.to_integral_value()
    return format_currency(value, currency, locale=LOCALES[language], currency_digits=whole)


def number(value: Decimal | int, language: str) -> str:
    return format_decimal(value, locale=LOCALES[language], decimal_quantization=False)


def percent(value: Decimal, language: str) -> str:
    """`value` is in percent: 2.75 becomes `2.75 %`."""
    return f"{format_decimal(value, format='#,##0.####', locale=LOCALES[language])} %"


def points(value: Decimal, language: str, *, bare: bool = False) -> str:
    """A difference of shares, in percentage points: 9.8 becomes `9.8 percentage points`, or `9.8` alone."""
    written = format_decimal(value, format="#,##0.####", locale=LOCALES[language])
    return written if bare else word("points", "one" if abs(value) == 1 else "other", language).format(written)


def day(value: date, language: str) -> str:
    return format_date(value, format="medium", locale=LOCALES[language])
