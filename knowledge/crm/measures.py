"""The bank's measures as they stood on a day, read through a scope: values, averages, rankings, events, results.

Rankings of everybody walk the index of a measure's present values. Those of a manager or a branch start from their
customers, of whom there are few: an index over a million others would have to be read to find them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult, InsightRun
from knowledge.crm.scope import Scope
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
        self._lookups, self._scope, self.run, self._on = lookups, scope, run, on

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

    def of(self, customers: Collection[str], metrics: Collection[str]) -> dict[tuple[str, str], Insight]:
        """The values of these measures for these customers, by (customer, metric)."""
        rows = self._lookups.scalars(
            select(Insight).where(
                Insight.customer_id.in_(customers), Insight.metric.in_(metrics), self._holding_of_few()
            )
        )
        return {(row.customer_id, row.metric): row for row in rows}

    def before(self, customers: Collection[str], metrics: Collection[str], on: date) -> dict[tuple[str, str], Insight]:
        """The values as they stood on an earlier day; nothing where no run had been made by then."""
        if self._lookups.scalar(select(InsightRun.id).where(InsightRun.as_of <= on).limit(1)) is None:
            return {}
        rows = self._lookups.scalars(
            select(Insight).where(
                Insight.customer_id.in_(customers), Insight.metric.in_(metrics), _held_on(Insight, on)
            )
        )
        return {(row.customer_id, row.metric): row for row in rows}

    def ranking(
        self, metric: str, limit: int, *conditions: ColumnElement[bool], rising: bool = False
    ) -> Sequence[Insight]:
        """The customers in view with the largest values of a measure (`rising`: the smallest), in that order."""
        order = (Insight.value, Insight.customer_id) if rising else (Insight.value.desc(), Insight.customer_id.desc())
        return self._lookups.scalars(
            select(Insight)
            .where(Insight.metric == metric, Insight.value.is_not(None), self._holding_of_many(), *conditions)
            .order_by(*order)
            .limit(limit)
        )

    def count(self, metric: str, *conditions: ColumnElement[bool]) -> int:
        """How many customers in view have a value of that measure that meets the conditions."""
        found = self._lookups.scalar(
            select(func.count()).select_from(Insight).where(
                Insight.metric == metric, self._holding_of_many(), *conditions
            )
        )  # fmt: skip
        return found or 0

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
        rows = self._lookups.scalars(
            select(InsightAverage).where(InsightAverage.metric.in_(metrics), wanted, self._holding(InsightAverage))
        )
        return {(row.metric, Grouping(row.grouping)): row for row in rows}

    def outside(
        self, averages: Mapping[tuple[str, Grouping], InsightAverage], groups: Groups
    ) -> dict[tuple[str, Grouping], int]:
        """How many members of each average's group the asker may not see."""
        if self._scope.role is Role.HEAD_OFFICE:
            return dict.fromkeys(averages, 0)
        seen: dict[tuple[str, Grouping], int] = {}
        for grouping in Grouping:
            metrics = [metric for metric, own in averages if own is grouping]
            if metrics:
                numbers = self._seen_members(metrics, grouping, groups)
                seen |= {(metric, grouping): numbers.get(metric, 0) for metric in metrics}
        return {key: averages[key].members - number for key, number in seen.items()}

    def _seen_members(self, metrics: Collection[str], grouping: Grouping, groups: Groups) -> dict[str, int]:
        """How many customers in view and of that group have a value, by metric."""
        members = select(Customer.id)
        if grouping is Grouping.BRANCH:
            members = members.where(Customer.branch_id == groups.branch)
        if grouping is Grouping.PEERS:
            members = (
                select(Insight.customer_id)
                .where(Insight.metric == PEER_GROUP, Insight.label == groups.peers, self._holding_of_few())
                .correlate(None)
            )
        rows = self._lookups.rows(
            select(Insight.metric, func.count())
            .where(
                Insight.customer_id.in_(members), Insight.metric.in_(metrics), Insight.value.is_not(None),
                self._holding_of_few(),
            )
            .group_by(Insight.metric)
        )  # fmt: skip
        return dict(rows)

    def events(
        self, start: date, end: date, limit: int, customers: Collection[str] | None = None
    ) -> Sequence[InsightEvent]:
        """What happened to customers in view (or to these) in those days, the newest and then the largest first."""
        conditions = [InsightEvent.day >= start, InsightEvent.day <= end, InsightEvent.as_of <= self.run.as_of]
        if customers is not None:
            conditions.append(InsightEvent.customer_id.in_(customers))
        return self._lookups.scalars(
            select(InsightEvent)
            .where(*conditions)
            .order_by(
                InsightEvent.day.desc(), func.coalesce(InsightEvent.amount, 0).desc(),
                InsightEvent.customer_id, InsightEvent.kind, InsightEvent.source,
            )
            .limit(limit)
        )  # fmt: skip

    def events_by_kind(self, start: date, end: date, each: int) -> list[tuple[InsightEvent, int]]:
        """The largest events of each kind in those days, newest first where alike, with how many of that kind there
        were."""
        largest = (func.coalesce(InsightEvent.amount, 0).desc(), InsightEvent.day.desc(), InsightEvent.customer_id)
        found = (
            select(
                InsightEvent.customer_id,
                InsightEvent.kind,
                InsightEvent.day,
                InsightEvent.source,
                InsightEvent.amount,
                InsightEvent.detail,
                func.row_number().over(partition_by=InsightEvent.kind, order_by=largest).label("nth"),
                func.count().over(partition_by=InsightEvent.kind).label("number"),
            )
            .where(InsightEvent.day >= start, InsightEvent.day <= end, InsightEvent.as_of <= self.run.as_of)
            .subquery()
        )
        rows = self._lookups.rows(select(found).where(found.c.nth <= each).order_by(found.c.kind, found.c.nth))
        return [
            (
                InsightEvent(
                    customer_id=row.customer_id, kind=row.kind, day=row.day, source=row.source, amount=row.amount,
                    detail=row.detail,
                ),
                row.number,
            )
            for row in rows
        ]  # fmt: skip

    def results(self, kind: str, metrics: Collection[str], on: date | None = None) -> Sequence[InsightResult]:
        """The results in view of units, employees or products; `on` asks for those of an earlier day."""
        holding = self._holding(InsightResult) if on is None else _held_on(InsightResult, on)
        return self._lookups.scalars(
            select(InsightResult)
            .where(InsightResult.kind == kind, InsightResult.metric.in_(metrics), holding)
            .order_by(InsightResult.subject_id, InsightResult.unit_id, InsightResult.metric)
        )

    def by_number(self, metric: str) -> dict[int, int]:
        """How many customers in view have each value of a measure that takes few."""
        rows = self._lookups.rows(
            select(Insight.value, func.count())
            .where(Insight.metric == metric, Insight.value.is_not(None), self._holding_of_many())
            .group_by(Insight.value)
        )
        return {int(value): number for value, number in rows if value is not None}

    def holding_of_each(self) -> ColumnElement[bool]:
        """The condition for a value that holds, where each customer's is looked up by itself."""
        return self._holding_of_few()

    def _holding_of_many(self) -> ColumnElement[bool]:
        everybody = self._scope.role is Role.HEAD_OFFICE
        return self._holding(Insight) if everybody else self._holding_of_few()

    def _holding_of_few(self) -> ColumnElement[bool]:
        """The same, written so that no index over all customers of a measure fits it."""
        if self._on is not None:
            return _held_on(Insight, self._on)
        return func.coalesce(Insight.until, FAR) == FAR

    def _holding(self, model: Held) -> ColumnElement[bool]:
        return model.until.is_(None) if self._on is None else _held_on(model, self._on)


def _held_on(model: Held, day: date) -> ColumnElement[bool]:
    return and_(model.as_of <= day, or_(model.until.is_(None), model.until > day))
