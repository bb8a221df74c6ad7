"""Open and resolved feedback, against the rows."""

from datetime import date

import pytest

from assistant.tools.desk import CustomerId, Topic
from assistant.tools.feedback import SHOWN, feedback
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, BRANCH, HEAD_OFFICE, MANAGERS, SERVICE_DESK, RawBank, Row


def cases(raw: RawBank, today: date) -> list[Row]:
    return raw.rows(
        "SELECT * FROM feedback WHERE DATE(received_at) <= ? ORDER BY due_on IS NULL, due_on, id", str(today)
    )


def seen_cases(raw: RawBank, employee: str, today: date) -> list[Row]:
    """The service desk sees all; others those of their customers, and those that are theirs to answer."""
    (who,) = raw.rows("SELECT * FROM employee WHERE id = ?", employee)
    customers, role = raw.seen_by(employee), who["role"]
    return [
        row
        for row in cases(raw, today)
        if role in ("head_office", "service_desk")
        or row["customer_id"] in customers
        or (role == "branch" and row["unit_id"] == who["unit_id"])
        or (role == "manager" and row["owner_id"] == employee)
    ]


@pytest.mark.parametrize("employee", [HEAD_OFFICE, BRANCH, SERVICE_DESK, *MANAGERS])
@pytest.mark.parametrize("today", [AS_OF, date(2026, 6, 1)], ids=str)
async def test_the_counts_and_the_most_urgent(office_of: OfficeOf, raw: RawBank, employee: str, today: date) -> None:
    office = await office_of(employee)
    result = await feedback(office.desk(today))
    rows = seen_cases(raw, employee, today)
    still_open = [row for row in rows if row["state"] != "resolved"]
    assert (result.open_count.value, result.resolved_count.value) == (len(still_open), len(rows) - len(still_open))
    assert result.more == (len(still_open) > SHOWN)
    assert [line.number.value for line in result.open] == [row["id"] for row in still_open[:SHOWN]]
    for line, row in zip(result.open, still_open, strict=False):
        assert (line.text.value, line.kind.value, line.state.value) == (row["text"], row["kind"], row["state"])
        assert str(line.received_on.value) == row["received_at"][:10]
        assert line.overdue == (row["due_on"] is not None and row["due_on"] < str(today))
        may_be_named = row["customer_id"] in raw.seen_by(employee)
        assert (line.name is not None) == may_be_named


async def test_of_one_customer(office: Office, raw: RawBank) -> None:
    complainers = sorted({row["customer_id"] for row in cases(raw, AS_OF) if row["customer_id"]})[:12]
    for customer in [*complainers, "C000001"]:
        result = await feedback(office.desk(), CustomerId(customer))
        rows = [row for row in cases(raw, AS_OF) if row["customer_id"] == customer]
        still_open = [row["id"] for row in rows if row["state"] != "resolved"]
        assert [line.number.value for line in result.open] == still_open
        assert result.resolved_count.value == len(rows) - len(still_open)


@pytest.mark.parametrize("employee", [BRANCH, MANAGERS[0]])
async def test_a_case_that_is_asked_for_by_its_number(office_of: OfficeOf, raw: RawBank, employee: str) -> None:
    office, seen = await office_of(employee), {row["id"]: row for row in seen_cases(raw, employee, AS_OF)}
    hidden = next(row["id"] for row in cases(raw, AS_OF) if row["id"] not in seen)
    for number in [*list(seen)[:3], hidden]:
        result = await feedback(office.desk(), None, Topic(f"how does case {number} stand?"))
        assert result.by_number
        assert [line.case.number.value for line in result.numbered] == ([number] if number in seen else [])
        for line in result.numbered:
            assert (line.owner.fact.subject if line.owner else None) == seen[number]["owner_id"]
