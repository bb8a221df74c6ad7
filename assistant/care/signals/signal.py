"""A signal: one reason to speak to one customer, with what it rests on."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from assistant.care.signals.rules import SignalKind
from assistant.grounding.fact import FactValue

Part = Literal["day", "amount", "detail", "days", "limit"]
"""What a value says of the signal: when, how much, what, for how long, of how many days at most."""


@dataclass(frozen=True)
class Evidence:
    """One value behind a signal, ready to become a Fact.

    `unit` is a currency, "date", "days" or "text"; `vocabulary` says which words a code is printed by; a value of the
    unit "product" is a product's id.
    """

    part: Part
    measure: str
    value: FactValue
    unit: str
    source: str
    as_of: date | None = None
    vocabulary: str | None = None


@dataclass(frozen=True)
class Signal:
    """`day` is the event's, `raised_on` the first day on which the signal is shown and `until` the last one.

    `deadline` is the last day to act, where there is one. `stake` is in the bank's own currency. `source` is the row
    behind it; no two signals have the same `kind`, `source` and `raised_on`.
    """

    kind: SignalKind
    customer: str
    day: date
    raised_on: date
    until: date
    source: str
    evidence: tuple[Evidence, ...]
    deadline: date | None = None
    stake: Decimal | None = None

    def is_shown(self, today: date) -> bool:
        return self.raised_on <= today <= self.until
