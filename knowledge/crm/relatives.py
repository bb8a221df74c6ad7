"""Who belongs to a customer's household or company group, as far as an asker may be told of it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, literal, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import RELATED_CUSTOMERS, Insight
from knowledge.crm.measures import Measures
from knowledge.crm.scoped_session import FEW

_RELATED = Insight.metric == literal(RELATED_CUSTOMERS, literal_execute=True)
"""Written out, so that the index of these rows fits."""


@dataclass(frozen=True)
class Relatives:
    """`others` is how many more belong to the household or group. `all_in_view` says whether the asker sees every one
    of them: only then may they be told of them together. `leads` marks the one who stands for all in a list."""

    others: int
    all_in_view: bool
    leads: bool


WITHOUT = Relatives(others=0, all_in_view=True, leads=True)
"""A customer who has none."""


def relatives_of(measures: Measures, customers: Collection[str]) -> dict[str, Relatives]:
    """The relatives of these customers; those who have none are left out.

    Before the first run that counted relatives, nobody but head office is told of any: who is in a total is not known.
    """
    if measures.scope.role is not Role.HEAD_OFFICE and RELATED_CUSTOMERS not in measures.run.definitions:
        return dict.fromkeys(customers, Relatives(others=0, all_in_view=False, leads=True))
    rows = {id: row for (id, _), row in measures.of(customers, [RELATED_CUSTOMERS]).items()}
    seen = _members_in_view(measures, {row.label for row in rows.values() if row.label})
    everybody = measures.scope.role is Role.HEAD_OFFICE
    return {
        id: Relatives(
            int(row.value or 1) - 1,
            everybody or seen.get(row.label or "", 0) >= (row.value or 0),
            "leads" in row.reasons,
        )
        for id, row in rows.items()
    }


def _members_in_view(measures: Measures, groups: Collection[str]) -> dict[str, int]:
    if measures.scope.role is Role.HEAD_OFFICE or not groups:
        return {}
    rows = measures.lookups.rows(
        select(Insight.label, func.count())
        .where(_RELATED, Insight.label.in_(groups), measures.holding_of_each())
        .group_by(Insight.label)
        .execution_options(**FEW)
    )
    return {label: number for label, number in rows if label is not None}
