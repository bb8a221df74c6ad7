"""Why customers complain: causes of a period beside the period before, by branch, and what customers wrote."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import ColumnElement, func, select

from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Period, Topic
from assistant.tools.feedback import FeedbackLine, feedback_line
from assistant.understanding.compared_periods import ONE_DAY, compared, month_of, names_the_one_before
from assistant.understanding.themes import by_branch, cause_in, kind_in
from knowledge.crm.codes import FeedbackKind
from knowledge.crm.tables import Customer, Feedback, Unit

VOICES = 3
"""Messages that are quoted."""
CAUSES_SHOWN = 8


@dataclass(frozen=True)
class ThemeLine:
    """One cause, or one branch: how often now, how often before. `direction`: up, down or same."""

    label: str
    branch: Figure | None
    now: Figure
    before: Figure
    direction: str


@dataclass(frozen=True)
class Themes:
    """`kind` and `cause` are what was asked about, `voiced` the most frequent cause, of which the `voices` are where
    none was asked about; `before_start` to `before_end` is the period compared with."""

    kind: str
    cause: str | None
    voiced: str | None
    start: Figure
    end: Figure
    before_start: Figure
    before_end: Figure
    total: Figure
    total_before: Figure
    causes: list[ThemeLine]
    qualities: list[ThemeLine]
    branches: list[ThemeLine]
    voices: list[FeedbackLine]


@dataclass(frozen=True)
class _Counted:
    """One group of cases: its cause and its branch, and how many there were."""

    cause: str | None
    unit: str | None
    number: int


async def feedback_themes(desk: Desk, topic: Topic, period: Period | None = None) -> Themes:
    """Why customers complain, or what they suggest or praise: the causes of a period (default: this month so far)
    beside the period before, technical and functional quality, by branch where that is asked, and what customers wrote.
    A cause that is named, such as account opening, narrows it."""
    kind, cause = kind_in(topic), cause_in(topic)
    is_before = names_the_one_before(topic, desk.today)
    now, before = compared(period, desk.today, month_of(desk.today), is_before)
    there, then = await _counted(desk, kind, cause, now), await _counted(desk, kind, cause, before)
    commonest = next((code for code in _ranked(there, then) if any(one.cause == code for one in there)), None)
    ledger = desk.ledger
    return Themes(
        kind=ledger.label(kind, "feedback_kind"),
        cause=ledger.label(cause, "feedback_cause") if cause else None,
        voiced=ledger.label(commonest, "feedback_cause") if commonest and cause is None else None,
        start=ledger.day("feedback", "period_start", now.start, "period"),
        end=ledger.day("feedback", "period_end", now.end, "period"),
        before_start=ledger.day("feedback", "before_start", before.start, "period"),
        before_end=ledger.day("feedback", "before_end", before.end, "period"),
        total=_number(desk, "cases", there, kind, now),
        total_before=_number(desk, "cases_before", then, kind, before),
        causes=_by_cause(desk, kind, now, before, there, then) if cause is None else [],
        qualities=_by_quality(desk, kind, now, before, there, then) if kind is FeedbackKind.COMPLAINT else [],
        branches=await _by_branch(desk, kind, now, before, there, then) if by_branch(topic) else [],
        voices=await _voices(desk, kind, cause or commonest, now),
    )


async def _counted(desk: Desk, kind: FeedbackKind, cause: str | None, period: Period) -> list[_Counted]:
    conditions = [*_within(kind, period), *([Feedback.cause == cause] if cause else [])]
    counts = select(Feedback.cause, Feedback.unit_id, func.count(Feedback.id)).where(*conditions)
    rows = await desk.reader.rows(counts.group_by(Feedback.cause, Feedback.unit_id))
    return [_Counted(*row) for row in rows]


def _within(kind: FeedbackKind, period: Period) -> tuple[ColumnElement[bool], ...]:
    begin, end = datetime.combine(period.start, time.min), datetime.combine(period.end + ONE_DAY, time.min)
    return Feedback.kind == kind, Feedback.received_at >= begin, Feedback.received_at < end


def _ranked(there: Sequence[_Counted], then: Sequence[_Counted]) -> list[str]:
    """The causes, those of most cases now first, then those of most before."""
    first, second = _sums(there, lambda one: one.cause), _sums(then, lambda one: one.cause)
    return sorted({*first, *second}, key=lambda code: (-first[code], -second[code], code))


def _sums(counted: Sequence[_Counted], of: Callable[[_Counted], str | None]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for one in counted:
        key = of(one)
        if key is not None:
            sums[key] += one.number
    return sums


def _by_cause(
    desk: Desk, kind: FeedbackKind, now: Period, before: Period, there: Sequence[_Counted], then: Sequence[_Counted]
) -> list[ThemeLine]:
    first, second = _sums(there, lambda one: one.cause), _sums(then, lambda one: one.cause)
    return [
        _line(desk, f"cause={code}", desk.ledger.label(code, "feedback_cause"), None, first[code], second[code],
              kind, now, before)
        for code in _ranked(there, then)[:CAUSES_SHOWN]
    ]  # fmt: skip


def _by_quality(
    desk: Desk, kind: FeedbackKind, now: Period, before: Period, there: Sequence[_Counted], then: Sequence[_Counted]
) -> list[ThemeLine]:
    """Technical quality is what the customer gets, functional how it is given: by cause, as the taxonomy says."""
    causes = desk.cases.taxonomy.causes

    def quality(one: _Counted) -> str | None:
        return causes[one.cause].quality if one.cause and one.cause in causes else None

    first, second = _sums(there, quality), _sums(then, quality)
    return [
        _line(desk, f"quality={code}", desk.ledger.label(code, "quality"), None, first[code], second[code], kind, now,
              before)
        for code in ("technical", "functional")
        if first[code] or second[code]
    ]  # fmt: skip


async def _by_branch(
    desk: Desk, kind: FeedbackKind, now: Period, before: Period, there: Sequence[_Counted], then: Sequence[_Counted]
) -> list[ThemeLine]:
    first, second = _sums(there, lambda one: one.unit), _sums(then, lambda one: one.unit)
    units = {one.id: one for one in await desk.reader.scalars(select(Unit).where(Unit.id.in_({*first, *second})))}
    ids = sorted(units, key=lambda id: (-first[id], -second[id], id))
    return [
        _line(desk, f"unit={id}", "", desk.ledger.unit(units[id]), first[id], second[id], kind, now, before)
        for id in ids
    ]


def _line(
    desk: Desk, what: str, label: str, branch: Figure | None, now: int, before: int, kind: FeedbackKind,
    period: Period, earlier: Period,
) -> ThemeLine:  # fmt: skip
    ledger = desk.ledger
    return ThemeLine(
        label=label,
        branch=branch,
        now=ledger.number(what, "cases", now, "count", _source(kind, period, what)),
        before=ledger.number(what, "cases_before", before, "count", _source(kind, earlier, what)),
        direction="same" if now == before else "up" if now > before else "down",
    )


def _number(desk: Desk, measure: str, counted: Sequence[_Counted], kind: FeedbackKind, period: Period) -> Figure:
    number = sum(one.number for one in counted)
    return desk.ledger.number("feedback", measure, number, "count", _source(kind, period))


def _source(kind: FeedbackKind, period: Period, what: str = "") -> str:
    return f"feedback?kind={kind}&received={period.start}..{period.end}{f'&{what}' if what else ''}"


async def _voices(desk: Desk, kind: FeedbackKind, cause: str | None, period: Period) -> list[FeedbackLine]:
    """What customers wrote of that cause, the newest first."""
    conditions = [*_within(kind, period), *([Feedback.cause == cause] if cause else [])]
    newest = select(Feedback).where(*conditions).order_by(Feedback.received_at.desc(), Feedback.id).limit(VOICES)
    rows = await desk.reader.scalars(newest)
    ids = {row.customer_id for row in rows if row.customer_id}
    customers = {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    return [feedback_line(desk, row, customers.get(row.customer_id or "")) for row in rows]
