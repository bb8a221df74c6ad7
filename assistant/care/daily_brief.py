"""Whom to call today, in order of urgency and value, and who has to be left in peace."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.care.contact_limits import Admission, Hold, Planned
from assistant.care.signals.ground import Ground, Person
from assistant.care.signals.rules import Ordering
from assistant.care.signals.signal import Signal
from knowledge.crm.codes import Channel


@dataclass(frozen=True)
class PlannedCall:
    """A customer to speak to today; the weightiest signal first. `beside` is a contact that a colleague plans too."""

    person: Person
    channel: Channel
    signals: tuple[Signal, ...]
    points: int
    beside: Planned | None = None


@dataclass(frozen=True)
class HeldBack:
    """A customer who gives a reason and must not be contacted today."""

    person: Person
    hold: Hold
    signals: tuple[Signal, ...]
    points: int


@dataclass(frozen=True)
class DayPlan:
    """Every customer stands in it once at most. Both lists are in the order in which to go through them."""

    calls: Sequence[PlannedCall]
    held: Sequence[HeldBack]


def plan_day(ground: Ground, signals: Iterable[Signal], admission: Admission) -> DayPlan:
    """The day's list: each customer once, with what may be spoken of today."""
    of_customer: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        of_customer[signal.customer].append(signal)
    calls, held = [], []
    for customer, found in of_customer.items():
        person = ground.people[customer]
        hold = admission.hold_of_all(person)
        holds = [hold or admission.hold(person, signal) for signal in found]
        allowed = [signal for signal, hold in zip(found, holds, strict=True) if hold is None]
        ranked, points = _ranked(allowed or found, person, ground)
        if allowed:
            channel, beside = admission.channel(person, ranked), admission.planned_beside(person)
            calls.append(PlannedCall(person, channel, ranked, points, beside))
        else:
            held.append(HeldBack(person, next(hold for hold in holds if hold), ranked, points))
    return DayPlan(sorted(calls, key=_place), sorted(held, key=_place))


def points_of(signal: Signal, person: Person, ground: Ground) -> int:
    """How much a signal weighs: its urgency, whether today is the last day, and what is at stake."""
    ordering = ground.rules.ordering
    last_day = ordering.last_day if signal.deadline and signal.deadline <= ground.today else 0
    return ground.rule(signal.kind).urgency + last_day + _value_points(value_of(signal, person), ordering)


def value_of(signal: Signal, person: Person) -> Decimal:
    """What is at stake: the signal's amount, else the customer's assets."""
    return signal.stake if signal.stake is not None else person.assets or Decimal(0)


def _value_points(value: Decimal, ordering: Ordering) -> int:
    if value <= ordering.value_unit:
        return 0
    return min(round(ordering.points_per_tenfold * math.log10(value / ordering.value_unit)), ordering.most_value_points)


def _ranked(signals: Sequence[Signal], person: Person, ground: Ground) -> tuple[tuple[Signal, ...], int]:
    weighed = sorted(
        ((points_of(one, person, ground), one) for one in signals), key=lambda pair: (-pair[0], pair[1].source)
    )
    further = ground.rules.ordering.further_reason * (len(weighed) - 1)
    return tuple(signal for _, signal in weighed), weighed[0][0] + further


def _place(planned: PlannedCall | HeldBack) -> tuple[int, Decimal, str]:
    value = max(value_of(signal, planned.person) for signal in planned.signals)
    return (-planned.points, -value, planned.person.id)
