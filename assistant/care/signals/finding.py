"""All signals of the customers in view on one day."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from assistant.care.signals.agenda import complaints, promises, tasks
from assistant.care.signals.ground import Ground
from assistant.care.signals.happened import events, offers_of_others, upgrades
from assistant.care.signals.occasions import birthdays, maturities, neglected
from assistant.care.signals.rules import SignalKind
from assistant.care.signals.signal import Signal

Finder = Callable[[Ground], Iterator[Signal]]
FINDERS: tuple[tuple[Finder, frozenset[SignalKind]], ...] = (
    (complaints, frozenset({SignalKind.COMPLAINT})),
    (maturities, frozenset({SignalKind.MATURITY})),
    (tasks, frozenset({SignalKind.TASK})),
    (promises, frozenset({SignalKind.PROMISE})),
    (
        events,
        frozenset(
            {
                SignalKind.SALARY_STOPPED, SignalKind.LARGE_WITHDRAWAL, SignalKind.KEY_PERSON_CHANGED,
                SignalKind.COMPETITOR, SignalKind.IDLE_FUNDS,
            }
        ),
    ),
    (offers_of_others, frozenset({SignalKind.COMPETITOR})),
    (birthdays, frozenset({SignalKind.BIRTHDAY})),
    (upgrades, frozenset({SignalKind.UPGRADE})),
    (neglected, frozenset({SignalKind.NEGLECTED})),
)  # fmt: skip
"""What finds signals, and the rules that it needs."""


def find_signals(ground: Ground) -> list[Signal]:
    """The signals that are shown today and that no contact has quieted yet.

    A next step that stands on the task list too is one matter: the task.
    """
    found = [
        signal
        for finder, needed in FINDERS
        if needed <= ground.rules.rules.keys()
        for signal in finder(ground)
        if signal.is_shown(ground.today) and not is_quieted(signal, ground)
    ]
    noted = {(one.customer, one.day) for one in found if one.kind is SignalKind.TASK}
    return [one for one in found if one.kind is not SignalKind.PROMISE or (one.customer, one.day) not in noted]


def is_quieted(signal: Signal, ground: Ground) -> bool:
    """Whether somebody has spoken to the customer about it: since it was raised, or lately where the rule says so."""
    last = ground.contacted_on(signal.customer)
    if last is None:
        return False
    rule = ground.rule(signal.kind)
    return last > ground.today - timedelta(days=rule.quiet) if rule.quiet else last >= signal.raised_on
