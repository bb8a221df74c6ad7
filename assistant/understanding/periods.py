"""Days and periods in a question: "next month", 上上个月, "desde Navidad", "3 May to 10 June", "by the end of Q3".

First what stands for itself is found (`expressions`), then what stands beside it and changes it: parts of it, since,
until, from one to another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.tools.desk import Period
from assistant.understanding.days import LONGEST_YEARS, months_on, part_of, relative, same_day
from assistant.understanding.expressions import Expression, Meaning, Tendency, expressions

__all__ = ["PeriodMention", "Tendency", "find_periods", "relative"]


@dataclass(frozen=True)
class PeriodMention:
    """A period and the place in the question where it stands."""

    start: int
    end: int
    period: Period


def find_periods(
    plain: str, today: date, tendency: Tendency = Tendency.NEAREST, *, compared: bool = False
) -> list[PeriodMention]:
    """The periods named in plain text, the longest match first where they overlap. Two that are named together are one,
    unless they are compared."""
    apart = [_with_part(plain, one) for one in _apart(expressions(plain, today))]
    found = apart if compared else _joined(plain, apart, today)
    mentions = []
    for one in found:
        period = None if one.weak and not compared else one.meaning(tendency)
        if period is not None and period.start <= period.end:
            mentions.append(PeriodMention(one.start, one.end, period))
    return mentions


def _apart(found: Iterator[Expression]) -> list[Expression]:
    """Those that do not overlap, the longest first to claim its place, in the order of the text."""
    kept: list[Expression] = []
    for one in sorted(found, key=lambda e: (e.start - e.end, e.start, e.weak)):
        if one.meaning(Tendency.NEAREST) and all(one.end <= k.start or one.start >= k.end for k in kept):
            kept.append(one)
    return sorted(kept, key=lambda e: e.start)


def _with_part(plain: str, one: Expression) -> Expression:
    """With "end of", "early" or 底 beside it: that part of the period."""
    for cues in one.places:
        sides = [(pattern.search(plain[: one.start]), part) for pattern, part in cues.beside.parts_before]
        sides += [(pattern.search(plain[one.end :]), part) for pattern, part in cues.beside.parts_after]
        for match, part in sides:
            if match is None:
                continue
            before = match.end() == one.start and match.start() < one.start and plain[: one.start].endswith(match[0])
            start, end = (match.start(), one.end) if before else (one.start, one.end + match.end())
            return Expression(start, end, one.cues, _part(one.meaning, part), at_its_end=part == "end")
    return one


def _part(meaning: Meaning, part: str) -> Meaning:
    def found(tendency: Tendency) -> Period | None:
        period = meaning(tendency)
        return part_of(period, part) if period else None

    return found


def _joined(plain: str, found: list[Expression], today: date) -> list[Expression]:
    """With ranges from one to the next made of two, and what begins or ends with one widened."""
    joined: list[Expression] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and _is_range(plain, last, one):
            joined[-1] = _range(plain, last, one)
        elif last and _touch(plain, last, one):
            joined[-1] = _both(last, one)
        else:
            joined.append(one)
    return [_bounded(plain, one, today) for one in joined]


def _is_range(plain: str, first: Expression, second: Expression) -> bool:
    between = plain[first.end : second.start]
    for beside in (cues.beside for cues in (second if second.cues else first).places):
        announced = beside.range_before.search(plain[: first.start]) or beside.since_before.search(plain[: first.start])
        if beside.range_between.search(between) and (announced or not first.weak):
            return True
        if announced and beside.range_between_if_announced.search(between):
            return True
    return False


def _range(plain: str, first: Expression, second: Expression) -> Expression:
    def found(tendency: Tendency) -> Period | None:
        begin, end = first.meaning(tendency), second.meaning(tendency)
        if begin is None or end is None:
            return None
        if end.end < begin.start:
            end = Period(end.start, same_day(end.end, end.end.year + 1))
        return Period(begin.start, end.end)

    leads = [cues.beside.range_before.search(plain[: first.start]) for cues in first.places]
    start = min([lead.start() for lead in leads if lead], default=first.start)
    return Expression(start, second.end, second.cues or first.cues, found)


def _touch(plain: str, first: Expression, second: Expression) -> bool:
    """Whether two periods are named together and one follows the other: "in May and June"."""
    between = plain[first.end : second.start]
    named_together = not first.weak and any(cues.beside.and_between.search(between) for cues in second.places)
    return named_together and _both(first, second).meaning(Tendency.FUTURE) is not None


def _both(first: Expression, second: Expression) -> Expression:
    def found(tendency: Tendency) -> Period | None:
        for looking in (tendency, Tendency.FUTURE, Tendency.PAST):
            one, other = first.meaning(looking), second.meaning(looking)
            if one and other and timedelta(days=1) in (other.start - one.end, one.start - other.end):
                return Period(min(one.start, other.start), max(one.end, other.end))
        return None

    return Expression(first.start, second.end, first.cues, found)


def _bounded(plain: str, one: Expression, today: date) -> Expression:
    """With "since", "until", "before" or "after" beside it: from there to today, from today to there ..."""
    for cues in one.places:
        beside = cues.beside
        for widen, before, after in (
            (_since, beside.since_before, beside.since_after),
            (_until, beside.until_before, beside.until_after),
            (_before, beside.before_before, beside.before_after),
            (_after, beside.after_before, beside.after_after),
        ):
            lead, tail = before.search(plain[: one.start]), after.search(plain[one.end :])
            if lead or tail:
                start = lead.start() if lead else one.start
                widen = _until if widen is _before and one.at_its_end else widen
                return Expression(start, one.end + (tail.end() if tail else 0), one.cues, widen(one.meaning, today))
    return one


def _since(meaning: Meaning, today: date) -> Meaning:
    def found(_: Tendency) -> Period | None:
        first = meaning(Tendency.PAST)
        return Period(first.start, today) if first and first.start <= today else None

    return found


def _until(meaning: Meaning, today: date) -> Meaning:
    def found(tendency: Tendency) -> Period | None:
        last = meaning(tendency)
        return _ending(last.end, today) if last else None

    return found


def _before(meaning: Meaning, today: date) -> Meaning:
    """Up to a day itself, as most people mean it; up to the day before a longer period."""

    def found(tendency: Tendency) -> Period | None:
        last = meaning(tendency)
        if last is None:
            return None
        return _ending(last.end if last.start == last.end else last.start - timedelta(days=1), today)

    return found


def _after(meaning: Meaning, today: date) -> Meaning:
    def found(tendency: Tendency) -> Period | None:
        first = meaning(tendency)
        if first is None:
            return None
        begin = first.end + timedelta(days=1)
        return Period(begin, today if begin <= today else months_on(begin, 12))

    return found


def _ending(last: date, today: date) -> Period:
    return Period(today if last >= today else months_on(last, -12 * LONGEST_YEARS), last)
