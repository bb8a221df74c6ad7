"""Columns of the mapping as functions from a row's cells to a value: exact, with a reason for whatever does not fit.

The staging database recognises what is written plainly by itself (`recognition`) and asks these functions about
the rest, so that every reason, and every unusual value, comes from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge.intake.calendar_format import add_months, moment_reader
from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import Column, Sign, Source
from knowledge.intake.mapping_check import ISO_MOMENT
from knowledge.intake.target import TargetColumn
from knowledge.intake.value import MomentReader, Value, constant, integer, value_of

Reader = Callable[[str, str, str], Value]
"""From a cell that is not empty, the cell that gives its sign and the cell with months to add."""


class Unfit(Exception):
    """A row that does not fit: the source column at fault and the reason. It becomes a reject within intake."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(reason)


@dataclass(frozen=True)
class CellColumn:
    """One column of the store that is read from a cell or a text with cells, and what it is read with."""

    column: Column
    target: TargetColumn
    dialect: Source
    this_year: int

    @property
    def label(self) -> str:
        """Where a value came from, for a message: the source's column, or the store's if there are several."""
        return self.column.from_ if self.column.from_ is not None else self.target.name

    @property
    def date_format(self) -> str:
        return self.column.date or self.dialect.dates


def cell_reader(given: CellColumn) -> Reader:
    """The value of one column. The reader raises Unfit."""
    column = given.column
    typed = _typed_reader(given, moment_reader(given.date_format, column.century, given.this_year))
    months = column.plus_months

    def read(text: str, direction: str, later: str) -> Value:
        try:
            value = typed(text)
            if value is None:
                return None
            if column.sign is not None:
                value = _signed(value, direction, column.sign)
        except ValueError as error:
            raise Unfit(given.label, str(error)) from error
        return value if months is None else _later(value, later, months)

    return read


def _typed_reader(given: CellColumn, moment: MomentReader) -> Callable[[str], Value]:
    column, target, dialect = given.column, given.target, given.dialect

    def read(text: str) -> Value:
        return value_of(text, target, dialect, moment, split=column.split, rounded=column.round)

    if column.codes is None:
        return read
    translated = {code: constant(meaning, target, ISO_MOMENT) for code, meaning in column.codes.items()}
    otherwise = column.otherwise

    def translate(text: str) -> Value:
        if text in translated:
            return translated[text]
        if otherwise == "reject":
            raise ValueError(f"{excerpt(text)} is no code that the mapping knows")
        if otherwise == "empty":
            return None
        return read(text) if otherwise == "keep" else constant(otherwise.value, target, ISO_MOMENT)

    return translate


def _signed(value: Value, direction: str, sign: Sign) -> Value:
    if direction not in sign.plus and direction not in sign.minus:
        raise Unfit(sign.by, f"{excerpt(direction)} says neither that the amount comes in nor that it goes out")
    if not isinstance(value, Decimal) or value < 0:
        raise ValueError(f"{value} should be an amount without a sign, for {sign.by} gives it")
    return -value if direction in sign.minus else value


def _later(value: Value, months: str, label: str) -> Value:
    if not months or not isinstance(value, date):
        return None
    try:
        return add_months(value, integer(months))
    except ValueError as error:
        raise Unfit(label, str(error)) from error
