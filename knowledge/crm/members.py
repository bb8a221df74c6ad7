"""How many members of the groups that averages are taken over an asker may not see.

Members were counted by the run that took the averages: of the bank, branches and peer groups with the averages, of
peer groups per branch as results of the kind `members`. A manager's own customers, of whom there are few, are counted
as they are now; a branch's are those of its units.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from knowledge.crm.codes import Role
from knowledge.crm.insights import MEMBERS, Insight, InsightAverage, InsightResult
from knowledge.crm.measures import PEER_GROUP, Grouping, Measures
from knowledge.crm.tables import Customer

Cell = tuple[int, int]
"""Members out of view of a peer group: in the asker's branch, and elsewhere."""
Here = tuple[str, bool]
"""A peer group ("" where none is asked for), and whether in the asker's branch."""


@dataclass(frozen=True)
class Outside:
    """How many members of one measure's groups the asker may not see.

    `branch` is of the asker's own branch, None where all of it is in view. `peers` holds every peer group of the bank,
    or nothing where no average of one is asked for; `own_peers` are those that the asker has customers in.
    """

    bank: int
    branch: int | None
    peers: Mapping[str, Cell]
    own_peers: frozenset[str] = frozenset()


def members_outside(measures: Measures, metrics: Collection[str], *, with_peers: bool) -> dict[str, Outside]:
    """By measure, for an asker who sees only some of the customers; of peer groups only `with_peers`."""
    groupings = [Grouping.BANK, Grouping.BRANCH, *([Grouping.PEERS] if with_peers else [])]
    taken = _taken(measures, metrics, groupings)
    units = _members_of_units(measures, metrics) if with_peers else {}
    if measures.scope.role is Role.BRANCH:
        return {metric: _beside_units(measures, metric, taken, units) for metric in metrics}
    seen = _seen_now(measures, metrics, with_peers=with_peers)
    return {metric: _beside_own_customers(measures, metric, taken, units, seen[metric]) for metric in metrics}


Taken = Mapping[tuple[str, Grouping], Mapping[str, int]]
"""Members by measure and grouping, and then by group."""
Units = Mapping[str, Mapping[str, int]]
"""Members of the units in view by measure, and then by peer group."""


def _beside_own_customers(
    measures: Measures, metric: str, taken: Taken, units: Units, seen: Mapping[Here, int]
) -> Outside:
    in_branch = units.get(metric, {})
    peers = taken.get((metric, Grouping.PEERS), {})
    own_branch = taken.get((metric, Grouping.BRANCH), {}).get(measures.scope.home, 0)
    return Outside(
        taken.get((metric, Grouping.BANK), {}).get("", 0) - sum(seen.values()),
        own_branch - sum(number for (_, here), number in seen.items() if here),
        {
            group: (
                in_branch.get(group, 0) - seen.get((group, True), 0),
                number - in_branch.get(group, 0) - seen.get((group, False), 0),
            )
            for group, number in peers.items()
        },
        frozenset(group for group, _ in seen),
    )


def _beside_units(measures: Measures, metric: str, taken: Taken, units: Units) -> Outside:
    """A branch sees all of its own, so that all others are elsewhere."""
    branches, own = taken.get((metric, Grouping.BRANCH), {}), units.get(metric, {})
    seen = sum(branches.get(unit, 0) for unit in measures.scope.unit_ids)
    return Outside(
        taken.get((metric, Grouping.BANK), {}).get("", 0) - seen,
        None,
        {group: (0, number - own.get(group, 0)) for group, number in taken.get((metric, Grouping.PEERS), {}).items()},
        frozenset(own),
    )


def _taken(measures: Measures, metrics: Collection[str], groupings: Collection[Grouping]) -> Taken:
    branches = InsightAverage.of.in_({measures.scope.home, *measures.scope.unit_ids})
    rows = measures.lookups.rows(
        select(InsightAverage.metric, InsightAverage.grouping, InsightAverage.of, InsightAverage.members).where(
            InsightAverage.metric.in_(metrics), InsightAverage.grouping.in_(groupings),
            or_(InsightAverage.grouping != Grouping.BRANCH, branches), measures.holding(InsightAverage),
        )
    )  # fmt: skip
    found: dict[tuple[str, Grouping], dict[str, int]] = defaultdict(dict)
    for metric, grouping, of, members in rows:
        found[metric, Grouping(grouping)][of] = members
    return found


def _members_of_units(measures: Measures, metrics: Collection[str]) -> Units:
    """Of all units of a branch, or of the asker's own."""
    scope = measures.scope
    units = scope.unit_ids if scope.role is Role.BRANCH else [scope.home]
    rows = measures.lookups.rows(
        select(InsightResult.metric, InsightResult.subject_id, func.sum(InsightResult.customers))
        .where(
            InsightResult.kind == MEMBERS, InsightResult.metric.in_(metrics), InsightResult.unit_id.in_(units),
            measures.holding(InsightResult),
        )
        .group_by(InsightResult.metric, InsightResult.subject_id)
    )  # fmt: skip
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for metric, group, number in rows:
        found[metric][group] = number or 0
    return found


def _seen_now(measures: Measures, metrics: Collection[str], *, with_peers: bool) -> dict[str, Counter[Here]]:
    """The customers in view with a value, by measure, peer group and branch."""
    home, groups = Customer.branch_id == measures.scope.home, dict[str, str]()
    if with_peers:
        groups = {id: label or "" for id, label in measures.lookups.rows(
            select(Insight.customer_id, Insight.label)
            .join(Customer, Customer.id == Insight.customer_id)
            .where(Insight.metric == PEER_GROUP, measures.holding_of_each())
        )}  # fmt: skip
    rows = measures.lookups.rows(
        select(Insight.metric, Insight.customer_id, home)
        .join(Customer, Customer.id == Insight.customer_id)
        .where(Insight.metric.in_(metrics), Insight.value.is_not(None), measures.holding_of_each())
    )
    seen: dict[str, Counter[Here]] = {metric: Counter() for metric in metrics}
    for metric, customer, here in rows:
        seen[metric][groups.get(customer, ""), bool(here)] += 1
    return seen
