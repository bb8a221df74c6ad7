"""Columns of the mapping as functions: from the cells of a row, and of the rows joined to it, to a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge.intake.calendar_format import add_months, moment_reader
from knowledge.intake.excerpt import excerpt
from knowledge.intake.mapping import OWN, PLACEHOLDER, Column, Entry, Sign, Source
from knowledge.intake.mapping_check import ISO_MOMENT
from knowledge.intake.row import Row
from knowledge.intake.target import TargetColumn
from knowledge.intake.value import MomentReader, Value, constant, integer, value_of

Bound = Mapping[str, Row | None]
"""A source's own row (alias OWN) and the rows joined to it; None where an optional join found none."""

Cell = Callable[[Bound], str]
Reader = Callable[[Bound], Value]


class Unfit(Exception):
    """A row that does not fit: the source column at fault and the reason. It becomes a Reject within intake."""

    def __init__(self, column: str, reason: str) -> None:
        self.column, self.reason = column, reason
        super().__init__(reason)


@dataclass(frozen=True)
class Context:
    """What the columns of one entry are read with."""

    entry: Entry
    dialects: dict[str, Source]
    this_year: int


def cell_reader(reference: str, context: Context) -> Cell:
    """The cell that a reference means; "" where it is empty or its row is not there."""
    alias, column = context.entry.alias_of(reference)

    def read(bound: Bound) -> str:
        row = bound[alias]
        return "" if row is None else row.cells[column]

    return read


def template_reader(template: str, context: Context) -> Cell:
    """A text with cells put in; "" where any of them is empty."""
    pieces = PLACEHOLDER.split(template)
    words, cells = pieces[::2], [cell_reader(reference, context) for reference in pieces[1::2]]

    def read(bound: Bound) -> str:
        parts = [cell(bound) for cell in cells]
        if not all(parts):
            return ""
        return words[0] + "".join(part + word for part, word in zip(parts, words[1:], strict=True))

    return read


def column_reader(column: Column, target: TargetColumn, context: Context) -> Reader:
    """The value of one column of the store. The reader raises Unfit."""
    if column.value is not None:
        fixed = constant(column.value, target, ISO_MOMENT)
        return lambda bound: fixed
    if column.first is not None:
        return _first_reader([column_reader(inner, target, context) for inner in column.first])
    if column.fields is not None:
        return _fields_reader({name: cell_reader(reference, context) for name, reference in column.fields.items()})
    return _cell_value_reader(column, target, context)


def source_column(name: str, column: Column) -> str:
    """Where a value came from, for a message: the source's column, or the store's if there are several."""
    return column.from_ if column.from_ is not None else name


def _first_reader(readers: list[Reader]) -> Reader:
    def read(bound: Bound) -> Value:
        return next((value for reader in readers if (value := reader(bound)) is not None), None)

    return read


def _fields_reader(cells: dict[str, Cell]) -> Reader:
    def read(bound: Bound) -> Value:
        return {name: text for name, cell in cells.items() if (text := cell(bound))}

    return read


def _cell_value_reader(column: Column, target: TargetColumn, context: Context) -> Reader:
    if column.from_ is not None:
        cell, dialect = cell_reader(column.from_, context), context.dialects[context.entry.alias_of(column.from_)[0]]
    else:
        cell, dialect = template_reader(column.text or "", context), context.dialects[OWN]
    label = source_column(target.name, column)
    moment = moment_reader(column.date or dialect.dates, column.century, context.this_year)
    typed = _typed_reader(column, target, dialect, moment)
    later, signed = _months_reader(column, context), _sign_reader(column.sign, context)
    empty = frozenset(column.empty)

    def read(bound: Bound) -> Value:
        text = cell(bound)
        if not text or text in empty:
            return None
        try:
            value = typed(text)
            return later(signed(value, bound), bound) if value is not None else None
        except ValueError as error:
            raise Unfit(label, str(error)) from error

    return read


def _typed_reader(
    column: Column, target: TargetColumn, dialect: Source, moment: MomentReader
) -> Callable[[str], Value]:
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


def _sign_reader(sign: Sign | None, context: Context) -> Callable[[Value, Bound], Value]:
    if sign is None:
        return lambda value, bound: value
    cell, plus, minus = cell_reader(sign.by, context), frozenset(sign.plus), frozenset(sign.minus)

    def read(value: Value, bound: Bound) -> Value:
        direction = cell(bound)
        if direction not in plus and direction not in minus:
            raise Unfit(sign.by, f"{excerpt(direction)} says neither that the amount comes in nor that it goes out")
        if not isinstance(value, Decimal) or value < 0:
            raise ValueError(f"{value} should be an amount without a sign, for {sign.by} gives it")
        return -value if direction in minus else value

    return read


def _months_reader(column: Column, context: Context) -> Callable[[Value, Bound], Value]:
    if column.plus_months is None:
        return lambda value, bound: value
    cell, label = cell_reader(column.plus_months, context), column.plus_months

    def read(value: Value, bound: Bound) -> Value:
        months = cell(bound)
        if not months or not isinstance(value, date):
            return None
        try:
            return add_months(value, integer(months))
        except ValueError as error:
            raise Unfit(label, str(error)) from error

    return read
