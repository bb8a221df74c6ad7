"""The criteria of a query as figures: what was understood, said back before anything is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from assistant.grounding.ledger import Figure, Ledger
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Employee, Product, Unit
from knowledge.query import BANDS, Condition, Field, Group, Holding, Kind, Operator, Query, Step
from prompts import codes_of

THINGS = ("product", "product_kind", "transaction_kind", "feedback_kind", "contact_channel")
"""Fields that name what it is that customers have."""
ASKED = "asked"
"""The source of what the question itself says."""


@dataclass(frozen=True)
class Criterion:
    """One condition as it is said: the field's label, what links it to the values, what stands between, before and
    after them."""

    label: str
    link: str
    before: str
    values: list[Figure]
    joint: str
    after: str
    negated: bool


@dataclass(frozen=True)
class Possession:
    """What customers have, or have not, of something else: `thing` is one of it, `counted` several. `things` are the
    kinds that it is of, where the query says so; `least` is None where one is enough."""

    thing: str
    counted: str
    things: list[Figure]
    criteria: list[Criterion]
    least: Figure | None
    negated: bool


@dataclass(frozen=True)
class Names:
    """Branches, employees and products that a query names or its groups are of, by id."""

    units: Mapping[str, Unit]
    employees: Mapping[str, Employee]
    products: Mapping[str, Product]

    @classmethod
    def read(cls, lookups: Lookups) -> "Names":
        return cls(
            {unit.id: unit for unit in lookups.scalars(select(Unit))},
            {employee.id: employee for employee in lookups.scalars(select(Employee))},
            {product.id: product for product in lookups.scalars(select(Product))},
        )


class Criteria:
    """Puts the criteria of a query and the keys of its groups on a ledger. `currency` is the bank's own."""

    def __init__(self, ledger: Ledger, names: Names, currency: str) -> None:
        self._ledger, self._names, self._currency = ledger, names, currency

    def of(self, query: Query) -> tuple[list[Criterion], list[Possession]]:
        return [self._criterion(c) for c in query.conditions], [self._possession(h) for h in query.holdings]

    def _criterion(self, condition: Condition) -> Criterion:
        field, currency = condition.known_field, condition.currency or self._currency
        operator = condition.operator.value
        between = operator if condition.operator is Operator.BETWEEN else "or"
        return Criterion(
            label=self.label(field.name),
            link=self._words("operator_link", operator),
            before=self._words("operator", operator),
            values=[self._value(field, value, currency) for value in condition.read_values],
            joint=self._words("operator_joint", between),
            after=self._words("operator_end", operator),
            negated=condition.negated,
        )

    def _words(self, vocabulary: str, code: str) -> str:
        """What is said of an operator; nothing where nothing is to be said."""
        return self._ledger.label(code, vocabulary) if code in codes_of(vocabulary) else ""

    def _possession(self, holding: Holding) -> Possession:
        thing = next((c for c in holding.where if c.field in THINGS and not c.negated), None)
        least = holding.at_least
        return Possession(
            thing=self._ledger.label(holding.has, "rows_lacked" if holding.negated else "rows_had"),
            counted=self._ledger.label(holding.has, "rows_many"),
            things=self._criterion(thing).values if thing else [],
            criteria=[self._criterion(condition) for condition in holding.where if condition is not thing],
            least=self._ledger.number(ASKED, holding.has, least, "count", ASKED) if least > 1 else None,
            negated=holding.negated,
        )

    def label(self, field: str) -> str:
        return self._ledger.label(field, "criterion")

    def key(self, group: Group, field: Field, key: object, source: str) -> Figure | None:
        """What a group is called; None where it is not known."""
        if key is None:
            return None
        if group.field == "age":
            return self._ledger.words(str(key), "age_band", _band(int(str(key))), source)
        if group.step is Step.MONTH:
            return self._ledger.words(str(key), "month", f"{int(str(key)) // 100}-{int(str(key)) % 100:02}", source)
        if group.step is Step.YEAR:
            return self._ledger.words(str(key), "year", str(key), source)
        return self._named(field, str(key), source, str(key))

    def _value(self, field: Field, value: object, currency: str) -> Figure:
        ledger = self._ledger
        match field.kind, value:
            case Kind.MONEY, Decimal():
                return ledger.money(ASKED, field.name, value, currency, ASKED)
            case Kind.PERCENT, Decimal():
                return ledger.percent(ASKED, field.name, value, ASKED)
            case Kind.NUMBER, int():
                return ledger.number(ASKED, field.name, value, field.unit, ASKED)
            case Kind.DAY, date():
                return ledger.day(ASKED, field.name, value, ASKED)
        return self._named(field, str(value), ASKED, ASKED)

    def _named(self, field: Field, value: str, source: str, subject: str) -> Figure:
        """A code, a branch, an employee or a product by its name; other values as they stand."""
        ledger, names = self._ledger, self._names
        match field.vocabulary:
            case "unit" if value in names.units:
                return ledger.unit(names.units[value])
            case "employee" if value in names.employees:
                return ledger.employee(names.employees[value])
            case "product" if value in names.products:
                return ledger.product(names.products[value])
            case str(vocabulary) if vocabulary not in ("unit", "employee", "product"):
                return ledger.code(subject, field.name, vocabulary, value, source)
        return ledger.words(subject, field.name, value, source)


def _band(first: int) -> str:
    following = next((band for band in BANDS if band > first), None)
    return f"{first}+" if following is None else f"{first}–{following - 1}"
