"""Staging: everything that the sources say, in the terms of the store's tables, before the store is touched.

The staging database is a DuckDB file, so that millions of rows need little memory. Its schema `staged` has one table
per table of the store; each row of a source is in it whole or is among the rejects with a reason.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import duckdb

from knowledge.clock import Clock
from knowledge.errors import IntakeError
from knowledge.intake.accounting import file_counts, reason_counts, refuse_untaken
from knowledge.intake.close_reading import CloseReading
from knowledge.intake.duplicates import refuse_duplicates
from knowledge.intake.extraction import FAULT, Extraction, Shape
from knowledge.intake.joining import JoinedRows, Joiner
from knowledge.intake.mapping import OWN, Constant, Entry
from knowledge.intake.mapping import Mapping as IntakeMapping
from knowledge.intake.mapping_check import ISO_MOMENT
from knowledge.intake.name_forms import add_name_forms
from knowledge.intake.raw_rows import LINE_BITS, Part, ReadPart, add_rejects
from knowledge.intake.references import settle_references
from knowledge.intake.rejects import Reject, every_reject
from knowledge.intake.report import FileCount, ReasonCount
from knowledge.intake.source import ReadSource, read_source, source_texts
from knowledge.intake.statement import SQL_TYPES, day, identifier, literal
from knowledge.intake.stored_form import stored_literal
from knowledge.intake.target import IMPORTABLE, Target, targets
from knowledge.intake.value import constant

Progress = Callable[[str, int, int | None], None]
NAMES = "customer_name"
MEMORY = "2GB"
THREADS = 2


class Staging:
    """A staging database in a file of its own, made new. Use it in a `with` statement, then delete the file."""

    def __init__(
        self,
        path: Path,
        mapping: IntakeMapping,
        mapping_name: str,
        lines: Mapping[tuple[str, int], Sequence[int]],
        clock: Clock,
    ) -> None:
        """`lines` are those of the rows that the mapping writes out, as `read_mapping` gives them."""
        self.mapping, self.mapping_name = mapping, mapping_name
        self._lines, self._today = lines, clock.today()
        self.parts: list[ReadPart] = []
        self.sources: dict[str, ReadSource] = {}
        self.columns: dict[int, dict[str, str]] = {}
        """Per entry, the columns of the store that it gives, with the source's name for each."""
        self._tables: dict[str, list[int]] = {name: [] for name in targets()}
        try:
            self.connection = duckdb.connect(str(path), config={"memory_limit": MEMORY, "threads": THREADS})
        except duckdb.Error as error:
            raise IntakeError(file=str(path), reason=_first_line(error)) from error
        self.connection.execute(f"SET temp_directory = {literal(str(path) + '.tmp')}")
        # Nobody reads the file afterwards: what closing would still write into it is time lost.
        self.connection.execute("SET checkpoint_threshold = '1TB'")
        self.connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        self._closely = CloseReading(self.connection)
        self._joiner = Joiner(self.connection)
        self._create()

    def __enter__(self) -> "Staging":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(duckdb.Error):
            self.connection.close()

    def stage(self, folder: Path, urls: Mapping[str, str], tell: Progress) -> None:
        """Reads every source and converts its rows. `urls` are databases by source, before those in the mapping.

        Raises IntakeError where a source cannot be used as a whole, or the disk is full.
        """
        columns = self.mapping.columns_read()
        for name, source in self.mapping.sources.items():
            tell(f"read {source.place}", 0, None)
            first = 1 + len(self.parts)
            read = read_source(self.connection, folder, name, source, columns[name], urls, first)
            self.sources[name] = read
            self.parts += read.parts
            count = sum(part.read for part in read.parts)
            tell(f"read {source.place}", count, count)
        self._stage_written()
        for name, read in self.sources.items():
            count = sum(part.read for part in read.parts)
            tell(f"convert {read.source.place}", 0, count)
            self._stage_source(name)
            tell(f"convert {read.source.place}", count, count)
        tell("look for duplicate keys", 0, None)
        refuse_duplicates(self)
        self._finish()

    def settle(self, tell: Progress) -> None:
        """Rejects whatever refers to nothing, and what ends in nothing. Needs the schema `store`."""
        tell("check references", 0, None)
        settle_references(self)
        refuse_untaken(self)

    def accounts(self) -> list[FileCount]:
        """The rows of every file by what came of them; `outcome` has to be filled."""
        return file_counts(self)

    def reasons(self) -> list[ReasonCount]:
        """Rejects by file and column, most frequent first."""
        return reason_counts(self)

    def rejects(self) -> Iterator[Reject]:
        """Every reject in the order of files and lines."""
        return every_reject(self)

    def given(self, table: str, column: str) -> tuple[int, ...] | None:
        """The entries (`_entry`) of a table whose rows say something about a column; None if every one does."""
        if table == NAMES:
            return None
        giving = tuple(number for number in self._tables[table] if column in self.columns[number])
        return None if len(giving) == len(self._tables[table]) else giving

    def withdraw(self, tables: Sequence[str]) -> dict[str, int]:
        """Takes the rows that are rejected out of these tables; tells how many left each."""
        left = {}
        for table in tables:
            statement = f"DELETE FROM staged.{identifier(table)} WHERE _row IN (SELECT _row FROM reject)"
            deleted = self.connection.execute(statement).fetchone()
            left[table] = int(deleted[0]) if deleted else 0
        return left

    def refuse(self, rejects: Sequence[tuple[int, str, str, str | None]]) -> None:
        """Notes rejects: row, column, reason, and the row's text if it cannot be read again."""
        add_rejects(self.connection, rejects)

    def line_of(self, row: int) -> int:
        """The line of a row in its file; of one that the mapping writes out, in the mapping."""
        if row >> LINE_BITS:
            return row & ((1 << LINE_BITS) - 1)
        return self.written(row)[0]

    def written(self, row: int) -> tuple[int, str]:
        """The line and the text of a row that the mapping writes out."""
        found = self.connection.execute("SELECT line, raw FROM written WHERE _row = ?", [row]).fetchone()
        return (int(found[0]), str(found[1])) if found else (0, "")

    def texts(self, read: ReadPart) -> Iterator[tuple[int, str]]:
        """The lines and the texts of a part's rows, in order, for those that have to be repeated."""
        return source_texts(self.connection, read, self.sources[read.part.source])

    def entries_of(self, table: str) -> dict[int, dict[str, str]]:
        """The entries of a table: per number, the columns they give with the source's name for each."""
        return {number: self.columns[number] for number in self._tables[table]}

    def fed_by(self, source: str) -> list[str]:
        """The tables that the rows of a source go into."""
        tables = dict.fromkeys(table for table, _, entry in self.mapping.entries() if entry.source == source)
        return [*tables, *([NAMES] if "customer" in tables else [])]

    def part_of(self, row: int) -> Part:
        """The part of a row."""
        number = row >> LINE_BITS
        return self.parts[number - 1].part if number else Part(0, "", self.mapping_name, None)

    def _create(self) -> None:
        execute = self.connection.execute
        execute('CREATE TABLE reject (_row BIGINT, "column" VARCHAR, reason VARCHAR, raw VARCHAR)')
        execute("CREATE TABLE written (_row BIGINT, line BIGINT, raw VARCHAR)")
        execute("CREATE TABLE taken (_row BIGINT, by_row BIGINT)")
        execute("CREATE TABLE outcome (_row BIGINT, state VARCHAR)")
        execute('CREATE TABLE given (entry INTEGER, "table" VARCHAR, "column" VARCHAR)')
        execute("CREATE SCHEMA staged")
        for name, target in targets().items():
            columns = [f"{identifier(column.name)} {SQL_TYPES[column.kind]}" for column in target.columns.values()]
            columns += ["_row BIGINT", "_entry INTEGER"]
            if name == "customer":
                columns += ["_system VARCHAR", "_number VARCHAR", "_as_of DATE", "_called VARCHAR[]"]
            if name != NAMES:
                columns += [f"_fault {FAULT}", "_took BIGINT[]"]
            execute(f"CREATE TABLE staged.{identifier(name)} ({', '.join(columns)})")

    def _entry(self, table: str, columns: Mapping[str, str]) -> int:
        """A number for an entry that gives these columns."""
        number = len(self.columns)
        self.columns[number] = dict(columns)
        self._tables[table].append(number)
        for column in columns:
            self.connection.execute("INSERT INTO given VALUES (?, ?, ?)", [number, table, column])
        return number

    def _stage_written(self) -> None:
        """The rows that the mapping itself writes out, as rows of its file."""
        number = 0
        for table, position, entry in self.mapping.entries():
            entries: dict[frozenset[str], int] = {}
            for given, line in zip(entry.rows or (), self._lines.get((table, position), ()), strict=True):
                target = targets()[table]
                names = frozenset(given)
                if names not in entries:
                    entries[names] = self._entry(table, dict.fromkeys(given, ""))
                number += 1
                self._write_out(target, entry, given, entries[names], number, line)
        add_name_forms(self.connection, 0, 1)

    def _write_out(
        self, target: Target, entry: Entry, given: Mapping[str, Constant], number: int, row: int, line: int
    ) -> None:
        raw = json.dumps(given, ensure_ascii=False)
        self.connection.execute("INSERT INTO written VALUES (?, ?, ?)", [row, line, raw])
        columns = {
            name: stored_literal(constant(value, target.columns[name], ISO_MOMENT), target.columns[name].kind)
            for name, value in given.items()
        }
        columns |= {"_row": str(row), "_entry": str(number)}
        if target.name == "customer":
            system = self.mapping.system_of(entry)
            columns |= {"_system": literal(system), "_number": columns["id"], "_as_of": day(self._today)}
        select = ", ".join(f"{value} AS {identifier(name)}" for name, value in columns.items())
        self.connection.execute(f"INSERT INTO staged.{identifier(target.name)} BY NAME SELECT {select}")

    def _stage_source(self, name: str) -> None:
        """The rows of one source, through every entry that takes them."""
        read = self.sources[name]
        for table, _, entry in self.mapping.entries():
            if entry.source == name:
                self._stage_entry(table, entry)
        tables = self.fed_by(name)
        self._refuse_faults([table for table in tables if table != NAMES])
        first, last = read.parts[0].part, read.parts[-1].part
        self.withdraw(tables)
        if NAMES in tables and add_name_forms(self.connection, first.base, last.base + (1 << LINE_BITS)):
            self.withdraw(tables)

    def _stage_entry(self, table: str, entry: Entry) -> None:
        sources = {OWN: entry.source or ""} | {alias: join.source for alias, join in entry.join.items()}
        joined = {}
        for number, (alias, join) in enumerate(entry.join.items()):
            other = self.sources[join.source]
            relation = self._joiner.relation(join, other.relation, other.cells)
            joined[alias] = JoinedRows(alias, f"j{number}", join, relation)
        labels = {name: column.from_ or name for name, column in entry.columns.items()}
        shape = Shape(
            entry,
            targets()[table],
            self._entry(table, labels),
            self.mapping.system_of(entry),
            self.sources[entry.source or ""].relation,
            {alias: self.sources[source].cells for alias, source in sources.items()},
            {alias: self.mapping.sources[source] for alias, source in sources.items()},
            joined,
            self._today,
        )
        select = Extraction(shape, self._closely).select()
        self.connection.execute(f"INSERT INTO staged.{identifier(table)} BY NAME {select}")
        if any(join.takes for join in entry.join.values()):
            self.connection.execute(
                f"INSERT INTO taken SELECT taken, _row FROM (SELECT unnest(_took) AS taken, _row "
                f"FROM staged.{identifier(table)} WHERE _entry = {shape.number}) WHERE taken IS NOT NULL"
            )

    def _refuse_faults(self, tables: Sequence[str]) -> None:
        """Rejects the rows that do not fit, each with the fault of the first entry that has one."""
        faults = " UNION ALL ".join(
            f"SELECT _row, _entry, _fault FROM staged.{identifier(table)} WHERE _fault IS NOT NULL" for table in tables
        )
        if faults:
            self.connection.execute(
                f'INSERT INTO reject SELECT _row, fault."column", fault.reason, NULL '
                f"FROM (SELECT _row, arg_min(_fault, _entry) AS fault FROM ({faults}) GROUP BY _row)"
            )

    def _finish(self) -> None:
        for name in IMPORTABLE:
            for column in ("_fault", "_took", *(("_called",) if name == "customer" else ())):
                self.connection.execute(f"ALTER TABLE staged.{identifier(name)} DROP COLUMN {column}")


def _first_line(error: object) -> str:
    return next(iter(str(error).strip().splitlines()), "unknown")
