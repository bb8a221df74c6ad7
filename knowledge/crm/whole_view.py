"""What a run found of all customers in an asker's view at once: lists, numbers and sums of the bank or of their unit.

A bank or a branch has too many customers to be looked through for an answer. What is told of all of them was computed
by the run, for every unit and for the bank. A manager's customers are few and are looked through as they are now.
"""

from collections.abc import Collection, Sequence
from typing import Self

from sqlalchemy import ColumnElement, func, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import InsightResult
from knowledge.crm.measures import Measures
from knowledge.crm.scoped_session import FEW
from knowledge.crm.store import Lookups
from knowledge.crm.tables import Customer, Unit

MANY = 3_000
"""Customers in view beyond which even a question about all of them that could be answered from the rows is not."""
ALL = 10**6
"""More places than any list has."""
SPARE = 10
"""Places read beyond those asked for: who has moved or left since is not in view."""


class WholeView:
    """The results of one unit, "" the bank, whose customers are exactly those in the asker's view."""

    def __init__(self, measures: Measures, unit: str) -> None:
        self._measures, self.unit = measures, unit

    @classmethod
    def of(cls, measures: Measures, *definitions: str) -> Self | None:
        """None where the view has no results of these definitions: a manager's, that of a branch that is no part of a
        bank, and before the first run that knew them."""
        scope = measures.scope
        if scope.role not in (Role.HEAD_OFFICE, Role.BRANCH):
            return None
        if any(name not in measures.run.definitions for name in definitions):
            return None
        if scope.role is Role.HEAD_OFFICE:
            return cls(measures, "")
        is_part = measures.lookups.scalar(select(Unit.parent_id).where(Unit.id == scope.home))
        return cls(measures, scope.home) if is_part else None

    def places(self, ranking: str, limit: int) -> list[str]:
        """The customers of a list in its order, a few more than `limit`; some may not be in view any more."""
        rows = self._measures.lookups.rows(
            select(InsightResult.subject_id)
            .where(*self._of("ranking", [ranking]), InsightResult.value <= limit + SPARE)
            .order_by(InsightResult.value)
        )
        return [customer for (customer,) in rows]

    def groups(self, *metrics: str) -> dict[tuple[str, str], InsightResult]:
        """What was found of the groups of the view's customers, by measure and group."""
        rows = self._measures.lookups.scalars(select(InsightResult).where(*self._of("group", metrics)))
        return {(row.metric, row.subject_id): row for row in rows}

    def number(self, metric: str) -> InsightResult | None:
        """What was found of all the view's customers together."""
        return self._measures.lookups.scalar(select(InsightResult).where(*self._of("unit", [metric])))

    def _of(self, kind: str, metrics: Collection[str]) -> tuple[ColumnElement[bool], ...]:
        return (
            InsightResult.kind == kind, InsightResult.metric.in_(metrics), InsightResult.unit_id == self.unit,
            self._measures.holding(InsightResult),
        )  # fmt: skip


def many_in_view(lookups: Lookups) -> bool:
    """Whether more customers are in view than an answer looks through."""
    some = select(Customer.id).limit(MANY + 1).subquery()
    return (lookups.scalar(select(func.count()).select_from(some)) or 0) > MANY


def customers_in_order(lookups: Lookups, ids: Sequence[str], limit: int) -> list[Customer]:
    """The first `limit` of these customers that are in view, in their order."""
    wanted = ids[: limit + SPARE]
    chosen = select(Customer).where(Customer.id.in_(wanted)).execution_options(**FEW)
    rows = {row.id: row for row in lookups.scalars(chosen)}
    return [rows[id] for id in wanted if id in rows][:limit]
