"""One entry of the mapping as one SELECT: from the rows of a source, and those joined to them, to rows of a table.

The SELECT goes in steps, each a subquery over the one before: the cells, what is plain about them, the values, and
what `conversion` says to the rest. Its rows have the columns of the table and `_fault`, the first reason why the
row does not fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from knowledge.intake.close_reading import CloseReading
from knowledge.intake.conversion import CellColumn
from knowledge.intake.joining import JoinedRows, join_fault
from knowledge.intake.mapping import OWN, PLACEHOLDER, Column, Entry, Source
from knowledge.intake.mapping_check import ISO_MOMENT
from knowledge.intake.recognition import completed, empty_by_rule, recognised
from knowledge.intake.statement import SQL_TYPES, day, identifier, literal, literals
from knowledge.intake.stored_form import stored_literal
from knowledge.intake.target import AS_OF, NUMBER, Target, TargetColumn
from knowledge.intake.value import constant

OWN_ROWS = "r"
FAULT = 'STRUCT("column" VARCHAR, reason VARCHAR)'


@dataclass(frozen=True)
class Shape:
    """What an entry is read with: where the cells are, and how the sources write."""

    entry: Entry
    target: Target
    number: int
    """The entry's own, among all of the import."""
    system: str
    rows: str
    """The relation with the rows of the entry's source: `_row` and the cells."""
    cells: Mapping[str, Mapping[str, str]]
    """Per alias, the column of its relation by the source's name for it."""
    dialects: Mapping[str, Source]
    joined: Mapping[str, JoinedRows]
    today: date


@dataclass(frozen=True)
class _Read:
    """A column's value and its fault in SQL, over the last step."""

    value: str
    fault: str


