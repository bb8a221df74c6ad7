"""The averages that a measure is held against, as far as they may be told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from assistant.grounding.ledger import Figure
from assistant.grounding.measured import MeasureFigures
from assistant.grounding.small_groups import tellable
from knowledge.crm.insights import InsightAverage
from knowledge.crm.measures import Grouping, Groups, Measures
from knowledge.insight.parameters import read_parameters

RELATED = ("related_contribution", "related_deposit_points")
"""They reach into the files of relatives, so their averages are told only to who sees every member."""
Key = tuple[str, Grouping]


@dataclass(frozen=True)
class Average:
    """The mean of a measure over a group; `withheld` where it would tell about single customers out of view."""

    figure: Figure | None
    withheld: bool


@dataclass(frozen=True)
class Yardsticks:
    """The averages of some measures over the groups of one customer, or of one asker."""

    told: Mapping[Key, InsightAverage]
    kept_back: frozenset[Key]

    @classmethod
    def of(cls, measures: Measures, metrics: Collection[str], groups: Groups) -> "Yardsticks":
        """The averages that the asker may be told, and the names of those that they may not."""
        averages = measures.averages(metrics, groups)
        outside = measures.outside(averages, groups)
        least = read_parameters().smallest_group
        told: set[Key] = set()
        for metric in metrics:
            own = {key: number for key, number in outside.items() if key[0] == metric}
            if metric in RELATED:
                told |= {key for key, number in own.items() if number == 0}
            else:
                told |= tellable(own, [(metric, grouping) for grouping in Grouping], least)
        return cls({key: averages[key] for key in told}, frozenset(averages.keys() - told))

    def average(self, figures: MeasureFigures, metric: str, grouping: Grouping, unit: str) -> Average:
        """One of them as a figure."""
        row = self.told.get((metric, grouping))
        return Average(figures.average(row, unit) if row else None, (metric, grouping) in self.kept_back)

    @property
    def any_withheld(self) -> bool:
        return bool(self.kept_back)
