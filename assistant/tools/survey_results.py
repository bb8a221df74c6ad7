"""How customers rate the bank: the two scores of a period beside the one before, by branch, channel or product; and
what those with low scores say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from assistant.feedback.scores import TENTH, Change, change, score_of
from assistant.feedback.survey_counts import NOT_KNOWN, Counted, Grouping, answers_counted, low_answers, response
from assistant.grounding.ledger import Figure
from assistant.tools.desk import Desk, Period, Topic
from assistant.tools.record_answer import AnswerLine, answer_line
from assistant.understanding.compared_periods import compared, names_the_one_before, quarter_of
from assistant.understanding.surveying import grouping_in, kinds_asked
from knowledge.crm.codes import SurveyKind
from knowledge.crm.tables import Customer, Unit

VOICES = 5
"""Answers that are quoted."""
DIRECTIONS = {Change.UP: "up", Change.DOWN: "down", Change.UNCLEAR: "same", Change.TOO_FEW: "unknown"}
VOCABULARIES = {Grouping.CHANNEL: "channel", Grouping.PRODUCT: "feedback_product"}
"""Where the words for the groups stand; a branch has a name of its own."""


@dataclass(frozen=True)
class ScoreLine:
    """One score now and before, in percent or `in_points`. It, its limits and the mean are None where there are too few
    answers to tell; `change` is up, down, same (no more than chance) or unknown. Response is of those who
    were invited within the period, None where nobody was."""

    kind: str
    in_points: bool
    value: Figure | None
    low_limit: Figure | None
    high_limit: Figure | None
    mean: Figure | None
    answers: Figure
    low: Figure
    value_before: Figure | None
    answers_before: Figure
    change: str
    invited: Figure | None = None
    responded: Figure | None = None
    response_rate: Figure | None = None


@dataclass(frozen=True)
class ScoreGroup:
    """The answers of one branch, channel or product: `label` is its name, or `branch`; neither if not known."""

    label: str | None
    branch: Figure | None
    line: ScoreLine


@dataclass(frozen=True)
class SurveyResults:
    """`before_start` to `before_end` is the period compared with. A score is told from `fewest` answers on. `low` are
    low scores with words; `grouping` is by what `groups` are divided. `unsaid`: there are low
    scores, and none has words. `any` answer is stored of the two periods."""

    start: Figure
    end: Figure
    before_start: Figure
    before_end: Figure
    fewest: Figure
    scores: list[ScoreLine]
    grouping: str | None
    groups: list[ScoreGroup]
    low: list[AnswerLine]
    more_low: bool
    unsaid: bool
    any: bool


async def survey_results(desk: Desk, topic: Topic, period: Period | None = None) -> SurveyResults:
    """How satisfied customers are and whether they would recommend the bank (CSAT and NPS) in a period (default: this
    quarter so far) beside the one before: both scores with their limits, answers, response; by branch, channel or
    product where that is asked; and what customers with low scores (detractors) said."""
    rules, kinds, grouping = desk.cases.rules.surveys, kinds_asked(topic), grouping_in(topic)
    is_before = names_the_one_before(topic, desk.today)
    now, before = compared(period, desk.today, quarter_of(desk.today), is_before)
    there, then = await _counted(desk, kinds, now, grouping), await _counted(desk, kinds, before, grouping)
    telling = _Telling(desk, now, before)
    ledger = desk.ledger
    low = await _low(desk, kinds, now)
    lines = [await _with_response(desk, telling.line(kind, there, then), kind, now) for kind in kinds]
    return SurveyResults(
        start=ledger.day("survey", "period_start", now.start, "period"),
        end=ledger.day("survey", "period_end", now.end, "period"),
        before_start=ledger.day("survey", "before_start", before.start, "period"),
        before_end=ledger.day("survey", "before_end", before.end, "period"),
        fewest=ledger.number("survey", "fewest_answers", rules.fewest_answers, "count", f"surveys/{rules.version}"),
        scores=lines,
        grouping=ledger.label(grouping, "survey_grouping") if grouping else None,
        groups=await _groups(telling, kinds, grouping, there, then) if grouping else [],
        low=low[:VOICES],
        more_low=len(low) > VOICES,
        unsaid=not low and any(line.low.value for line in lines),
        any=bool(there or then),
    )


class _Telling:
    """Puts the scores of two periods on the ledger, each figure with the rows that it was counted from."""

    def __init__(self, desk: Desk, now: Period, before: Period) -> None:
        self.desk, self._now, self._before = desk, now, before

    def line(self, kind: SurveyKind, there: Sequence[Counted], then: Sequence[Counted], within: str = "") -> ScoreLine:
        """The line of a kind; `within` says of which group."""
        rules, ledger = self.desk.cases.rules.surveys, self.desk.ledger
        now, before = (score_of(kind, _given(kind, counted), rules) for counted in (there, then))
        subject = f"{kind}&{within}" if within else str(kind)
        source, source_before = (_source(kind, period, within) for period in (self._now, self._before))

        def told(measure: str, value: Decimal | None, of: str = source) -> Figure | None:
            """Percent of satisfaction, points of recommendation."""
            if value is None:
                return None
            if kind is SurveyKind.SATISFACTION:
                return ledger.percent(subject, measure, value, of)
            return ledger.number(subject, measure, value, "points", of)

        return ScoreLine(
            kind=ledger.label(kind, "survey_kind"), in_points=kind is SurveyKind.RECOMMENDATION,
            value=told(kind, now.value),
            low_limit=told("low_limit", now.low_limit), high_limit=told("high_limit", now.high_limit),
            mean=ledger.number(subject, "mean_score", now.mean, "count", source) if now.mean is not None else None,
            answers=ledger.number(subject, "answers", now.answers, "count", source),
            low=ledger.number(subject, "low_answers", now.low, "count", source),
            value_before=told(f"{kind}_before", before.value, source_before),
            answers_before=ledger.number(subject, "answers_before", before.answers, "count", source_before),
            change=DIRECTIONS[change(now, before, rules)],
        )  # fmt: skip


async def _counted(desk: Desk, kinds: Sequence[SurveyKind], period: Period, grouping: Grouping | None) -> list[Counted]:
    rules, start, end = desk.cases.rules.surveys, period.start, period.end
    return await desk.reader.together(lambda own: answers_counted(own, kinds, start, end, rules, grouping))


def _given(kind: SurveyKind, counted: Sequence[Counted]) -> Mapping[int, int]:
    scores: dict[int, int] = {}
    for one in counted:
        if one.kind == kind:
            scores[one.score] = scores.get(one.score, 0) + one.number
    return scores


def _source(kind: SurveyKind, period: Period, within: str = "") -> str:
    return f"survey?kind={kind}&answered={period.start}..{period.end}{f'&{within}' if within else ''}"


async def _with_response(desk: Desk, line: ScoreLine, kind: SurveyKind, now: Period) -> ScoreLine:
    found = await desk.reader.together(lambda own: response(own, kind, now.start, now.end, desk.today))
    if not found.invited:
        return line
    source = f"survey?kind={kind}&invited={now.start}..{now.end}"
    share = (Decimal(100) * found.responded / found.invited).quantize(TENTH, ROUND_HALF_UP)
    return replace(
        line,
        invited=desk.ledger.number(kind, "invited", found.invited, "count", source),
        responded=desk.ledger.number(kind, "responded", found.responded, "count", source),
        response_rate=desk.ledger.percent(kind, "response_rate", share, source),
    )


async def _groups(
    telling: _Telling,
    kinds: Sequence[SurveyKind],
    grouping: Grouping,
    there: Sequence[Counted],
    then: Sequence[Counted],
) -> list[ScoreGroup]:
    """A line for each group and kind that was answered: most answers first, and last what is not known."""
    desk, sizes = telling.desk, {one.group: 0 for one in (*there, *then)}
    for one in there:
        sizes[one.group] += one.number
    units = {one.id: one for one in await desk.reader.scalars(select(Unit).where(Unit.id.in_(sizes)))}
    groups = []
    for group in sorted(sizes, key=lambda id: (id == NOT_KNOWN, -sizes[id], id)):
        of_now, of_then = ([one for one in counted if one.group == group] for counted in (there, then))
        for kind in kinds:
            line = telling.line(kind, of_now, of_then, f"{grouping}={group or 'none'}")
            if line.answers.value or line.answers_before.value:
                unit = units.get(group) if grouping is Grouping.BRANCH else None
                label = desk.ledger.label(group, VOCABULARIES[grouping]) if group and grouping in VOCABULARIES else None
                groups.append(ScoreGroup(label, desk.ledger.unit(unit) if unit else None, line))
    return groups


async def _low(desk: Desk, kinds: Sequence[SurveyKind], now: Period) -> list[AnswerLine]:
    """What customers with low scores said; named where the asker sees the customer."""
    rules = desk.cases.rules.surveys
    rows = await desk.reader.together(lambda own: low_answers(own, kinds, now.start, now.end, rules, VOICES + 1))
    ids = {row.customer_id for row in rows if row.customer_id}
    customers = {one.id: one for one in await desk.reader.scalars(select(Customer).where(Customer.id.in_(ids)))}
    names = {id: desk.ledger.customer(one) for id, one in customers.items()}
    return [answer_line(desk, row, names.get(row.customer_id or "")) for row in rows]
