"""The averages that a measure is held against, as far and as exactly as they may be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.small_groups import rounded, rounding_step, tellable
from knowledge.crm.codes import Role
from knowledge.crm.insights import InsightAverage
from knowledge.crm.measures import Grouping, Groups, Measures
from knowledge.crm.members import Outside, members_outside
from knowledge.insight.parameters import read_parameters

RELATED = ("related_contribution", "related_deposit_points")
"""They reach into the files of relatives, so their averages are told only to who sees everybody."""
Key = tuple[str, Grouping]


@dataclass(frozen=True)
class Average:
    """The mean of a measure over a group; `withheld` where it would tell about single customers out of view."""

    figure: Figure | None
    withheld: bool


@dataclass(frozen=True)
class Privacy:
    """What an answer has to say of its averages: whether one is withheld, and whether one is rounded."""

    withheld: bool
    rounded: bool


PLAIN = Privacy(withheld=False, rounded=False)


@dataclass(frozen=True)
class Told:
    """An average as it may be told: to the nearest `step`, exactly where that is 0."""

    row: InsightAverage
    step: Decimal

    @property
    def value(self) -> Decimal:
        return rounded(self.row.average, self.step)


@dataclass(frozen=True)
class Yardsticks:
    """The averages of some measures over the groups of one customer, or of one asker."""

    told: Mapping[Key, Told]
    kept_back: frozenset[Key]

    @classmethod
    def of(cls, measures: Measures, metrics: Collection[str], groups: Groups) -> "Yardsticks":
        """The averages that the asker may be told, and the names of those that they may not."""
        averages = measures.averages(metrics, groups)
        if measures.scope.role is Role.HEAD_OFFICE:
            return cls({key: Told(row, Decimal(0)) for key, row in averages.items()}, frozenset())
        plain = [metric for metric in metrics if metric not in RELATED]
        outside = members_outside(measures, plain, with_peers=groups.peers is not None)
        told = {
            key: as_told
            for key, row in averages.items()
            if row.metric in outside and (as_told := _as_told(row, measures, outside[row.metric]))
        }
        return cls(told, frozenset(averages.keys() - told.keys()))

    def average(self, figures: MeasureFigures, metric: str, grouping: Grouping, unit: str) -> Average:
        """One of them as a figure."""
        key = (metric, grouping)
        told = self.told.get(key)
        if told is None:
            return Average(None, key in self.kept_back)
        return Average(figures.average(told.row, unit, told.step), False)

    @property
    def privacy(self) -> Privacy:
        return Privacy(bool(self.kept_back), any(told.step for told in self.told.values()))


def _as_told(row: InsightAverage, measures: Measures, outside: Outside) -> Told | None:
    """None where the average may not be told: neither alone nor beside the others that this asker may be told."""
    parameters, scope = read_parameters(), measures.scope
    may = tellable(outside, parameters.smallest_group)
    match Grouping(row.grouping):
        case Grouping.BANK:
            told, unseen = may.bank, outside.bank
        case Grouping.BRANCH if outside.branch is None:
            told, unseen = row.of in scope.unit_ids, 0
        case Grouping.BRANCH:
            told, unseen = may.branch and row.of == scope.home, outside.branch or 0
        case Grouping.PEERS:
            told, unseen = row.of in may.peers, sum(outside.peers.get(row.of, ()))
    if not told:
        return None
    if not unseen:
        return Told(row, Decimal(0))
    # An average of noughts alone says that everybody has none.
    return Told(row, rounding_step(row.largest, row.members, parameters.closest_estimate)) if row.largest else None
