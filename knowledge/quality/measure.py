"""The quality of many files at once: sums in SQL, so that a bank's size decides nothing but the scan."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from knowledge.crm.codes import ConflictState, CustomerKind
from knowledge.crm.lineage import Conflict
from knowledge.crm.store import Reader
from knowledge.crm.tables import Customer
from knowledge.quality.expectations import expectations
from knowledge.quality.rules import CHECKED, Filed, column, rules

HUNDREDTH = Decimal("0.01")
Key = TypeVar("Key", str, tuple[str, str])


def share(part: int, whole: int) -> Decimal | None:
    """In percent, to two places; None of nothing."""
    return (Decimal(100 * part) / whole).quantize(HUNDREDTH) if whole else None


@dataclass
class Counts:
    """What was counted in a group of files. `expected` and `missing` by field, `broken` by field and rule,
    `lacking` by input of segmentation; `recorded` are values on which there is a rule."""

    customers: int = 0
    persons: int = 0
    contested: int = 0
    recorded: int = 0
    expected: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    broken: dict[tuple[str, str], int] = field(default_factory=dict)
    lacking: dict[str, int] = field(default_factory=dict)

    @property
    def integrity(self) -> Decimal | None:
        """The share of expected fields that are filled, in percent."""
        asked = sum(self.expected.values())
        return share(asked - sum(self.missing.values()), asked)

    @property
    def truthfulness(self) -> Decimal | None:
        """The share of customers on whom no two systems contradict each other, in percent."""
        return share(self.customers - self.contested, self.customers)

    @property
    def accuracy(self) -> Decimal | None:
        """The share of recorded values that can be right and still hold, in percent."""
        return share(self.recorded - sum(self.broken.values()), self.recorded)

    @property
    def score(self) -> Decimal | None:
        """The average of the three by their weights, in percent; None of no customers."""
        parts = [(part, weight) for part, weight in self._weighted() if part is not None]
        total = sum(weight for _, weight in parts)
        return (
            (sum((part * weight for part, weight in parts), Decimal()) / total).quantize(HUNDREDTH) if parts else None
        )

    @property
    def segmentable(self) -> Decimal | None:
        """The share of segmentation's inputs that are there, in percent; None where there are no persons."""
        asked = self.persons * len(expectations().segmentation)
        return share(asked - sum(self.lacking.values()), asked)

    def _weighted(self) -> list[tuple[Decimal | None, int]]:
        weights = expectations().weights
        return [
            (self.integrity, weights.integrity),
            (self.truthfulness, weights.truthfulness),
            (self.accuracy, weights.accuracy),
        ]

    def add(self, other: "Counts") -> None:
        self.customers += other.customers
        self.persons += other.persons
        self.contested += other.contested
        self.recorded += other.recorded
        _add(self.expected, other.expected)
        _add(self.missing, other.missing)
        _add(self.broken, other.broken)
        _add(self.lacking, other.lacking)


async def counts_by_branch(reader: Reader, today: date) -> dict[str | None, Counts]:
    """What is counted in the files of every branch in the reader's scope; None is the branch of those without
    one. Customers who have left do not count."""
    sums = sums_of(Customer, today)
    branches: dict[str | None, Counts] = {}
    for branch, kind, number, *values in await reader.rows(files_counted(today)):
        branches.setdefault(branch, Counts()).add(counts_of(kind, number, dict(zip(sums, values, strict=True))))
    for branch, number in await reader.rows(contested_counted(today)):
        branches[branch].contested = number
    return branches


def files_counted(today: date) -> Select[*tuple[Any, ...]]:
    """By branch and kind: how many files, and the sums over them."""
    return (
        select(Customer.branch_id, Customer.kind, func.count(Customer.id), *sums_of(Customer, today).values())
        .where(staying(today))
        .group_by(Customer.branch_id, Customer.kind)
    )


def contested_counted(today: date) -> Select[str | None, int]:
    """By branch: how many customers systems contradict each other about."""
    return (
        select(Customer.branch_id, func.count(Customer.id))
        .where(staying(today), Customer.id.in_(contested_customers()))
        .group_by(Customer.branch_id)
    )


def total(groups: Iterable[Counts]) -> Counts:
    whole = Counts()
    for group in groups:
        whole.add(group)
    return whole


def staying(today: date) -> ColumnElement[bool]:
    """Whether a customer's relationship has not ended by that day."""
    return or_(Customer.closed_on.is_(None), Customer.closed_on > today)


def contested_customers() -> Select[str]:
    """The customers about whom two systems contradict each other."""
    return select(Conflict.customer_id).where(Conflict.state == ConflictState.OPEN.value)


def sums_of(table: Filed, today: date) -> Mapping[tuple[str, str], ColumnElement[int]]:
    """Sums over a group of rows, by what they count: ("missing", field), ("recorded", field),
    ("lacking", input), (field, rule)."""
    expected = {field for fields in expectations().expected.values() for field in fields}
    sums = {("missing", name): _sum(column(table, name).is_(None)) for name in sorted(expected)}
    sums |= {("recorded", name): func.count(column(table, name)) for name in CHECKED}
    sums |= {
        ("lacking", name): _sum(and_(*(column(table, one).is_(None) for one in fields)))
        for name, fields in expectations().segmentation.items()
    }
    return sums | {(rule.field, rule.code): _sum(rule.broken) for rule in rules(table, today)}


def counts_of(kind: str, number: int, values: Mapping[tuple[str, str], int]) -> Counts:
    """The counts of a group of one kind from its sums."""
    known = expectations()
    fields = known.expected[CustomerKind(kind)]
    person = kind == CustomerKind.PERSON
    return Counts(
        customers=number,
        persons=number if person else 0,
        recorded=sum(values["recorded", name] for name in CHECKED),
        expected=dict.fromkeys(fields, number),
        missing={name: values["missing", name] for name in fields},
        broken={key: value for key, value in values.items() if key[0] in CHECKED and value},
        lacking={name: values["lacking", name] for name in known.segmentation} if person else {},
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _add(to: dict[Key, int], more: Mapping[Key, int]) -> None:
    for key, number in more.items():
        to[key] = to.get(key, 0) + number