@dataclass
class Extraction:
    """Builds the SELECT of one entry."""

    shape: Shape
    closely: CloseReading
    _cells: list[str] = field(default_factory=list)
    _plain: list[str] = field(default_factory=list)
    _values: list[str] = field(default_factory=list)
    _looked: list[str] = field(default_factory=list)
    _count: int = 0

    def select(self) -> str:
        """The SELECT. Its columns: those that the entry gives, `_row`, `_entry`, `_fault`, `_took` (the joined rows
        that end in this one) and, for customers, `_called`, `_system`, `_number`, `_as_of`."""
        shape = self.shape
        reads = {name: self._column(column, shape.target.columns[name]) for name, column in shape.entry.columns.items()}
        beside = self._identity(reads) if shape.target.name == "customer" else {}
        faults = [join_fault(join) for join in shape.joined.values()]
        for name, read in reads.items():
            faults += [read.fault, self._missing(name, read)]
        faults += [read.fault for read in beside.values()]
        taken = [f"{join.name}_row" for join in shape.joined.values() if join.join.takes]
        columns = [f"{read.value} AS {identifier(name)}" for name, read in {**reads, **beside}.items()]
        columns += [
            "_row",
            f"{shape.number} AS _entry",
            f"{_first([fault for fault in faults if fault])} AS _fault",
            f"{'[' + ', '.join(taken) + ']' if taken else 'NULL'} AS _took",
        ]
        return f"SELECT {', '.join(columns)} FROM ({self._steps()})"

    def _steps(self) -> str:
        shape = self.shape
        joined = shape.joined.values()
        joins = "".join(f" LEFT JOIN {join.relation} AS {join.name} ON {self._meeting(join)}" for join in joined)
        found = [
            f"{join.name}.{column} AS {join.name}{column}" for join in joined for column in ("_row", "_count", "_alike")
        ]
        tried = [
            f"{self._cell(ours)} AS {join.name}_try{number}"
            for join in joined
            for number, ours in enumerate(join.join.match.values())
        ]
        where = " AND ".join(
            f"coalesce({self._cell(column)}, '') IN {literals(values)}" for column, values in shape.entry.where.items()
        )
        first = ", ".join([f"{OWN_ROWS}._row", *found, *tried, *self._cells])
        steps = f"SELECT {first} FROM {shape.rows} AS {OWN_ROWS}{joins}{' WHERE ' + where if where else ''}"
        for step in (self._plain, self._values, self._looked):
            if step:
                steps = f"SELECT *, {', '.join(step)} FROM ({steps})"
        return steps

    def _column(self, column: Column, target: TargetColumn) -> _Read:
        if column.value is not None:
            return _Read(stored_literal(constant(column.value, target, ISO_MOMENT), target.kind), "")
        if column.first is not None:
            return _first_of([self._column(inner, target) for inner in column.first])
        if column.fields is not None:
            return self._fields(column.fields)
        return self._from_cell(column, target)

    def _fields(self, fields: dict[str, str]) -> _Read:
        number = self._next()
        cells = ", ".join(self._cell(reference) for reference in fields.values())
        self._cells.append(f"{self.closely.named_values(list(fields))}([{cells}]) AS f{number}")
        return _Read(f"f{number}", "")

    def _from_cell(self, column: Column, target: TargetColumn) -> _Read:
        number, shape = self._next(), self.shape
        alias = OWN if column.from_ is None else shape.entry.alias_of(column.from_)[0]
        given = CellColumn(column, target, shape.dialects[alias], shape.today.year)
        cell = self._cell(column.from_) if column.from_ is not None else self.template(column.text or "")
        if column.empty:
            cell = f"CASE WHEN {cell} NOT IN {literals(column.empty)} THEN {cell} END"
        self._cells.append(f"{cell} AS t{number}")
        direction = months = "NULL"
        if column.sign is not None:
            direction = f"s{number}"
            self._cells.append(f"{self._cell(column.sign.by)} AS {direction}")
        if column.plus_months is not None:
            months = f"m{number}"
            self._cells.append(f"{self._cell(column.plus_months)} AS {months}")
        self._plain.append(f"{recognised(given, f't{number}')} AS p{number}")
        self._values.append(f"{completed(given, f'p{number}', direction, months)} AS v{number}")
        rule = empty_by_rule(given, f"t{number}", f"p{number}", months)
        self._looked.append(
            f"CASE WHEN t{number} IS NOT NULL AND v{number} IS NULL AND NOT ({rule}) "
            f"THEN {self.closely.cell(given)}([t{number}, {direction}, {months}]) END AS x{number}"
        )
        kind = SQL_TYPES[target.kind]
        value = f"CASE WHEN x{number} IS NULL THEN v{number} ELSE CAST(x{number}.value AS {kind}) END"
        fault = (
            f"CASE WHEN x{number}.reason IS NOT NULL "
            f"THEN {{'column': x{number}.\"column\", 'reason': x{number}.reason}} END"
        )
        return _Read(value, fault)

    def _identity(self, reads: dict[str, _Read]) -> dict[str, _Read]:
        """Which system says so, under which number, and since when."""
        shape, today = self.shape, day(self.shape.today)
        number = self._column(shape.entry.number, NUMBER) if shape.entry.number is not None else _Read("NULL", "")
        since = self._column(shape.entry.as_of, AS_OF) if shape.entry.as_of is not None else _Read("NULL", "")
        called = ", ".join(self.template(form) for form in shape.entry.called)
        self._cells.append(f"{f'[{called}]' if called else 'NULL::VARCHAR[]'} AS c")
        return {
            "_system": _Read(literal(shape.system), ""),
            "_number": _Read(f"coalesce({number.value}, {reads['id'].value})", number.fault),
            "_as_of": _Read(f"coalesce({since.value}, {today})", since.fault),
            "_called": _Read("c", ""),
        }

    def _missing(self, name: str, read: _Read) -> str:
        target = self.shape.target.columns[name]
        if not target.required:
            return ""
        column = self.shape.entry.columns[name]
        label = column.from_ if column.from_ is not None else name
        reason = f"it is empty, and {self.shape.target.name}.{name} needs a value"
        return f"CASE WHEN ({read.value}) IS NULL THEN {{'column': {literal(label)}, 'reason': {literal(reason)}}} END"

    def _cell(self, reference: str) -> str:
        alias, column = self.shape.entry.alias_of(reference)
        name = OWN_ROWS if alias == OWN else self.shape.joined[alias].name
        return f"{name}.{self.shape.cells[alias][column]}"

    def _meeting(self, join: JoinedRows) -> str:
        cells = self.shape.cells[join.alias]
        return " AND ".join(
            f"{join.name}.{cells[theirs]} = {self._cell(ours)}" for theirs, ours in join.join.match.items()
        )

    def template(self, template: str) -> str:
        """A text with cells put in; NULL where any of them is empty."""
        pieces = PLACEHOLDER.split(template)
        parts = [
            self._cell(piece) if position % 2 else literal(piece) for position, piece in enumerate(pieces) if piece
        ]
        return f"({' || '.join(parts)})"

    def _next(self) -> int:
        self._count += 1
        return self._count


def _first(faults: list[str]) -> str:
    return f"CAST(coalesce({', '.join(faults)}) AS {FAULT})" if faults else f"CAST(NULL AS {FAULT})"


def _first_of(reads: list[_Read]) -> _Read:
    """The first value that is not empty; and a fault only if nothing before it has a value."""
    value = f"coalesce({', '.join(read.value for read in reads)})" if reads else "NULL"
    branches = "".join(
        (f" WHEN ({read.fault}) IS NOT NULL THEN {read.fault}" if read.fault else "")
        + f" WHEN ({read.value}) IS NOT NULL THEN NULL"
        for read in reads
    )
    return _Read(value, f"CASE{branches} END" if reads else "")
