"""The two scores, answers and response of a period, against the rows; and nobody else's."""

from datetime import date
from decimal import Decimal
from statistics import mean

import pytest

from assistant.feedback.survey_rules import read_surveys
from assistant.tools.desk import CustomerId, Period
from assistant.tools.feedback import feedback
from assistant.tools.survey_results import VOICES, survey_results
from knowledge.crm.codes import SurveyKind
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, SERVICE_DESK, TOLD, RawBank, Row

SATISFACTION, RECOMMENDATION = SurveyKind
QUARTER, BEFORE = (date(2026, 10, 1), AS_OF), (date(2026, 7, 1), date(2026, 8, 20))
FEWEST = read_surveys().fewest_answers


def seen(raw: RawBank, employee: str) -> list[Row]:
    """The surveys of customers in view, and those of cases in view, each with its case's and its customer's columns."""
    (who,) = raw.rows("SELECT * FROM employee WHERE id = ?", employee)
    customers, role = raw.seen_by(employee), who["role"]
    rows = raw.rows(
        "SELECT s.*, f.unit_id, f.owner_id, f.about, c.branch_id FROM survey s LEFT JOIN feedback f ON"
        " f.id = s.feedback_id LEFT JOIN customer c ON c.id = s.customer_id"
    )
    return [
        row
        for row in rows
        if role == "head_office"
        or row["customer_id"] in customers
        or (row["feedback_id"] and role == "service_desk")
        or (row["feedback_id"] and role == "branch" and row["unit_id"] == who["unit_id"])
        or (row["feedback_id"] and role == "manager" and row["owner_id"] == employee)
    ]


def within(day: str | None, period: tuple[date, date]) -> bool:
    return day is not None and str(period[0]) <= day <= str(period[1])


def answers(rows: list[Row], kind: str, period: tuple[date, date]) -> list[int]:
    return [row["score"] for row in rows if row["kind"] == kind and within(row["answered_on"], period)]


def value_of(kind: str, scores: list[int]) -> Decimal | None:
    if len(scores) < FEWEST:
        return None
    if kind == SATISFACTION:
        share = sum(score >= 4 for score in scores) / len(scores)
    else:
        share = mean(1 if score >= 9 else -1 if score <= 6 else 0 for score in scores)
    return Decimal(100 * share).quantize(Decimal("0.1"))


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, MANAGERS[0], SERVICE_DESK])
async def test_the_scores_are_those_of_the_answers_in_view(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    rows = seen(raw, employee)
    result = await survey_results((await office_of(employee)).desk(), "how satisfied are customers this quarter")
    assert (result.start.value, result.end.value) == QUARTER
    assert (result.before_start.value, result.before_end.value) == BEFORE
    assert [line.in_points for line in result.scores] == [False, True]
    for kind, line in zip(SurveyKind, result.scores, strict=True):
        now, before = (answers(rows, kind, period) for period in (QUARTER, BEFORE))
        assert (line.answers.value, line.answers_before.value) == (len(now), len(before))
        assert (line.value.value if line.value else None) == value_of(kind, now)
        assert (line.value_before.value if line.value_before else None) == value_of(kind, before)
        assert line.low.value == sum(score <= (2 if kind == SATISFACTION else 6) for score in now)
        if line.mean:
            assert float(str(line.mean.value)) == pytest.approx(mean(now), abs=0.0051)
        invited = [row for row in rows if row["kind"] == kind and within(row["invited_on"], QUARTER)]
        responded = sum(within(row["answered_on"], (QUARTER[0], AS_OF)) for row in invited)
        assert (line.invited.value if line.invited else 0) == len(invited)
        if invited:
            assert (line.responded and line.responded.value) == responded
            assert line.response_rate is not None
            assert line.response_rate.value == Decimal(100 * responded / len(invited)).quantize(Decimal("0.1"))
    worst = [
        row for row in rows
        if row["comment"] and row["score"] <= (2 if row["kind"] == SATISFACTION else 6)
        and within(row["answered_on"], QUARTER)
    ]  # fmt: skip
    newest = sorted(worst, key=lambda row: row["id"])
    newest.sort(key=lambda row: row["answered_on"], reverse=True)
    assert [line.comment and line.comment.value for line in result.low] == [row["comment"] for row in newest[:VOICES]]
    assert result.more_low == (len(worst) > VOICES)
    for line, row in zip(result.low, newest, strict=False):
        assert (line.name is not None) == (row["customer_id"] in raw.seen_by(employee))


async def test_by_branch_against_the_quarter_before(office: Office, raw: RawBank) -> None:
    named = Period(date(2026, 7, 1), date(2026, 9, 30))
    result = await survey_results(office.desk(), "NPS by branch against last quarter", named)
    assert (result.start.value, result.before_start.value) == (QUARTER[0], BEFORE[0])
    assert [line.in_points for line in result.scores] == [True]
    rows = seen(raw, HEAD_OFFICE)
    units = {row["id"]: row["name"] for row in raw.rows("SELECT * FROM unit")}
    told = {group.branch.value if group.branch else None: group.line for group in result.groups}
    assert len(told) > 1
    for unit, name in units.items():
        own = [row for row in rows if (row["unit_id"] or row["branch_id"]) == unit]
        now, before = (answers(own, RECOMMENDATION, period) for period in (QUARTER, BEFORE))
        if now or before:
            line = told.pop(name)
            assert (line.answers.value, line.answers_before.value) == (len(now), len(before))
            assert (line.value.value if line.value else None) == value_of(RECOMMENDATION, now)
            assert (line.change == "unknown") == (min(len(now), len(before)) < FEWEST)
    assert told == {}


@pytest.mark.parametrize("topic, column", [("CSAT by channel", "channel"), ("CSAT by product", "about")])
async def test_the_groups_add_up_to_the_whole(office: Office, raw: RawBank, topic: str, column: str) -> None:
    result = await survey_results(office.desk(), topic)
    rows = [
        row for row in seen(raw, HEAD_OFFICE) if row["kind"] == SATISFACTION and within(row["answered_on"], QUARTER)
    ]
    assert sum(int(str(group.line.answers.value)) for group in result.groups) == len(rows)
    counted = {row[column] for row in rows} - {None}
    assert len([group for group in result.groups if group.label and group.line.answers.value]) == len(counted)


async def test_an_invitation_to_come_is_none_and_an_empty_period_says_so(office: Office) -> None:
    """Before the bank's first survey there is nothing, and no rate is told of it."""
    result = await survey_results(office.desk(date(2024, 5, 1)), "how satisfied are customers")
    for line in result.scores:
        assert (line.answers.value, line.value, line.invited, line.response_rate) == (0, None, None, None)
    assert (result.low, result.any) == ([], False)


async def test_a_customers_file_tells_how_they_last_rated_us(office: Office, raw: RawBank) -> None:
    row = raw.rows("SELECT * FROM survey WHERE score IS NOT NULL ORDER BY answered_on DESC, id LIMIT 1")[0]
    result = await feedback(office.desk(), CustomerId(row["customer_id"]))
    told = [(line.kind.value, line.score and line.score.value) for line in result.ratings]
    assert (row["kind"], row["score"]) in told
    before = await feedback(office.desk(date(2025, 1, 1)), CustomerId(row["customer_id"]))
    assert before.ratings == []
    assert (await feedback(office.desk(), CustomerId(TOLD[0]))).ratings == []
