"""The rules by which signals are found and put in order, from `rules.yaml`: what a bank may change."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt


class SignalKind(StrEnum):
    """What there is to speak about. The words for them stand under `signal`."""

    COMPLAINT = "complaint"
    MATURITY = "maturity"
    TASK = "task"
    PROMISE = "promise"
    SALARY_STOPPED = "salary_stopped"
    LARGE_WITHDRAWAL = "large_withdrawal"
    KEY_PERSON_CHANGED = "key_person_changed"
    COMPETITOR = "competitor"
    BIRTHDAY = "birthday"
    IDLE_FUNDS = "idle_funds"
    UPGRADE = "upgrade"
    NEGLECTED = "neglected"


class ContactKind(StrEnum):
    """What a contact is about; only a marketing contact is limited in number (contact limits, clause 1.2)."""

    SERVICE = "service"
    CARE = "care"
    MARKETING = "marketing"


class Rule(BaseModel):
    """One rule; `rules.yaml` says what each field means. Amounts are in the bank's own currency."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    urgency: int = Field(ge=0, le=100)
    contact: ContactKind
    window: PositiveInt | None = None
    before: tuple[NonNegativeInt, ...] = ()
    after: NonNegativeInt = 0
    least: Decimal = Decimal(0)
    again: NonNegativeInt = 0
    quiet: PositiveInt | None = None

    def until(self, raised_on: date) -> date:
        """The last day on which what was raised on that day is shown."""
        return raised_on + timedelta(days=self.window) if self.window else date.max


class Ordering(BaseModel):
    """What makes one customer come before another."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    last_day: int
    value_unit: Decimal = Field(gt=0)
    points_per_tenfold: int
    most_value_points: int
    further_reason: int


class SignalRules(BaseModel):
    """All rules. A kind without a rule is not looked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    rules: dict[SignalKind, Rule]
    ordering: Ordering


@cache
def signal_rules() -> SignalRules:
    file = Path(__file__).with_name("rules.yaml")
    return SignalRules.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
