"""The mapping: how the files of a bank become rows of the store. Data only; nothing in it is executed.

`docs/import.md` explains it to whoever writes one. `read_mapping` gives a checked `Mapping`, or a
MappingError that names the line and the place of the mistake.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

OWN = ""
"""The alias under which a source's own row stands beside the rows joined to it."""

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TELLING = {"phone", "email", "birth_date", "address"}
"""What tells customers of one name apart."""
IDENTITY_KINDS = ("identity_card", "passport", "registration")
"""Kinds of customer numbers that belong to the person or the company, not to one system."""
WRITTEN = "mapping"
"""The system of customers that a mapping itself writes out."""

DateFormat = Annotated[str, Field(pattern=r"^(?:YYYY|YY|MM|DD|hh|mm|ss|[^A-Za-z0-9])+$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Cells = Annotated[list[str], BeforeValidator(_as_list)]
Where = dict[str, Cells]
Format = Literal["csv", "parquet", "json_lines"]
_ENDINGS: dict[str, Format] = {".parquet": "parquet", ".jsonl": "json_lines", ".ndjson": "json_lines"}
Constant = str | list[str] | dict[str, str]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Source(_Part):
    """One file, or the parts of one (`trans-*.parquet`), or a table of a database, and its dialect.

    Without `encoding` it is UTF-8, or UTF-16 where a byte order mark or the pattern of its bytes says so. Without
    `format` the ending of the name tells it.
    """

    file: str | None = Field(default=None, min_length=1)
    format: Format | None = None
    table: str | None = Field(default=None, min_length=1)
    url: str | None = None
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str | None = None
    dates: DateFormat = "YYYY-MM-DD"
    decimal_mark: Literal[".", ","] = "."
    thousands_mark: str | None = Field(default=None, max_length=1)
    empty: Cells = []

    @model_validator(mode="after")
    def _one_place(self) -> "Source":
        if (self.file is None) == (self.table is None):
            raise ValueError("needs either file or table")
        if self.table is not None and (self.format or self.encoding):
            raise ValueError("format and encoding go with a file")
        if self.url is not None and self.table is None:
            raise ValueError("url goes with a table")
        return self

    def kind(self, file: str) -> Format:
        """The format of a file of this source."""
        return self.format or _ENDINGS.get(PurePath(file.lower().removesuffix(".gz")).suffix, "csv")

    @property
    def place(self) -> str:
        """What it is called in messages and reports."""
        return self.file or f"table {self.table}"


class Join(_Part):
    """The one row of another source whose columns (left) equal ours (right).

    `takes` says that the joined row ends in ours: it counts as stored, or as rejected, together with it.
    """

    source: str
    match: dict[str, str] = Field(min_length=1)
    where: Where = {}
    optional: bool = False
    takes: bool = False


class Sign(_Part):
    """Whether an amount comes in or goes out, told by another column."""

    by: str
    plus: Cells
    minus: Cells


class Fallback(_Part):
    """What an unknown code becomes."""

    value: str


class Column(_Part):
    """Where one column of the store comes from: exactly one of from, text, value, first, fields.

    In the file a plain word is short for `from`, and one with braces for `text`.
    """

    from_: str | None = Field(default=None, alias="from")
    text: str | None = None
    value: Constant | None = None
    first: list["Column"] | None = None
    fields: dict[str, str] | None = None
    empty: Cells = []
    codes: dict[str, str] | None = None
    otherwise: Literal["reject", "empty", "keep"] | Fallback = "reject"
    date: DateFormat | None = None
    century: Annotated[int, Field(ge=1000, le=9900, multiple_of=100)] | None = None
    plus_months: str | None = None
    sign: Sign | None = None
    split: str | None = None
    round: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        if isinstance(given, str):
            return {"text": given} if "{" in given else {"from": given}
        return given

    @model_validator(mode="after")
    def _one_origin(self) -> "Column":
        origins = {"from": self.from_, "text": self.text, "value": self.value, "first": self.first}
        origins["fields"] = self.fields
        given = [name for name, value in origins.items() if value is not None]
        if len(given) != 1:
            raise ValueError(f"needs exactly one of from, text, value, first, fields; has {', '.join(given) or 'none'}")
        return self

    def references(self) -> Iterator[str]:
        """Every source column, own or joined ("alias.column"), that this column reads."""
        if self.from_ is not None:
            yield self.from_
        if self.text is not None:
            yield from PLACEHOLDER.findall(self.text)
        yield from (self.fields or {}).values()
        if self.plus_months is not None:
            yield self.plus_months
        if self.sign is not None:
            yield self.sign.by
        for column in self.first or ():
            yield from column.references()

    def constants(self) -> Iterator[Constant]:
        """Every value that the mapping itself writes into the store's column."""
        if self.value is not None:
            yield self.value
        yield from (self.codes or {}).values()
        if isinstance(self.otherwise, Fallback):
            yield self.otherwise.value
        for column in self.first or ():
            yield from column.constants()


def _as_day(given: Any) -> Any:
    return {"value": given} if isinstance(given, str) and ISO_DAY.fullmatch(given) else given


AsOf = Annotated[Column, BeforeValidator(_as_day)]
"""A column, or the day itself."""


class Entry(_Part):
    """One way into a table: either from the rows of a source or from `rows` written in the mapping itself.

    `called` (customers only) lists the forms under which a customer may be mentioned, where the data have no
    names; otherwise they follow from `name` and `name_latin`. `system`, `number` and `as_of` (customers only) say
    which system knows the customer, under which number, and since when it says so.
    """

    source: str | None = None
    rows: list[dict[str, Constant]] | None = None
    where: Where = {}
    join: dict[Name, Join] = {}
    columns: dict[str, Column] = {}
    called: Cells = []
    system: str | None = Field(default=None, min_length=1, max_length=32)
    number: Column | None = None
    as_of: AsOf | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> "Entry":
        if (self.source is None) == (self.rows is None):
            raise ValueError("needs either source or rows")
        beside = self.columns or self.join or self.where or self.called or self.number or self.as_of
        if self.rows is not None and beside:
            raise ValueError("rows are written out: nothing but system goes with them")
        if self.source is not None and not self.columns:
            raise ValueError("needs columns")
        return self

    def references(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every reference to a source column with its place in the entry."""
        for name, column in self.columns.items():
            for reference in column.references():
                yield ("columns", name), reference
        for name, join in self.join.items():
            for reference in join.match.values():
                yield ("join", name, "match"), reference
        for column_name in self.where:
            yield ("where",), column_name
        for form in self.called:
            for reference in PLACEHOLDER.findall(form):
                yield ("called",), reference
        for name, identity in (("number", self.number), ("as_of", self.as_of)):
            for reference in identity.references() if identity is not None else ():
                yield (name,), reference

    def alias_of(self, reference: str) -> tuple[str, str]:
        """The alias and the column that a reference means: "owner.client_id" is of the join `owner`."""
        alias, dot, column = reference.partition(".")
        return (alias, column) if dot and alias in self.join else (OWN, reference)


class Balances(_Part):
    """Month-end balances derived from the transactions, for a bank whose files have none.

    `until`: how far an account's last known balance is carried on: its own last booking, the last
    booking of all accounts, or a date.
    """

    until: Literal["last_booking", "last_booking_of_all"] | date


def _gives_identity(entry: Entry) -> bool:
    kind = entry.columns.get("kind")
    return kind is not None and any(given in IDENTITY_KINDS for given in kind.constants())


class Mapping(_Part):
    """How the files of one bank become rows of the store.

    `systems` names the systems that know customers, the most trusted first. `resolve` tells whether customers of
    several records are found; left out, it is done where the customers have enough to be told apart.
    """

    version: Literal["1"]
    about: str | None = None
    systems: list[str] = []
    resolve: bool | None = None
    sources: dict[Name, Source] = Field(min_length=1)
    tables: dict[str, list[Entry]] = Field(min_length=1)
    balances: Balances | None = None

    def entries(self) -> Iterator[tuple[str, int, Entry]]:
        """Every entry with its table and its position there, in the order of the file."""
        for table, entries in self.tables.items():
            for position, entry in enumerate(entries):
                yield table, position, entry

    def system_of(self, entry: Entry) -> str:
        """The system that a customer entry's rows come from: the one named, else the source itself."""
        return entry.system or entry.source or WRITTEN

    def resolves(self) -> bool:
        """Whether customers are to be recognised over several records."""
        if self.resolve is not None:
            return self.resolve
        given = [set(entry.columns) for entry in self.tables.get("customer", ()) if entry.source is not None]
        identified = any(_gives_identity(entry) for entry in self.tables.get("customer_identifier", ()))
        return any(len(columns & TELLING) >= 2 or identified for columns in given)

    def columns_read(self) -> dict[str, set[str]]:
        """Per source, the columns that its file must have."""
        read: dict[str, set[str]] = {name: set() for name in self.sources}
        for _, _, entry in self.entries():
            if entry.source is None:
                continue
            source_of = {OWN: entry.source} | {alias: join.source for alias, join in entry.join.items()}
            for _, reference in entry.references():
                alias, column = entry.alias_of(reference)
                read[source_of[alias]].add(column)
            for join in entry.join.values():
                read[join.source].update(join.match, join.where)
        return read
