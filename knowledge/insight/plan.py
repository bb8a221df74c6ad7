"""What a run computes: the definitions, the models, the parameters, and the day."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from knowledge.insight.definition import PEERS, Definition
from knowledge.insight.parameters import Parameters
from knowledge.insight.reading import Progress
from knowledge.insight.scoring import scored
from knowledge.insight.trained import Trained


class Watch:
    """Seconds per stage."""

    def __init__(self) -> None:
        self._last, self.seconds = perf_counter(), dict[str, float]()

    def read(self, stage: str) -> None:
        now = perf_counter()
        self.seconds[stage], self._last = round(self.seconds.get(stage, 0) + now - self._last, 2), now


@dataclass(frozen=True)
class Plan:
    """One run on the store at `url`, which works in the folder `place`."""

    url: str
    place: Path
    today: date
    now: datetime
    definitions: tuple[Definition, ...]
    models: tuple[Trained, ...]
    parameters: Parameters
    tell: Progress
    watch: Watch

    @property
    def measures(self) -> tuple[Definition, ...]:
        """All that is computed, in order: first who is compared with whom, last what models tell."""
        [peers] = [one for one in self.definitions if one.name == PEERS]
        others = (one for one in self.definitions if one.name != PEERS)
        return (peers, *others, *map(scored, self.models))

    def signature(self) -> str:
        """Changes with whatever may change what the measures are; parameters and days are compared by themselves."""
        told = [
            [one.name, one.kind, one.unit, one.version, one.sql, one.columns, one.per_customer, one.compared]
            for one in self.measures
        ]
        return sha256(json.dumps(told).encode()).hexdigest()
