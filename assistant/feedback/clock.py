"""The clock of a case: by when it is confirmed and answered, and who is told before it is too late.

Pure: the same case under the same rules, calendar and day has the same deadlines. The day of receipt is not counted
(a case received on the 1st with 15 days is due on the 16th); days are the bank's own, not those of UTC.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.care.working_days import WorkingDays
from assistant.feedback.deadline_rules import Clock, DeadlineRules, Level, Span, Statutory
from knowledge.crm.codes import FeedbackKind

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """The bank waits for the customer from the day `since`, which is not counted, until the day `until`, which is
    again. None: it still waits."""

    since: date
    until: date | None = None

    def covers(self, day: date, today: date) -> bool:
        return self.since <= day and (day < self.until if self.until else day <= today)


@dataclass(frozen=True)
class TimedCase:
    """What the clock needs to know of a case. `product` is a code of the taxonomy; `approved` whether the further
    extension of a complex case was approved."""

    received: date
    kind: FeedbackKind
    product: str | None = None
    complex: bool = False
    approved: bool = False
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True)
class Telling:
    """On that day that level is told that the deadline is near."""

    on: date
    to: Level


@dataclass(frozen=True)
class Deadlines:
    """`statutory` is None where no law sets one. `extendable_to`: how far the law would let it be extended, None where
    not further. `telling`: in the order of the days, each before `limit`."""

    confirm_by: date
    standard: date
    statutory: date | None
    extendable_to: date | None
    telling: tuple[Telling, ...]

    @property
    def limit(self) -> date:
        """The earlier of the two deadlines."""
        return min(self.standard, self.statutory) if self.statutory else self.standard


class Standing(StrEnum):
    """How a case that is not answered yet stands on a day."""

    ON_TIME = "on_time"
    NEAR = "near"
    DUE_TODAY = "due_today"
    OVER_STANDARD = "over_standard"
    OVER_STATUTORY = "over_statutory"


def due(rules: DeadlineRules, case: TimedCase, calendar: WorkingDays, today: date) -> Deadlines:
    """The deadlines of a case. A pause that still runs moves them day by day, as far as it has come by `today`.

    An extension of a complex case moves the law's deadline and the bank's promise with it, which ends with the law's.
    """
    counted = {clock: _Days(calendar, _pauses(rules, case, clock), today) for clock in Clock}
    law = rules.law(case.kind, case.product)
    allowed = _allowed(law, case) if law else None
    furthest = _furthest(law) if law else None
    promised = rules.standard[case.kind]
    statutory = _end(rules, counted[Clock.STATUTORY], case, allowed) if allowed else None
    standard = _end(rules, counted[Clock.STANDARD], case, promised)
    if law and statutory and allowed != law.simple:
        standard = max(standard, statutory)
    utmost = _end(rules, counted[Clock.STATUTORY], case, furthest) if furthest else None
    limit = min(standard, statutory) if statutory else standard
    return Deadlines(
        confirm_by=_Days(calendar, (), today).after(case.received, rules.confirmed),
        standard=standard,
        statutory=statutory,
        extendable_to=utmost if utmost != statutory else None,
        telling=telling(rules, case.received, calendar, limit),
    )


def telling(rules: DeadlineRules, received: date, calendar: WorkingDays, limit: date) -> tuple[Telling, ...]:
    """Who is told, and when, that the deadline `limit` is near; in the order of the days. Never before the receipt:
    what is due at once is told at once."""
    days = _Days(calendar, (), limit)
    told = (Telling(max(days.before(limit, rule.before), received), rule.to) for rule in rules.escalation)
    return tuple(sorted(told, key=lambda one: one.on))


def standing(deadlines: Deadlines, today: date) -> Standing:
    """How the unanswered case stands today: what is worst comes first."""
    if deadlines.statutory and today > deadlines.statutory:
        return Standing.OVER_STATUTORY
    if today > deadlines.standard:
        return Standing.OVER_STANDARD
    if today == deadlines.limit:
        return Standing.DUE_TODAY
    return Standing.NEAR if any(one.on <= today for one in deadlines.telling) else Standing.ON_TIME


def told_by(deadlines: Deadlines, today: date) -> frozenset[Level]:
    """Who should have been told by today that the deadline is near."""
    return frozenset(one.to for one in deadlines.telling if one.on <= today)


def told_until(rules: DeadlineRules, level: Level, calendar: WorkingDays, today: date) -> date | None:
    """The last deadline of which that level should have been told by today; None where the rules never tell it."""
    days = _Days(calendar, (), today)
    return max((days.after(today, rule.before) for rule in rules.escalation if rule.to is level), default=None)


@dataclass(frozen=True)
class _Days:
    """Counts the days that a clock runs."""

    calendar: WorkingDays
    pauses: tuple[Pause, ...]
    today: date

    def after(self, day: date, span: Span) -> date:
        left = span.days
        while left:
            day += ONE_DAY
            left -= self._runs(day, span)
        return day

    def before(self, day: date, span: Span) -> date:
        left = span.days
        while left:
            day -= ONE_DAY
            left -= self._runs(day, span)
        return day

    def _runs(self, day: date, span: Span) -> bool:
        if any(pause.covers(day, self.today) for pause in self.pauses):
            return False
        return span.counted == "calendar" or self.calendar.is_working(day)


def _pauses(rules: DeadlineRules, case: TimedCase, clock: Clock) -> tuple[Pause, ...]:
    return case.pauses if clock in rules.pauses_stop else ()


def _allowed(law: Statutory, case: TimedCase) -> Span:
    if not (case.complex and law.complex):
        return law.simple
    return _furthest(law) if case.approved else law.complex


def _furthest(law: Statutory) -> Span:
    if not law.complex:
        return law.simple
    further = law.approved.days if law.approved else 0
    return Span(days=law.complex.days + further, counted=law.complex.counted)


def _end(rules: DeadlineRules, days: _Days, case: TimedCase, span: Span) -> date:
    """Where a deadline falls. Moved before a closed day, it still lies after the receipt."""
    day = days.after(case.received, span)
    if span.counted == "business" or rules.on_closed_day == "keep":
        return day
    if rules.on_closed_day == "after":
        return days.calendar.on_or_after(day)
    return max(days.calendar.on_or_before(day), case.received + ONE_DAY)
