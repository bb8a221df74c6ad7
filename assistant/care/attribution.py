"""Results attributed to the actions before them: which contact a won deposit or a new product came of."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, NonNegativeInt


class ResultKind(StrEnum):
    """What can come of an action. The words for them stand under `result`."""

    MONEY_WON = "money_won"
    PRODUCT_TAKEN_UP = "product_taken_up"


class AttributionRule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    window: NonNegativeInt
    least: Decimal


class AttributionRules(BaseModel):
    """The rules of `attribution.yaml`; its comments say what each means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    rules: dict[ResultKind, AttributionRule]

    @property
    def longest_window(self) -> timedelta:
        return timedelta(days=max(rule.window for rule in self.rules.values()))


@dataclass(frozen=True)
class Action:
    """A contact with a customer; `employee` had it."""

    id: str
    customer: str
    employee: str | None
    on: date


@dataclass(frozen=True)
class Result:
    """Something that a customer did. `amount` is in `currency`, `value` the same in the bank's own."""

    kind: ResultKind
    source: str
    customer: str
    on: date
    amount: Decimal | None
    currency: str
    value: Decimal


@dataclass(frozen=True)
class Attributed:
    """A result and the action that it came of; None where it was the customer's own decision."""

    result: Result
    action: Action | None


def attribute(results: Iterable[Result], actions: Iterable[Action], rules: AttributionRules) -> list[Attributed]:
    """Each result once, with the customer's newest action on its day or in the rule's days before it."""
    of_customer: dict[str, list[Action]] = defaultdict(list)
    for action in sorted(actions, key=lambda action: (action.on, action.id)):
        of_customer[action.customer].append(action)
    return [
        Attributed(one, _before(one, of_customer.get(one.customer, []), rules.rules[one.kind].window))
        for one in results
    ]


def _before(result: Result, actions: Sequence[Action], window: int) -> Action | None:
    place = bisect_right(actions, result.on, key=lambda action: action.on)
    newest = actions[place - 1] if place else None
    return newest if newest and newest.on >= result.on - timedelta(days=window) else None


@cache
def attribution_rules() -> AttributionRules:
    file = Path(__file__).with_name("attribution.yaml")
    return AttributionRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
