"""What a mapping has to get right beyond its form: tables, columns, codes and references that exist."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from knowledge.intake.calendar_format import format_mistake, moment_reader
from knowledge.intake.mapping import OWN, Column, Constant, Entry, Join, Mapping
from knowledge.intake.target import AS_OF, IMPORTABLE, NUMBER, Target, TargetColumn, targets
from knowledge.intake.value import constant

Place = tuple[str | int, ...]
ISO_MOMENT = moment_reader("YYYY-MM-DD", None, 0)
"""Reads the dates that a mapping itself writes."""
SYSTEM_LENGTH = 32
OWN_SYSTEM = "rapport"


@dataclass(frozen=True)
class Mistake:
    """Something wrong in a mapping, at a place in it."""

    place: Place
    reason: str


def mistakes(mapping: Mapping) -> Iterator[Mistake]:
    """Every mistake, in the order of the file."""
    yield from _in_systems(mapping)
    yield from _in_sources(mapping)
    for table, position, entry in mapping.entries():
        place: Place = ("tables", table, position)
        if table not in IMPORTABLE:
            yield Mistake(place[:2], f"no table of the store that an import fills; they are {', '.join(IMPORTABLE)}")
            continue
        yield from _in_entry(entry, targets()[table], mapping, place)
    yield from _in_whole(mapping)


def _in_systems(mapping: Mapping) -> Iterator[Mistake]:
    for number, system in enumerate(mapping.systems):
        place: Place = ("systems", number)
        if not 0 < len(system) <= SYSTEM_LENGTH:
            yield Mistake(place, f"a system's name has 1 to {SYSTEM_LENGTH} characters")
        if system == OWN_SYSTEM:
            yield Mistake(place, f"{system!r} stands for what a person has put right; it is trusted by its day alone")
        if system in mapping.systems[:number]:
            yield Mistake(place, f"{system!r} stands there twice")


def _in_identity(entry: Entry, mapping: Mapping, place: Place) -> Iterator[Mistake]:
    """System, number and day of customers."""
    if entry.system == OWN_SYSTEM:
        yield Mistake((*place, "system"), f"{OWN_SYSTEM!r} stands for what a person has put right")
    system = mapping.system_of(entry)
    if len(system) > SYSTEM_LENGTH:
        yield Mistake(place, f"{system!r} is longer than a system's {SYSTEM_LENGTH} characters: give a shorter system")
    if mapping.systems and entry.source is not None and system not in mapping.systems:
        yield Mistake((*place, "system"), f"{system!r} is not among the systems {', '.join(mapping.systems)}")
    for option, column, target in (("number", entry.number, NUMBER), ("as_of", entry.as_of, AS_OF)):
        if column is not None:
            yield from _in_column(column, target, (*place, option))


def _in_sources(mapping: Mapping) -> Iterator[Mistake]:
    seen: dict[str, str] = {}
    for name, source in mapping.sources.items():
        place: Place = ("sources", name)
        if source.file is not None:
            path = PurePath(source.file)
            if path.is_absolute() or ".." in path.parts:
                yield Mistake((*place, "file"), f"{source.file!r} has to be a file inside the folder that is imported")
            if source.file in seen:
                yield Mistake((*place, "file"), f"{source.file!r} is the source {seen[source.file]!r} already")
            seen[source.file] = name
        if source.url is not None and not _is_url(source.url):
            yield Mistake((*place, "url"), "it is no SQLAlchemy URL such as postgresql://host/database")
        if source.encoding is not None and not _is_encoding(source.encoding):
            yield Mistake((*place, "encoding"), f"{source.encoding!r} is no encoding that is known here")
        if source.delimiter in '"\r\n':
            yield Mistake((*place, "delimiter"), "a quote or the end of a line cannot delimit columns")
        if source.thousands_mark == source.decimal_mark:
            yield Mistake((*place, "thousands_mark"), "it is the decimal mark too")
        if reason := format_mistake(source.dates):
            yield Mistake((*place, "dates"), reason)


def _is_url(url: str) -> bool:
    try:
        make_url(url)
    except ArgumentError:
        return False
    return True


def _is_encoding(name: str) -> bool:
    try:
        "a".encode(name)
        return codecs.lookup(name).name not in {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7"}
    except (LookupError, UnicodeError):
        return False


def _in_entry(entry: Entry, target: Target, mapping: Mapping, place: Place) -> Iterator[Mistake]:
    if target.name == "customer":
        yield from _in_identity(entry, mapping, place)
    else:
        for option in ("system", "number", "as_of"):
            if getattr(entry, option) is not None:
                yield Mistake((*place, option), "only customers come from a system under a number")
    if entry.rows is not None:
        for number, row in enumerate(entry.rows):
            yield from _in_names(set(row), target, (*place, "rows", number))
            for name, given in row.items():
                if name in target.columns:
                    yield from _in_constant(given, target.columns[name], (*place, "rows", number, name))
        return
    if entry.source not in mapping.sources:
        yield Mistake((*place, "source"), f"{entry.source!r} is not among the sources")
        return
    if entry.called and target.name != "customer":
        yield Mistake((*place, "called"), "only customers have forms under which they are called")
    earlier: set[str] = set()
    for alias, join in entry.join.items():
        yield from _in_join(entry, join, earlier, mapping, (*place, "join", alias))
        earlier.add(alias)
    yield from _in_names(set(entry.columns), target, (*place, "columns"))
    for name, column in entry.columns.items():
        if name in target.columns:
            yield from _in_column(column, target.columns[name], (*place, "columns", name))


def _in_join(entry: Entry, join: Join, earlier: set[str], mapping: Mapping, place: Place) -> Iterator[Mistake]:
    if join.source not in mapping.sources:
        yield Mistake((*place, "source"), f"{join.source!r} is not among the sources")
    for theirs, ours in join.match.items():
        alias, _ = entry.alias_of(ours)
        if alias != OWN and alias not in earlier:
            yield Mistake((*place, "match", theirs), f"{ours!r} is of a join that comes later")


def _in_names(given: set[str], target: Target, place: Place) -> Iterator[Mistake]:
    for name in sorted(given - set(target.columns)):
        yield Mistake((*place, name), f"{target.name} has no such column; it has {', '.join(target.columns)}")
    missing = [column.name for column in target.columns.values() if column.required and column.name not in given]
    if missing:
        yield Mistake(place, f"{target.name} needs {', '.join(missing)} too")


def _in_column(column: Column, target: TargetColumn, place: Place) -> Iterator[Mistake]:
    dated = target.kind in {"date", "datetime"}
    misplaced = {
        "date": column.date is not None and not dated,
        "century": column.century is not None and not dated,
        "plus_months": column.plus_months is not None and target.kind != "date",
        "sign": column.sign is not None and target.kind != "amount",
        "round": column.round and target.kind not in {"amount", "rate"},
        "split": column.split is not None and target.kind != "list",
        "fields": column.fields is not None and target.kind != "map",
    }
    for option in (name for name, wrong in misplaced.items() if wrong):
        yield Mistake((*place, option), f"it does not go with a column of the kind {target.kind}")
    if column.split == "":
        yield Mistake((*place, "split"), "it is empty")
    if column.otherwise != "reject" and column.codes is None:
        yield Mistake((*place, "otherwise"), "it goes with codes")
    if target.kind == "map" and column.fields is None and not isinstance(column.value, dict):
        yield Mistake(place, f"{target.name} holds named values: give it fields")
    if column.date is not None and (reason := format_mistake(column.date)):
        yield Mistake((*place, "date"), reason)
    for given in [*([column.value] if column.value is not None else []), *_translations(column)]:
        yield from _in_constant(given, target, place)
    for number, inner in enumerate(column.first or ()):
        yield from _in_column(inner, target, (*place, "first", number))


def _translations(column: Column) -> list[str]:
    fallback = [] if isinstance(column.otherwise, str) else [column.otherwise.value]
    return [*(column.codes or {}).values(), *fallback]


def _in_constant(given: Constant, target: TargetColumn, place: Place) -> Iterator[Mistake]:
    try:
        value = constant(given, target, ISO_MOMENT)
    except ValueError as error:
        yield Mistake(place, str(error))
        return
    if value is None and target.required:
        yield Mistake(place, f"{target.name} has to have a value")


def _in_whole(mapping: Mapping) -> Iterator[Mistake]:
    taken = {entry.source for _, _, entry in mapping.entries()}
    taken |= {join.source for _, _, entry in mapping.entries() for join in entry.join.values() if join.takes}
    for name in mapping.sources:
        if name not in taken:
            yield Mistake(("sources", name), "nothing takes its rows: give it an entry, or a join with `takes: true`")
    if mapping.balances is not None:
        if "transaction" not in mapping.tables:
            yield Mistake(("balances",), "they are derived from transactions, and there are none")
        if "balance" in mapping.tables:
            yield Mistake(("tables", "balance"), "balances are either given or derived, not both")
