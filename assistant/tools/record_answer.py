"""How a customer rated us, as the asker tells it: it may go into the file as the answer to a survey."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from assistant.feedback.survey_answers import Standing, standing
from assistant.feedback.survey_rules import SurveyRules
from assistant.grounding.ledger import Figure, Quotation
from assistant.proposals.record_answer import RecordAnswer
from assistant.tools.desk import CustomerId, Desk, Period, Told
from assistant.understanding.surveying import Rating, rating_in
from assistant.understanding.telling import channel_of
from knowledge.crm.casework import Survey
from knowledge.crm.codes import SurveyKind

STANDARD, LOW_SCORES = "feedback-and-surveys", "4.4"
"""The clause that says what follows a low score."""
LONGEST_COMMENT = 4_000


@dataclass(frozen=True)
class ScaleLine:
    """One kind of survey and the ends of its scale."""

    kind: str
    lowest: Figure
    highest: Figure


@dataclass(frozen=True)
class AnswerLine:
    """An answer that is stored, or an invitation that waits for one. `name` is whose it is, where to be said."""

    kind: Figure
    invited_on: Figure | None
    answered_on: Figure | None
    score: Figure | None
    comment: Figure | None
    name: Figure | None = None


@dataclass(frozen=True)
class ToldAnswer:
    """Where something has to be known first, `scales` are those that there are: no score is told, or it may be one of
    either scale (`which_scale`), or of none. `invited` is the invitation that the answer goes to, `earlier` the answer
    it replaces; `clause` says what follows a low score."""

    name: Figure
    no_score: bool = False
    which_scale: bool = False
    scales: list[ScaleLine] = field(default_factory=list)
    kind: str | None = None
    invited: AnswerLine | None = None
    earlier: AnswerLine | None = None
    clause: Quotation | None = None


async def record_answer(desk: Desk, told: Told, customer: CustomerId, period: Period | None = None) -> ToldAnswer:
    """Proposes to record how a customer rated us, as the asker tells it: satisfaction from 1 to 5, or from 0 to 10 how
    likely they would recommend us; the customer's words; the day (default: today). An answer that is there already is
    shown, and replaced only by a yes. Nothing is written before the asker has said yes."""
    row, rules = await desk.customer(customer), desk.cases.rules.surveys
    name, rating = desk.ledger.customer(row), rating_in(told)
    if rating is None:
        return ToldAnswer(name, no_score=True, scales=_scales(desk, rules))
    on = period.end if period and period.end <= desk.today else desk.today
    stands = {kind: await _standing(desk, row.id, kind, on, rules) for kind in SurveyKind}
    kinds = _kinds(rating, stands, rules)
    if len(kinds) != 1:
        return ToldAnswer(name, which_scale=bool(kinds), scales=_scales(desk, rules))
    kind, score = kinds[0], int(rating.score)
    there = stands[kind].invited or stands[kind].answered
    write = RecordAnswer(
        customer=row.id, survey=there.id if there else None, survey_kind=kind, score=score, answered_on=on,
        comment=(rating.comment or "")[:LONGEST_COMMENT] or None, channel=channel_of(told),
        replaces=there.score if there else None,
    )  # fmt: skip
    await desk.propose(write, row.id)
    return ToldAnswer(
        name=name, kind=desk.ledger.label(kind, "survey_kind"),
        invited=answer_line(desk, there) if there and there.score is None else None,
        earlier=answer_line(desk, there) if there and there.score is not None else None,
        clause=await _clause(desk) if score <= rules.scales[kind].low else None,
    )  # fmt: skip


def answer_line(desk: Desk, row: Survey, name: Figure | None = None) -> AnswerLine:
    ledger, source = desk.ledger, f"survey/{row.id}"
    return AnswerLine(
        kind=ledger.code(row.id, "kind", "survey_kind", row.kind, source),
        invited_on=ledger.day(row.id, "invited_on", row.invited_on, source) if row.invited_on else None,
        answered_on=ledger.day(row.id, "answered_on", row.answered_on, source) if row.answered_on else None,
        score=ledger.number(row.id, "score", row.score, "count", source) if row.score is not None else None,
        comment=ledger.words(row.id, "comment", row.comment, source, row.answered_on) if row.comment else None,
        name=name,
    )


def _kinds(rating: Rating, stands: dict[SurveyKind, Standing], rules: SurveyRules) -> Sequence[SurveyKind]:
    """The kinds that the score may be of; none where no scale has it. A scale that is told decides, then the words,
    then the invitation that waits: nobody is taken to have meant the other scale."""
    on_scale = [kind for kind in SurveyKind if rating.score == int(rating.score)
                and rules.scales[kind].holds(int(rating.score))]  # fmt: skip
    if rating.out_of is not None:
        told = rules.kind_of(rating.out_of)
        if told is None or told not in on_scale:
            return []
        return [told] if not rating.kinds or told in rating.kinds else list(SurveyKind)
    if len(rating.kinds) == 1:
        return [kind for kind in rating.kinds if kind in on_scale]
    waiting = [kind for kind in on_scale if stands[kind].invited]
    return waiting if len(waiting) == 1 else list(SurveyKind) if on_scale else []


def _scales(desk: Desk, rules: SurveyRules) -> list[ScaleLine]:
    def end(kind: SurveyKind, which: str, value: int) -> Figure:
        return desk.ledger.number(kind, which, value, "count", f"surveys/{rules.version}")

    return [
        ScaleLine(desk.ledger.label(kind, "survey_kind"), end(kind, "lowest", scale.lowest),
                  end(kind, "highest", scale.highest))
        for kind, scale in rules.scales.items()
    ]  # fmt: skip


async def _standing(desk: Desk, customer: str, kind: SurveyKind, on: date, rules: SurveyRules) -> Standing:
    return await desk.reader.together(lambda own: standing(own, customer, kind, on, rules))


async def _clause(desk: Desk) -> Quotation | None:
    passage = await desk.library.passage(f"{STANDARD}.{desk.language}/{LOW_SCORES}")
    return desk.ledger.cite(passage) if passage else None
