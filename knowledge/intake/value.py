"""One value of one column: text in, the store's own type out, or the reason why not."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal

from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import Constant, Source
from knowledge.intake.target import TargetColumn

Value = str | int | bool | Decimal | date | list[str] | dict[str, str] | None
"""A datetime is a date too, so this covers both."""

MomentReader = Callable[[str], datetime]

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,10}")
_CURRENCY = re.compile(r"[A-Z]{3}")
PLACES = {"amount": 2, "rate": 4}
"""Decimal places that the store keeps."""
_LARGEST = {"amount": Decimal(10) ** 15, "rate": Decimal(10) ** 11}
_LARGEST_INTEGER = 2**31 - 1
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_PLAIN = Source(file="-")


def value_of(
    text: str, column: TargetColumn, dialect: Source, moment: MomentReader, *, split: str | None, rounded: bool
) -> Value:
    """A cell that is not empty, as the column's type. Raises ValueError with the reason."""
    match column.kind:
        case "text":
            return _text(text, column)
        case "currency":
            if not _CURRENCY.fullmatch(text):
                raise ValueError(f"{excerpt(text)} is no currency code of three capital letters")
            return text
        case "amount" | "rate":
            return _decimal(text, column.kind, dialect, rounded)
        case "date":
            return moment(text).date()
        case "datetime":
            return moment(text)
        case "integer":
            return _integer(text)
        case "boolean":
            if text.casefold() not in _TRUTHS:
                raise ValueError(f"{excerpt(text)} is neither true nor false")
            return _TRUTHS[text.casefold()]
        case "list":
            return _list([part.strip() for part in text.split(split)] if split else [text], column)
        case "map":
            raise ValueError(f"{column.name} holds named values: give it fields")


def constant(given: Constant, column: TargetColumn, moment: MomentReader) -> Value:
    """A value that the mapping writes out: ISO dates, decimal points, lists and maps. Raises ValueError."""
    match given, column.kind:
        case dict(), "map":
            return given
        case list(), "list":
            return _list(given, column)
        case str(), _:
            return value_of(given, column, _PLAIN, moment, split=None, rounded=False) if given else None
        case _:
            raise ValueError(f"{column.name} does not take a value of this shape")


def integer(text: str) -> int:
    """A whole number. Raises ValueError with the reason."""
    return _integer(text)


def _text(text: str, column: TargetColumn) -> str:
    if column.codes is not None and text not in column.codes:
        raise ValueError(f"{excerpt(text)} is none of {', '.join(sorted(column.codes))}")
    if column.length is not None and len(text) > column.length:
        raise ValueError(f"{len(text)} characters are more than the {column.length} of {column.name}")
    return text


def _decimal(text: str, kind: str, dialect: Source, rounded: bool) -> Decimal:
    plain = text
    if dialect.thousands_mark is not None:
        plain = plain.replace(dialect.thousands_mark, "")
    if dialect.decimal_mark == ",":
        if "." in plain:
            raise ValueError(f"{excerpt(text)} is no number with a decimal comma")
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(f"{excerpt(text)} is no number")
    number, step = Decimal(plain), Decimal(1).scaleb(-PLACES[kind])
    if abs(number) >= _LARGEST[kind]:
        raise ValueError(f"{excerpt(text)} is too large")
    exact = number.quantize(step)
    if exact != number and not rounded:
        raise ValueError(f"{excerpt(text)} has more than {PLACES[kind]} decimal places")
    return exact


def _integer(text: str) -> int:
    if not _WHOLE.fullmatch(text) or abs(int(text)) > _LARGEST_INTEGER:
        raise ValueError(f"{excerpt(text)} is no whole number within the range")
    return int(text)


def _list(parts: Iterable[str], column: TargetColumn) -> list[str]:
    given = [part for part in parts if part]
    unknown = [part for part in given if column.codes is not None and part not in column.codes]
    if unknown:
        raise ValueError(f"{excerpt(unknown[0])} is none of {', '.join(sorted(column.codes or ()))}")
    return given
