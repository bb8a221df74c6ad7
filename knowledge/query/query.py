"""The typed query: what to count, list or add up, under which conditions, in which groups, in which order.

It is what understanding makes of a question, and what a model is given as arguments of a tool: names are plain, and
an error says what is allowed instead. A query is a value: two that ask the same are equal, and it can be kept as JSON.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic import Field as Described

from knowledge.query.fields import FIELDS, Field, Kind, Subject, catalogue, fields_of, reached_from

MOST_ROWS = 100
MOST_VALUES = 50
MOST_CONDITIONS = 20
LARGEST = Decimal(10) ** 15


class Show(StrEnum):
    """What is asked of the rows: how many, which, or one figure of them all."""

    COUNT = "count"
    LIST = "list"
    SUM = "sum"
    AVERAGE = "average"
    MEDIAN = "median"
    HIGHEST = "highest"
    LOWEST = "lowest"


OF_A_FIGURE = (Show.SUM, Show.AVERAGE, Show.MEDIAN, Show.HIGHEST, Show.LOWEST)


class Operator(StrEnum):
    IS = "is"
    CONTAINS = "contains"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    SINCE = "since"
    AFTER = "after"
    UNTIL = "until"
    BEFORE = "before"
    KNOWN = "known"


class Step(StrEnum):
    """How long the periods are by which days are grouped."""

    MONTH = "month"
    YEAR = "year"


_OF_NUMBERS = (Operator.AT_LEAST, Operator.MORE_THAN, Operator.AT_MOST, Operator.LESS_THAN, Operator.BETWEEN)
OPERATORS: dict[Kind, tuple[Operator, ...]] = {
    Kind.CODE: (Operator.IS, Operator.KNOWN),
    Kind.NAME: (Operator.IS, Operator.KNOWN),
    Kind.REFERENCE: (Operator.IS, Operator.KNOWN),
    Kind.LIST: (Operator.IS,),
    Kind.TEXT: (Operator.CONTAINS, Operator.KNOWN),
    Kind.MONEY: (*_OF_NUMBERS, Operator.KNOWN),
    Kind.NUMBER: (*_OF_NUMBERS, Operator.IS, Operator.KNOWN),
    Kind.PERCENT: (*_OF_NUMBERS, Operator.KNOWN),
    Kind.DAY: (
        Operator.SINCE, Operator.AFTER, Operator.UNTIL, Operator.BEFORE, Operator.BETWEEN, Operator.KNOWN,
    ),
}  # fmt: skip
_SIGNS = {
    Operator.IS: "=", Operator.CONTAINS: "~", Operator.AT_LEAST: ">=", Operator.MORE_THAN: ">", Operator.AT_MOST: "<=",
    Operator.LESS_THAN: "<", Operator.BETWEEN: "=", Operator.SINCE: ">=", Operator.AFTER: ">", Operator.UNTIL: "<=",
    Operator.BEFORE: "<", Operator.KNOWN: "=known",
}  # fmt: skip


def _written(value: object) -> object:
    """A number or a day of JSON as the text that it is kept as."""
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float | Decimal | date) else value


Value = Annotated[str, BeforeValidator(_written), StringConstraints(min_length=1, max_length=200)]
FieldName = Annotated[str, Described(json_schema_extra={"enum": sorted(FIELDS)})]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Part):
    """One field compared with values. Several values of `is` mean any of them; `between` takes two, both included.

    `currency` is that of an amount; without it an amount is in the bank's own. `negated` turns the condition round;
    a row in which the field is empty meets neither.
    """

    field: FieldName
    operator: Operator = Operator.IS
    values: tuple[Value, ...] = Described(default=(), max_length=MOST_VALUES)
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    negated: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        known = field_named(self.field)
        allowed = OPERATORS[known.kind]
        if self.operator not in allowed:
            raise ValueError(f"{self.field} is compared with {_listed(allowed)}, not with {self.operator}")
        number = {Operator.BETWEEN: 2, Operator.KNOWN: 0}.get(self.operator, 1)
        several = self.operator is Operator.IS and known.kind is not Kind.NUMBER
        if len(self.values) != number and not (several and self.values):
            raise ValueError(f"{self.operator} takes {number} value(s) for {self.field}, not {len(self.values)}")
        if self.currency and known.kind is not Kind.MONEY:
            raise ValueError(f"{self.field} is no money and has no currency")
        read = [_read(known, value) for value in self.values]
        if self.operator is Operator.BETWEEN and read[0] > read[1]:
            raise ValueError(f"between needs the smaller value of {self.field} first")
        return self

    @property
    def known_field(self) -> Field:
        return FIELDS[self.field]

    @property
    def read_values(self) -> tuple[Any, ...]:
        """The values as they are compared: Decimal, int, date or str."""
        return tuple(_read(self.known_field, value) for value in self.values)

    @property
    def source(self) -> str:
        """The condition as the source of a fact names it."""
        joint = ".." if self.operator is Operator.BETWEEN else ","
        sign = _SIGNS[self.operator]
        return f"{'not ' if self.negated else ''}{self.field}{sign}{joint.join(self.values)}{self.currency or ''}"


class Holding(_Part):
    """What the customer has of something else: accounts, transactions, contacts, feedback that meet conditions.

    `at_least` says of how many; `negated` turns it round: without a fund, not contacted since August.
    """

    has: Subject
    where: tuple[Condition, ...] = Described(default=(), max_length=MOST_CONDITIONS)
    at_least: int = Described(default=1, ge=1, le=1000)
    negated: bool = False

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.has is Subject.CUSTOMERS:
            raise ValueError("a customer has accounts, transactions, contacts or feedback")
        reached = reached_from(self.has) - {Subject.CUSTOMERS}
        for condition in self.where:
            if condition.known_field.about not in reached:
                allowed = sorted(field.name for subject in reached for field in fields_of(subject))
                raise ValueError(f"{condition.field} says nothing of {self.has}; these do: {_listed(allowed)}")
        return self

    @property
    def source(self) -> str:
        number = f">={self.at_least}" if self.at_least > 1 else ""
        inner = "&".join(condition.source for condition in self.where)
        return f"{'not ' if self.negated else ''}has {self.has}{number}({inner})"


class Group(_Part):
    """By which field rows are grouped; days by month or year, ages by band."""

    field: FieldName
    step: Step | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        known = field_named(self.field)
        if not known.grouped:
            raise ValueError(f"nothing is grouped by {self.field}; by these it is: {_listed(grouped())}")
        if (known.kind is Kind.DAY) != (self.step is not None):
            raise ValueError("days are grouped by step month or year, nothing else is")
        return self


class Order(_Part):
    """The field by which a list is ordered, the largest or newest first unless `rising`."""

    field: FieldName
    rising: bool = False


def _with_fields(schema: dict[str, Any]) -> None:
    """Says in the JSON schema which fields there are and what their values look like."""
    schema["description"] = f"{schema.get('description', '')}\n\nFields, by what they are about:\n{catalogue()}"


class Query(_Part):
    """A question over the rows that the asker may see.

    `about` says what a row is. `show` count or list needs no `figure`; sum, average, median, highest and lowest say of
    which figure. Conditions in `where` hold together. A list shows `limit` rows.
    """

    model_config = ConfigDict(json_schema_extra=_with_fields)

    about: Subject
    show: Show = Show.COUNT
    figure: FieldName | None = None
    where: tuple[Condition | Holding, ...] = Described(default=(), max_length=MOST_CONDITIONS)
    group: tuple[Group, ...] = Described(default=(), max_length=2)
    order: Order | None = None
    limit: int | None = Described(default=None, ge=1, le=MOST_ROWS)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if (self.show in OF_A_FIGURE) != (self.figure is not None):
            raise ValueError(f"{_listed(OF_A_FIGURE)} need a figure, count and list have none")
        if self.figure and not field_named(self.figure).measurable:
            measured = sorted(field.name for field in FIELDS.values() if field.measurable)
            raise ValueError(f"{self.figure} is no figure; these are: {_listed(measured)}")
        if self.show is Show.LIST and self.group:
            raise ValueError("a list has no groups; count, or a figure, has")
        if self.show is not Show.LIST and self.order:
            raise ValueError("only a list has an order; groups stand with the largest first")
        if len({group.field for group in self.group}) < len(self.group):
            raise ValueError("the same group twice")
        for name in self._names():
            self._refuse_unreached(name)
        if self.order and FIELDS[self.order.field].kind not in (Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.DAY):
            raise ValueError(f"a list is ordered by a figure or a day, not by {self.order.field}")
        return self

    def _names(self) -> Iterator[str]:
        yield from (part.field for part in self.where if isinstance(part, Condition))
        yield from (group.field for group in self.group)
        yield from filter(None, (self.figure, self.order.field if self.order else None))

    def _refuse_unreached(self, name: str) -> None:
        reached = reached_from(self.about)
        about = field_named(name).about
        if about not in reached:
            allowed = sorted(field.name for subject in reached for field in fields_of(subject))
            raise ValueError(
                f"a row of {self.about} has no single {name}: put it into a holding of {about}"
                f" (has), or ask about {about}. Fields of {self.about}: {_listed(allowed)}"
            )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Those on the row itself, its account and its customer."""
        return tuple(part for part in self.where if isinstance(part, Condition))

    @property
    def holdings(self) -> tuple[Holding, ...]:
        return tuple(part for part in self.where if isinstance(part, Holding))

    @property
    def subjects(self) -> frozenset[Subject]:
        """Whose fields the query reads."""
        own = {FIELDS[name].about for name in self._names()}
        return frozenset({self.about} | own | ({Subject.CUSTOMERS} if self.holdings else set()))

    @property
    def source(self) -> str:
        """The rows that the query counts, as the source of a fact names them."""
        table = {Subject.FEEDBACK: "feedback"}.get(self.about, self.about.value.removesuffix("s"))
        return f"{table}?{'&'.join(part.source for part in self.where)}"


