"""Open tasks, against the rows."""

from datetime import date, timedelta

import pytest

from assistant.tools.desk import CustomerId, Period
from assistant.tools.tasks import SHOWN, Tasks, tasks
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, SERVICE_DESK, RawBank, Row


def seen_tasks(raw: RawBank, employee: str) -> list[Row]:
    """Open tasks of the customers in view, and those of no customer that are one's own or one's branch's."""
    (who,) = raw.rows("SELECT * FROM employee WHERE id = ?", employee)
    colleagues = {row["id"] for row in raw.rows("SELECT id FROM employee WHERE unit_id = ?", who["unit_id"])}
    own = colleagues if who["role"] == "branch" else {employee}
    customers = raw.seen_by(employee)
    return [
        row
        for row in raw.rows("SELECT * FROM task WHERE state = 'open' ORDER BY due_on IS NULL, due_on, id")
        if who["role"] == "head_office"
        or row["customer_id"] in customers
        or (row["customer_id"] is None and row["employee_id"] in own)
    ]


def check(result: Tasks, rows: list[Row], today: date = AS_OF) -> None:
    assert result.count.value == len(rows)
    assert result.more == (len(rows) > SHOWN)
    assert [line.title.fact.source for line in result.tasks] == [f"task/{row['id']}" for row in rows[:SHOWN]]
    for line, row in zip(result.tasks, rows, strict=False):
        assert (line.title.value, line.kind.value) == (row["title"], row["kind"])
        assert (str(line.due_on.value) if line.due_on else None) == row["due_on"]
        assert line.overdue == (row["due_on"] is not None and row["due_on"] < str(today))
        assert (line.name.fact.subject if line.name else None) == row["customer_id"]


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, SERVICE_DESK, *MANAGERS])
async def test_those_in_view_and_those_due_in_a_period(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    office = await office_of(employee)
    rows = seen_tasks(raw, employee)
    check(await tasks(office.desk()), rows)
    soon = AS_OF + timedelta(days=7)
    check(
        await tasks(office.desk(), Period(AS_OF, soon)),
        [row for row in rows if row["due_on"] and row["due_on"] <= str(soon)],
    )


@pytest.mark.parametrize("today", [AS_OF, date(2026, 9, 1)], ids=str)
async def test_of_one_customer(office: Office, raw: RawBank, today: date) -> None:
    for customer in raw.sample(8, seed=2):
        rows = [row for row in seen_tasks(raw, HEAD_OFFICE) if row["customer_id"] == customer]
        check(await tasks(office.desk(today), None, CustomerId(customer)), rows, today)
