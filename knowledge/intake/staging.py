"""From rows to records: filters, joins, values and keys. Nothing here touches the store."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.crm.names import NameForm, fold, name_keys
from knowledge.intake.conversion import (
    Bound,
    Cell,
    Context,
    Reader,
    Unfit,
    column_reader,
    source_column,
    template_reader,
)
from knowledge.intake.joining import Finder, Joiner, meets
from knowledge.intake.mapping import OWN, Entry
from knowledge.intake.mapping import Mapping as IntakeMapping
from knowledge.intake.mapping_check import ISO_MOMENT
from knowledge.intake.row import Key, Record, Row
from knowledge.intake.target import Target, targets
from knowledge.intake.value import Value, constant

Tick = Callable[[int], None]
Table = dict[Key, Record]
NAMES = "customer_name"


class Staging:
    """Every record that the sources make, by table and key, each row whole or not at all."""

    def __init__(self, mapping: IntakeMapping, rows: Mapping[str, Sequence[Row]], this_year: int) -> None:
        self.tables: dict[str, Table] = {name: {} for name in targets()}
        self._joiner = Joiner(rows)
        self._mapping = mapping
        self._this_year = this_year

    def stage_written(self, table: str, entry: Entry, file: str, lines: Sequence[int]) -> list[Row]:
        """The rows that the mapping itself writes out, as rows of its file."""
        target = targets()[table]
        rows = []
        for given, line in zip(entry.rows or (), lines, strict=True):
            row = Row(file, line, {}, json.dumps(given, ensure_ascii=False))
            values = {name: constant(value, target.columns[name], ISO_MOMENT) for name, value in given.items()}
            self._keep(row, [_record(target, values, row, {}), *_name_records(target, values, [], row)])
            rows.append(row)
        return rows

    def stage_source(self, source: str, rows: Sequence[Row], tick: Tick) -> None:
        """The rows of one source, through every entry that takes them."""
        ways = [self._way(table, entry) for table, _, entry in self._mapping.entries() if entry.source == source]
        for number, row in enumerate(rows):
            try:
                records = [record for way in ways if meets(row, way.entry.where) for record in way.records(row)]
            except Unfit as unfit:
                row.refuse(unfit.column, unfit.reason)
                continue
            self._keep(row, records)
            if number % 10_000 == 9_999:
                tick(number + 1)

    def withdraw(self, row: Row) -> None:
        """Takes a refused row's records out again."""
        for record in row.records:
            del self.tables[record.table][record.key]
        row.records = []

    def _keep(self, row: Row, records: list[Record]) -> None:
        for record in records:
            earlier = self.tables[record.table].get(record.key)
            if earlier is not None:
                key = ", ".join(str(part) for part in record.key)
                column = record.columns.get(targets()[record.table].key[0], "")
                row.refuse(column, f"{record.table} {key} comes from line {earlier.row.line} of {earlier.row.file} too")
                return
        row.records = records
        for record in records:
            self.tables[record.table][record.key] = record

    def _way(self, table: str, entry: Entry) -> "_Way":
        sources = {OWN: entry.source or ""} | {alias: join.source for alias, join in entry.join.items()}
        dialects = {alias: self._mapping.sources[source] for alias, source in sources.items()}
        context = Context(entry, dialects, self._this_year)
        target = targets()[table]
        return _Way(
            entry,
            target,
            {alias: self._joiner.finder(join, context) for alias, join in entry.join.items()},
            {name: column_reader(column, target.columns[name], context) for name, column in entry.columns.items()},
            {name: source_column(name, column) for name, column in entry.columns.items()},
            [template_reader(form, context) for form in entry.called],
        )


@dataclass(frozen=True)
class _Way:
    """One entry of the mapping, made ready: from a row to its records."""

    entry: Entry
    target: Target
    finders: dict[str, Finder]
    readers: dict[str, Reader]
    columns: dict[str, str]
    called: list[Cell]

    def records(self, row: Row) -> list[Record]:
        bound: dict[str, Row | None] = {OWN: row}
        for alias, finder in self.finders.items():
            bound[alias] = finder.find(bound)
        values: dict[str, Value] = {}
        for name, reader in self.readers.items():
            value = reader(bound)
            column = self.target.columns[name]
            if value is not None or column.nullable:
                values[name] = value
            elif column.required:
                raise Unfit(self.columns[name], f"it is empty, and {self.target.name}.{name} needs a value")
        self._note_taken(row, bound)
        forms = [form for cell in self.called if (form := cell(bound))]
        return [
            _record(self.target, values, row, self.columns),
            *_name_records(self.target, values, forms, row),
        ]

    def _note_taken(self, row: Row, bound: Bound) -> None:
        for alias, join in self.entry.join.items():
            joined = bound[alias]
            if join.takes and joined is not None:
                joined.taken_by.append(row)


def _record(target: Target, values: dict[str, Value], row: Row, columns: dict[str, str]) -> Record:
    return Record(target.name, tuple(values[name] for name in target.key), values, row, columns)


def _name_records(target: Target, values: dict[str, Value], forms: list[str], row: Row) -> list[Record]:
    """The forms under which a customer may be mentioned: those given, or else those of the name."""
    if target.name != "customer":
        return []
    if forms:
        keys = {folded: NameForm.FULL for form in forms if (folded := fold(form))}
    else:
        latin, phone = values.get("name_latin"), values.get("phone")
        keys = name_keys(str(values["name"]), str(latin) if latin else None, str(phone) if phone else None)
    names = targets()[NAMES]
    longest = names.columns["key"].length or 0
    if any(len(key) > longest for key in keys):
        raise Unfit("name", f"a form of the name is longer than {longest} characters")
    given: list[dict[str, Value]] = [
        {"customer_id": values["id"], "key": key, "form": str(form)} for key, form in keys.items()
    ]
    return [_record(names, record, row, {}) for record in given]