def field_named(name: str) -> Field:
    """Raises ValueError for a field that there is not."""
    if name not in FIELDS:
        raise ValueError(f"there is no field {name}; there are: {_listed(sorted(FIELDS))}")
    return FIELDS[name]


def grouped() -> list[str]:
    return sorted(field.name for field in FIELDS.values() if field.grouped)


def _read(field: Field, value: str) -> Any:
    """A value as it is compared. Raises ValueError where it does not fit the field."""
    match field.kind:
        case Kind.MONEY | Kind.PERCENT:
            return _decimal(field, value, 2 if field.kind is Kind.MONEY else 4)
        case Kind.NUMBER:
            return int(_decimal(field, value, 0))
        case Kind.DAY:
            return _day(field, value)
    if field.codes and value not in field.codes:
        raise ValueError(f"{field.name} has no value {value}; it has: {_listed(field.codes)}")
    return value


def _decimal(field: Field, value: str, places: int) -> Decimal:
    try:
        read = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{field.name} is compared with plain numbers, not with {value!r}") from None
    if not read.is_finite() or abs(read) >= LARGEST or round(read, places) != read:
        raise ValueError(f"{field.name} takes a number below 1e15 with at most {places} decimals, not {value}")
    return read


def _day(field: Field, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{field.name} is compared with days like 2026-08-31, not with {value!r}") from None


def _listed(names: Any) -> str:
    return ", ".join(map(str, names))
