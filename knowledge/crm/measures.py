"""The bank's measures as they stood on a day, read through a scope: values, averages, results.

Values are looked up customer by customer. What is told of all customers of a bank or a branch was computed by the run
(`knowledge.crm.whole_view`).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import Insight, InsightAverage, InsightResult, InsightRun
from knowledge.crm.scope import Scope
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer

FAR = date.max
PEER_GROUP = "peer_group"


class Grouping(StrEnum):
    """Whom an average is taken over: customers alike, the customer's branch, the whole bank."""

    PEERS = "peers"
    BRANCH = "branch"
    BANK = "bank"


Held = type[Insight] | type[InsightAverage] | type[InsightResult]


@dataclass(frozen=True)
class Groups:
    """The groups that a customer belongs to; None where one is not known."""

    peers: str | None
    branch: str | None

    def of(self, grouping: Grouping) -> str | None:
        return {Grouping.PEERS: self.peers, Grouping.BRANCH: self.branch, Grouping.BANK: ""}[grouping]


class Measures:
    """What the newest run up to a day found. Every read is within the scope of `lookups`."""

    def __init__(self, lookups: Lookups, scope: Scope, run: InsightRun, on: date | None) -> None:
        """`on` is None where the run is the newest of all, so that what holds now is what it found."""
        self.lookups, self.scope, self.run, self._on = lookups, scope, run, on

    @classmethod
    def on(cls, lookups: Lookups, scope: Scope, day: date) -> "Measures | None":
        """The measures as of that day; None where none had been computed by then."""
        run = lookups.scalar(
            select(InsightRun)
            .where(InsightRun.as_of <= day)
            .order_by(InsightRun.as_of.desc(), InsightRun.id.desc())
            .limit(1)
        )
        if run is None:
            return None
        later = lookups.scalar(select(InsightRun.id).where(InsightRun.as_of > day).limit(1))
        return cls(lookups, scope, run, day if later else None)

    @property
    def is_newest(self) -> bool:
        """Whether no later run has been made, so that whatever is in the store was known to it."""
        return self._on is None

    def of(self, customers: Collection[str], metrics: Collection[str]) -> dict[tuple[str, str], Insight]:
        """The values of these measures for these customers, by (customer, metric)."""
        rows = self.lookups.scalars(
            select(Insight)
            .where(Insight.customer_id.in_(customers), Insight.metric.in_(metrics), self._holding_of_few())
            .execution_options(**FEW)
        )
        return {(row.customer_id, row.metric): row for row in rows}

    def before(self, customers: Collection[str], metrics: Collection[str], on: date) -> dict[tuple[str, str], Insight]:
        """The values as they stood on an earlier day; nothing where no run had been made by then."""
        if self.lookups.scalar(select(InsightRun.id).where(InsightRun.as_of <= on).limit(1)) is None:
            return {}
        rows = self.lookups.scalars(
            select(Insight)
            .where(Insight.customer_id.in_(customers), Insight.metric.in_(metrics), _held_on(Insight, on))
            .execution_options(**FEW)
        )
        return {(row.customer_id, row.metric): row for row in rows}

    def values(self, *metrics: str) -> dict[str, dict[str, Decimal]]:
        """The values of these measures for every customer in view, by customer and measure: for a view of few."""
        rows = self.lookups.rows(
            select(Insight.customer_id, Insight.metric, Insight.value).where(
                Insight.metric.in_(metrics), Insight.value.is_not(None), self._holding_of_few()
            )
        )
        found: dict[str, dict[str, Decimal]] = {}
        for customer, metric, value in rows:
            if value is not None:
                found.setdefault(customer, {})[metric] = value
        return found

    def reasoned(self, metric: str, reason: str) -> dict[str, Decimal]:
        """The values of a measure for every customer in view who has it for that reason: for a view of few."""
        rows = self.lookups.rows(
            select(Insight.customer_id, Insight.value, Insight.reasons).where(
                Insight.metric == metric, self._holding_of_few()
            )
        )
        return {customer: value or Decimal(0) for customer, value, reasons in rows if reason in reasons}

    def groups_of(self, customer: Customer) -> Groups:
        """The groups with which a customer is compared."""
        row = self.of([customer.id], [PEER_GROUP]).get((customer.id, PEER_GROUP))
        return Groups(row.label if row else None, customer.branch_id)

    def averages(self, metrics: Collection[str], groups: Groups) -> dict[tuple[str, Grouping], InsightAverage]:
        """The averages of these measures over these groups, by (metric, grouping); whether one may be told is for
        `outside` to say."""
        wanted = or_(
            *(
                and_(InsightAverage.grouping == grouping.value, InsightAverage.of == of)
                for grouping in Grouping
                if (of := groups.of(grouping)) is not None
            )
        )
        rows = self.lookups.scalars(
            select(InsightAverage).where(InsightAverage.metric.in_(metrics), wanted, self.holding(InsightAverage))
        )
        return {(row.metric, Grouping(row.grouping)): row for row in rows}

    def averages_of_branches(self, metric: str, branches: Collection[str]) -> dict[str, InsightAverage]:
        """The averages of a measure over branches of which every customer is in view."""
        rows = self.lookups.scalars(
            select(InsightAverage).where(
                InsightAverage.metric == metric, InsightAverage.grouping == Grouping.BRANCH.value,
                InsightAverage.of.in_(branches), self.holding(InsightAverage),
            )
        )  # fmt: skip
        return {row.of: row for row in rows}

    def results(self, kind: str, metrics: Collection[str], on: date | None = None) -> Sequence[InsightResult]:
        """The results in view of units or products; `on` asks for those of an earlier day.

        What a product earned is told for every branch and, to head office, for the bank; which holds them all.
        """
        holding = self.holding(InsightResult) if on is None else _held_on(InsightResult, on)
        conditions = [InsightResult.kind == kind, InsightResult.metric.in_(metrics), holding]
        if kind == "product" and self.scope.role is Role.HEAD_OFFICE:
            conditions.append(InsightResult.unit_id == "")
        return self.lookups.scalars(
            select(InsightResult)
            .where(*conditions)
            .order_by(InsightResult.subject_id, InsightResult.unit_id, InsightResult.metric)
        )

    def largest_results(self, kind: str, metric: str, limit: int) -> Sequence[InsightResult]:
        """The results in view with the largest values of a measure, in that order."""
        return self.lookups.scalars(
            select(InsightResult)
            .where(InsightResult.kind == kind, InsightResult.metric == metric, self.holding(InsightResult))
            .order_by(InsightResult.value.desc(), InsightResult.subject_id)
            .limit(limit)
        )

    def count_results(self, kind: str, metric: str) -> int:
        """How many results of a measure are in view."""
        found = self.lookups.scalar(
            select(func.count()).select_from(InsightResult).where(
                InsightResult.kind == kind, InsightResult.metric == metric, self.holding(InsightResult)
            )
        )  # fmt: skip
        return found or 0

    def by_number(self, metric: str) -> dict[int, int]:
        """How many customers in view have each value of a measure that takes few."""
        rows = self.lookups.rows(
            select(Insight.value, func.count())
            .where(Insight.metric == metric, Insight.value.is_not(None), self._holding_of_few())
            .group_by(Insight.value)
        )
        return {int(value): number for value, number in rows if value is not None}

    def holding_of_each(self) -> ColumnElement[bool]:
        """The condition for a value that holds, where each customer's is looked up by itself."""
        return self._holding_of_few()

    def _holding_of_few(self) -> ColumnElement[bool]:
        """The condition for a value that holds, written so that no index over all customers of a measure fits it."""
        if self._on is not None:
            return _held_on(Insight, self._on)
        return func.coalesce(Insight.until, FAR) == FAR

    def holding(self, model: Held) -> ColumnElement[bool]:
        """The condition for a row that holds."""
        return model.until.is_(None) if self._on is None else _held_on(model, self._on)


def _held_on(model: Held, day: date) -> ColumnElement[bool]:
    return and_(model.as_of <= day, or_(model.until.is_(None), model.until > day))
