"""Themes of feedback against the rows: periods, causes, qualities, branches, and whose words are quoted."""

from collections import Counter
from datetime import date

import pytest

from assistant.feedback.taxonomy import read_taxonomy
from assistant.tools.desk import Desk, Period, Topic
from assistant.tools.feedback_themes import CAUSES_SHOWN, ThemeLine, Themes, feedback_themes
from prompts import word
from tests.assistant.conftest import OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, SERVICE_DESK, RawBank, Row

Days = tuple[date, date]
QUARTER = Period(date(2026, 10, 1), date(2026, 12, 31))
WHY, BY_BRANCH = Topic("why do people complain"), Topic("themes this month against last, by branch")


def rows_of(raw: RawBank, employee: str, kind: str, cause: str | None, days: Days) -> list[Row]:
    """Cases of that kind received on those days, the newest first, as that employee may see them."""
    (who,) = raw.rows("SELECT * FROM employee WHERE id = ?", employee)
    customers, role = raw.seen_by(employee), who["role"]
    rows = raw.rows(
        "SELECT * FROM feedback WHERE kind = ? AND DATE(received_at) BETWEEN ? AND ? ORDER BY received_at DESC, id",
        kind, str(days[0]), str(days[1]),
    )  # fmt: skip
    return [
        row
        for row in rows
        if (cause is None or row["cause"] == cause)
        and (
            role in ("head_office", "service_desk")
            or row["customer_id"] in customers
            or (role == "branch" and row["unit_id"] == who["unit_id"])
            or (role == "manager" and row["owner_id"] == employee)
        )
    ]


def counted(lines: list[ThemeLine]) -> dict[str, tuple[object, object]]:
    for line in lines:
        up = int(str(line.now.value)) - int(str(line.before.value))
        assert line.direction == ("up" if up > 0 else "down" if up < 0 else "same")
    return {line.label or str(line.branch and line.branch.fact.subject): (line.now.value, line.before.value)
            for line in lines}  # fmt: skip


def check(raw: RawBank, desk: Desk, result: Themes, kind: str, cause: str | None, now: Days, before: Days) -> None:
    employee = desk.scope.employee_id
    there, then = (rows_of(raw, employee, kind, cause, days) for days in (now, before))
    days = (result.start, result.end, result.before_start, result.before_end)
    assert [day.value for day in days] == [*now, *before]
    assert (result.total.value, result.total_before.value) == (len(there), len(then))
    assert result.kind == word("feedback_kind", kind, "en")
    causes = [Counter(row["cause"] for row in rows) for rows in (there, then)]
    ranked = sorted({*causes[0], *causes[1]}, key=lambda code: (-causes[0][code], -causes[1][code], code))
    if cause is None:
        expected = {word("feedback_cause", code, "en"): (causes[0][code], causes[1][code]) for code in ranked}
        assert list(counted(result.causes).items()) == list(expected.items())[:CAUSES_SHOWN]
    else:
        assert (result.causes, result.cause) == ([], word("feedback_cause", cause, "en"))
    qualities = {code: one.quality for code, one in read_taxonomy().causes.items()}
    expected = {}
    for quality in ("technical", "functional"):
        pair = tuple(sum(qualities[row["cause"]] == quality for row in rows) for rows in (there, then))
        if kind == "complaint" and any(pair):
            expected[word("quality", quality, "en")] = (pair[0], pair[1])
    assert counted(result.qualities) == expected
    of = cause or next((code for code in ranked if causes[0][code]), None)
    quoted = [row["id"] for row in there if of is None or row["cause"] == of][:3]
    assert [voice.number.value for voice in result.voices] == quoted
    assert result.voiced == (word("feedback_cause", of, "en") if of and cause is None else None)
    assert {voice.name.fact.subject for voice in result.voices if voice.name} <= raw.seen_by(employee)


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, SERVICE_DESK, MANAGERS[0]])
async def test_causes_beside_the_period_before(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    desk = (await office_of(employee)).desk()
    now, before = (date(2026, 10, 1), AS_OF), (date(2026, 7, 1), date(2026, 8, 20))
    check(raw, desk, await feedback_themes(desk, WHY, QUARTER), "complaint", None, now, before)
    about = Topic("why do people complain about account opening this quarter")
    check(raw, desk, await feedback_themes(desk, about, QUARTER), "complaint", "account_opening", now, before)
    suggested = Topic("what do customers suggest this quarter")
    check(raw, desk, await feedback_themes(desk, suggested, QUARTER), "suggestion", None, now, before)


@pytest.mark.parametrize(
    "today, period, now, before",
    [
        (AS_OF, None, (date(2026, 11, 1), AS_OF), (date(2026, 10, 1), date(2026, 10, 20))),
        (date(2026, 3, 31), None, (date(2026, 3, 1), date(2026, 3, 31)), (date(2026, 2, 1), date(2026, 2, 28))),
        (AS_OF, Period(date(2026, 10, 1), date(2026, 10, 31)), (date(2026, 10, 1), date(2026, 10, 31)),
         (date(2026, 9, 1), date(2026, 9, 30))),
        (AS_OF, Period(date(2026, 1, 1), date(2026, 12, 31)), (date(2026, 1, 1), AS_OF),
         (date(2025, 1, 1), date(2025, 11, 20))),
        (AS_OF, Period(date(2026, 9, 17), AS_OF), (date(2026, 9, 17), AS_OF), (date(2026, 7, 14), date(2026, 9, 16))),
        (AS_OF, Period(date(2026, 11, 9), date(2026, 11, 15)), (date(2026, 11, 9), date(2026, 11, 15)),
         (date(2026, 11, 2), date(2026, 11, 8))),
        (AS_OF, Period(date(2027, 1, 1), date(2027, 1, 31)), (date(2026, 11, 1), AS_OF),
         (date(2026, 10, 1), date(2026, 10, 20))),
    ],
)  # fmt: skip
async def test_the_period_before_is_as_long(
    office_of: OfficeOf, raw: RawBank, today: date, period: Period | None, now: Days, before: Days
) -> None:
    desk = (await office_of(HEAD_OFFICE)).desk(today)
    check(raw, desk, await feedback_themes(desk, WHY, period), "complaint", None, now, before)


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH])
async def test_branches_only_where_they_are_asked_for(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    desk = (await office_of(employee)).desk()
    assert (await feedback_themes(desk, WHY)).branches == []
    result = await feedback_themes(desk, BY_BRANCH)
    days = ((date(2026, 11, 1), AS_OF), (date(2026, 10, 1), date(2026, 10, 20)))
    first, second = (
        Counter(row["unit_id"] for row in rows_of(raw, employee, "complaint", None, span)) for span in days
    )
    assert counted(result.branches) == {unit: (first[unit], second[unit]) for unit in {*first, *second}}
    assert sum(int(str(line.now.value)) for line in result.branches) == result.total.value
    assert len(result.branches) == (3 if employee == HEAD_OFFICE else 1)
